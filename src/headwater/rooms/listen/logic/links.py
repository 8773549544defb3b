"""Links of respondents: signed and encrypted under keys that derive from the wave's private key.

A link names its wave by a public tag of five bytes. The rest is AES-SIV (RFC 5297) over what the respondent answers as:
unit, cuts, language and a serial. It is deterministic, so a reminder works its link out again and none is stored. When
the wave's key is destroyed, no link can be read or made any more, and nothing left can tell whose it was.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from headwater.rooms.listen.logic.plans import WavePlan

TAG, SERIAL, NUMBER = 5, 12, 16
PERSONAL, OPEN, CUSTOMER, NAMED = 1, 2, 3, 4
"""Kinds of links: of one invited person, of a unit's poster, of one customer, of one person whom the study knows."""

LETTERS = "3456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Of access codes: 29 of them, a prime, none that looks like another (0 O, 1 I L, 2 Z, U V)."""

CODE = 12
MAX_CONTEXT = 900
_UNKNOWN_CUT = 0


class ForgedLinkError(ValueError):
    """A link or code that this wave's key did not make. It says no more, on purpose."""


@dataclass(frozen=True)
class Place:
    """What a respondent answers as. cuts: level by cut key; a cut without a level is left out."""

    unit: str
    cuts: Mapping[str, str] = field(default_factory=dict)
    language: str = ""


@dataclass(frozen=True)
class OpenLink:
    """A link that was read.

    slip: the keyed hash under which at most one response is kept, 32 bytes; empty for a poster, where each page has its
    own. respondent: what stands for a customer in a study that is not anonymous, else empty. number: the invitation's
    own number, in studies that are not anonymous. context: what a customer's link carries besides.
    """

    kind: int
    place: Place
    slip: bytes = b""
    respondent: str = ""
    number: bytes = b""
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WaveSecrets:
    """Keys that derive from a wave's private key (HKDF-SHA256, RFC 5869), one a purpose."""

    private: bytes = field(repr=False)

    @classmethod
    def of(cls, private: bytes) -> WaveSecrets:
        """Derive from the private key of 32 bytes."""
        return cls(private)

    @cached_property
    def link(self) -> AESSIV:
        """Locks links and the places of access codes."""
        return AESSIV(self._derived("link", 64))

    @cached_property
    def serial(self) -> bytes:
        """Turns an invitation's number into the serial of its link."""
        return self._derived("serial")

    @cached_property
    def slip(self) -> bytes:
        """Turns a serial into the slip under which one response is kept."""
        return self._derived("slip")

    @cached_property
    def mark(self) -> bytes:
        """Turns answers into the mark by which an identical replay is known."""
        return self._derived("mark")

    @cached_property
    def code(self) -> bytes:
        """Makes access codes, and hashes them."""
        return self._derived("code")

    @cached_property
    def page(self) -> bytes:
        """Signs the stamp of a page: when it was made, and its own number."""
        return self._derived("page")

    def _derived(self, purpose: str, length: int = 32) -> bytes:
        info = b"headwater wave " + purpose.encode()
        return HKDF(SHA256(), length, None, info).derive(self.private)


def wave_tag(study: str, wave: str) -> bytes:
    """Return the public tag by which links name their wave: five bytes."""
    return hashlib.sha256(f"{study}/{wave}".encode()).digest()[:TAG]


def tag_of(token: str) -> bytes:
    """Return the tag a link carries. Raises ForgedLinkError for what is no link at all."""
    return _raw(token)[:TAG]


def link_token(secrets: WaveSecrets, plan: WavePlan, place: Place, number: bytes) -> str:
    """Return the link of an invitation, the same each time. number: its 16 random bytes.

    An anonymous study's link carries a keyed serial from which the number cannot be found. A confidential or identified
    one carries the number, so that the study knows who answered. Raises KeyError for a unit the plan has not.
    """
    if plan.promise == "anonymous":
        kind, serial = PERSONAL, _keyed(secrets.serial, number)[:SERIAL]
    else:
        kind, serial = NAMED, bytes(number)
    return _sealed(secrets, plan, bytes([kind]) + serial + _placed(plan, place))


def kiosk_token(secrets: WaveSecrets, plan: WavePlan, unit: str) -> str:
    """Return the open link of a unit, for a poster or a kiosk. Raises KeyError for a unit the plan has not."""
    return _sealed(secrets, plan, bytes([OPEN]) + _placed(plan, Place(unit)))


def customer_token(
    secrets: WaveSecrets, plan: WavePlan, unit: str, context: Mapping[str, str], contact: str, *, language: str = ""
) -> str:
    """Return a link for one contact of a customer, with its context (touchpoint, date) signed in.

    context: short texts; those under the key of a cut are the levels of the cuts. contact: what stands for the
    customer; the same contact and context give the same link, which answers once. An anonymous study's link carries a
    keyed hash in its stead. Raises KeyError for an unknown unit, ValueError for a context that is too long.
    """
    cuts = {cut.key: context[cut.key] for cut in plan.cuts if context.get(cut.key) in cut.levels}
    rest = {key: value for key, value in sorted(context.items()) if key not in {cut.key for cut in plan.cuts}}
    written = json.dumps([contact, rest, unit, cuts], ensure_ascii=False, separators=(",", ":")).encode()
    serial = _keyed(secrets.serial, b"customer\0" + written)[:SERIAL]
    carried: dict[str, Any] = {} if plan.promise == "anonymous" else {"contact": contact, "context": rest}
    tail = json.dumps(carried, ensure_ascii=False, separators=(",", ":")).encode()
    if len(tail) > MAX_CONTEXT:
        raise ValueError(f"the context of a customer's link takes {len(tail)} bytes, more than {MAX_CONTEXT}")
    return _sealed(secrets, plan, bytes([CUSTOMER]) + serial + _placed(plan, Place(unit, cuts, language)) + tail)


def read_token(secrets: WaveSecrets, plan: WavePlan, token: str) -> OpenLink:
    """Read a link. Raises ForgedLinkError, without saying why, for one that this wave's key did not make."""
    raw = _raw(token)
    if raw[:TAG] != wave_tag(plan.study, plan.wave):
        raise ForgedLinkError
    try:
        plain = secrets.link.decrypt(raw[TAG:], [raw[:TAG]])
        kind = plain[0]
        if kind == OPEN:
            return OpenLink(kind, _place(plan, plain[1:])[0])
        width = NUMBER if kind == NAMED else SERIAL
        serial = plain[1 : 1 + width]
        place, tail = _place(plan, plain[1 + width :])
        slip = _keyed(secrets.slip, bytes([kind]) + serial)
        if kind == CUSTOMER:
            carried = json.loads(tail)
            contact, context = str(carried.get("contact", "")), carried.get("context", {})
            return OpenLink(kind, place, slip, contact, context=context)
        return OpenLink(kind, place, slip, number=serial if kind == NAMED else b"")
    except (InvalidTag, ValueError, IndexError) as error:
        raise ForgedLinkError from error


def page_slip(secrets: WaveSecrets, link: OpenLink, number: bytes) -> bytes:
    """Return the slip of one page of an open link. number: the page's own random bytes."""
    return _keyed(secrets.slip, bytes([link.kind]) + link.place.unit.encode() + b"\0" + number)


def access_code(secrets: WaveSecrets, number: bytes) -> str:
    """Return the access code of an invitation as three groups of four. The last letter checks the others."""
    value = int.from_bytes(_keyed(secrets.code, b"make" + number), "big")
    letters = []
    for _ in range(CODE - 1):
        value, place = divmod(value, len(LETTERS))
        letters.append(LETTERS[place])
    code = "".join(letters)
    code += _check_letter(code)
    return "-".join(code[start : start + 4] for start in range(0, CODE, 4))


def plain_code(written: str) -> str:
    """Return a code as somebody wrote it, without spaces and dashes. Raises ForgedLinkError for a slip of the pen."""
    code = "".join(sign for sign in written.upper() if sign not in " -\u2010\u2011\u2012\u2013\u2014\u00a0\t")
    if len(code) != CODE or any(sign not in LETTERS for sign in code) or code[-1] != _check_letter(code[:-1]):
        raise ForgedLinkError
    return code


def slip_of_code(secrets: WaveSecrets, written: str) -> bytes:
    """Return the keyed hash under which a code is kept, 32 bytes. Raises ForgedLinkError for a slip of the pen."""
    return _keyed(secrets.code, b"keep" + plain_code(written).encode())


def code_place(secrets: WaveSecrets, token: str) -> bytes:
    """Lock the link a code opens, to be kept with the code."""
    return secrets.link.encrypt(token.encode("ascii"), [b"code"])


def token_of_place(secrets: WaveSecrets, place: bytes) -> str:
    """Open what `code_place` locked. Raises ForgedLinkError."""
    try:
        return secrets.link.decrypt(bytes(place), [b"code"]).decode("ascii")
    except (InvalidTag, ValueError) as error:
        raise ForgedLinkError from error


def pseudonym(study_key: bytes, subject: str) -> str:
    """Return what stands for a person or contact throughout one study: 32 hexadecimal digits."""
    return _keyed(study_key, b"pseudonym\0" + subject.encode())[:16].hex()


def customer_key(study_key: bytes) -> bytes:
    """Return the key that a customer system shares to sign links itself, 32 bytes."""
    return _keyed(study_key, b"customer links")


def read_signed(shared: bytes, payload: str, signature: str) -> dict[str, Any]:
    """Read a link that a customer system signed. payload: base64url of JSON; signature: base64url of HMAC-SHA256 over
    the payload as written. Raises ForgedLinkError.
    """
    expected = hmac.new(shared, payload.encode(), hashlib.sha256).digest()
    try:
        # Compared as written: the last letter of base64 carries two bits that decoding drops.
        if not hmac.compare_digest(signature.encode(), _text(expected).encode()):
            raise ForgedLinkError
        found = json.loads(_bytes(payload))
    except (ValueError, RecursionError) as error:
        raise ForgedLinkError from error
    if not isinstance(found, dict):
        raise ForgedLinkError
    return found


def sign_payload(shared: bytes, content: Mapping[str, Any]) -> tuple[str, str]:
    """Return (payload, signature) as a customer system makes them."""
    payload = _text(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())
    return payload, _text(hmac.new(shared, payload.encode(), hashlib.sha256).digest())


def _sealed(secrets: WaveSecrets, plan: WavePlan, plain: bytes) -> str:
    tag = wave_tag(plan.study, plan.wave)
    return _text(tag + secrets.link.encrypt(plain, [tag]))


def _placed(plan: WavePlan, place: Place) -> bytes:
    """Unit, language and cuts by their places in the plan: 4 + 1 + 2 a cut bytes. Raises KeyError."""
    unit = plan.tree.index_of[place.unit]
    language = plan.languages.index(place.language) + 1 if place.language in plan.languages else 0
    levels = b""
    for cut in plan.cuts:
        level = place.cuts.get(cut.key)
        levels += (cut.levels.index(level) + 1 if level in cut.levels else _UNKNOWN_CUT).to_bytes(2, "big")
    return unit.to_bytes(4, "big") + bytes([language, len(plan.cuts)]) + levels


def _place(plan: WavePlan, raw: bytes) -> tuple[Place, bytes]:
    unit, language, cuts = int.from_bytes(raw[:4], "big"), raw[4], raw[5]
    if cuts != len(plan.cuts):
        raise ForgedLinkError
    levels = {}
    for place, cut in enumerate(plan.cuts):
        level = int.from_bytes(raw[6 + 2 * place : 8 + 2 * place], "big")
        if level != _UNKNOWN_CUT:
            levels[cut.key] = cut.levels[level - 1]
    spoken = plan.languages[language - 1] if language else ""
    return Place(plan.tree.ids[unit], levels, spoken), raw[6 + 2 * cuts :]


def _keyed(key: bytes, content: bytes) -> bytes:
    return hmac.digest(key, content, "sha256")


def _check_letter(code: str) -> str:
    """A weighted sum over the letters: it finds every wrong letter and every swap of neighbours."""
    return LETTERS[sum((place + 2) * LETTERS.index(sign) for place, sign in enumerate(code)) % len(LETTERS)]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    if len(text) > 4 * MAX_CONTEXT or not text.isascii():
        raise ForgedLinkError
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ForgedLinkError from error


def _raw(token: str) -> bytes:
    raw = _bytes(token)
    if len(raw) < TAG + 16 + 2 or _text(raw) != token:
        raise ForgedLinkError
    return raw
