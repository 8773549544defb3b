"""A wave of 5,000 people on a simulated clock, and the loss of power between any two of its steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.test import override_settings
from tests.rooms.conftest import Cast
from tests.rooms.study_cast import OPENS, QuietPost, answer, asked, enlarge, launched
from tests.rooms.test_wave_mail import returned, work

from headwater.intake import open_waves
from headwater.rooms.house.models import AuditEntry, Job
from headwater.rooms.listen import releasing, waves
from headwater.rooms.listen.logic.wave_keys import has_key
from headwater.rooms.listen.models import Invitation, RateUpdate, SealedResponse, Wave
from headwater.rooms.listen.releasing import book_folder
from headwater.rooms.listen.reminding import take_bounces
from headwater.rooms.listen.waves import advance_waves, queue_advances
from headwater.scoring import load_book


@pytest.fixture(autouse=True)
def folders(own_folders: Path) -> Iterator[None]:
    QuietPost.outbox.clear()
    with override_settings(EMAIL_BACKEND="tests.rooms.study_cast.QuietPost", MAIL_BOUNCES="b@post.example"):
        yield


def invitations() -> list[Any]:
    """Messages with a link: leaders' messages at the end carry none."""
    return [message for message in QuietPost.outbox if "/r/" in message.body]


def test_a_wave_of_5000_runs_unattended(cast: Cast) -> None:
    enlarge(cast.administrator, teams=20, size=23, divisions=10)
    wave = launched(cast.experience_lead, channel="mail", opened=False)
    assert wave.invited == 4810
    people = asked(wave)
    generator = np.random.default_rng(5)
    wave.state = Wave.State.OPEN
    chosen = generator.permutation(len(people))
    answering = {day: [people[place] for place in chosen[day * 200 : (day + 1) * 200]] for day in range(16)}
    bounced = 0
    for day in range(20):
        now = OPENS + timedelta(days=day)
        queue_advances(now=now)
        work(now)
        work(now + timedelta(minutes=1))
        if day == 0:
            reports = [returned(message) for message in QuietPost.outbox[:40]]
            bounced = take_bounces(messages=reports, now=now)["bounced"]
        for invitation in answering.get(day, []):
            assert answer(wave, invitation, at=now + timedelta(hours=3)).kind == "stored"
    queue_advances(now=OPENS + timedelta(days=20))
    work(OPENS + timedelta(days=20))
    wave.refresh_from_db()
    assert wave.state == Wave.State.RELEASED, (wave.outcome, Job.objects.filter(state="failed").values())
    assert wave.responses == 3200
    assert bounced == 40
    reminded = 4810 - 40
    assert len(invitations()) == 4810 + 2 * reminded
    states = Invitation.objects.filter(wave=wave)
    assert states.filter(state=Invitation.State.BOUNCED, reminders_sent=0).count() == 40
    assert states.filter(state=Invitation.State.SENT, reminders_sent=2).count() == reminded
    book = load_book(book_folder(wave))
    assert int(book.everybody.n[0]) == 3200
    sealed = open_waves(settings.STORE)
    assert sum(found.rows for found in sealed) == 3200
    days = list(RateUpdate.objects.filter(wave=wave).order_by("day").values_list("rates", flat=True))
    top = [rates["all"][0] for rates in days if "all" in rates]
    assert len(days) == 16
    assert top == sorted(top)
    assert all(later - earlier == 0 or later - earlier >= 5 for earlier, later in pairwise(top))
    assert not SealedResponse.objects.filter(wave=wave).exists()
    assert not has_key(settings.KEYS, wave.pk)
    assert not Job.objects.exclude(state=Job.State.DONE).filter(run_at__lte=OPENS + timedelta(days=20)).exists()


def interrupted(monkeypatch: Any, name: str, *, after: bool) -> Callable[[], None]:
    """Let the power fail once, just before or just after one part of the work."""
    module: Any = waves if name in ("queue_mailing", "publish_rates") else releasing
    real = getattr(module, name)
    fails = [True]

    def part(*values: Any, **named: Any) -> Any:
        if fails[0] and not after:
            fails[0] = False
            raise KeyboardInterrupt
        result = real(*values, **named)
        if fails[0] and after:
            fails[0] = False
            raise KeyboardInterrupt
        return result

    monkeypatch.setattr(module, name, part)

    def check() -> None:
        assert not fails[0], f"{name} was never reached"

    return check


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    "name",
    ["queue_mailing", "publish_rates", "open_responses", "seal", "destroy_key", "forget_responses", "score_wave",
     "audit_releases", "prepared_book", "propose_release", "place_book", "enqueue_job"],
)  # fmt: skip
def test_power_lost_at_any_point_costs_nothing_but_time(cast: Cast, monkeypatch: Any, name: str, after: bool) -> None:
    enlarge(cast.administrator, divisions=1, teams=3)
    check = interrupted(monkeypatch, name, after=after)
    wave = launched(cast.experience_lead, channel="mail", opened=False)
    people = asked(wave)
    now, fallen = OPENS, 0
    for day in range(20):
        now = OPENS + timedelta(days=day)
        for _attempt in range(2):
            try:
                advance_waves(now=now)
            except KeyboardInterrupt:
                fallen += 1
        work(now)
        if day == 2:
            for invitation in people[:30]:
                answer(wave, invitation, at=now)
    check()
    assert fallen == 1
    wave.refresh_from_db()
    assert wave.state == Wave.State.RELEASED
    assert wave.responses == len(people[:30]) == sum(found.rows for found in open_waves(settings.STORE))
    assert int(load_book(book_folder(wave)).everybody.n[0]) == 30
    assert len(invitations()) == 3 * wave.invited
    assert not has_key(settings.KEYS, wave.pk)
    for action in ("wave.opened", "wave.closed", "wave.sealed", "wave.key_destroyed", "wave.released"):
        assert AuditEntry.objects.filter(action=action).count() == 1, action
