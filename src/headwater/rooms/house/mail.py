"""Mail: text first, with an HTML part where a layout helps; by SMTP, or as .eml files in a folder.

A message may name a place where its bounces come back to: an address of its own under `MAIL_BOUNCES`, signed, so that
nobody can invent a bounce (variable envelope return paths, D. J. Bernstein, 1997).
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from headwater.rooms.house.bounces import bounce_address
from headwater.rooms.house.jobs import enqueue_job
from headwater.rooms.house.mail_layout import html_of
from headwater.rooms.house.models import Job

AUTOMATIC = {"Auto-Submitted": "auto-generated"}
"""Asks other machines not to answer (RFC 3834)."""


class FolderBackend(BaseEmailBackend):
    """Writes each message as one .eml file into EMAIL_FILE_PATH, whole or not at all."""

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        """Write the messages, each with its Return-Path as a mailbox would show it. Returns how many."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            name = uuid.uuid4().hex
            aside = folder / f".{name}"
            written = message.message()
            written["Return-Path"] = f"<{message.from_email}>"
            aside.write_bytes(written.as_bytes(linesep="\r\n"))
            aside.chmod(0o600)
            os.replace(aside, folder / f"{name}.eml")
        return len(email_messages)


def send_mail_later(
    *,
    to: str,
    subject: str,
    text: str,
    now: datetime,
    once_key: str | None = None,
    with_layout: bool = False,
    language: str = "en",
    bounce_token: str = "",
    unsubscribe: str = "",
) -> Job:
    """Queue one message. With a once_key it is queued once only.

    with_layout: add an HTML part made of the text (`mail_layout`), in `language`. bounce_token: what `bounces` gives
    back when the message cannot be delivered; without MAIL_BOUNCES it has no effect. unsubscribe: an https address that
    takes a POST (RFC 8058). Raises ValueError for a token or an address that no header can hold.
    """
    arguments: dict[str, Any] = {"to": to, "subject": " ".join(subject.split()), "text": text}
    if with_layout:
        arguments["html"] = html_of(text, subject=arguments["subject"], language=language)
    if bounce_token and settings.MAIL_BOUNCES:
        arguments["return_path"] = bounce_address(bounce_token)
    if unsubscribe:
        arguments["headers"] = _unsubscribe(unsubscribe)
    return enqueue_job(name="send_mail", arguments=arguments, now=now, once_key=once_key)


def deliver(
    *,
    to: str,
    subject: str,
    text: str,
    now: datetime,
    html: str = "",
    return_path: str = "",
    headers: Mapping[str, str] | None = None,
) -> None:
    """Send one message: the job `send_mail`. The sender people see stays the same, whatever the return path is."""
    shown = settings.DEFAULT_FROM_EMAIL
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=return_path or shown,
        to=[to],
        headers={"From": shown, **AUTOMATIC, **(headers or {})},
    )
    if html:
        message.attach_alternative(html, "text/html")
    message.send()


def _unsubscribe(address: str) -> dict[str, str]:
    if not address.startswith(("https://", "http://")) or any(sign <= " " or sign in "<>" for sign in address):
        message = f"mail cannot be ended at {address!r}"
        raise ValueError(message)
    one_click = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if address.startswith("https://") else {}
    return {"List-Unsubscribe": f"<{address}>", **one_click}
