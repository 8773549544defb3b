"""Mail: its parts, its headers, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from tests.rooms.conftest import NOW

from headwater.rooms.house import jobs, mail
from headwater.rooms.house.bounces import Bounce, bounce_address, read_bounce, token_of
from headwater.rooms.house.mail_layout import html_of
from headwater.rooms.house.models import Job

INVITATION = (
    "Good morning Ana,\n\nfour minutes about your work.\nThank you.\n\nBegin: https://hw.example/s/abc?x=1&y=2\n"
)


@pytest.fixture(autouse=True)
def _sent_to_a_folder(tmp_path: Path) -> Iterator[None]:
    with override_settings(
        EMAIL_BACKEND="headwater.rooms.house.mail.FolderBackend",
        EMAIL_FILE_PATH=str(tmp_path / "mail"),
        DEFAULT_FROM_EMAIL="headwater@works.example",
        MAIL_BOUNCES="bounces@works.example",
    ):
        yield


def sent(folder: Path, **changed: Any) -> EmailMessage:
    """The one message that was sent."""
    values: dict[str, Any] = {
        "to": "ana@example.org",
        "subject": "Your view",
        "text": INVITATION,
        "now": NOW,
        **changed,
    }
    job = mail.send_mail_later(**values)
    assert jobs.run_job(job_id=job.pk, now=NOW) == Job.State.DONE
    files = list((folder / "mail").glob("*.eml"))
    assert len(files) == 1
    return message_from_bytes(files[0].read_bytes(), policy=policy.default)


@pytest.mark.django_db
def test_a_plain_message_is_one_part_and_answers_itself_to_nobody(tmp_path: Path) -> None:
    message = sent(tmp_path)
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n") == INVITATION
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == "headwater@works.example"
    assert message["Return-Path"] == "<headwater@works.example>"
    assert message["List-Unsubscribe"] is None


@pytest.mark.django_db
def test_a_message_with_a_layout_keeps_its_text_first(tmp_path: Path) -> None:
    message = sent(tmp_path, with_layout=True)
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(html, EmailMessage)
    assert text.get_content().replace("\r\n", "\n") == INVITATION
    assert html.get_content_type() == "text/html"
    assert '<a class="go" href="https://hw.example/s/abc?x=1&amp;y=2">Begin</a>' in html.get_content()


@pytest.mark.django_db
def test_bounces_come_back_to_an_address_of_their_own(tmp_path: Path) -> None:
    message = sent(tmp_path, bounce_token="w7-42")
    back = message["Return-Path"].strip("<>")
    assert back == bounce_address("w7-42")
    assert message["From"] == "headwater@works.example"
    assert token_of(back) == "w7-42"
    assert token_of(back.upper()) == "w7-42"


@pytest.mark.django_db
def test_without_a_mailbox_for_bounces_they_come_to_the_sender(tmp_path: Path) -> None:
    with override_settings(MAIL_BOUNCES=""):
        assert sent(tmp_path, bounce_token="w7-42")["Return-Path"] == "<headwater@works.example>"


@pytest.mark.django_db
def test_a_message_says_how_to_end_it(tmp_path: Path) -> None:
    message = sent(tmp_path, unsubscribe="https://hw.example/stop/abc")
    assert message["List-Unsubscribe"] == "<https://hw.example/stop/abc>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://x\nBcc: all@example.org", "https://x>,<http://y"])
def test_no_header_is_smuggled_in(address: str) -> None:
    with pytest.raises(ValueError, match="cannot be ended"):
        mail.send_mail_later(to="a@example.org", subject="x", text="y", now=NOW, unsubscribe=address)
    assert Job.objects.count() == 0


def test_words_of_people_stay_words() -> None:
    made = html_of("<script>alert(1)</script>\n\nSee https://a.example/x. Thanks", subject="<b>", language="ar")
    assert "<script>" not in made
    assert "<title>&lt;b&gt;</title>" in made
    assert '<html lang="ar" dir="rtl">' in made
    assert '<a href="https://a.example/x">https://a.example/x</a>. Thanks' in made
    assert "javascript:" not in html_of("Go: javascript:alert(1)", subject="", language="en").replace(
        "Go: javascript:", ""
    )


def test_the_html_part_loads_nothing() -> None:
    made = html_of(INVITATION, subject="s", language="en")
    assert "<img" not in made
    assert "url(" not in made
    assert "<link" not in made
    assert "four minutes about your work.<br>\nThank you." in made
    assert "{" not in made.split("</style>")[1]


@pytest.mark.parametrize("token", ["", "UPPER", "with+plus", "with@at", "a" * 41, "new\nline"])
def test_a_token_that_no_address_holds_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="cannot be the token"):
        bounce_address(token)


def test_a_forged_return_path_is_nobodys() -> None:
    good = bounce_address("w7-42")
    assert token_of(good.replace("w7-42", "w7-43")) == ""
    assert token_of(good.replace("works", "other")) == ""
    assert token_of("bounces@works.example") == ""
    assert token_of("bounces+@works.example") == ""
    assert token_of("bounces+é-é@works.example") == ""


def report(to: str, *, action: str = "failed", status: str = "5.1.1", kind: str = "multipart/report") -> bytes:
    """A delivery status report as a mail server writes it."""
    lines = (
        "From: MAILER-DAEMON@mx.example",
        f"To: {to}",
        "Subject: Undelivered Mail Returned to Sender",
        f'Content-Type: {kind}; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "I could not deliver your message.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example",
        "",
        "Final-Recipient: rfc822; ana@example.org",
        f"Action: {action}",
        f"Status: {status}",
        "Diagnostic-Code: smtp; 550 5.1.1 no such user",
        "",
        "--b--",
        "",
    )
    return "\r\n".join(lines).encode()


def test_a_report_of_failure_says_whose_and_how_final() -> None:
    found = read_bounce(report(bounce_address("w7-42")))
    assert found == Bounce("w7-42", "5.1.1")
    assert found.is_permanent
    full = read_bounce(report(f"Bounces <{bounce_address('w7-42')}>", status="5.2.2"))
    assert full is not None
    assert not full.is_permanent
    assert not Bounce("w7-42", "4.4.7").is_permanent
    assert not Bounce("w7-42", "").is_permanent


def test_what_is_no_report_of_failure_is_no_bounce() -> None:
    ours = bounce_address("w7-42")
    assert read_bounce(report(ours, action="delayed", status="4.4.7")) is None
    assert read_bounce(report(ours, action="delivered", status="2.0.0")) is None
    assert read_bounce(report(ours, kind="multipart/mixed")) is None
    assert read_bounce(report("bounces+w7-42-aaaaaaaaaa@works.example")) is None
    assert read_bounce(f"To: {ours}\r\nSubject: I am away\r\n\r\nBack on Monday.\r\n".encode()) is None
    assert read_bounce(b"\xff\xfe\x00 no mail at all") is None
