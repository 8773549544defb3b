"""Worked out of every released wave: what people wrote, as far as it may be shown."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.comment_book_queries import theme_book_in_force
from headwater.rooms.learn.comment_queries import STEP
from headwater.rooms.learn.working_out import forget_findings, writing_findings
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.studies import plan_in_force
from headwater.rooms.people.models import Person, Unit
from headwater.scoring.comment_storage import save_comments
from headwater.scoring.comments import CommentSource, release_comments


def work_out_comments(wave: Wave) -> bool:
    """Read the comments of a wave and keep what may be shown: a step of `working_out.STEPS`. False where nothing may.

    Everybody whom the organisation knows by name is masked, also those who left.
    """
    plan = plan_in_force(wave)
    if wave.stricter.get("without_comments"):
        forget_findings(wave, STEP)
        return False
    people = {*Person.objects.filter(erased_at=None).values_list("name", flat=True), *plan.unit_leaders}
    units = {*Unit.objects.values_list("name", flat=True), *plan.unit_names}
    source = CommentSource(
        store=Path(settings.STORE),
        book=book_of(wave),
        instruments=plan.questionnaires,
        people=tuple(sorted(people - {""})),
        units=tuple(sorted(units - {""})),
        limits=(plan.k, plan.comment_k),
    )
    found = release_comments(source, theme_book_in_force())
    if found is None:
        forget_findings(wave, STEP)
        return False
    with writing_findings(wave, STEP) as folder:
        save_comments(found, folder)
    return True
