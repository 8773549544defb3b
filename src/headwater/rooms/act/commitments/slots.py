"""What commitments answer in the slots of the house: needs, the step from a finding, the first page of the next survey,
erasure and export.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Max, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from headwater.rooms.act.commitments.allowed import TELL, may_make
from headwater.rooms.act.commitments.asking import CHECK_MINUTES
from headwater.rooms.act.commitments.moving import move_commitments, orphans
from headwater.rooms.act.commitments.queries import has_untaken
from headwater.rooms.act.commitments.services import HELP
from headwater.rooms.act.commitments.sources import THEME
from headwater.rooms.act.commitments.told_queries import languages_of, latest_for
from headwater.rooms.act.commitments.told_services import catalogue_of
from headwater.rooms.act.logic.commitments import DUE_AHEAD, REMIND_AFTER
from headwater.rooms.act.models import CheckIn, Commitment, Handover, HelpAsk, Told, ToldStatement
from headwater.rooms.engage.models import Ask
from headwater.rooms.house.slots import Erased, ExportFile, Finding, Need, NextStep
from headwater.rooms.learn.books import released_waves
from headwater.rooms.learn.evidence import evidence_of, plain_score
from headwater.rooms.people.logic.roles import can
from headwater.rooms.people.models import Person, Unit
from headwater.rooms.people.viewers import viewer

TAKE_MINUTES, HELP_MINUTES, MEND_MINUTES, TELL_MINUTES, MAKE_MINUTES = 2, 1, 5, 15, 5
TELL_AFTER, TELL_UNTIL = timedelta(days=14), timedelta(days=120)


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield what commitments ask of this viewer."""
    asker = viewer(request)
    if asker.person:
        yield from _own(asker.person_id, now)
        yield from _helping(asker.person_id)
        if has_untaken(asker):
            yield Need(
                "commitment-discovered",
                _("Commitment"),
                _("You promised something in a Discovery"),
                _("One click takes it over, so that you are reminded of it and can ask for help."),
                CHECK_MINUTES,
                f"{reverse('act:commitments')}#discovered",
                _("Take it over"),
            )
    if can(asker, "commitments.make"):
        yield from _orphaned()
    if can(asker, TELL):
        yield from _untold(now)


def next_steps_of(request: HttpRequest, finding: Finding) -> Iterator[NextStep]:
    """Yield the step from a finding, or a theme of comments, to a commitment, to who makes them for its unit."""
    asker = viewer(request)
    unit = Unit.objects.filter(key=finding.unit, is_open=True).first()
    if unit is None or not finding.score or not may_make(asker, unit):
        return
    plain = Finding(finding.study, finding.wave, finding.unit, plain_score(finding.score))
    if not plain.score.startswith(THEME) and evidence_of(viewer=asker, finding=plain) is None:
        return
    query = {"study": plain.study, "wave": plain.wave, "unit": plain.unit, "score": plain.score}
    yield NextStep(
        "commit",
        _("Commit to something"),
        _("One sentence, who answers for it, a first step within a week."),
        f"{reverse('act:commitments_make')}?{urlencode(query)}",
        MAKE_MINUTES,
    )


def first_page_of(*, study: str, unit: str, language: str) -> Iterator[str]:
    """Yield one line with the address of what was told since the last survey, in the languages in which it was."""
    told = latest_for(study=study, unit=unit)
    if told is None or language.partition("-")[0] not in {code.partition("-")[0] for code in languages_of(told)}:
        return
    count = ToldStatement.objects.filter(told=told).exclude(kind=ToldStatement.Kind.HEARD).count()
    with translation.override(catalogue_of(language)):
        words = ngettext(
            "you said, we did: %(n)s answer to what was heard in %(wave)s",
            "you said, we did: %(n)s answers to what was heard in %(wave)s",
            count,
        ) % {"n": count, "wave": told.wave.title}
    yield f"{words} {reverse('act:commitments_heard', args=[told.link])}?lang={language}"


def erase(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Hand over what somebody answers for, and take away what they wrote. What was done or dropped stays, unnamed."""
    pk = UUID(person)
    found = Person.objects.filter(pk=pk).first()
    moved = move_commitments(now=now, person=found) if found is not None else 0
    yield Erased(gettext_lazy("open commitments, handed over"), moved)
    lines = CheckIn.objects.filter(by=pk).update(by=None, line="")
    yield Erased(gettext_lazy("check-ins"), lines)
    asks = HelpAsk.objects.filter(Q(asked=pk) | Q(asked_by__person=pk))
    Ask.objects.filter(source__in=[f"{HELP}:{one}" for one in asks.values_list("pk", flat=True)]).delete()
    helped, _each = asks.delete()
    yield Erased(gettext_lazy("help asked and given"), helped)
    kept = Commitment.objects.filter(owner=pk).count() + Handover.objects.filter(from_person=pk).count()
    if kept:
        why = gettext_lazy("the organisation's record of what it promised; the name is gone with the person's")
        yield Erased(gettext_lazy("commitments answered for"), kept, why)


def export(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down what somebody committed to, said of it, was asked for and gave, and what they published."""
    pk = UUID(person)
    own = Commitment.objects.filter(owner=pk).select_related("unit").order_by("made_at")
    helps = HelpAsk.objects.filter(Q(asked=pk) | Q(asked_by__person=pk)).select_related("commitment")
    told = Told.objects.filter(Q(made_by__person=pk) | Q(published_by__person=pk)).select_related("wave__study")
    found: dict[str, list[dict[str, Any]]] = {
        "commitments": [
            {
                "sentence": one.sentence,
                "unit": one.unit.key,
                "from": one.source_kind,
                "score": one.score,
                "forecast": [one.forecast_low, one.forecast_likely, one.forecast_high],
                "first_step": one.first_step,
                "first_step_date": one.first_step_date,
                "due_date": one.due_date,
                "made_at": one.made_at,
                "state": one.state,
                "reason": one.reason,
                "check_ins": list(
                    CheckIn.objects.filter(commitment=one, by=pk).order_by("at").values("at", "going", "line")
                ),
            }
            for one in own
        ],
        "help": [
            {
                "commitment": one.commitment.sentence,
                "was_asked": one.asked_id == pk,
                "what": one.what,
                "minutes": one.minutes,
                "by_date": one.by_date,
                "asked_at": one.asked_at,
                "answer": one.answer,
                "words": one.words if one.asked_id == pk else "",
            }
            for one in helps.order_by("asked_at")
        ],
        "handed_over": [
            {"commitment": one.commitment.sentence, "why": one.why, "at": one.at}
            for one in Handover.objects.filter(Q(from_person=pk) | Q(to_person=pk))
            .select_related("commitment")
            .order_by("at")
        ],
        "told": [
            {"study": one.wave.study.title, "wave": one.wave.title, "published_at": one.published_at}
            for one in told.order_by("made_at")
        ],
    }
    kept = {name: lines for name, lines in found.items() if lines}
    if kept:
        content = json.dumps(kept, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("commitments.json", "application/json", content.encode())


def _own(person: UUID, now: datetime) -> Iterator[Need]:
    """To take, due within a week or past its day, and, in one line, those without a word for a week."""
    today = localdate(now)
    mine = list(Commitment.objects.filter(owner=person, state=Commitment.State.OPEN).order_by("due_date"))
    checked = dict(CheckIn.objects.filter(commitment__in=mine).values_list("commitment").annotate(latest=Max("at")))
    quiet = 0
    for one in mine:
        address = reverse("act:commitments_one", args=[one.pk])
        last = checked.get(one.pk)
        if one.taken_at is None:
            title, words = _("A commitment was put in your name"), f"“{one.sentence}”"
            yield Need(f"commitment-take-{one.pk}", _("Commitment"), title, words, TAKE_MINUTES, address,
                       _("Take it or hand it back"), order=2)  # fmt: skip
        elif one.due_date <= today + DUE_AHEAD and (last is None or localdate(last) < today):
            late = one.due_date < today
            words = (_("It was due on %(day)s.") if late else _("Due %(day)s.")) % {"day": date_format(one.due_date)}
            yield Need(f"commitment-due-{one.pk}", _("Commitment"), f"“{one.sentence}”", words, CHECK_MINUTES, address,
                       _("Say how it goes"), order=2)  # fmt: skip
        elif last is None and one.first_step_date <= today:
            words = _("Its first step was for %(day)s: %(step)s") % {
                "day": date_format(one.first_step_date),
                "step": one.first_step,
            }
            yield Need(f"commitment-step-{one.pk}", _("Commitment"), f"“{one.sentence}”", words, CHECK_MINUTES, address,
                       _("Say how it goes"), order=2)  # fmt: skip
        else:
            quiet += now - (last or one.made_at) >= REMIND_AFTER
    if quiet:
        yield Need(
            "commitments-quiet",
            _("Commitments"),
            ngettext("One commitment waits for a word", "%(n)s commitments wait for a word", quiet) % {"n": quiet},
            _("Going well, stuck, or done? Half a minute each."),
            CHECK_MINUTES * quiet,
            reverse("act:commitments"),
            _("Say how they go"),
        )


def _helping(person: UUID) -> Iterator[Need]:
    waiting = HelpAsk.objects.filter(asked=person, ended_at=None, commitment__state=Commitment.State.OPEN)
    for one in waiting.select_related("commitment__owner").order_by("by_date"):
        values = {"what": one.what, "n": one.minutes, "day": date_format(one.by_date)}
        is_new = not one.answer
        yield Need(
            f"commitment-help-{one.pk}",
            _("Help"),
            (_("%(name)s asks for your help") if is_new else _("You promised %(name)s help"))
            % {"name": one.commitment.owner},
            _("%(what)s. It would take %(n)s minutes, by %(day)s.") % values,
            HELP_MINUTES if is_new else one.minutes,
            reverse("act:commitments_help", args=[one.pk]),
            _("Answer") if is_new else _("Say that it is given"),
            order=1 if is_new else 2,
        )


def _orphaned() -> Iterator[Need]:
    count = len(orphans())
    if count:
        yield Need(
            "commitments-orphaned",
            _("Commitments"),
            ngettext("One commitment has nobody", "%(n)s commitments have nobody", count) % {"n": count},
            _("Their owner left and no leader stands above. Correct the HR file or appoint a leader."),
            MEND_MINUTES,
            reverse("act:commitments"),
            _("See which"),
            order=2,
        )


def _untold(now: datetime) -> Iterator[Need]:
    """Waves released two weeks ago of which nobody was told anything."""
    told = set(Told.objects.filter(published_at__isnull=False).values_list("wave", flat=True))
    seen: set[UUID] = set()
    for wave in released_waves():
        if wave.study_id in seen or wave.study.kept_for_id is not None or wave.released_at is None:
            continue
        seen.add(wave.study_id)
        if wave.pk in told or not TELL_AFTER <= now - wave.released_at <= TELL_UNTIL:
            continue
        yield Need(
            f"told-{wave.pk}",
            _("You said, we did"),
            _("Nobody was told what came of %(study)s") % {"study": wave.study.title},
            _("What was heard, what is done, what will not be done and why. Asking without answering does harm."),
            TELL_MINUTES,
            reverse("act:commitments_told"),
            _("Write it"),
        )
