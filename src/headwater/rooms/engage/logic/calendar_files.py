"""Calendar files (iCalendar, RFC 5545): whole-day entries for what is asked, with the minutes in the title."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MEDIA_TYPE = "text/calendar; charset=utf-8"
MOST_OCTETS = 75
"""A line's octets without its break (RFC 5545, 3.1)."""


@dataclass(frozen=True)
class Event:
    """One entry. uid: the same for ever. sequence: grows with each change. address: where it is done, "" for none."""

    uid: str
    title: str
    text: str
    day: date
    changed_at: datetime
    sequence: int = 0
    address: str = ""
    is_cancelled: bool = False


def calendar_file(events: Iterable[Event], *, name: str) -> bytes:
    """Return a calendar of whole-day entries that leave the day free. name: what the calendar is called."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Headwater//Headwater//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
    ]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{escaped(event.uid)}",
            f"DTSTAMP:{_moment(event.changed_at)}",
            f"LAST-MODIFIED:{_moment(event.changed_at)}",
            f"SEQUENCE:{event.sequence}",
            f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{escaped(event.title)}",
            f"DESCRIPTION:{escaped(event.text)}",
            "TRANSP:TRANSPARENT",
            "CLASS:PRIVATE",
            f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
        ]
        if event.address:
            lines.append(f"URL:{_uri(event.address)}")
        lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def escaped(text: str) -> str:
    """Return a text value: backslash, semicolon, comma, line breaks escaped, other control signs left out (3.3.11)."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(sign for sign in plain if sign in "\n\t" or (ord(sign) >= 32 and ord(sign) != 127))
    return kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> str:
    """Return a line broken so that none passes 75 octets; no letter is split (3.1)."""
    parts, part, size = [], "", 0
    for sign in line:
        octets = len(sign.encode())
        # a continued line begins with a blank, which counts
        if size + octets > MOST_OCTETS:
            parts.append(part)
            part, size = " ", 1
        part, size = part + sign, size + octets
    return "\r\n".join([*parts, part])


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _uri(address: str) -> str:
    return "".join(sign for sign in address if sign.isprintable() and sign not in ' "<>')
