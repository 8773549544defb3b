"""Value cases as they are made, filled in and presented. An edit of a presented case begins a new version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.rooms.decide.refusals import DecideRefusedError
from headwater.rooms.house import audit
from headwater.rooms.people.models import Unit, User
from headwater.rooms.prove.logic.value import work_out
from headwater.rooms.prove.logic.value_lines import BUILD_UP, DISCOUNT, quantities_of
from headwater.rooms.prove.logic.value_ranges import Ranged
from headwater.rooms.prove.models import ValueCase, ValueInput, ValueLine, ValueVersion
from headwater.rooms.prove.models.value import LONGEST
from headwater.rooms.prove.value.building import case_of, content_of, cost_name, hash_of, result_as_plain
from headwater.rooms.prove.value.links import Link

MOST_LINES = 12


class ValueRefusedError(DecideRefusedError):
    """A value case cannot stand so; the message says why."""


@dataclass(frozen=True)
class Typed:
    """One figure as typed. source: "" for none yet."""

    value: Ranged
    source: str = ""
    source_date: date | None = None


def make_case(
    *, unit: Unit, title: str, currency: str, horizon: int, form_key: UUID, actor: User, now: datetime
) -> ValueCase:
    """Begin a case, empty. form_key: of the form, so that a form sent twice makes one. Raises ValueRefusedError."""
    _check_horizon(horizon)
    values = {
        "unit": unit, "title": " ".join(title.split())[:160], "currency": currency.upper(), "made_at": now,
        "made_by": actor,
    }  # fmt: skip
    with transaction.atomic():
        case, is_new = ValueCase.objects.get_or_create(form_key=form_key, defaults=values)
        if is_new:
            ValueVersion.objects.create(case=case, number=1, horizon=horizon, made_at=now, made_by=actor)
            payload = {"unit": unit.key, "title": case.title, "horizon": horizon}
            audit.record(action="value.made", actor=str(actor.pk), subject=str(case.pk), payload=payload, now=now)
    return case


def add_line(*, case_id: UUID, kind: str, about: str, link: Link | None, actor: User, now: datetime) -> ValueLine:
    """Add an empty line to the draft. The same line again returns the first. Raises ValueRefusedError."""
    quantities_of(kind, has_link=link is not None)
    about = " ".join(about.split())[:160]
    with transaction.atomic():
        case, version = _draft(case_id, actor, now)
        lines = list(ValueLine.objects.filter(version=version).order_by("position"))
        kept = None if link is None else link.as_plain()
        same = next((one for one in lines if (one.kind, one.about, one.link) == (kind, about, kept)), None)
        if same is not None:
            return same
        if len(lines) >= MOST_LINES:
            raise ValueRefusedError(_("A case has at most %(n)s lines.") % {"n": MOST_LINES})
        place = 1 + max((one.position for one in lines), default=0)
        line = ValueLine.objects.create(version=version, position=place, kind=kind, about=about, link=kept)
        _record("value.line_added", case, version, {"line": place, "kind": kind, "link": kept}, actor, now)
    return line


def remove_line(*, case_id: UUID, position: int, actor: User, now: datetime) -> None:
    """Take a line out of the draft. Safe to repeat."""
    with transaction.atomic():
        case, version = _draft(case_id, actor, now)
        line = ValueLine.objects.filter(version=version, position=position).first()
        if line is None:
            return
        ValueInput.objects.filter(line=line).delete()
        line.delete()
        _record("value.line_removed", case, version, {"line": position, "kind": line.kind}, actor, now)


def write_inputs(
    *, case_id: UUID, position: int | None, typed: Mapping[str, Typed | None], actor: User, now: datetime
) -> ValueVersion:
    """Write figures of one line, or of the case itself where position is None; None takes a figure out.

    What stays the same is not written again, and nothing begins a new version. Raises ValueRefusedError for a name
    that the line does not have, or a line that is gone.
    """
    with transaction.atomic():
        case, version = _latest(case_id)
        if not _changes(version, position, typed):
            return version
        case, version = _draft(case_id, actor, now)
        line = _line(version, position)
        names = _names(version, line)
        for name, one in typed.items():
            if name not in names:
                raise ValueRefusedError(_("This line has no such figure."))
            ValueInput.objects.filter(version=version, line=line, name=name).delete()
            if one is not None:
                _write(version, line, name, one)
        payload = {
            "line": position,
            "inputs": {
                name: None if one is None else [one.value.low, one.value.likely, one.value.high, one.source]
                for name, one in typed.items()
            },
        }
        _record("value.inputs_written", case, version, payload, actor, now)
    return version


def set_horizon(*, case_id: UUID, horizon: int, actor: User, now: datetime) -> ValueVersion:
    """Set how many years count. Costs of years beyond it are taken out. Raises ValueRefusedError."""
    _check_horizon(horizon)
    with transaction.atomic():
        case, version = _latest(case_id)
        if version.horizon == horizon:
            return version
        case, version = _draft(case_id, actor, now)
        beyond = [cost_name(year) for year in range(horizon + 1, LONGEST + 1)]
        ValueInput.objects.filter(version=version, line=None, name__in=beyond).delete()
        version.horizon = horizon
        version.save(update_fields=["horizon"])
        _record("value.horizon_set", case, version, {"horizon": horizon}, actor, now)
    return version


def present_version(*, case_id: UUID, why: str, actor: User, now: datetime) -> ValueVersion:
    """Freeze the draft with its result. Where nothing is a draft, the latest presented version is returned.

    Raises ValueRefusedError while a figure is missing or has no source.
    """
    with transaction.atomic():
        case, version = _latest(case_id)
        if not version.is_draft:
            return version
        content = content_of(version)
        if not content.is_whole:
            raise ValueRefusedError(_("Figures are missing. A case is presented when every figure is there."))
        if content.unsourced:
            raise ValueRefusedError(_("Figures without a source keep a case a draft."))
        version.result = result_as_plain(work_out(case_of(content)))
        version.inputs_hash = hash_of(content)
        version.presented_at, version.presented_by, version.why = now, actor, " ".join(why.split())[:500]
        version.save()
        payload = {"inputs": version.inputs_hash, "net_present_value": version.result["base"]}
        _record("value.presented", case, version, payload, actor, now)
    return version


def _check_horizon(horizon: int) -> None:
    if not 1 <= horizon <= LONGEST:
        raise ValueRefusedError(_("A case looks 1 to %(n)s years ahead.") % {"n": LONGEST})


def _latest(case_id: UUID) -> tuple[ValueCase, ValueVersion]:
    case = ValueCase.objects.select_for_update().get(pk=case_id)
    version = ValueVersion.objects.filter(case=case).order_by("-number").first()
    assert version is not None
    return case, version


def _draft(case_id: UUID, actor: User, now: datetime) -> tuple[ValueCase, ValueVersion]:
    """Return the draft of a case; where the latest version was presented, a new one that begins as its copy."""
    case, latest = _latest(case_id)
    if latest.is_draft:
        return case, latest
    made = ValueVersion.objects.create(
        case=case, number=latest.number + 1, horizon=latest.horizon, made_at=now, made_by=actor
    )
    copied = {}
    for line in ValueLine.objects.filter(version=latest):
        copied[line.pk] = ValueLine.objects.create(
            version=made, position=line.position, kind=line.kind, about=line.about, link=line.link
        )
    for one in ValueInput.objects.filter(version=latest):
        ValueInput.objects.create(
            version=made,
            line=None if one.line_id is None else copied[one.line_id],
            name=one.name,
            low=one.low,
            likely=one.likely,
            high=one.high,
            shape=one.shape,
            source=one.source,
            source_date=one.source_date,
        )
    _record("value.version_begun", case, made, {"after": latest.number}, actor, now)
    return case, made


def _line(version: ValueVersion, position: int | None) -> ValueLine | None:
    if position is None:
        return None
    line = ValueLine.objects.filter(version=version, position=position).first()
    if line is None:
        raise ValueRefusedError(_("This line is gone."))
    return line


def _names(version: ValueVersion, line: ValueLine | None) -> set[str]:
    if line is not None:
        return {quantity.name for quantity in quantities_of(line.kind, has_link=line.link is not None)}
    return {DISCOUNT.name, BUILD_UP.name, *(cost_name(year) for year in range(version.horizon + 1))}


def _changes(version: ValueVersion, position: int | None, typed: Mapping[str, Typed | None]) -> bool:
    line = _line(version, position)
    kept = {one.name: one for one in ValueInput.objects.filter(version=version, line=line)}
    return any(_as_row(kept.get(name)) != _as_typed(one) for name, one in typed.items())


def _as_row(kept: ValueInput | None) -> tuple[object, ...] | None:
    if kept is None:
        return None
    return (kept.low, kept.likely, kept.high, kept.shape, kept.source, kept.source_date)


def _as_typed(one: Typed | None) -> tuple[object, ...] | None:
    if one is None:
        return None
    source = " ".join(one.source.split())[:300]
    return (one.value.low, one.value.likely, one.value.high, one.value.shape, source, one.source_date)


def _write(version: ValueVersion, line: ValueLine | None, name: str, one: Typed) -> None:
    ValueInput.objects.create(
        version=version,
        line=line,
        name=name,
        low=one.value.low,
        likely=one.value.likely,
        high=one.value.high,
        shape=one.value.shape,
        source=" ".join(one.source.split())[:300],
        source_date=one.source_date,
    )


def _record(
    action: str, case: ValueCase, version: ValueVersion, payload: Mapping[str, object], actor: User, now: datetime
) -> None:
    said = {"version": version.number, **payload}
    audit.record(action=action, actor=str(actor.pk), subject=str(case.pk), payload=said, now=now)
