"""The demonstration: a study whose first wave was released, and one that is open now.

The waves are launched, sealed and released by the same code as real ones. Only the answers of the released wave are not
typed by anybody: they come from the simulator, drawn under a seed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.conf import settings

from headwater.instruments import item_rules
from headwater.intake import seal
from headwater.rooms.listen.launching import NAMED, launch_wave
from headwater.rooms.listen.logic.links import Place, WaveSecrets, link_token, read_token
from headwater.rooms.listen.logic.plans import WavePlan
from headwater.rooms.listen.logic.wave_keys import MissingKeyError, private_key
from headwater.rooms.listen.models import Invitation, Study, Wave
from headwater.rooms.listen.releasing import forget_wave, release_wave
from headwater.rooms.listen.reminding import link_of
from headwater.rooms.listen.respond_waves import live_wave
from headwater.rooms.listen.responding import submit_response
from headwater.rooms.listen.studies import create_study, plan_of, schedule_wave
from headwater.rooms.listen.waves import advance_wave
from headwater.rooms.people.models import User
from headwater.rooms.people.populations import attribute_values
from headwater.simulation import SimulationPlan, simulate
from headwater.vocab import AnswerTable

ATTRIBUTES = {"tenure": "Time here", "area": "Kind of work"}
"""The simulator's cuts, and the attributes of the organisation file that they are."""

EARLY_ANSWERS = 0.35
"""Share of the open wave that has answered when the demonstration begins."""

OPEN_TITLE = "How are we doing"


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Build both studies, unless there are any. Returns lines to print: where to look, and an employee's link."""
    if not Study.objects.exists():
        actor = User.objects.filter(email="experience.lead@demo.example").first()
        _released_wave(people, seed, actor, now)
        _open_wave(seed, actor, now)
    return _lines()


def _released_wave(people: int, seed: int, actor: User | None, now: datetime) -> None:
    began = now - timedelta(days=40)
    study = create_study(
        title="How it is to work here",
        questionnaires=[("lx_core@1.0", None), ("ex_factors@1.0", None)],
        actor=actor,
        now=began,
        channel=Study.Channel.CODE,
        cuts=[_cut(key, name) for key, name in ATTRIBUTES.items()],
    )
    opens = began + timedelta(days=1)
    wave = schedule_wave(
        study_id=study.pk, opens_at=opens, days_open=21, late_days=3, reminders=[], actor=actor, now=began
    )
    wave = launch_wave(wave_id=wave.pk, actor=actor, now=began)
    plan = plan_of(wave)
    world = simulate(SimulationPlan(people=people, customers=1, waves=1, seed=seed))
    table = carried(world.employee_answers(0), wave, plan)
    seal(settings.STORE, plan.vocab_study, plan.vocab_wave, table, seed=seed, source=str(wave.pk))
    ended = wave.late_until + timedelta(minutes=1)
    Wave.objects.filter(pk=wave.pk).update(state=Wave.State.SEALED, sealed_at=ended, responses=len(table))
    forget_wave(wave_id=wave.pk, now=ended)
    release_wave(wave_id=wave.pk, now=ended)


def carried(table: AnswerTable, wave: Wave, plan: WavePlan) -> AnswerTable:
    """Return simulated answers as this wave's answers carry them: in the places that its invitations have.

    Two people of the same team and cuts carry the same, so what an answer carries follows from what its giver is.
    """
    keys = list(ATTRIBUTES)
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
        comments=_comments(table, plan, carries, number),
    )


def _comments(
    table: AnswerTable, plan: WavePlan, carries: Mapping[tuple[str, ...], tuple[str, Any]], known: Mapping[str, int]
) -> dict[str, tuple[tuple[str, str], ...]]:
    goes = {own[0]: unit for own, (unit, _cuts) in carries.items()}
    return {
        key: tuple((goes[unit], words) for unit, words in pairs if goes.get(unit) in known)
        for key, pairs in table.comments.items()
    }


def _open_wave(seed: int, actor: User | None, now: datetime) -> None:
    began = now - timedelta(days=3)
    study = create_study(
        title=OPEN_TITLE, questionnaires=[("pulse@1.0", None)], actor=actor, now=began, languages=["en", "es"]
    )
    opens = began + timedelta(hours=1)
    wave = schedule_wave(
        study_id=study.pk, opens_at=opens, days_open=14, late_days=2, reminders=[5, 10], actor=actor, now=began
    )
    wave = launch_wave(wave_id=wave.pk, actor=actor, now=began)
    Wave.objects.filter(pk=wave.pk).update(state=Wave.State.OPEN)
    _early_answers(Wave.objects.get(pk=wave.pk), seed, now)
    advance_wave(wave_id=wave.pk, now=now)


def _early_answers(wave: Wave, seed: int, now: datetime) -> None:
    """Let some answer as they would, through their links."""
    generator = np.random.default_rng([seed, 7])
    live = live_wave(wave)
    rules = item_rules(live.plan.questionnaires)
    for invitation in Invitation.objects.filter(wave=wave, state=Invitation.State.WAITING).order_by("pk"):
        if generator.random() > EARLY_ANSWERS:
            continue
        answers = {key: int(generator.integers(rule.low + 1, rule.high + 1)) for key, rule in rules.items()}
        place = Place(invitation.unit_key, invitation.cuts, invitation.language)
        token = link_token(live.secrets, live.frozen, place, bytes(invitation.number))
        link = read_token(live.secrets, live.frozen, token)
        submit_response(wave=live, link=link, answers=answers, now=now - timedelta(hours=1))


def _lines() -> list[str]:
    lines: list[str] = []
    wave = Wave.objects.filter(state=Wave.State.OPEN, study__channel__in=NAMED).order_by("launched_at").first()
    user = User.objects.filter(email="employee@demo.example").select_related("person").first()
    if wave is not None and user is not None:
        invitation = Invitation.objects.filter(wave=wave, person=user.person).first()
        try:
            secrets = WaveSecrets.of(private_key(settings.KEYS, wave.pk))
        except MissingKeyError:
            return lines
        if invitation is not None:
            lines = [
                "The employee answers here, without signing in:",
                f"  {link_of(plan_of(wave), secrets, invitation)}",
            ]
    return lines


def _cut(key: str, attribute: str) -> dict[str, Any]:
    levels: Sequence[str] = sorted(one.value for one in attribute_values(attribute))
    return {"key": key, "label": attribute, "attribute": attribute, "levels": list(levels)}
