"""Webhooks as Standard Webhooks 1.0 has them: signed, retried, replayed.

webhook-id names the message, webhook-timestamp is seconds since 1970, webhook-signature is `v1,` and the base64 of
HMAC-SHA256 over `id.timestamp.body` under the endpoint's secret; while a secret is being changed there are two.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from headwater.rooms.house import audit, outward
from headwater.rooms.house.jobs import enqueue_job
from headwater.rooms.house.webhook_models import WebhookDelivery, WebhookEndpoint, WebhookMessage
from headwater.vocab import HeadwaterError

JOB = "deliver_webhook"
ATTEMPTS = 14
"""With pauses that double from 15 seconds to 6 hours, an endpoint may be away for about a day."""
SECRET_BYTES = 32
OVERLAP = timedelta(days=1)
"""How long the old secret still signs after a change."""
KEPT = timedelta(days=30)
GONE = 410

EVENTS: dict[str, str | Promise] = {}
"""What can be subscribed to: event -> what it says. Filled by `site`."""


class WebhookRefusedError(HeadwaterError):
    """A webhook cannot be made or changed; the message says why."""

    exit_code = 3


class UndeliveredError(RuntimeError):
    """An endpoint did not take a message; the job tries again."""


@dataclass(frozen=True)
class MadeEndpoint:
    """An endpoint and its secret, which is shown once."""

    endpoint: WebhookEndpoint
    secret: str


def add_endpoint(*, url: str, events: Sequence[str], actor: str, now: datetime) -> MadeEndpoint:
    """Subscribe an address to events. Raises WebhookRefusedError or AddressRefusedError."""
    unknown = sorted(set(events) - set(EVENTS))
    if not events or unknown:
        raise WebhookRefusedError(_("Choose at least one event of the list."))
    outward.check_address(url)
    secret = os.urandom(SECRET_BYTES)
    with transaction.atomic():
        endpoint = WebhookEndpoint(url=url, events=sorted(set(events)), made_at=now)
        endpoint.secret = _wrap(secret, endpoint)
        endpoint.save(force_insert=True)
        _record("webhook.added", endpoint, actor, now)
    return MadeEndpoint(endpoint, _written(secret))


def change_secret(*, endpoint: WebhookEndpoint, actor: str, now: datetime) -> MadeEndpoint:
    """Give an endpoint a new secret. The old one signs beside it for a day."""
    secret = os.urandom(SECRET_BYTES)
    with transaction.atomic():
        endpoint = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        endpoint.old_secret, endpoint.old_secret_until = endpoint.secret, now + OVERLAP
        endpoint.secret = _wrap(secret, endpoint)
        endpoint.save()
        _record("webhook.secret_changed", endpoint, actor, now)
    return MadeEndpoint(endpoint, _written(secret))


def end_endpoint(*, endpoint: WebhookEndpoint, actor: str, now: datetime, because: str = "") -> None:
    """Stop sending to an endpoint. Ending it twice changes nothing."""
    with transaction.atomic():
        standing = WebhookEndpoint.objects.filter(pk=endpoint.pk, ended_at=None)
        if standing.update(ended_at=now, ended_because=because[:200]):
            _record("webhook.ended", endpoint, actor, now)


def announce(*, event: str, data: Mapping[str, Any], now: datetime) -> WebhookMessage | None:
    """Say something to all who subscribed, in the caller's transaction. Returns None when nobody did.

    Raises KeyError for an event that nobody declared.
    """
    EVENTS[event]
    listening = [one for one in WebhookEndpoint.objects.filter(ended_at=None) if event in one.events]
    if not listening:
        return None
    body = json.dumps({"type": event, "timestamp": now.isoformat(), "data": data}, ensure_ascii=False)
    with transaction.atomic():
        message = WebhookMessage.objects.create(id=f"msg_{secrets.token_hex(16)}", event=event, body=body, said_at=now)
        for endpoint in listening:
            _send(WebhookDelivery.objects.create(message=message, endpoint=endpoint), now)
    return message


def replay(*, delivery: WebhookDelivery, actor: str, now: datetime) -> None:
    """Send a message again, under its own id. Raises WebhookRefusedError when its endpoint was ended."""
    if delivery.endpoint.ended_at is not None:
        raise WebhookRefusedError(_("This webhook was ended."))
    with transaction.atomic():
        WebhookDelivery.objects.filter(pk=delivery.pk).update(delivered_at=None, attempts=0, last_error="")
        _record("webhook.replayed", delivery.endpoint, actor, now, message=delivery.message_id)
        _send(delivery, now)


def deliver(*, delivery: int, now: datetime) -> None:
    """Send one message to one endpoint: the job. Raises UndeliveredError, after which the job tries again."""
    found = WebhookDelivery.objects.select_related("message", "endpoint").get(pk=delivery)
    if found.delivered_at is not None or found.endpoint.ended_at is not None:
        return
    body = found.message.body.encode()
    status, error = None, ""
    try:
        target = outward.check_address(found.endpoint.url)
        status = outward.post(target, body, signed_headers(found.message, found.endpoint, now))
    except (OSError, outward.AddressRefusedError) as failure:
        error = str(failure) or type(failure).__name__
    taken = status is not None and 200 <= status < 300
    WebhookDelivery.objects.filter(pk=found.pk).update(
        attempts=F("attempts") + 1,
        last_status=status,
        last_error=error[:300],
        tried_at=now,
        delivered_at=now if taken else None,
    )
    if status == GONE:
        end_endpoint(endpoint=found.endpoint, actor=audit.SYSTEM, now=now, because=_("it answered 410 Gone"))
    elif not taken:
        raise UndeliveredError(error or f"the endpoint answered {status}")


def signed_headers(message: WebhookMessage, endpoint: WebhookEndpoint, now: datetime) -> dict[str, str]:
    """Return the headers of one attempt, signed by every secret that stands."""
    stamp = str(int(now.timestamp()))
    held = [_unwrap(endpoint.secret, endpoint)]
    if endpoint.old_secret is not None and endpoint.old_secret_until is not None and now < endpoint.old_secret_until:
        held.append(_unwrap(endpoint.old_secret, endpoint))
    signed = f"{message.pk}.{stamp}.{message.body}".encode()
    marks = [base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode() for secret in held]
    return {
        "content-type": "application/json",
        "user-agent": "Headwater",
        "webhook-id": message.pk,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{mark}" for mark in marks),
    }


def forget_old(*, now: datetime) -> None:
    """Delete messages said long ago, delivered or given up."""
    old = Q(message__said_at__lt=now - KEPT)
    WebhookDelivery.objects.filter(old).delete()
    WebhookMessage.objects.filter(said_at__lt=now - KEPT).exclude(
        pk__in=WebhookDelivery.objects.values("message")
    ).delete()


def _send(delivery: WebhookDelivery, now: datetime) -> None:
    enqueue_job(name=JOB, arguments={"delivery": delivery.pk}, now=now, attempts_allowed=ATTEMPTS)


def _record(action: str, endpoint: WebhookEndpoint, actor: str, now: datetime, **more: str) -> None:
    payload = {"url": endpoint.url, "events": list(endpoint.events), **more}
    audit.record(action=action, actor=actor, subject=str(endpoint.pk), payload=payload, now=now)


def _written(secret: bytes) -> str:
    return f"whsec_{base64.b64encode(secret).decode()}"


def _wrap(secret: bytes, endpoint: WebhookEndpoint) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(audit.derived_key("webhooks")).encrypt(nonce, secret, endpoint.pk.bytes)


def _unwrap(wrapped: bytes | memoryview, endpoint: WebhookEndpoint) -> bytes:
    held = bytes(wrapped)
    return AESGCM(audit.derived_key("webhooks")).decrypt(held[:12], held[12:], endpoint.pk.bytes)
