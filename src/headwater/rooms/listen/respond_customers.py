"""Links of customers: those that Headwater made, and those that a customer system signed itself with a shared key."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest

from headwater.rooms.listen.logic.links import (
    ForgedLinkError,
    OpenLink,
    customer_key,
    customer_token,
    read_signed,
    read_token,
)
from headwater.rooms.listen.respond_requests import NoAnswerError, no_such_link, read_link
from headwater.rooms.listen.respond_waves import LiveWave, wave_of_study

MAX_VALUE = 200
"""Characters of one value of a context."""


def read_customer(request: HttpRequest, token: str) -> tuple[LiveWave, OpenLink]:
    """Read `<token>`, or `<study>.<payload>.<signature>`. Raises NoAnswerError for anything tampered with."""
    if "." not in token:
        return read_link(request, token)
    try:
        return read_own(token)
    except ForgedLinkError:
        raise NoAnswerError(no_such_link(request)) from None


def read_own(token: str) -> tuple[LiveWave, OpenLink]:
    """Read a link that a customer system signed, in the study's open wave. Raises ForgedLinkError.

    The payload is a JSON object: "unit" (needed), "contact" (what stands for the customer), "language", and "context",
    an object of short texts such as {"touchpoint": "phone", "date": "2026-03-02"}.
    """
    study, _first, rest = token.partition(".")
    payload, _second, signature = rest.partition(".")
    live = wave_of_study(study, clock=time.monotonic())
    if live.plan.channel != "customers":
        raise ForgedLinkError
    content = read_signed(customer_key(live.study_key), payload, signature)
    unit, contact, language = (_short(content.get(name, "")) for name in ("unit", "contact", "language"))
    context = content.get("context", {})
    if not isinstance(context, dict) or len(context) > 20:
        raise ForgedLinkError
    try:
        made = customer_token(
            live.secrets,
            live.frozen,
            unit,
            {_short(key): _short(value) for key, value in context.items()},
            contact,
            language=language,
        )
    except (KeyError, ValueError):
        raise ForgedLinkError from None
    return live, read_token(live.secrets, live.frozen, made)


def _short(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_VALUE or not (value.isprintable()):
        raise ForgedLinkError
    return value
