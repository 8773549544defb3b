"""Mail: by SMTP, or as .eml files in a folder."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from headwater.rooms.house.jobs import enqueue_job
from headwater.rooms.house.models import Job


class FolderBackend(BaseEmailBackend):
    """Writes each message as one .eml file into EMAIL_FILE_PATH, whole or not at all."""

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        """Write the messages. Returns how many."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            name = uuid.uuid4().hex
            aside = folder / f".{name}"
            aside.write_bytes(message.message().as_bytes(linesep="\r\n"))
            aside.chmod(0o600)
            os.replace(aside, folder / f"{name}.eml")
        return len(email_messages)


def send_mail_later(*, to: str, subject: str, text: str, now: datetime, once_key: str | None = None) -> Job:
    """Queue one message. With a once_key it is queued once only."""
    arguments = {"to": to, "subject": " ".join(subject.split()), "text": text}
    return enqueue_job(name="send_mail", arguments=arguments, now=now, once_key=once_key)


def deliver(*, to: str, subject: str, text: str, now: datetime) -> None:
    """Send one message: the job `send_mail`."""
    EmailMessage(subject=subject, body=text, to=[to]).send()
