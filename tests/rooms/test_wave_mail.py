"""Invitations and reminders: whom they go to, what they carry, what is kept of them, and what comes back."""

from __future__ import annotations

import email
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import override_settings
from tests.rooms.conftest import Cast
from tests.rooms.study_cast import OPENS, answer, asked, enlarge, launched

from headwater.rooms.house.jobs import run_job
from headwater.rooms.house.models import Job
from headwater.rooms.listen.drawing import contacted_too_often, language_for
from headwater.rooms.listen.models import Invitation, ListenSettings, Wave
from headwater.rooms.listen.reminding import note_bounce, take_bounces
from headwater.rooms.listen.waves import advance_waves

State = Invitation.State


@pytest.fixture(autouse=True)
def folders(own_folders: Path) -> Iterator[None]:
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend", MAIL_BOUNCES="b@post.example"
    ):
        yield


def work(now: datetime) -> None:
    """Run every job that waits, as a worker would at that moment."""
    for job in Job.objects.filter(state=Job.State.WAITING, run_at__lte=now).order_by("run_at", "pk"):
        run_job(job_id=job.pk, now=now)


def sent() -> list[Any]:
    return list(mail.outbox)


def returned(message: Any, status: str = "5.1.1", action: str = "failed") -> bytes:
    """A delivery status report (RFC 3464) for a message."""
    report = EmailMessage(policy=policy.SMTP)
    report["From"], report["To"], report["Subject"] = "MAILER-DAEMON@post.example", message.from_email, "Undelivered"
    report.set_content("It did not arrive.")
    text = report.as_bytes().replace(b"text/plain", b"text/plain")
    head, _, _body = text.partition(b"\r\n\r\n")
    head = b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-"))
    return (
        head
        + b'\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n--x\r\n'
        + b"Content-Type: text/plain\r\n\r\nIt did not arrive.\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n"
        + f"Reporting-MTA: dns; post.org\r\n\r\nAction: {action}\r\nStatus: {status}\r\n\r\n--x--\r\n".encode()
    )


def test_everybody_gets_one_link_of_their_own_and_none_is_kept(cast: Cast) -> None:
    enlarge(cast.administrator, spoken="es")
    wave = launched(cast.experience_lead, channel="mail", languages=["en", "es"])
    assert sent() == []
    work(OPENS)
    messages = sent()
    assert len(messages) == wave.invited == 106
    links = {line for one in messages for line in one.body.splitlines() if "/r/" in line}
    assert len(links) == 106
    assert {one.to[0] for one in messages} == {one.person.email for one in asked(wave) if one.person}
    spanish = next(one for one in messages if one.to == ["d0t0p0@example.org"])
    assert "Este enlace es suyo" in spanish.body
    english = next(one for one in messages if one.to == ["d0@example.org"])
    assert "This link is yours" in english.body
    assert all(one.from_email.startswith("b+i") for one in messages)
    assert not Invitation.objects.filter(wave=wave, state=State.WAITING).exists()
    kept = json.dumps(list(Job.objects.values_list("arguments", flat=True))) + str(list(Invitation.objects.values()))
    assert "/r/" not in kept
    assert not any(link.rpartition("/r/")[2] in kept for link in links)
    work(OPENS + timedelta(minutes=1))
    assert len(sent()) == 106


def test_reminders_of_an_anonymous_study_go_to_everyone(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="mail")
    work(OPENS)
    answer(wave, asked(wave)[0], at=OPENS + timedelta(hours=1))
    note_bounce(invitation=asked(wave)[1], now=OPENS + timedelta(hours=1))
    mail.outbox.clear()
    third = OPENS + timedelta(days=3)
    advance_waves(now=third)
    work(third)
    assert len(sent()) == 105
    assert "Nobody can see who answered" in sent()[0].body
    assert sent()[0].subject == "A reminder: How it is to work here"
    work(third + timedelta(hours=1))
    advance_waves(now=third + timedelta(hours=1))
    work(third + timedelta(hours=1))
    assert len(sent()) == 105


@pytest.mark.parametrize("promise", ["confidential", "identified"])
def test_reminders_of_other_studies_leave_out_who_answered(cast: Cast, promise: str) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="mail", promise=promise)
    work(OPENS)
    for invitation in asked(wave)[:6]:
        answer(wave, invitation, at=OPENS + timedelta(hours=1))
    mail.outbox.clear()
    advance_waves(now=OPENS + timedelta(days=3))
    work(OPENS + timedelta(days=3))
    assert len(sent()) == 100


def test_missed_mailings_are_not_made_up_twice(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="mail")
    work(OPENS)
    mail.outbox.clear()
    late = OPENS + timedelta(days=9)
    advance_waves(now=late)
    work(late)
    assert len(sent()) == 106
    wave.refresh_from_db()
    assert wave.rounds == 3
    assert set(Invitation.objects.filter(wave=wave).values_list("reminders_sent", flat=True)) == {2}


def test_what_comes_back_for_good_is_counted_and_reminded_no_more(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="mail")
    work(OPENS)
    first, second, third = sent()[:3]
    reports = [returned(first), returned(second, "4.2.2"), returned(third, "5.2.2"), returned(first), b"nonsense"]
    reports.append(returned(first, action="delayed"))
    forged = returned(third).replace(third.from_email.encode(), b"b+i1-aaaaaaaaaa@post.example")
    counted = take_bounces(messages=[*reports, forged], now=OPENS + timedelta(hours=1))
    assert counted == {"bounced": 2, "passing": 2, "other": 3}
    assert Invitation.objects.filter(wave=wave, state=State.BOUNCED).count() == 1
    mail.outbox.clear()
    advance_waves(now=OPENS + timedelta(days=3))
    work(OPENS + timedelta(days=3))
    assert len(sent()) == 105
    assert first.to[0] not in {one.to[0] for one in sent()}


def test_a_refused_address_bounces_and_a_busy_server_is_tried_again(cast: Cast, monkeypatch: Any) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="mail")
    broken = {"d0t0p0@example.org": 550, "d0t0p1@example.org": 450}
    real = EmailMultiAlternatives.send

    def send(self: Any, *values: Any, **named: Any) -> int:
        code = broken.get(self.to[0])
        if code is not None:
            raise SMTPRecipientsRefused({self.to[0]: (code, b"no")})
        return real(self, *values, **named)

    monkeypatch.setattr(EmailMultiAlternatives, "send", send)
    work(OPENS)
    assert len(sent()) == 104
    states = dict(Invitation.objects.filter(wave=wave).values_list("person__email", "state"))
    assert states["d0t0p0@example.org"] == State.BOUNCED
    assert states["d0t0p1@example.org"] == State.WAITING
    del broken["d0t0p1@example.org"]
    work(OPENS + timedelta(minutes=5))
    assert len(sent()) == 105
    assert Invitation.objects.filter(wave=wave, state=State.SENT).count() == 105


def test_nothing_is_sent_after_closing(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="mail")
    work(wave.closes_at)
    assert sent() == []
    assert Invitation.objects.filter(wave=wave, state=State.WAITING).count() == 106


def test_people_asked_often_of_late_are_held_back_over_all_studies(cast: Cast) -> None:
    enlarge(cast.administrator)
    ListenSettings.objects.update_or_create(pk=1, defaults={"cap_contacts": 1, "cap_days": 30})
    first = launched(cast.experience_lead, channel="mail", population={"units": ["d0-d"]}, title="First")
    work(OPENS)
    second = launched(cast.experience_lead, channel="mail", title="Second")
    states = Invitation.objects.filter(wave=second)
    # the four leaders of teams are too few to be asked anonymously when nobody above them is asked
    assert Invitation.objects.filter(wave=first, state=State.TOO_FEW).count() == 4
    assert states.filter(state=State.CAPPED).count() == first.invited == 48
    assert second.invited == states.filter(state=State.WAITING).count()
    assert sum(second.plan["invited"]) == second.invited if second.plan else False
    cap = ListenSettings.objects.get(pk=1)
    assert contacted_too_often(cap, now=OPENS + timedelta(days=31)) == set()
    third = launched(cast.experience_lead, channel="mail", title="Third", ignores_cap=True)
    assert not Invitation.objects.filter(wave=third, state=State.CAPPED).exists()


def test_the_language_of_a_message(cast: Cast) -> None:
    assert language_for("es-MX", ["en", "es"]) == "es"
    assert language_for("", ["de", "en"]) == "de"
    assert language_for("PT-br", ["pt-BR", "en"]) == "pt-BR"
    assert language_for("fr", ["en", "es"]) == "en"


def test_the_html_part_shows_where_its_button_leads(cast: Cast) -> None:
    enlarge(cast.administrator)
    launched(cast.experience_lead, channel="mail")
    work(OPENS)
    parsed = email.message_from_bytes(sent()[0].message().as_bytes(), policy=policy.default)
    html = parsed.get_body(("html",))
    assert html is not None
    link = next(line for line in sent()[0].body.splitlines() if "/r/" in line)
    assert html.get_content().count(link) >= 2
    assert parsed["From"].endswith("<headwater@localhost>")
    assert Wave.objects.filter(rounds=1).count() == 1
