"""Read returned mail, so that nobody is reminded at an address that does not exist."""

from __future__ import annotations

import mailbox
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from headwater.rooms.listen.reminding import take_bounces

MOST_BYTES = 1 << 20
"""Of one message: a report is small, and what is larger is none."""


class Command(BaseCommand):
    """Reads a message from standard input (a mail server's pipe), a folder of messages, a Maildir or an mbox."""

    help = "Read returned mail: from standard input, a folder of .eml files, a Maildir or an mbox file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("place", nargs="?", default="-", help="a folder, a Maildir, an mbox file, or - for stdin")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read them. Raises CommandError for a place that is not there."""
        counted = take_bounces(messages=_messages(options["place"]), now=timezone.now())
        told = (
            f"{counted['bounced']} came back for good, {counted['passing']} may still arrive, {counted['other']} other"
        )
        self.stdout.write(told)


def _messages(place: str) -> Iterator[bytes]:
    if place == "-":
        yield sys.stdin.buffer.read(MOST_BYTES)
        return
    path = Path(place)
    if not path.exists():
        raise CommandError(f"{place} is not there. Name a folder, a Maildir or an mbox file.")
    if path.is_file():
        box: mailbox.Mailbox[Any] = mailbox.mbox(path, create=False)
    elif (path / "new").is_dir() and (path / "cur").is_dir():
        box = mailbox.Maildir(path, create=False)
    else:
        for file in sorted(path.glob("*.eml")):
            if file.stat().st_size <= MOST_BYTES:
                yield file.read_bytes()
        return
    try:
        for key in box.iterkeys():
            content = box.get_bytes(key)
            if len(content) <= MOST_BYTES:
                yield content
    finally:
        box.close()
