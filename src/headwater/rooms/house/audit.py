"""The audit trail: append-only, chained by keyed hashes, payloads under per-person keys.

Each entry's digest is HMAC-SHA256, under a key derived from the folder's secret, over the canonical JSON of the entry
and the digest before it. Whoever can write the database but does not hold the secret cannot mend the chain. The head is
kept apart, so that a cut-off tail shows. Payloads are AES-256-GCM under a key of their subject; erasing a subject
destroys the key, after which the entry still verifies and can no longer be read. A backup made before an erasure still
holds the key: retention of backups bounds that.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction

from headwater.rooms.house.models import AuditEntry, AuditHead, AuditKey

GENESIS = "0" * 64
NONCE = 12
SYSTEM = "system"
"""The actor of what happens by itself."""


class ErasedError(LookupError):
    """The subject was erased: nothing more can be written or read about them."""


@dataclass(frozen=True)
class Verdict:
    """What verifying found. broken_at: the first sequence number that does not fit, None when all fit."""

    entries: int
    broken_at: int | None
    reason: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the chain is unbroken."""
        return self.broken_at is None


def record(*, action: str, actor: str, subject: str, payload: Mapping[str, Any], now: datetime) -> AuditEntry:
    """Add an entry, in the caller's transaction. actor, subject: opaque ids. Raises ErasedError for an erased one."""
    with transaction.atomic():
        head = _locked_head()
        sequence = head.sequence + 1
        entry = AuditEntry(
            sequence=sequence,
            at=now,
            action=action,
            actor=actor,
            subject=subject,
            payload=_seal(_key_of(subject), sequence, payload),
            previous=head.digest,
        )
        entry.digest = _digest(entry)
        entry.save()
        head.sequence, head.digest = sequence, entry.digest
        head.save()
    return entry


def read_payload(entry: AuditEntry) -> dict[str, Any]:
    """Decrypt an entry's payload. Raises ErasedError when its subject was erased."""
    key = AuditKey.objects.get(subject=entry.subject)
    if key.wrapped is None:
        raise ErasedError(entry.subject)
    sealed = bytes(entry.payload)
    plain = AESGCM(_unwrap(bytes(key.wrapped))).decrypt(sealed[:NONCE], sealed[NONCE:], _context(entry.sequence))
    found: dict[str, Any] = json.loads(plain)
    return found


def erase_subject(*, subject: str, actor: str, now: datetime) -> None:
    """Destroy a subject's key: payloads about them can no longer be read. The erasure itself is recorded."""
    with transaction.atomic():
        _locked_head()
        AuditKey.objects.update_or_create(subject=subject, defaults={"wrapped": None, "destroyed_at": now})
        record(action="audit.erased", actor=actor, subject=SYSTEM, payload={"subject": subject}, now=now)


def seal_record(*, subject: str, place: str, content: Mapping[str, Any]) -> bytes:
    """Encrypt a record under the key of its subject, for one place alone. `erase_subject` makes it unreadable.

    Raises ErasedError for an erased subject.
    """
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(_key_of(subject)).encrypt(nonce, plain, f"record:{place}".encode())


def open_record(*, subject: str, place: str, sealed: bytes) -> dict[str, Any]:
    """Decrypt a record. Raises ErasedError when its subject was erased, InvalidTag when it was changed or moved."""
    key = AuditKey.objects.filter(subject=subject).first()
    if key is None or key.wrapped is None:
        raise ErasedError(subject)
    unlocked = AESGCM(_unwrap(bytes(key.wrapped)))
    plain = unlocked.decrypt(sealed[:NONCE], sealed[NONCE:], f"record:{place}".encode())
    found: dict[str, Any] = json.loads(plain)
    return found


def verify() -> Verdict:
    """Walk the whole chain, oldest first. Entries added while it walks are left to the next time."""
    before = AuditHead.objects.filter(pk=1).first()
    length, end = (before.sequence, before.digest) if before else (0, GENESIS)
    previous, count = GENESIS, 0
    for entry in AuditEntry.objects.filter(sequence__lte=length).order_by("sequence").iterator(2_000):
        count += 1
        if entry.sequence != count:
            return Verdict(count - 1, count, "an entry is missing")
        if entry.previous != previous:
            return Verdict(count, entry.sequence, "the entry does not follow the one before it")
        # SQLite keeps a text that somebody wrote in place of the bytes
        is_text = type(entry.payload).__name__ == "str"
        if is_text or not hmac.compare_digest(entry.digest, _digest(entry)):
            return Verdict(count, entry.sequence, "the entry was changed")
        previous = entry.digest
    if length != count or end != previous:
        return Verdict(count, count + 1, "entries at the end are missing")
    last = AuditEntry.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    after = AuditHead.objects.filter(pk=1).first()
    if last > (after.sequence if after else 0):
        return Verdict(count, (after.sequence if after else 0) + 1, "an entry stands past the end")
    return Verdict(count, None)


def _locked_head() -> AuditHead:
    head = AuditHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        AuditHead.objects.get_or_create(pk=1, defaults={"sequence": 0, "digest": GENESIS})
        head = AuditHead.objects.select_for_update().get(pk=1)
    return head


def _digest(entry: AuditEntry) -> str:
    content = {
        "action": entry.action,
        "actor": entry.actor,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "payload": base64.b64encode(bytes(entry.payload)).decode("ascii"),
        "previous": entry.previous,
        "sequence": entry.sequence,
        "subject": entry.subject,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(derived_key("audit-chain"), canonical, hashlib.sha256).hexdigest()


def _key_of(subject: str) -> bytes:
    made = AESGCM.generate_key(256)
    row, _ = AuditKey.objects.get_or_create(subject=subject, defaults={"wrapped": _wrap(made)})
    if row.wrapped is None:
        raise ErasedError(subject)
    return _unwrap(bytes(row.wrapped))


def _seal(key: bytes, sequence: int, payload: Mapping[str, Any]) -> bytes:
    canonical = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, canonical, _context(sequence))


def _context(sequence: int) -> bytes:
    return f"audit:{sequence}".encode()


def _wrap(key: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(derived_key("audit-wrap")).encrypt(nonce, key, None)


def _unwrap(wrapped: bytes) -> bytes:
    return AESGCM(derived_key("audit-wrap")).decrypt(wrapped[:NONCE], wrapped[NONCE:], None)


def derived_key(use: str) -> bytes:
    """Return 32 bytes for one use, derived from the folder's secret (HKDF-SHA256, RFC 5869)."""
    return _derived(use, settings.SECRET_KEY)


@cache
def _derived(use: str, secret: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"headwater:{use}".encode()).derive(secret.encode())
