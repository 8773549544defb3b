"""Studies of internal service: who serves whom, what such a wave carries, and what is released of it.

A study with `services` asks the people of units that are served, each about one unit that serves theirs. The ratings of
a unit that serves are an answer set of their own; what may be shown of it is a ScoreBook of its own, and all of them
are one ServiceBook. Nothing over several of them is released.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _

from headwater.rooms.listen.drawing import NAMED
from headwater.rooms.listen.logic.links import Place
from headwater.rooms.listen.logic.plans import PlannedCut, WavePlan
from headwater.rooms.listen.logic.serving import SERVER, impossible_pairs, spread
from headwater.rooms.listen.models import Study, Wave
from headwater.rooms.people.populations import tree_of
from headwater.scoring import Specification, load_services, score_services
from headwater.scoring.services import MANIFEST
from headwater.vocab import Moments, ServiceBook, UnitTree

MOST_NAMED = 3


def cuts_of(study: Study, tree: UnitTree) -> tuple[PlannedCut, ...]:
    """Return what the answers of a study carry beside the unit: its cuts, or the unit that is rated."""
    if study.services:
        return (PlannedCut(SERVER, _("the unit you rate"), "", tuple(spread(tree, study.services))),)
    return tuple(PlannedCut(cut["key"], cut["label"], cut["attribute"], tuple(cut["levels"])) for cut in study.cuts)


def service_problems(study: Study) -> list[str]:
    """Return what stands in the way of launching a study of internal service; empty for any other study."""
    if not study.services:
        return []
    found = []
    if study.channel not in NAMED:
        found.append(_("Internal service is rated by people who are invited, each about one unit."))
    try:
        tree, _rows = tree_of()
    except LookupError:
        return found
    wrong = impossible_pairs(tree, study.services)
    if wrong:
        named = ", ".join(f"{server}: {served}" for server, served in wrong[:MOST_NAMED])
        found.append(
            _("A unit serves one that is open and lies outside it. Correct who serves whom: %(pairs)s.")
            % {"pairs": named}
        )
    return found


def rated_unit(plan: WavePlan, place: Place) -> str:
    """Return the name of the unit that somebody is asked about, "" in studies that are not about internal service."""
    number = plan.tree.index_of.get(place.cuts.get(SERVER, "")) if plan.services else None
    return "" if number is None else plan.tree.names[number]


def score_wave_of_services(
    plan: WavePlan, specification: Specification, before: ServiceBook | None
) -> tuple[ServiceBook, Moments]:
    """Score a sealed wave of internal service, a unit that serves at a time. before: the wave before, if any.

    After a reorganisation nothing is compared with the wave before: the raters of a unit are followed in one tree only.
    """
    is_same = (
        before is not None and before.tree.ids == plan.tree.ids and np.array_equal(before.tree.parent, plan.tree.parent)
    )
    return score_services(
        settings.STORE,
        study=plan.vocab_study,
        wave=plan.vocab_wave,
        tree=plan.tree,
        specification=specification,
        previous=before if is_same else None,
    )


def has_services(wave: Wave) -> bool:
    """Whether ratings of internal service were released of a wave."""
    return wave.state == Wave.State.RELEASED and (services_folder(wave) / MANIFEST).is_file()


def services_folder(wave: Wave) -> Path:
    """Return where the ServiceBook of a wave lies once it is released."""
    released: Path = settings.RELEASED
    return released / wave.study.key / wave.key


def services_of(wave: Wave) -> ServiceBook:
    """Return what was released of a wave of internal service. Raises LookupError when nothing was."""
    if not has_services(wave):
        raise LookupError(f"no ratings of internal service were released of wave {wave.key}")
    return load_services(services_folder(wave))
