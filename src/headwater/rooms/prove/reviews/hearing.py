"""What a quarter heard and chose: numbers that were released in it, directions taken, changed and stopped."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.rooms.decide.models import Direction, DirectionStep
from headwater.rooms.learn.evidence import Evidence, evidence_for_unit
from headwater.rooms.prove.reviews.facts import Heard, Said
from headwater.rooms.prove.reviews.span import Part

MOST_HEARD = 8


def heard_in(part: Part) -> tuple[tuple[Heard, ...], str]:
    """Return the clearest numbers released in the quarter, and a sentence on how many there are."""
    if not part.key:
        return (), _("No numbers were released in this quarter.")
    found = [
        one for one in evidence_for_unit(viewer=part.viewer, unit=part.key) if one.value_text and _is_in(one, part)
    ]
    if not found:
        return (), _("No numbers were released in this quarter.")
    # What needs somebody comes first; among the rest, by how clear it is.
    found.sort(key=lambda one: one.standing != "needs")
    shown = tuple(
        Heard(
            one.label,
            one.value_text,
            one.range_text,
            one.n,
            one.standing,
            f"{one.study_title}, {one.wave_title}",
            one.value,
            one.low,
            one.high,
        )
        for one in found[:MOST_HEARD]
    )
    waves = len({(one.study, one.wave) for one in found})
    words = ngettext("%(n)s wave was released.", "%(n)s waves were released.", waves) % {"n": waves}
    if len(found) > len(shown):
        words += " " + _("Of %(all)s numbers the %(n)s clearest stand here.") % {"all": len(found), "n": len(shown)}
    return shown, words


def chosen_in(part: Part) -> tuple[tuple[Said, ...], list[Said]]:
    """Return the directions chosen in the quarter, and those stopped, as something that failed."""
    taken = Direction.objects.filter(chosen_at__gte=part.begins_at, chosen_at__lt=part.ends_at)
    found = part.own(taken.select_related("unit", "goal").order_by("chosen_at"), lambda one: one.unit)
    chosen = tuple(
        Said(one.title, _("%(unit)s. It serves: %(goal)s.") % {"unit": one.unit.name, "goal": one.goal.title})
        for one in found
    )
    steps = DirectionStep.objects.filter(
        state=Direction.State.STOPPED, at__gte=part.begins_at, at__lt=part.ends_at
    ).select_related("direction__unit")
    stopped = [
        Said(_("Direction stopped: %(title)s") % {"title": step.direction.title}, step.direction.unit.name)
        for step in part.own(steps.order_by("at"), lambda one: one.direction.unit)
    ]
    return chosen, stopped


def _is_in(one: Evidence, part: Part) -> bool:
    from datetime import datetime

    return bool(one.released_at) and part.has(datetime.fromisoformat(one.released_at))
