"""Organisation imports: dry run, apply, wait for a day, undo. Every write is one transaction with its audit entry."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.formats.organisation import read_people
from headwater.org import load_organisation
from headwater.rooms.house import audit
from headwater.rooms.people.logic.merging import merge_rows
from headwater.rooms.people.logic.plans import Plan, make_plan, state_of, what_happens
from headwater.rooms.people.models import ImportChange, OrganisationImport, User
from headwater.rooms.people.states import as_fields, read_state, write_states
from headwater.rooms.people.trees import BATCH, lock_organisation
from headwater.vocab import HeadwaterError, InputError, Problem

SHORTEST_REASON = 20
MOST_PROBLEMS = 500
"""Problems kept for the page; the rest is counted."""
State = OrganisationImport.State


class ImportRefusedError(HeadwaterError):
    """An import cannot be applied or undone as it stands; the message says why and what to do."""

    exit_code = 3


@dataclass(frozen=True)
class Checked:
    """A plan, and what was odd in the file. plan is None when the file cannot be used."""

    plan: Plan | None
    problems: tuple[Problem, ...]


def plan_import(*, content: bytes, file_name: str, is_full: bool, effective_date: date) -> Checked:
    """Read a file and compare it with the organisation as it stands. Changes nothing."""
    try:
        found = read_people(content, name=file_name)
        before = read_state()
        rows = found.rows if is_full or not before.persons else merge_rows(before, found.rows)
        organisation = load_organisation(rows, as_of=effective_date, file=file_name)
    except InputError as error:
        return Checked(None, error.problems)
    problems = tuple(replace(problem, row=problem.row or None) for problem in (*found.problems, *organisation.problems))
    return Checked(make_plan(before, state_of(organisation)), problems)


def check_import(
    *,
    content: bytes,
    file_name: str,
    is_full: bool,
    effective_date: date,
    actor: User,
    now: datetime,
    reason: str = "",
) -> OrganisationImport:
    """Make a dry run and keep it. Nothing of the organisation changes."""
    with transaction.atomic():
        made = OrganisationImport.objects.create(
            file_name=file_name[-200:],
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            is_full=is_full,
            effective_date=effective_date,
            reason=reason,
            uploaded_at=now,
            uploaded_by=actor,
        )
        _keep_plan(made)
        _note(made, "organisation.checked", actor, now)
    return made


def check_again(*, import_id: UUID, reason: str, actor: User, now: datetime) -> OrganisationImport:
    """Run a stopped file again with a reason. The first run is dropped. Raises ImportRefusedError."""
    if len(" ".join(reason.split())) < SHORTEST_REASON:
        raise ImportRefusedError(_("Give the reason in at least %(n)s characters.") % {"n": SHORTEST_REASON})
    with transaction.atomic():
        old = OrganisationImport.objects.select_for_update().get(pk=import_id)
        if old.state != State.CHECKED or old.content is None:
            raise ImportRefusedError(_("Only a dry run can be run again."))
        made = check_import(
            content=bytes(old.content),
            file_name=old.file_name,
            is_full=old.is_full,
            effective_date=old.effective_date,
            actor=actor,
            now=now,
            reason=" ".join(reason.split())[:500],
        )
        drop_import(import_id=import_id, actor=actor, now=now)
    return made


def confirm_import(*, import_id: UUID, actor: User, now: datetime) -> OrganisationImport:
    """Apply a dry run, or let it wait for its day. Raises ImportRefusedError when it may not be applied."""
    with transaction.atomic():
        lock_organisation()
        made = OrganisationImport.objects.select_for_update().get(pk=import_id)
        if made.state != State.CHECKED:
            raise ImportRefusedError(_("This import was already decided."))
        _refuse_when_stopped(made)
        if actor.person is not None and actor.person.key in _leavers(made):
            raise ImportRefusedError(_("This file would end your own account. Let another administrator apply it."))
        if made.effective_date > timezone.localdate(now):
            made.state = State.WAITING
            made.save()
            _note(made, "organisation.waits", actor, now)
            return made
        _apply(made, str(actor.pk), now)
    return made


def apply_waiting(*, import_id: UUID, now: datetime) -> OrganisationImport:
    """Apply an import whose day has come. If the organisation changed since, it becomes a dry run again."""
    with transaction.atomic():
        lock_organisation()
        made = OrganisationImport.objects.select_for_update().get(pk=import_id)
        if made.state != State.WAITING or made.effective_date > timezone.localdate(now):
            return made
        agreed = made.fingerprint
        _keep_plan(made)
        if made.fingerprint != agreed or not is_ready(made):
            made.state = State.CHECKED
            made.save()
            audit.record(action="organisation.came_back", actor=audit.SYSTEM, subject=str(made.pk), payload={}, now=now)
        else:
            _apply(made, audit.SYSTEM, now)
    return made


def drop_import(*, import_id: UUID, actor: User, now: datetime) -> None:
    """Throw a dry run or a waiting import away, with its file. Raises ImportRefusedError."""
    with transaction.atomic():
        made = OrganisationImport.objects.select_for_update().get(pk=import_id)
        if made.state not in (State.CHECKED, State.WAITING):
            raise ImportRefusedError(_("This import was already decided."))
        made.state, made.content = State.DROPPED, None
        made.save()
        ImportChange.objects.filter(made_by=made).delete()
        _note(made, "organisation.dropped", actor, now)


def undo_import(*, import_id: UUID, actor: User, now: datetime) -> OrganisationImport:
    """Put everything back as it was before the latest applied import. Raises ImportRefusedError for an older one."""
    with transaction.atomic():
        lock_organisation()
        made = OrganisationImport.objects.select_for_update().get(pk=import_id)
        latest = latest_applied()
        if latest is None or latest.pk != made.pk:
            raise ImportRefusedError(_("Only the latest import can be undone. Undo the later ones first."))
        before: dict[str, dict[str, Any]] = {"person": {}, "unit": {}}
        for change in ImportChange.objects.filter(made_by=made).order_by("pk").iterator(BATCH):
            before[change.kind][change.key] = change.before
        if actor.person is not None and before["person"].get(actor.person.key, ...) is None:
            raise ImportRefusedError(_("This undo would end your own account. Let another administrator do it."))
        write_states(persons=before["person"], units=before["unit"])
        made.state, made.undone_at = State.UNDONE, now
        made.save()
        _note(made, "organisation.undone", actor, now)
    return made


def latest_applied() -> OrganisationImport | None:
    """Return the import that can be undone."""
    return OrganisationImport.objects.filter(state=State.APPLIED).order_by("-sequence").first()


def is_ready(made: OrganisationImport) -> bool:
    """Whether a dry run may be applied: readable, and neither guard stops it or a reason was given."""
    return not made.summary["unreadable"] and (not made.summary["stops"] or len(made.reason) >= SHORTEST_REASON)


def _refuse_when_stopped(made: OrganisationImport) -> None:
    if made.summary["unreadable"]:
        raise ImportRefusedError(_("The file cannot be used. Correct it and upload it again."))
    if not is_ready(made):
        raise ImportRefusedError(_("This import stopped by itself. Run it again with a reason."))


def _leavers(made: OrganisationImport) -> set[str]:
    return set(ImportChange.objects.filter(made_by=made, kind="person", what="leaves").values_list("key", flat=True))


def _apply(made: OrganisationImport, actor: str, now: datetime) -> None:
    assert made.content is not None
    checked = plan_import(
        content=bytes(made.content),
        file_name=made.file_name,
        is_full=made.is_full,
        effective_date=made.effective_date,
    )
    if checked.plan is None or checked.plan.fingerprint != made.fingerprint:
        message = _("The organisation changed since this dry run. Upload the file again and look at what it does now.")
        raise ImportRefusedError(message)
    written: dict[str, dict[str, Any]] = {"person": {}, "unit": {}}
    for change in checked.plan.changes:
        written[change.kind][change.key] = as_fields(change.after)
    write_states(persons=written["person"], units=written["unit"])
    highest = OrganisationImport.objects.aggregate(found=Max("sequence"))["found"]
    made.state, made.applied_at, made.content, made.sequence = State.APPLIED, now, None, (highest or 0) + 1
    made.save()
    audit.record(action="organisation.imported", actor=actor, subject=str(made.pk), payload=_payload(made), now=now)


def _keep_plan(made: OrganisationImport) -> None:
    assert made.content is not None
    checked = plan_import(
        content=bytes(made.content),
        file_name=made.file_name,
        is_full=made.is_full,
        effective_date=made.effective_date,
    )
    plan = checked.plan
    made.problems = [asdict(problem) for problem in checked.problems[:MOST_PROBLEMS]]
    ImportChange.objects.filter(made_by=made).delete()
    if plan is None:
        made.summary = {"unreadable": True, "counts": {}, "stops": [], "problems": len(checked.problems)}
        made.fingerprint = ""
    else:
        counts: dict[str, int] = {}
        rows = []
        for change in plan.changes:
            what = what_happens(change)
            counts[f"{change.kind}_{what}"] = counts.get(f"{change.kind}_{what}", 0) + 1
            rows.append(
                ImportChange(
                    made_by=made,
                    kind=change.kind,
                    key=change.key,
                    what=what,
                    before=as_fields(change.before),
                    after=as_fields(change.after),
                )
            )
        ImportChange.objects.bulk_create(rows, batch_size=BATCH)
        made.fingerprint = plan.fingerprint
        made.summary = {
            "unreadable": False,
            "counts": counts,
            "present": plan.present,
            "stops": [asdict(stop) for stop in plan.stops],
            "swapped": list(plan.swapped[:MOST_PROBLEMS]),
            "problems": len(checked.problems),
        }
    made.save()


def _payload(made: OrganisationImport) -> dict[str, Any]:
    return {
        "file": made.file_name,
        "sha256": made.sha256,
        "full": made.is_full,
        "effective_date": made.effective_date.isoformat(),
        "reason": made.reason,
        "counts": made.summary.get("counts", {}),
        "stops": [stop["kind"] for stop in made.summary.get("stops", [])],
    }


def _note(made: OrganisationImport, action: str, actor: User, now: datetime) -> None:
    audit.record(action=action, actor=str(actor.pk), subject=str(made.pk), payload=_payload(made), now=now)
