"""Figures by unit and period brought in and taken back, and the stations and links of a chain.

A file is read in a dry run and changes nothing until somebody applies it. What holds of a chain is all its applied
files laid over each other, so that undoing one leaves nothing of it behind. Every change lets the Rivers be worked out
anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from headwater.formats.chain_spec import WORDS, PlaceSpec
from headwater.rooms.house import audit
from headwater.rooms.house.jobs import enqueue_job
from headwater.rooms.house.models import Job
from headwater.rooms.learn.models import Chain, ChainStation, ResultImport
from headwater.rooms.learn.results_reading import Figures, guess_mapping, read_figures, recipe_of, stacked
from headwater.rooms.people.models import User
from headwater.rooms.people.populations import tree_of
from headwater.vocab import HeadwaterError, InputError, Lens, Problem, UnitPeriods

JOB = "work_out_rivers"
OWN = "organisation"
"""The key of the chain of the organisation's own units."""
MOST_PROBLEMS = 500
State = ResultImport.State


class ResultsRefusedError(HeadwaterError):
    """A chain or its files cannot be changed in this way; the message says why."""

    exit_code = 3


def own_chain(*, now: datetime) -> Chain:
    """Return the chain of the organisation's own units, made the first time it is asked for."""
    words = {"unit": "team", "units": "teams", "period": "period", "periods": "periods"}
    made, _is_new = Chain.objects.get_or_create(
        is_own=True, defaults={"key": OWN, "title": "", "words": words, "made_at": now}
    )
    return made


def create_chain(*, title: str, actor: User, now: datetime) -> Chain:
    """Make a chain of published figures, whose units are those of its files."""
    with transaction.atomic():
        base = slugify(title)[:50] or "figures"
        taken = set(Chain.objects.filter(key__startswith=base).values_list("key", flat=True)) | {OWN}
        key = next(name for n in range(1, 10_000) if (name := base if n == 1 else f"{base}-{n}") not in taken)
        words = {"unit": "unit", "units": "units", "period": "period", "periods": "periods"}
        made = Chain.objects.create(key=key, title=title.strip(), words=words, made_at=now, made_by=actor)
        _record("chain.made", made, actor, now, {"title": made.title})
    return made


def change_chain(*, chain_id: int, actor: User, now: datetime, **values: Any) -> Chain:
    """Change the title, the time it covers, its words and its sources."""
    unknown = set(values) - {"title", "period", "words", "sources"}
    if unknown:
        raise TypeError(f"a chain has no {', '.join(sorted(unknown))} to change")
    with transaction.atomic():
        chain = Chain.objects.select_for_update().get(pk=chain_id)
        for name, value in values.items():
            setattr(chain, name, value)
        chain.save()
        _record("chain.changed", chain, actor, now, values)
        work_later(chain, now)
    return chain


def check_results(
    *,
    chain_id: int,
    content: bytes,
    file_name: str,
    actor: User | None,
    now: datetime,
    mapping: Mapping[str, Any] | None = None,
) -> ResultImport:
    """Read a file in a dry run and keep what it would bring. Nothing holds yet. mapping: found out when None."""
    chain = Chain.objects.get(pk=chain_id)
    recipe = ""
    problems: tuple[Problem, ...] = ()
    given = dict(mapping or {})
    if mapping is None:
        try:
            given, recipe = guess_mapping(content, file_name)
        except InputError as error:
            problems = error.problems
    read = Figures(None, problems) if problems else _read(chain, content, file_name, given)
    with transaction.atomic():
        made = ResultImport.objects.create(
            chain=chain,
            file_name=file_name,
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            mapping=given,
            recipe=recipe,
            summary=_summary(read.table),
            problems=[asdict(problem) for problem in read.problems[:MOST_PROBLEMS]],
            uploaded_at=now,
            uploaded_by=actor,
        )
        told = {"file": made.sha256, "chain": chain.key, "usable": read.is_usable}
        _record("results.checked", chain, actor, now, told)
    return made


def read_again(*, import_id: UUID, mapping: Mapping[str, Any], actor: User, now: datetime) -> ResultImport:
    """Read a dry run's file as another mapping says. Raises ResultsRefusedError once it was decided."""
    with transaction.atomic():
        made = _locked(import_id, State.CHECKED)
        read = _read(made.chain, bytes(made.content or b""), made.file_name, mapping)
        made.mapping, made.recipe = dict(mapping), ""
        made.summary = _summary(read.table)
        made.problems = [asdict(problem) for problem in read.problems[:MOST_PROBLEMS]]
        made.save()
        _record("results.checked", made.chain, actor, now, {"file": made.sha256, "usable": read.is_usable})
    return made


def apply_results(*, import_id: UUID, actor: User | None, now: datetime) -> ResultImport:
    """Let a file hold. Figures that have no station yet get one. Raises ResultsRefusedError for a file with errors."""
    with transaction.atomic():
        made = _locked(import_id, State.CHECKED)
        if not is_usable(made):
            raise ResultsRefusedError(_("This file has errors. Correct them and upload it again."))
        made.state, made.applied_at = State.APPLIED, now
        made.save()
        _add_stations(made)
        told = {"file": made.sha256, "figures": sorted(made.summary["figures"])}
        _record("results.applied", made.chain, actor, now, told)
        work_later(made.chain, now)
    return made


def drop_results(*, import_id: UUID, actor: User, now: datetime) -> None:
    """Throw a dry run away, with its file. Raises ResultsRefusedError once it was decided."""
    with transaction.atomic():
        made = _locked(import_id, State.CHECKED)
        made.state, made.content = State.DROPPED, None
        made.save()
        _record("results.dropped", made.chain, actor, now, {"file": made.sha256})


def undo_results(*, import_id: UUID, actor: User, now: datetime) -> ResultImport:
    """Take an applied file back, whole. Stations stay; without figures they are left out of the River."""
    with transaction.atomic():
        made = _locked(import_id, State.APPLIED)
        made.state, made.undone_at = State.UNDONE, now
        made.save()
        _record("results.undone", made.chain, actor, now, {"file": made.sha256})
        work_later(made.chain, now)
    return made


def set_station(
    *,
    chain_id: int,
    key: str,
    lens: Lens,
    labels: Mapping[str, str],
    higher_is_better: bool,
    actor: User,
    now: datetime,
    study: str = "",
    words: Mapping[str, str | Mapping[str, str]] | None = None,
) -> ChainStation:
    """Make a station or change it. study: key of the study whose score it is; empty for a figure.

    words: those to be kept, as `ChainStation` has them; an empty one is taken away, one not named stays.
    """
    with transaction.atomic():
        chain = Chain.objects.select_for_update().get(pk=chain_id)
        values = {
            "study": study,
            "lens": str(lens),
            "labels": {language: text for language, text in labels.items() if text},
            "higher_is_better": higher_is_better,
        }
        before = ChainStation.objects.filter(chain=chain, key=key).first()
        kept = {} if before is None else before.words
        values["words"] = _kept_words(kept, words or {})
        if before is None:
            values["place"] = ChainStation.objects.filter(chain=chain).count()
        made, _is_new = ChainStation.objects.update_or_create(chain=chain, key=key, defaults=values)
        _record("station.set", chain, actor, now, {"key": key, **values})
        work_later(chain, now)
    return made


def remove_station(*, chain_id: int, key: str, actor: User, now: datetime) -> None:
    """Take a station out of the chain, with its links. Its figures stay in their files. Safe to repeat."""
    with transaction.atomic():
        chain = Chain.objects.select_for_update().get(pk=chain_id)
        if ChainStation.objects.filter(chain=chain, key=key).delete()[0]:
            chain.links = [link for link in chain.links if key not in link]
            chain.same_survey = [one for one in chain.same_survey if one != key]
            chain.complete = [one for one in chain.complete if one != key]
            chain.save()
            _record("station.removed", chain, actor, now, {"key": key})
            work_later(chain, now)


def set_links(*, chain_id: int, links: Sequence[tuple[str, str]], actor: User, now: datetime) -> Chain:
    """Name the links to be estimated; none for all pairs of neighbouring stages."""
    with transaction.atomic():
        chain = Chain.objects.select_for_update().get(pk=chain_id)
        chain.links = [list(link) for link in dict.fromkeys(links)]
        chain.save()
        _record("chain.links", chain, actor, now, {"links": chain.links})
        work_later(chain, now)
    return chain


def is_usable(made: ResultImport) -> bool:
    """Whether a dry run may be applied."""
    return bool(made.summary.get("figures")) and not any(one["severity"] == "error" for one in made.problems)


def figures_of(chain: Chain) -> UnitPeriods | None:
    """Return what holds of a chain: its applied files, the later over the earlier. None when there are none."""
    parts = []
    for made in ResultImport.objects.filter(chain=chain, state=State.APPLIED).order_by("applied_at", "uploaded_at"):
        table = _read(chain, bytes(made.content or b""), made.file_name, made.mapping).table
        if table is not None:
            parts.append(table)
    return stacked(parts) if parts else None


def work_later(chain: Chain, now: datetime) -> None:
    """Let the Rivers of a chain be worked out in the background, once for all changes that wait."""
    if not Job.objects.filter(name=JOB, state=Job.State.WAITING, arguments={"chain": chain.key}).exists():
        enqueue_job(name=JOB, arguments={"chain": chain.key}, now=now)


def _read(chain: Chain, content: bytes, name: str, mapping: Mapping[str, Any]) -> Figures:
    return read_figures(content, name, mapping, tree=tree_of()[0] if chain.is_own else None)


def _summary(table: UnitPeriods | None) -> dict[str, Any]:
    if table is None:
        return {"figures": {}, "units": 0, "periods": []}
    figures = {
        key: {
            "label": table.labels.get(key, key),
            "values": int((~np.isnan(found)).sum()),
            "low": float(np.nanmin(found)) if (~np.isnan(found)).any() else None,
            "high": float(np.nanmax(found)) if (~np.isnan(found)).any() else None,
            "has_base": key in table.bases,
        }
        for key, found in table.values.items()
    }
    return {"figures": figures, "units": len(table.units), "periods": list(table.periods)}


def _add_stations(made: ResultImport) -> None:
    """Give every figure of a file a station: as a recipe says, else among the results."""
    chain = made.chain
    recipe = recipe_of(made.recipe) if made.recipe else None
    known = {} if recipe is None else {place.key: place for place in recipe.places}
    there = set(ChainStation.objects.filter(chain=chain).values_list("key", flat=True))
    for key, figure in made.summary["figures"].items():
        if key in there:
            continue
        place = known.get(key)
        ChainStation.objects.create(
            chain=chain,
            key=key,
            labels={"en": place.label if place else figure["label"], **_labels(place)},
            lens=str(place.lens if place else Lens.RESULT),
            higher_is_better=place.higher_is_better if place else True,
            words={} if place is None else _words(place),
            place=list(known).index(key) if place else len(there) + 100,
        )
        there.add(key)
    if recipe is None or chain.is_own:
        return
    chain.words = {**chain.words, **recipe.words}
    chain.period = chain.period or recipe.period
    chain.links = chain.links or [list(link.ends) for link in recipe.links]
    chain.same_survey = chain.same_survey or list(recipe.same_survey)
    chain.complete = chain.complete or list(recipe.complete)
    chain.unknowns = chain.unknowns or [list(one) for one in recipe.unknowns]
    chain.sources = chain.sources or list(recipe.sources)
    chain.save()


def _kept_words(kept: Mapping[str, Any], given: Mapping[str, str | Mapping[str, str]]) -> dict[str, Any]:
    """Lay given words over kept ones, those of another language one by one; empty ones are taken away."""
    both = dict(kept)
    for name, text in given.items():
        both[name] = text if isinstance(text, str) else _kept_words(kept.get(name, {}), text)
    return {name: text for name, text in both.items() if text}


def _labels(place: PlaceSpec | None) -> dict[str, str]:
    """What a station of a recipe is called in other languages than English."""
    told = {} if place is None else place.translations
    return {language: words["label"] for language, words in told.items() if "label" in words}


def _words(place: PlaceSpec) -> dict[str, Any]:
    """The words of a station as it keeps them: in English, and in other languages under their codes."""
    names = [name for name in WORDS if name != "label"]
    english = {name: getattr(place, name) for name in names if getattr(place, name)}
    told = {language: {name: words[name] for name in names if name in words}
            for language, words in place.translations.items()}  # fmt: skip
    return english | told


def _locked(import_id: UUID, state: str) -> ResultImport:
    made = ResultImport.objects.select_for_update().select_related("chain").get(pk=import_id)
    if made.state != state:
        raise ResultsRefusedError(_("This file was already decided."))
    return made


def _record(action: str, chain: Chain, actor: User | None, now: datetime, payload: Mapping[str, Any]) -> None:
    name = str(actor.pk) if actor is not None else audit.SYSTEM
    audit.record(action=action, actor=name, subject=f"chain:{chain.key}", payload=dict(payload), now=now)
