"""The demonstration: studies whose waves are over and released, and one that is open now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np
from django.conf import settings

from headwater.instruments import item_rules
from headwater.rooms.listen.demo_studies import DemoStudies
from headwater.rooms.listen.demo_waves import live_through
from headwater.rooms.listen.drawing import NAMED
from headwater.rooms.listen.launching import launch_wave
from headwater.rooms.listen.logic.links import Place, WaveSecrets, link_token, read_token
from headwater.rooms.listen.logic.wave_keys import MissingKeyError, private_key
from headwater.rooms.listen.models import Invitation, Study, Wave
from headwater.rooms.listen.reminding import link_of
from headwater.rooms.listen.respond_waves import live_wave
from headwater.rooms.listen.responding import submit_response
from headwater.rooms.listen.studies import create_study, plan_of, schedule_wave
from headwater.rooms.listen.waves import advance_wave
from headwater.rooms.people.models import User

EARLY_ANSWERS = 0.35
"""Share of the open wave that has answered when the demonstration begins."""

OPEN_TITLE = "How are we doing"


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Build the studies, unless there are any. Returns lines to print: where to look, and an employee's link."""
    if not Study.objects.exists():
        actor = User.objects.filter(email="experience.lead@demo.example").first()
        studies = DemoStudies(people=people, seed=seed, actor=actor, now=now)
        live_through(studies.past_waves(), actor=actor, seed=seed)
        _open_wave(seed, actor, now)
    return _lines()


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
