"""Rate limits, counted in the database so that all processes share them.

An account and an address have separate buckets. What the account's bucket refuses is not counted against the address,
so that one person's wrong codes do not lock out the office behind the same address. Keys are keyed hashes.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from headwater.rooms.house.audit import derived_key
from headwater.rooms.house.models import Count


@dataclass(frozen=True)
class Limit:
    """At most `most` in any one window of `per`."""

    most: int
    per: timedelta


SIGN_IN_ACCOUNT = Limit(10, timedelta(minutes=5))
SIGN_IN_ADDRESS = Limit(300, timedelta(minutes=5))
SIGN_IN_PATHS = frozenset({"/account/login/", "/account/2fa/authenticate/", "/account/password/reset/"})


def take(*, scope: str, key: str, limit: Limit, now: datetime) -> bool:
    """Count one attempt. Returns whether it is still within the limit."""
    seconds = int(limit.per.total_seconds())
    window = int(now.timestamp()) // seconds * seconds
    hashed = hmac.new(derived_key("rate-limits"), f"{scope}\0{key}".encode(), hashlib.sha256).hexdigest()
    with transaction.atomic():
        row, _ = Count.objects.get_or_create(key=hashed, window=window)
        if row.count >= limit.most:
            return False
        return bool(Count.objects.filter(pk=row.pk, count__lt=limit.most).update(count=F("count") + 1))


def take_both(*, scope: str, account: str, address: str, by_account: Limit, by_address: Limit, now: datetime) -> bool:
    """Count one attempt against an account, then, if it was within that limit, against the address."""
    if account and not take(scope=f"{scope}:account", key=account.strip().casefold(), limit=by_account, now=now):
        return False
    return take(scope=f"{scope}:address", key=address, limit=by_address, now=now)


def forget_old(*, now: datetime) -> None:
    """Delete counts of windows long past."""
    Count.objects.filter(window__lt=int((now - timedelta(days=1)).timestamp())).delete()


def address_of(request: HttpRequest) -> str:
    """Return the client's address: the proxy's last word behind a proxy, else the connection's."""
    if settings.HTTPS:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        if forwarded:
            return str(forwarded.rsplit(",", 1)[-1].strip())
    return str(request.META.get("REMOTE_ADDR", ""))


class LimitSignIn:
    """Refuses sign-in attempts past the limits with 429."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Take what answers the request."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Count attempts to sign in; pass everything else."""
        if request.method == "POST" and request.path in SIGN_IN_PATHS:
            account = str(request.POST.get("login", "") or request.POST.get("email", ""))
            # a code for the second factor names no account: its session stands for it
            account = account or str(request.session.session_key or "")
            allowed = take_both(
                scope="sign-in",
                account=account,
                address=address_of(request),
                by_account=SIGN_IN_ACCOUNT,
                by_address=SIGN_IN_ADDRESS,
                now=timezone.now(),
            )
            if not allowed:
                response = render(request, "429.html", status=429)
                response["Retry-After"] = str(int(SIGN_IN_ACCOUNT.per.total_seconds()))
                return response
        return self.get_response(request)
