"""Asking for rows of a confidential study, approving it, and fetching. Every fetch of anything is recorded."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.rooms.house import audit
from headwater.rooms.listen import rows
from headwater.rooms.listen.exporting import outgoing, write_approved_rows, write_released, write_rows
from headwater.rooms.listen.logic.export_rules import APPROVALS, ROW_FORMS, is_open, may_approve, other_cut, rows_rule
from headwater.rooms.listen.models import ExportApproval, ExportRequest, Wave
from headwater.rooms.listen.releasing import book_folder, has_book
from headwater.rooms.listen.studies import plan_in_force
from headwater.rooms.people.models import User
from headwater.scoring import load_book
from headwater.vocab import HeadwaterError

SHORTEST_REASON = 20


class ExportRefusedError(HeadwaterError):
    """Something does not leave, or not yet; the message says why."""

    exit_code = 3


def fetch_released(*, wave_id: UUID, form: str, language: str, actor: User, now: datetime) -> Path:
    """Write what was released of a wave, and record that it was fetched. Raises ExportRefusedError before a release."""
    wave = Wave.objects.select_related("study").get(pk=wave_id)
    if not has_book(wave):
        raise ExportRefusedError(_("Nothing of this wave was released."))
    path = outgoing(form)
    write_released(load_book(book_folder(wave)), plan_in_force(wave), form, path, language=language)
    _record("export.released", wave, actor, now, form=form)
    return path


def fetch_rows(*, wave_id: UUID, form: str, actor: User, now: datetime) -> Path:
    """Write the rows of an identified study, and record it. Raises ExportRefusedError for any other promise."""
    wave = Wave.objects.select_related("study").get(pk=wave_id)
    require_rows(wave)
    path = outgoing(form)
    write_rows(plan_in_force(wave), form, path)
    _record("export.rows", wave, actor, now, form=form)
    return path


def require_rows(wave: Wave) -> None:
    """Raise ExportRefusedError unless rows of a wave may leave without anybody's approval."""
    if rows_rule(wave.study.promise) != "free":
        raise ExportRefusedError(_("Rows leave from identified studies only. Take the released tables."))
    if wave.state not in (Wave.State.SEALED, Wave.State.RELEASED) or not rows.has_rows(wave.study.key, wave.key):
        raise ExportRefusedError(_("No rows of this wave are kept."))


def record_streamed(*, wave: Wave, actor: User, now: datetime) -> None:
    """Record that rows are being fetched as CSV, before the first piece leaves."""
    _record("export.rows", wave, actor, now, form="csv")


def ask_for_rows(*, wave_id: UUID, cut: str, form: str, reason: str, actor: User, now: datetime) -> ExportRequest:
    """Ask that rows of a confidential study may leave. Raises ExportRefusedError when they never may."""
    reason = " ".join(reason.split())
    with transaction.atomic():
        wave = Wave.objects.select_for_update().select_related("study").get(pk=wave_id)
        _require_confidential(wave)
        plan = plan_in_force(wave)
        if cut and cut not in {one.key for one in plan.cuts}:
            raise ExportRefusedError(_("This wave has no such cut."))
        if form not in ROW_FORMS:
            raise ExportRefusedError(_("Rows do not leave in this form."))
        if len(reason) < SHORTEST_REASON:
            raise ExportRefusedError(_("Give the reason in at least %(n)s characters.") % {"n": SHORTEST_REASON})
        _refuse_other_cut(wave, cut)
        made = ExportRequest.objects.create(
            wave=wave, cut=cut, form=form, reason=reason[:500], asked_at=now, asked_by=actor
        )
        _record("export.asked", wave, actor, now, form=form, request=str(made.pk), cut=cut, reason=made.reason)
    return made


def _require_confidential(wave: Wave) -> None:
    if rows_rule(wave.study.promise) != "approved":
        raise ExportRefusedError(_("Such an export is for confidential studies. Of anonymous ones no row ever leaves."))
    if not rows.has_rows(wave.study.key, wave.key):
        raise ExportRefusedError(_("No rows of this wave are kept."))


def _refuse_other_cut(wave: Wave, cut: str) -> None:
    """Rows with one cut and the same rows with another could be laid side by side: a wave has one cut for good."""
    given = ExportRequest.objects.filter(wave=wave, approved_at__isnull=False).values_list("cut", flat=True)
    if other_cut(cut, list(given)) is not None:
        message = _("Rows of this wave were approved with another cut. With a second one they would carry both.")
        raise ExportRefusedError(message)


def approve(*, request_id: UUID, actor: User, now: datetime) -> ExportRequest:
    """Approve a request. With the second approval the file opens. Raises ExportRefusedError: one's own, or twice."""
    with transaction.atomic():
        made = _standing(request_id)
        given = list(ExportApproval.objects.filter(request=made).values_list("approved_by_id", flat=True))
        if not may_approve(str(actor.pk), asked_by=str(made.asked_by_id), approved_by=[str(one) for one in given]):
            raise ExportRefusedError(_("Two others approve: nobody their own request, and nobody twice."))
        _refuse_other_cut(made.wave, made.cut)
        ExportApproval.objects.create(request=made, approved_by=actor, approved_at=now)
        if len(given) + 1 >= APPROVALS:
            made.approved_at = now
            made.save(update_fields=["approved_at"])
        _record("export.approved", made.wave, actor, now, form=made.form, request=str(made.pk))
    return made


def refuse(*, request_id: UUID, actor: User, now: datetime) -> ExportRequest:
    """Refuse a request for good. Who asked may withdraw it in the same way."""
    with transaction.atomic():
        made = _standing(request_id)
        made.refused_at, made.refused_by = now, actor
        made.save(update_fields=["refused_at", "refused_by"])
        _record("export.refused", made.wave, actor, now, form=made.form, request=str(made.pk))
    return made


def fetch_approved(*, request_id: UUID, actor: User, now: datetime) -> Path:
    """Write an approved file for whoever asked, and record it. Raises ExportRefusedError for anybody else, or later."""
    made = ExportRequest.objects.select_related("wave__study").get(pk=request_id)
    if made.asked_by_id != actor.pk:
        raise ExportRefusedError(_("Only whoever asked can fetch it."))
    if made.refused_at is not None or not is_open(made.approved_at, now):
        raise ExportRefusedError(_("It is not open: two others must approve, and it closes after seven days."))
    _require_confidential(made.wave)
    path = outgoing(made.form)
    write_approved_rows(plan_in_force(made.wave), made.cut, made.form, path)
    with transaction.atomic():
        ExportRequest.objects.filter(pk=made.pk).update(fetched_at=now)
        _record("export.rows", made.wave, actor, now, form=made.form, request=str(made.pk), cut=made.cut)
    return path


def _standing(request_id: UUID) -> ExportRequest:
    made = ExportRequest.objects.select_for_update().select_related("wave__study").get(pk=request_id)
    if made.refused_at is not None or made.approved_at is not None:
        raise ExportRefusedError(_("This request was decided."))
    return made


def _record(action: str, wave: Wave, actor: User, now: datetime, **payload: str) -> None:
    told = {"wave": wave.key, "study": wave.study.key, **payload}
    audit.record(action=action, actor=str(actor.pk), subject=str(wave.study_id), payload=told, now=now)
