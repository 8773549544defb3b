"""Organisation imports: dry run, apply, wait for a day, undo. Every write is one transaction with its audit entry."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.rooms.house import audit
from headwater.rooms.house.jobs import enqueue_job
from headwater.rooms.house.models import Job
from headwater.rooms.people.bulk import BATCH
from headwater.rooms.people.dry_runs import LARGE_ROWS, Checked, is_large, keep_plan, plan_import, plan_of
from headwater.rooms.people.models import (
    ImportChange,
    OrganisationImport,
    OrganisationState,
    UnitSuccessor,
    User,
)
from headwater.rooms.people.states import write_states
from headwater.rooms.people.trees import count_version, lock_organisation
from headwater.vocab import HeadwaterError

SHORTEST_REASON = 20
CHANGED = "changed"
"""Why work in the background refused: the organisation changed since the dry run."""
State = OrganisationImport.State


class ImportRefusedError(HeadwaterError):
    """An import cannot be applied or undone as it stands; the message says why and what to do."""

    exit_code = 3


def begin_import(
    *,
    content: bytes,
    file_name: str,
    is_full: bool,
    effective_date: date,
    actor: User,
    now: datetime,
    reason: str = "",
) -> OrganisationImport:
    """Take a file and check it: at once when that takes a moment, else in the background."""
    if not is_large(content, file_name):
        return check_import(
            content=content,
            file_name=file_name,
            is_full=is_full,
            effective_date=effective_date,
            actor=actor,
            now=now,
            reason=reason,
        )
    with transaction.atomic():
        made = _new_import(content, file_name, is_full, effective_date, reason, actor, now, State.CHECKING)
        made.summary = {"unreadable": False, "counts": {}, "stops": [], "problems": 0}
        _enqueue(made, "check_import", actor, now)
    return made


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
    checked = plan_import(content=content, file_name=file_name, is_full=is_full, effective_date=effective_date)
    with transaction.atomic():
        made = _new_import(content, file_name, is_full, effective_date, reason, actor, now, State.CHECKED)
        keep_plan(made, checked)
        _note(made, "organisation.checked", str(actor.pk), now)
    return made


def finish_check(*, import_id: UUID, checked: Checked, actor: str, now: datetime) -> None:
    """Keep what a check in the background found. An import that was dropped meanwhile stays dropped."""
    with transaction.atomic():
        made = OrganisationImport.objects.select_for_update().get(pk=import_id)
        if made.state != State.CHECKING:
            return
        made.state = State.CHECKED
        keep_plan(made, checked)
        _note(made, "organisation.checked", actor, now)


def check_again(*, import_id: UUID, reason: str, actor: User, now: datetime) -> OrganisationImport:
    """Run a stopped file again with a reason. The first run is dropped. Raises ImportRefusedError."""
    if len(" ".join(reason.split())) < SHORTEST_REASON:
        raise ImportRefusedError(_("Give the reason in at least %(n)s characters.") % {"n": SHORTEST_REASON})
    old = OrganisationImport.objects.get(pk=import_id)
    if old.state != State.CHECKED or old.content is None:
        raise ImportRefusedError(_("Only a dry run can be run again."))
    made = begin_import(
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


def confirm_import(*, import_id: UUID, actor: User, now: datetime, in_background: bool = False) -> OrganisationImport:
    """Apply a dry run, or let it wait for its day. Raises ImportRefusedError when it may not be applied.

    in_background: leave the writing of a large one to the worker.
    """
    with transaction.atomic():
        lock_organisation()
        made = OrganisationImport.objects.select_for_update().get(pk=import_id)
        if made.state != State.CHECKED:
            raise ImportRefusedError(_("This import was already decided."))
        _refuse_when_stopped(made)
        _refuse_while_busy()
        if actor.person is not None and actor.person.key in _leavers(made):
            raise ImportRefusedError(_("This file would end your own account. Let another administrator apply it."))
        if made.effective_date > timezone.localdate(now):
            made.state = State.WAITING
            made.save()
            _note(made, "organisation.waits", str(actor.pk), now)
        elif in_background and _is_long(made):
            made.state, made.refusal = State.APPLYING, ""
            _enqueue(made, "apply_import", actor, now)
        else:
            apply_import(made, actor=str(actor.pk), now=now)
    return made


def finish_apply(*, import_id: UUID, actor: str, now: datetime) -> None:
    """Apply an import that was left to the worker. If the organisation changed since, it becomes a dry run again."""
    with transaction.atomic():
        lock_organisation()
        made = OrganisationImport.objects.select_for_update().get(pk=import_id)
        if made.state != State.APPLYING:
            return
        try:
            with transaction.atomic():
                apply_import(made, actor=actor, now=now)
        except ImportRefusedError:
            made.refresh_from_db()
            made.state, made.refusal = State.CHECKED, CHANGED
            made.save()


def apply_waiting(*, import_id: UUID, now: datetime) -> OrganisationImport:
    """Apply an import whose day has come. If the organisation changed since, it becomes a dry run again."""
    with transaction.atomic():
        version = lock_organisation().version
        made = OrganisationImport.objects.select_for_update().get(pk=import_id)
        if made.state != State.WAITING or made.effective_date > timezone.localdate(now) or _is_busy():
            return made
        agreed = made.fingerprint
        if made.version != version:
            keep_plan(made, plan_of(made))
        if made.fingerprint != agreed or not is_ready(made):
            made.state = State.CHECKED
            made.save()
            audit.record(action="organisation.came_back", actor=audit.SYSTEM, subject=str(made.pk), payload={}, now=now)
        else:
            apply_import(made, actor=audit.SYSTEM, now=now)
    return made


def drop_import(*, import_id: UUID, actor: User | None, now: datetime) -> None:
    """Throw a dry run or a waiting import away, with its file. Raises ImportRefusedError. actor: None for retention."""
    with transaction.atomic():
        made = OrganisationImport.objects.select_for_update().get(pk=import_id)
        if made.state not in (State.CHECKING, State.CHECKED, State.WAITING):
            raise ImportRefusedError(_("This import was already decided."))
        made.state, made.content = State.DROPPED, None
        made.save()
        ImportChange.objects.filter(made_by=made).delete()
        UnitSuccessor.objects.filter(made_by=made).delete()
        _note(made, "organisation.dropped", str(actor.pk) if actor is not None else audit.SYSTEM, now)


def undo_import(*, import_id: UUID, actor: User, now: datetime, in_background: bool = False) -> OrganisationImport:
    """Put everything back as it was before the latest applied import. Raises ImportRefusedError for an older one."""
    with transaction.atomic():
        lock_organisation()
        made = OrganisationImport.objects.select_for_update().get(pk=import_id)
        latest = latest_applied()
        if latest is None or latest.pk != made.pk:
            raise ImportRefusedError(_("Only the latest import can be undone. Undo the later ones first."))
        _refuse_while_busy()
        if actor.person is not None:
            own = ImportChange.objects.filter(made_by=made, kind="person", what="joins", key=actor.person.key)
            if own.exists():
                raise ImportRefusedError(_("This undo would end your own account. Let another administrator do it."))
        if in_background and _is_long(made):
            made.state, made.refusal = State.UNDOING, ""
            _enqueue(made, "undo_import", actor, now)
        else:
            _put_back(made, str(actor.pk), now)
    return made


def finish_undo(*, import_id: UUID, actor: str, now: datetime) -> None:
    """Undo an import that was left to the worker."""
    with transaction.atomic():
        lock_organisation()
        made = OrganisationImport.objects.select_for_update().get(pk=import_id)
        if made.state == State.UNDOING:
            _put_back(made, actor, now)


def try_again(*, import_id: UUID, actor: User, now: datetime) -> None:
    """Put the work in the background in the queue again after it was given up."""
    with transaction.atomic():
        made = OrganisationImport.objects.select_for_update().get(pk=import_id)
        name = {State.CHECKING: "check_import", State.APPLYING: "apply_import", State.UNDOING: "undo_import"}
        if made.state in name and has_failed(made):
            _enqueue(made, name[State(made.state)], actor, now)


def has_failed(made: OrganisationImport) -> bool:
    """Whether the work in the background was given up."""
    return made.job is not None and Job.objects.filter(pk=made.job, state=Job.State.FAILED).exists()


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


def apply_import(made: OrganisationImport, *, actor: str, now: datetime) -> None:
    """Write an import, in the caller's transaction and lock. Raises ImportRefusedError when it is no longer agreed to.

    While nobody changed the organisation since the dry run, what the dry run kept is written as it is. Else the file
    is compared anew, and has to come to the same.
    """
    standing = OrganisationState.objects.get(pk=1)
    if made.version != standing.version and plan_of(made).fingerprint != made.fingerprint:
        message = _("The organisation changed since this dry run. Upload the file again and look at what it does now.")
        raise ImportRefusedError(message)
    written: dict[str, dict[str, Any]] = {"person": {}, "unit": {}}
    kept = ImportChange.objects.filter(made_by=made).order_by("pk").values_list("kind", "key", "after")
    for kind, key, after in kept.iterator(BATCH):
        written[kind][key] = after
    write_states(persons=written["person"], units=written["unit"], day=made.effective_date)
    highest = OrganisationImport.objects.aggregate(found=Max("sequence"))["found"]
    made.state, made.applied_at, made.content, made.sequence = State.APPLIED, now, None, (highest or 0) + 1
    made.save()
    count_version()
    audit.record(action="organisation.imported", actor=actor, subject=str(made.pk), payload=_payload(made), now=now)


def _put_back(made: OrganisationImport, actor: str, now: datetime) -> None:
    before: dict[str, dict[str, Any]] = {"person": {}, "unit": {}}
    kept = ImportChange.objects.filter(made_by=made).order_by("pk").values_list("kind", "key", "before")
    for kind, key, state in kept.iterator(BATCH):
        before[kind][key] = state
    write_states(persons=before["person"], units=before["unit"], day=timezone.localdate(now))
    made.state, made.undone_at = State.UNDONE, now
    made.save()
    count_version()
    _note(made, "organisation.undone", actor, now)


def _is_long(made: OrganisationImport) -> bool:
    return sum(map(int, made.summary.get("counts", {}).values())) > LARGE_ROWS


def _is_busy() -> bool:
    return OrganisationImport.objects.filter(state__in=(State.APPLYING, State.UNDOING)).exists()


def _refuse_while_busy() -> None:
    if _is_busy():
        raise ImportRefusedError(_("Another import is being written. Wait until it is done."))


def _new_import(
    content: bytes,
    file_name: str,
    is_full: bool,
    effective_date: date,
    reason: str,
    actor: User,
    now: datetime,
    state: str,
) -> OrganisationImport:
    return OrganisationImport.objects.create(
        file_name=file_name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        is_full=is_full,
        effective_date=effective_date,
        reason=reason,
        state=state,
        uploaded_at=now,
        uploaded_by=actor,
    )


def _enqueue(made: OrganisationImport, name: str, actor: User, now: datetime) -> None:
    arguments = {"import_id": str(made.pk), "actor": str(actor.pk)}
    made.job = enqueue_job(name=name, arguments=arguments, now=now, attempts_allowed=3).pk
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


def _note(made: OrganisationImport, action: str, actor: str, now: datetime) -> None:
    audit.record(action=action, actor=actor, subject=str(made.pk), payload=_payload(made), now=now)
