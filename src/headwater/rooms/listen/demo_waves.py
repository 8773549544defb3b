"""Waves of the demonstration that are over: launched, sealed, forgotten and released by the same code as real ones.

Only their answers are not typed by anybody: they come from the simulator, drawn under a seed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.conf import settings

from headwater.intake import seal
from headwater.rooms.listen.launching import launch_wave
from headwater.rooms.listen.logic.links import pseudonym
from headwater.rooms.listen.logic.plans import WavePlan
from headwater.rooms.listen.models import Invitation, Study, Wave
from headwater.rooms.listen.releasing import forget_wave, release_wave
from headwater.rooms.listen.respond_waves import live_wave
from headwater.rooms.listen.rows import keep_table
from headwater.rooms.listen.studies import plan_next_wave, plan_of, schedule_wave
from headwater.rooms.people.models import User
from headwater.rooms.people.populations import attribute_values
from headwater.simulation.world import RESPONSE
from headwater.vocab import AnswerTable

ATTRIBUTES = {"tenure": "Time here", "area": "Kind of work"}
"""The simulator's cuts, and the attributes of the organisation file that they are."""


@dataclass(frozen=True)
class Said:
    """Simulated answers of a wave. contacts: one a row, who gave it, where the study is not anonymous."""

    table: AnswerTable
    contacts: Sequence[str] = ()


@dataclass(frozen=True)
class Past:
    """A wave that is over: of which study, when it opened and for how many days, and what was said in it."""

    opened: datetime
    days: int
    study: Callable[[datetime], Study]
    answers: Callable[[Wave, WavePlan], Said]
    late: int = 1

    @property
    def launched(self) -> datetime:
        """When it was launched: the day before it opened."""
        return self.opened - timedelta(days=1)

    @property
    def ended(self) -> datetime:
        """When it was sealed."""
        return self.opened + timedelta(days=self.days + self.late, minutes=1)


def live_through(waves: Sequence[Past], *, actor: User | None, seed: int) -> None:
    """Launch and release waves in the order of the calendar, so that the audit trail reads as it would have grown."""
    standing: dict[int, Wave] = {}

    def launch(number: int) -> None:
        standing[number] = _launch(waves[number], actor)

    def end(number: int) -> None:
        _end(waves[number], standing[number], seed)

    days = [(past.launched, number, launch) for number, past in enumerate(waves)]
    days += [(past.ended, number, end) for number, past in enumerate(waves)]
    for _at, number, act in sorted(days, key=lambda day: (day[0], day[1])):
        act(number)


def _launch(past: Past, actor: User | None) -> Wave:
    now = past.launched
    study = past.study(now)
    plan_next_wave(study_id=study.pk, opens_at=past.opened, actor=actor, now=now)
    wave = schedule_wave(
        study_id=study.pk,
        opens_at=past.opened,
        days_open=past.days,
        late_days=past.late,
        reminders=[],
        actor=actor,
        now=now,
    )
    return launch_wave(wave_id=wave.pk, actor=actor, now=now)


def _end(past: Past, wave: Wave, seed: int) -> None:
    plan = plan_of(wave)
    said = past.answers(wave, plan)
    seal(settings.STORE, plan.vocab_study, plan.vocab_wave, said.table, seed=seed, source=str(wave.pk))
    if plan.promise != "anonymous":
        key = live_wave(wave).study_key
        keep_table(
            plan,
            said.table,
            respondents=[pseudonym(key, contact) for contact in said.contacts],
            languages=[plan.languages[0]] * len(said.table),
        )
    Wave.objects.filter(pk=wave.pk).update(state=Wave.State.SEALED, sealed_at=past.ended, responses=len(said.table))
    forget_wave(wave_id=wave.pk, now=past.ended)
    release_wave(wave_id=wave.pk, now=past.ended)


def cut_of(key: str) -> dict[str, Any]:
    """Return one of the simulator's cuts as a study declares it."""
    attribute = ATTRIBUTES[key]
    levels = sorted(one.value for one in attribute_values(attribute))
    return {"key": key, "label": attribute, "attribute": attribute, "levels": levels}


def carried(table: AnswerTable, wave: Wave, plan: WavePlan) -> AnswerTable:
    """Return simulated answers as this wave's answers carry them: in the places that its invitations have.

    Two people of the same team and cuts carry the same, so what an answer carries follows from what its giver is.
    """
    keys = [cut.key for cut in plan.cuts]
    asked = Invitation.objects.filter(wave=wave, state__in=(Invitation.State.WAITING, Invitation.State.SENT))
    rows = asked.values_list("person__unit__key", "person__attributes", "unit_key", "cuts")
    carries = {
        (own, *(attributes.get(ATTRIBUTES[key], "") for key in keys)): (unit, cuts)
        for own, attributes, unit, cuts in rows.iterator(2_000)
    }
    kept, units, codes = [], [], {key: list[int]() for key in keys}
    levels = {cut.key: cut.levels for cut in plan.cuts}
    for row in range(len(table)):
        own = table.unit_ids[int(table.unit[row])]
        has = tuple(table.cuts[key][1][int(table.cuts[key][0][row])] for key in keys)
        found = carries.get((own, *has))
        if found is None:
            continue
        kept.append(row)
        units.append(found[0])
        for key in keys:
            level = found[1].get(key)
            codes[key].append(levels[key].index(level) if level in levels[key] else -1)
    places = sorted(set(units))
    number = {unit: place for place, unit in enumerate(places)}
    return replace(
        table,
        unit_ids=tuple(places),
        unit=np.array([number[unit] for unit in units], np.int32),
        items={key: values[kept] for key, values in table.items.items()},
        cuts={key: (np.array(codes[key], np.int16), levels[key]) for key in keys},
        comments=_comments(table, carries, number),
    )


def _comments(
    table: AnswerTable, carries: Mapping[tuple[str, ...], tuple[str, Any]], known: Mapping[str, int]
) -> dict[str, tuple[tuple[str, str], ...]]:
    goes = {own[0]: unit for own, (unit, _cuts) in carries.items()}
    return {
        key: tuple((goes[unit], words) for unit, words in pairs if goes.get(unit) in known)
        for key, pairs in table.comments.items()
    }


def answering(wave: Wave, generator: np.random.Generator) -> list[tuple[str, dict[str, str]]]:
    """Return unit and cuts of those invited who answer, drawn by chance, in the order of the places."""
    asked = Invitation.objects.filter(wave=wave, state__in=(Invitation.State.WAITING, Invitation.State.SENT))
    places = sorted(asked.values_list("unit_key", "cuts"), key=lambda place: (place[0], sorted(place[1].items())))
    return [place for place in places if generator.random() < RESPONSE]


def ordered(table: AnswerTable, plan: WavePlan) -> AnswerTable:
    """Return answers whose cuts have their levels in the order of the plan."""
    cuts = {}
    for cut in plan.cuts:
        codes, levels = table.cuts[cut.key]
        place = np.array([cut.levels.index(level) if level in cut.levels else -1 for level in levels], np.int16)
        cuts[cut.key] = (place[codes], cut.levels)
    return replace(table, cuts=cuts)
