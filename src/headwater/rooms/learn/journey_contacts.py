"""The step `journeys`: what contacts weigh and add up to, worked out of rows of a customer study after a release."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from headwater.rooms.learn.models import ContactReading
from headwater.rooms.learn.plans import plan_for_pages
from headwater.rooms.learn.working_out import findings_folder, writing_findings
from headwater.rooms.listen.models import Study, Wave
from headwater.rooms.listen.rows import column_names, has_rows, read_batches
from headwater.rooms.listen.studies import plan_in_force
from headwater.scoring import (
    ContactPeriod,
    ContactQuestions,
    Specification,
    find_contacts,
    load_contacts,
    save_contacts,
    specify,
)
from headwater.scoring.contact_rows import ends_of
from headwater.scoring.contact_storage import NAME
from headwater.vocab import ContactFindings, InputError, Instrument, Lens
from headwater.vocab.answers import CUT_PREFIX, ITEM_PREFIX

STEP = "journeys"
RATINGS = ("cx_satisfaction", "cx_quality")
"""Scales that rate one contact, the one to be read first."""
RELATIONS = ("cx_recommend", "cx_csat", "cx_come_back", "cx_trust")
"""Scales that speak of the relation, the whole of it first."""
TOUCHPOINT, CHANNEL = "touchpoint", "cx_channel"
MOST_RELATIONS = 3


def work_out_contacts(wave: Wave) -> bool:
    """Work out what a released wave of a customer study adds to the contacts so far: the step `journeys`.

    What was released of this wave under the same reading stays as it is, also when rows went since: whoever compares
    two versions must not see what one customer said. Returns whether there was anything to say.
    """
    study = wave.study
    if study.promise == Study.Promise.ANONYMOUS or study.lens != str(Lens.CX) or study.kept_for_id is not None:
        return False
    waves = _waves_with_rows(wave)
    if not waves:
        return False
    instruments = _instruments(waves)
    try:
        specification = specify(instruments)
    except InputError:
        return False
    readings = readings_of(study, specification, instruments, _columns(waves))
    if not readings:
        return False
    before = {one.relation: one for one in contact_findings(wave)}
    found = [
        before[asked.relation]
        if asked.relation in before and _is_reading_of(before[asked.relation], asked)
        else find_contacts(
            list(_periods(waves)),
            study=plan_in_force(wave).vocab_study,
            wave=plan_in_force(wave).vocab_wave,
            questions=asked,
            specification=specification,
        )
        for asked in readings
    ]
    if not any(one.weights or one.repeats for one in found) and not before:
        return False
    with writing_findings(wave, STEP) as folder:
        for place, one in enumerate(found):
            save_contacts(one, folder / str(place))
    return True


def contact_findings(wave: Wave) -> tuple[ContactFindings, ...]:
    """Return what was found of a wave, one for each way to read the relation; empty when there is nothing."""
    folder = findings_folder(wave, STEP)
    places = sorted(folder.glob(f"*/{NAME}"))
    return tuple(_loaded(place.parent, place.stat().st_mtime_ns) for place in places)


def latest_contacts(study: Study | None = None) -> tuple[Wave, tuple[ContactFindings, ...]] | None:
    """Return the latest wave with findings about contacts, of one study or of any."""
    found = Wave.objects.filter(state=Wave.State.RELEASED, study__kept_for=None, study__lens=str(Lens.CX))
    found = found.exclude(study__promise=Study.Promise.ANONYMOUS).select_related("study").defer("plan")
    if study is not None:
        found = found.filter(study=study)
    for wave in found.order_by("-released_at")[:20]:
        made = contact_findings(wave)
        if made:
            return wave, made
    return None


def readings_of(
    study: Study, specification: Specification, instruments: Sequence[Instrument], columns: Sequence[str]
) -> list[ContactQuestions]:
    """Return how a study's contacts are read: as somebody decided, else by what is asked; empty where nothing fits.

    Each is a different answer that stands for the relation. Whole numbers of a five-point rating up to 2 count as bad
    and from 4 as good, a quarter of the way from either end on other scales.
    """
    chosen = ContactReading.objects.filter(study=study).first()
    touchpoint, choices = touchpoint_of(instruments, columns)
    if chosen is not None:
        named = choices_of(instruments, chosen.touchpoint)
        return [
            ContactQuestions(
                chosen.touchpoint, chosen.rating, chosen.relation, chosen.bad_to, chosen.good_from, named or None
            )
        ]
    ratings = [key for key in RATINGS if key in specification.scale_of]
    if not ratings:
        return []
    low, high = ends_of(specification, ratings[0])
    quarter = (high - low) / 4
    relations = [key for key in RELATIONS if key in specification.scale_of][:MOST_RELATIONS]
    if "cx_trust" in specification.scale_of and "cx_trust" not in relations:
        relations = [*relations[: MOST_RELATIONS - 1], "cx_trust"]
    return [
        ContactQuestions(touchpoint, ratings[0], relation, low + quarter, high - quarter, choices or None)
        for relation in relations
    ]


def touchpoint_of(instruments: Sequence[Instrument], columns: Sequence[str]) -> tuple[str, dict[int, str]]:
    """Return what names the touchpoint of a contact: a cut of that name, else the channel that was asked for."""
    if f"{CUT_PREFIX}{TOUCHPOINT}" in columns:
        return f"cut:{TOUCHPOINT}", {}
    choices = choices_of(instruments, f"item:{CHANNEL}")
    if f"{ITEM_PREFIX}{CHANNEL}" in columns and choices:
        return f"item:{CHANNEL}", choices
    return "", {}


def choices_of(instruments: Sequence[Instrument], touchpoint: str) -> dict[int, str]:
    """Return the choices of an item that names touchpoints, by code; empty for a cut."""
    kind, _, key = touchpoint.partition(":")
    if kind != "item":
        return {}
    for instrument in instruments:
        for item in instrument.items:
            if item.key == key:
                return {code: choice.key for code, choice in enumerate(item.choices, 1)}
    return {}


def instruments_of(wave: Wave) -> list[Instrument]:
    """Return the questionnaires of all waves with rows up to one, each once."""
    return _instruments(_waves_with_rows(wave))


def _waves_with_rows(wave: Wave) -> list[Wave]:
    waves = Wave.objects.filter(study_id=wave.study_id, state=Wave.State.RELEASED, order__lte=wave.order)
    return [one for one in waves.select_related("study").order_by("order") if has_rows(wave.study.key, one.key)]


def _instruments(waves: Sequence[Wave]) -> list[Instrument]:
    found: dict[tuple[str, str], Instrument] = {}
    for wave in waves:
        for instrument in plan_for_pages(wave).questionnaires:
            found.setdefault((instrument.key, instrument.version), instrument)
    return list(found.values())


def _columns(waves: Sequence[Wave]) -> list[str]:
    return list(dict.fromkeys(name for wave in waves for name in column_names(wave.study.key, wave.key)))


def _periods(waves: Sequence[Wave]) -> Iterator[ContactPeriod]:
    for wave in waves:
        yield ContactPeriod(wave.key, read_batches(wave.study.key, wave.key))


def _is_reading_of(found: ContactFindings, asked: ContactQuestions) -> bool:
    return (found.touchpoint, found.rating, found.relation, found.bad_to, found.good_from) == (
        asked.touchpoint,
        asked.rating,
        asked.relation,
        asked.bad_to,
        asked.good_from,
    )


@lru_cache(maxsize=16)
def _loaded(folder: Path, changed: int) -> ContactFindings:
    return load_contacts(folder)
