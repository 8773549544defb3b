"""Tokens of the API: made once, shown once, bound to scopes, ended at any time."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.errors import HttpError
from ninja.security import HttpBearer

from headwater.rooms.house import audit
from headwater.rooms.people.models import User
from headwater.rooms.people.token_models import ApiToken
from headwater.vocab import HeadwaterError

PREFIX = "hw_"

SCOPES: dict[str, str | Promise] = {
    "organisation:read": gettext_lazy("units of the organisation and who leads them"),
    "studies:read": gettext_lazy("studies, their waves, questionnaires and published response rates"),
    "responses:write": gettext_lazy("hand in responses in batches"),
    "scores:read": gettext_lazy("released scores of all units"),
}
"""What a token may be allowed to do."""


class TokenRefusedError(HeadwaterError):
    """A token cannot be made; the message says why."""

    exit_code = 3


@dataclass(frozen=True)
class MadeToken:
    """A token and its text, which is shown once and kept nowhere."""

    token: ApiToken
    text: str


def make_token(
    *,
    name: str,
    scopes: Sequence[str],
    studies: Sequence[str] = (),
    expires_at: datetime | None = None,
    actor: User,
    now: datetime,
) -> MadeToken:
    """Make a token. Raises TokenRefusedError."""
    if not name.strip():
        raise TokenRefusedError(_("Say which system the token is for."))
    if not scopes or set(scopes) - set(SCOPES):
        raise TokenRefusedError(_("Choose at least one scope of the list."))
    if expires_at is not None and expires_at <= now:
        raise TokenRefusedError(_("The token would have ended before it began."))
    text = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            name=name.strip()[:200],
            digest=_digest(text),
            begins=text[:9],
            scopes=sorted(set(scopes)),
            studies=sorted(set(studies)),
            made_by=actor,
            made_at=now,
            expires_at=expires_at,
        )
        payload = {"name": token.name, "scopes": token.scopes, "studies": token.studies}
        audit.record(action="token.made", actor=str(actor.pk), subject=str(token.pk), payload=payload, now=now)
    return MadeToken(token, text)


def end_token(*, token: ApiToken, actor: User, now: datetime) -> None:
    """End a token. Ending it twice changes nothing."""
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, ended_at=None).update(ended_at=now):
            payload = {"name": token.name}
            audit.record(action="token.ended", actor=str(actor.pk), subject=str(token.pk), payload=payload, now=now)


def find_token(*, text: str, now: datetime) -> ApiToken | None:
    """Return the standing token of a text, and note the day it was used; None when there is none."""
    token = ApiToken.objects.filter(digest=_digest(text), ended_at=None).first()
    if token is None or (token.expires_at is not None and token.expires_at <= now):
        return None
    today = timezone.localdate(now)
    if token.last_used_date != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_date=today)
    return token


class Scoped(HttpBearer):
    """Opens an operation of the API to tokens of one scope."""

    def __init__(self, scope: str) -> None:
        """Take the scope. Raises KeyError for one that is not in SCOPES."""
        SCOPES[scope]
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Return the token, None for an unknown one (401). Raises HttpError 403 when it lacks the scope."""
        found = find_token(text=token, now=timezone.now())
        if found is None:
            return None
        if self.scope not in found.scopes:
            raise HttpError(403, f"this token lacks the scope {self.scope}")
        return found


def token_of(request: HttpRequest) -> ApiToken:
    """Return the token that opened a request."""
    found: ApiToken = request.auth  # type: ignore[attr-defined]
    return found


def may_touch(token: ApiToken, study: str) -> bool:
    """Whether a token may do something with a study."""
    return not token.studies or study in token.studies


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
