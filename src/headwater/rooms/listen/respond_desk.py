"""What the desk may know and do about answers that come in: those set apart, posters, and the key of customer links."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headwater.rooms.house import audit
from headwater.rooms.listen.logic.links import customer_key, kiosk_token, sign_payload
from headwater.rooms.listen.models import SealedResponse, Wave
from headwater.rooms.listen.respond_waves import LiveWave, live_wave
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import require
from headwater.vocab import InputError, Problem

MOST_UNITS = 60
LEAST_REASON = 10
Standing = SealedResponse.Standing
REASONS: dict[str, str | Promise] = {
    "honeypot": _("A field was filled in that people cannot see"),
    "too_fast": _("Sent faster than the questions can be read"),
    "links": _("An address of a web page in the text"),
    "many_links": _("Several addresses of web pages"),
    "copied": _("The same words and answers as another one"),
    "straight": _("The same answer to every question"),
    "no_page": _("Sent without opening the page"),
}


@dataclass(frozen=True, slots=True)
class SetApart:
    """One response set apart: its random id and the reasons. What it says stays locked."""

    id: UUID
    reasons: tuple[str | Promise, ...]


@dataclass(frozen=True)
class SetApartPage:
    """Responses set apart in a wave, by random id."""

    wave: Wave
    rows: tuple[SetApart, ...]
    rejected: int
    can_decide: bool


@dataclass(frozen=True, slots=True)
class Poster:
    """The open link of one unit. number: its place in the plan."""

    number: int
    unit: str
    address: str
    kiosk: str


@dataclass(frozen=True)
class PostersPage:
    """Open links of a wave, of the units that were looked for."""

    wave: Wave
    posters: tuple[Poster, ...]
    question: str
    units: int


@dataclass(frozen=True)
class CustomersPage:
    """How a customer system signs links of a wave's study. key: only when it was asked for."""

    wave: Wave
    study: str
    unit: str
    base: str
    example: str
    key: str = ""


def set_apart_page(*, viewer: Viewer, wave_id: UUID) -> SetApartPage:
    """Return what was set apart in a wave, with the reasons and nothing else of it."""
    require(viewer, "studies.see")
    wave = get_object_or_404(Wave.objects.select_related("study"), pk=wave_id)
    rows = SealedResponse.objects.filter(wave=wave, is_complete=True)
    apart = rows.filter(standing=Standing.QUARANTINED).order_by("pk").values_list("pk", "reasons")
    return SetApartPage(
        wave,
        tuple(SetApart(pk, tuple(REASONS.get(reason, reason) for reason in reasons)) for pk, reasons in apart),
        rows.filter(standing=Standing.REJECTED).count(),
        viewer.has("experience_lead"),
    )


def decide_set_apart(
    *, wave_id: UUID, responses: list[UUID], verdict: str, reason: str, actor: User, now: datetime
) -> int:
    """Let responses count ("release") or not ("reject"), while the wave is not sealed. Returns how many changed.

    Nothing is deleted: what is rejected stays, is counted, and can be released. The audit trail keeps the number, the
    reasons by which it was set apart, and the reason given; never which one. Raises InputError.
    """
    if verdict not in ("release", "reject"):
        raise InputError(Problem("choose to release or to reject."))
    if len(reason.strip()) < LEAST_REASON:
        raise InputError(Problem(f"the reason is shorter than {LEAST_REASON} characters.", "Say why."))
    with transaction.atomic():
        wave = Wave.objects.select_for_update().get(pk=wave_id)
        if wave.state not in (Wave.State.OPEN, Wave.State.CLOSED):
            raise InputError(Problem("the wave is sealed; what was set apart is gone."))
        standing = Standing.COUNTS if verdict == "release" else Standing.REJECTED
        found = SealedResponse.objects.filter(wave=wave, is_complete=True, pk__in=responses).exclude(
            standing__in=(Standing.COUNTS, standing)
        )
        why = Counter(name for reasons in found.values_list("reasons", flat=True) for name in reasons)
        changed = found.update(standing=standing)
        rejected = SealedResponse.objects.filter(wave=wave, is_complete=True, standing=Standing.REJECTED).count()
        wave.outcome = {**wave.outcome, "rejected": rejected}
        wave.save(update_fields=["outcome"])
        if changed:
            audit.record(
                action="answers.released" if verdict == "release" else "answers.rejected",
                actor=str(actor.pk),
                subject=str(wave.study_id),
                payload={"wave": wave.key, "count": changed, "set_apart_for": dict(why), "reason": reason.strip()},
                now=now,
            )
    return changed


def posters_page(*, viewer: Viewer, wave_id: UUID, question: str = "") -> PostersPage:
    """Return the open links of a wave's units. Raises MissingKeyError when the wave is sealed."""
    require(viewer, "studies.see")
    wave = get_object_or_404(Wave.objects.select_related("study"), pk=wave_id, public_key__isnull=False)
    live = live_wave(wave)
    wanted = set(wave.kiosk_units)
    found = [
        number
        for number, (key, name) in enumerate(zip(live.frozen.unit_ids, live.frozen.unit_names, strict=True))
        if (not wanted or key in wanted) and question.casefold() in name.casefold()
    ]
    return PostersPage(wave, tuple(poster_of(live, number) for number in found[:MOST_UNITS]), question, len(found))


def poster_of(live: LiveWave, number: int) -> Poster:
    """Return the open link of a unit. Raises IndexError for a number the plan has not."""
    plan = live.frozen
    token = kiosk_token(live.secrets, plan, plan.unit_ids[number])
    return Poster(
        number,
        plan.unit_names[number],
        _absolute(reverse("respond:poster", args=[token])),
        _absolute(reverse("respond:kiosk", args=[token])),
    )


def customers_page(*, viewer: Viewer, wave_id: UUID, with_key: bool = False) -> CustomersPage:
    """Return how customer links are signed, with an example that opens. Raises MissingKeyError when it is sealed."""
    require(viewer, "studies.manage" if with_key else "studies.see")
    wave = get_object_or_404(Wave.objects.select_related("study"), pk=wave_id, public_key__isnull=False)
    live = live_wave(wave)
    key = customer_key(live.study_key)
    unit = live.frozen.unit_ids[-1]
    content = {"unit": unit, "contact": "example", "context": {"touchpoint": "phone"}}
    payload, signature = sign_payload(key, content)
    base = _absolute("/c/")
    example = f"{base}{live.study}.{payload}.{signature}"
    return CustomersPage(wave, live.study, unit, base, example, key.hex() if with_key else "")


def note_key_shown(*, wave: Wave, actor: User, now: datetime) -> None:
    """Write down that somebody was shown the key of customer links."""
    audit.record(
        action="study.customer_key_shown",
        actor=str(actor.pk),
        subject=str(wave.study_id),
        payload={"wave": wave.key},
        now=now,
    )


def _absolute(path: str) -> str:
    return urljoin(settings.ADDRESS, path)
