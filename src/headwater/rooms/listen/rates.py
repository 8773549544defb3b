"""Response rates while a wave is open: once a day, by a rule under which no single answer shows.

What must be remembered to judge the next day would tell more than is shown. So it is kept locked under the wave's own
key, and becomes unreadable when that key is destroyed.
"""

from __future__ import annotations

import base64
import json
import os
import zlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from headwater.privacy.releases import Rates
from headwater.rooms.listen.logic.plans import WavePlan
from headwater.rooms.listen.logic.wave_keys import private_key
from headwater.rooms.listen.models import RateUpdate, Wave
from headwater.rooms.listen.sealing import count_by_unit
from headwater.rooms.listen.studies import plan_in_force, plan_of
from headwater.scoring import DailyRates, daily_response_rates
from headwater.vocab import Bound

NONCE = 12
MOST_SHOWN = 24
"""Units whose rates stand on a page: those nearest the top."""


@dataclass(frozen=True)
class UnitRate:
    """A response rate as published. is_limit: it is "at least", because nearly everybody answered."""

    unit: str
    depth: int
    answered: int
    invited: int
    is_limit: bool

    @property
    def percent(self) -> int:
        """Whole percent."""
        return round(100 * self.answered / self.invited)


@dataclass(frozen=True)
class RatesTable:
    """The rates of one day for a page. more: units with a rate that the page leaves out."""

    day: date
    rows: tuple[UnitRate, ...]
    more: int


def publish_rates(*, wave: Wave, now: datetime) -> RateUpdate:
    """Publish today's response rates of a wave. A second time on one day publishes nothing more.

    Judged by the k of launch, as the days before were; what a later, larger k forbids is not shown. Raises
    MissingKeyError when the wave's key is lost.
    """
    today = localdate(now)
    standing = RateUpdate.objects.filter(wave=wave, day=today).first()
    if standing is not None:
        return standing
    plan = plan_of(wave)
    key = _key(private_key(settings.KEYS, wave.pk))
    before = RateUpdate.objects.filter(wave=wave).order_by("-day").first()
    last = _opened(key, before.counted) if before is not None else None
    invited = np.array(plan.invited, np.int64)
    answered = np.zeros(len(plan.tree), np.int64)
    for unit, count in count_by_unit(wave).items():
        answered[plan.tree.index_of[unit]] = count
    found: DailyRates | None
    try:
        found = daily_response_rates(plan.tree, invited, np.minimum(answered, invited), last, plan.k)
    except ValueError:
        # An answer was set apart after it had been counted. What was published stands, and waits to be passed again.
        found = last
    with transaction.atomic():
        made, _is_new = RateUpdate.objects.get_or_create(
            wave=wave,
            day=today,
            defaults={"rates": _shown(plan, found), "counted": _locked(key, found) if found is not None else {}},
        )
        RateUpdate.objects.filter(wave=wave, day__lt=today).exclude(counted={}).update(counted={})
    return made


def rates_table(wave: Wave) -> RatesTable | None:
    """Return the latest published rates of a wave for a page, None before the first day."""
    found = latest_rates(wave)
    if found is None:
        return None
    day, rates = found
    plan = plan_in_force(wave)
    depth: list[int] = []
    for above in plan.unit_parents:
        depth.append(0 if above < 0 else depth[above] + 1)
    rows = []
    for number, unit in enumerate(plan.unit_ids):
        if rate := rates.get(unit):
            rows.append(UnitRate(plan.unit_names[number], depth[number], rate[0], rate[1], bool(rate[3])))
    # Whole levels from the top down, so that no unit stands there without its neighbours.
    levels = sorted({row.depth for row in rows})
    fits = [level for level in levels if sum(row.depth <= level for row in rows) <= MOST_SHOWN]
    shown = [row for row in rows if row.depth <= (fits or levels or [0])[-1 if fits else 0]][:MOST_SHOWN]
    return RatesTable(day, tuple(shown), len(rows) - len(shown))


def latest_rates(wave: Wave) -> tuple[date, dict[str, list[Any]]] | None:
    """Return the latest published rates that the plan in force lets show: the day, and by unit key
    [told, asked, percent, whether it is "at least"]; None before the first day.
    """
    found = RateUpdate.objects.filter(wave=wave).order_by("-day").first()
    if found is None or wave.plan is None:
        return None
    k = plan_in_force(wave).k
    return found.day, {unit: rate for unit, rate in found.rates.items() if rate[1] >= 2 * k and rate[0] >= k}


def published_rates(wave: Wave) -> Rates | None:
    """Return what was published of a wave's response rates, as the auditor sees it; None where nothing was."""
    plan = plan_of(wave)
    number = {unit: place for place, unit in enumerate(plan.unit_ids)}
    rows = [
        (number[unit], day.toordinal(), rate[1], -1 if rate[3] else rate[0])
        for day, rates in RateUpdate.objects.filter(wave=wave).order_by("day").values_list("day", "rates")
        for unit, rate in rates.items()
    ]
    if not rows:
        return None
    unit, days, invited, responded = (np.array(column) for column in zip(*rows, strict=True))
    return Rates(unit.astype(np.int32), days.astype(np.int32), invited.astype(np.int64), responded.astype(np.int64))


def _shown(plan: WavePlan, found: DailyRates | None) -> dict[str, list[Any]]:
    if found is None:
        return {}
    answered, percent, bound = found.answered, found.percent, found.bound
    return {
        plan.tree.ids[number]: [
            int(answered[number]),
            int(found.invited[number]),
            round(float(percent[number]), 1),
            int(bound[number]) != Bound.EXACT,
        ]
        for number in np.flatnonzero(found.shown).tolist()
    }


def _key(private: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, None, b"headwater wave rates").derive(private))


def _locked(key: AESGCM, found: DailyRates) -> dict[str, str]:
    plain = zlib.compress(json.dumps(found.to_dict(), separators=(",", ":")).encode())
    nonce = os.urandom(NONCE)
    return {"locked": base64.b64encode(nonce + key.encrypt(nonce, plain, None)).decode("ascii")}


def _opened(key: AESGCM, counted: dict[str, str]) -> DailyRates | None:
    if "locked" not in counted:
        return None
    sealed = base64.b64decode(counted["locked"])
    try:
        plain = key.decrypt(sealed[:NONCE], sealed[NONCE:], None)
    except InvalidTag:
        raise ValueError("what was published of response rates was changed") from None
    return DailyRates.from_dict(json.loads(zlib.decompress(plain)))
