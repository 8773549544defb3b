"""A larger organisation for studies, with addresses, and a wave taken to any point of its life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

import numpy as np
from django.core.mail.backends.base import BaseEmailBackend
from tests.rooms.conftest import NOW, bring_in

from headwater.instruments import item_rules
from headwater.rooms.listen.launching import launch_wave
from headwater.rooms.listen.logic.links import Place, link_token, read_token
from headwater.rooms.listen.models import Invitation, Study, Wave
from headwater.rooms.listen.respond_waves import live_wave
from headwater.rooms.listen.responding import Submission, submit_response
from headwater.rooms.listen.studies import create_study, schedule_wave
from headwater.rooms.listen.waves import advance_waves
from headwater.rooms.people.models import User


class QuietPost(BaseEmailBackend):
    """Takes messages as they are, without writing each of thousands out as a file would be."""

    outbox: ClassVar[list[Any]] = []

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        """Keep the messages."""
        self.outbox.extend(email_messages)
        return len(email_messages)


OPENS = NOW + timedelta(days=1)
PULSE = ("pulse", None)


def large_csv(*, teams: int = 4, size: int = 12, divisions: int = 2, spoken: str = "en") -> bytes:
    """Divisions of teams of `size` under one leader, with e-mail address, language, tenure and area."""
    lines = [
        "person_id,name,manager_id,unit_id,unit_name,email,language,tenure,area",
        "top,Ada Top,,,,top@example.org,,,",
    ]
    for division in range(divisions):
        boss = f"d{division}"
        lines.append(f"{boss},Lea {boss},top,all,Works,{boss}@example.org,,,")
        for team in range(teams):
            lead = f"{boss}t{team}"
            lines.append(f"{lead},Tom {lead},{boss},{boss}-d,Division {division},{lead}@example.org,{spoken},,")
            for place in range(size):
                who = f"{lead}p{place}"
                tenure, area = ("short", "long")[place % 2], ("depot", "desk", "road")[place % 3]
                lines.append(f"{who},Per {who},{lead},{lead}-t,Team {lead},{who}@example.org,{spoken},{tenure},{area}")
    return "\n".join(lines).encode() + b"\n"


def enlarge(administrator: User, **values: Any) -> None:
    """Bring the larger organisation in instead of the small one."""
    made = bring_in(large_csv(**values), administrator, reason="a larger organisation for this test")
    assert made.state == "applied"


def planned(actor: User, *, questionnaires: list[Any] | None = None, days: int = 14, **values: Any) -> Wave:
    """A planned wave that opens in a day."""
    study = create_study(
        title=values.pop("title", "How it is to work here"),
        questionnaires=questionnaires or [("pulse", None)],
        actor=actor,
        now=NOW,
        **values,
    )
    return schedule_wave(
        study_id=study.pk, opens_at=OPENS, days_open=days, late_days=2, reminders=[3, 7], actor=actor, now=NOW
    )


def launched(actor: User, *, opened: bool = True, **values: Any) -> Wave:
    """A launched wave, open unless asked otherwise."""
    wave = launch_wave(wave_id=planned(actor, **values).pk, actor=actor, now=NOW)
    if opened:
        advance_waves(now=OPENS)
    return Wave.objects.get(pk=wave.pk)


def answers_for(wave: Wave, code: int | None = None, *, seed: int = 0) -> dict[str, Any]:
    """Answers to every rated item: one code throughout, else spread by a seed."""
    rules = item_rules(live_wave(wave).frozen.questionnaires)
    drawn = np.random.default_rng(seed).random(len(rules))
    found = {}
    for share, (key, rule) in zip(drawn.tolist(), rules.items(), strict=True):
        chosen = code if code is not None else rule.low + int(share * (rule.high - rule.low + 1))
        found[key] = min(max(chosen, rule.low), rule.high)
    return found


def answer(wave: Wave, invitation: Invitation, *, at: datetime, answers: Mapping[str, Any] | None = None) -> Submission:
    """Answer as an invited person would, through their link."""
    live = live_wave(wave)
    place = Place(invitation.unit_key, invitation.cuts, invitation.language)
    link = read_token(live.secrets, live.frozen, link_token(live.secrets, live.frozen, place, bytes(invitation.number)))
    given = answers if answers is not None else answers_for(wave, seed=invitation.pk)
    return submit_response(wave=live, link=link, answers=given, now=at)


def asked(wave: Wave) -> list[Invitation]:
    """Those who are asked, in order."""
    states = (Invitation.State.WAITING, Invitation.State.SENT)
    return list(Invitation.objects.filter(wave=wave, state__in=states).order_by("pk"))


def study_of(wave: Wave) -> Study:
    """The study, read afresh."""
    return Study.objects.get(pk=wave.study_id)
