"""Respondents' pages as bytes: the questionnaire, and the few words before and after it.

The page of somebody who has not answered anything yet is the same for everybody, but for its stamp. It is made once per
plan, language and kind, and kept in the process.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from headwater.rooms.house.languages import Spoken, direction_of, speak
from headwater.rooms.house.plain_pages import Tongue, plain_page
from headwater.rooms.house.templatetags.humanise import digits
from headwater.rooms.listen.logic.answers import Form, form_of, read_form
from headwater.rooms.listen.logic.plans import WavePlan
from headwater.rooms.listen.logic.validation import MAX_TEXT, AnswerProblem
from headwater.rooms.listen.respond_form import count_answered, lay_out
from headwater.rooms.listen.respond_words import problem_words, promise_lines
from headwater.vocab import Instrument, say

STAMP = b"@@STAMP@@"
KEPT = 128
"""Pages kept in a process."""


@dataclass(frozen=True)
class Shape:
    """What kind of page it is. saves: drafts are kept; kiosk: it resets itself; preview: nothing can be sent. about:
    the unit that is rated, in a study of internal service.
    """

    saves: bool = True
    kiosk: bool = False
    preview: bool = False
    about: str = ""


@dataclass(frozen=True)
class Entered:
    """What stands in the fields, and what to say about it. note: one sentence over the questions."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[AnswerProblem, ...] = ()
    echo: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    needs: bool = False


@dataclass(frozen=True)
class Blank:
    """A page without answers, cut where its stamp goes."""

    before: bytes
    after: bytes
    language: str

    def stamped(self, stamp: str) -> bytes:
        """Return the page with its stamp."""
        return self.before + stamp.encode("ascii") + self.after


_blanks: OrderedDict[str, Blank] = OrderedDict()


def render_page(
    plan: WavePlan,
    language: str,
    *,
    preview: bool = False,
    first_page_lines: Sequence[str] = (),
    closes_at: datetime | None = None,
    shape: Shape | None = None,
    entered: Entered | None = None,
    form: Form | None = None,
    stamp: str = "",
) -> bytes:
    """Return the page of a wave in a language. plan: the one in force. first_page_lines: "you said, we did".

    form: of the plan at launch, which is the default. stamp: what goes into the page's stamp. Languages the plan does
    not offer become its first.
    """
    shape = replace(shape or Shape(), preview=preview)
    language = language if language in plan.languages else plan.languages[0]
    tongues = tuple(Tongue(code, f"?lang={code}") for code in plan.languages) if len(plan.languages) > 1 else ()
    with translation.override(None):
        spoken = speak(language)
        lines = promise_lines(
            plan, spoken.words, closes_at=closes_at, told=first_page_lines, with_links=not shape.kiosk
        )
        content = _content(
            form or form_of(plan), plan.questionnaires, spoken, shape, entered or Entered(), title=plan.study_title
        )
        made = plain_page(
            "listen/respond/page.html",
            {**content, "lines": lines, "foot": plan.text("contact", language)},
            spoken=spoken,
            organisation_name=plan.organisation,
            tongues=tongues,
        ).content
    return made.replace(STAMP, stamp.encode("ascii"), 1) if stamp or preview else made


def render_questionnaire(instruments: Sequence[Instrument], language: str, *, preview: bool = True) -> bytes:
    """Return questionnaires as respondents would see them, outside any study. Nothing can be sent from it."""
    with translation.override(None):
        spoken = speak(language)
        title = say(instruments[0].title, language)
        content = _content(read_form(instruments), instruments, spoken, Shape(preview=preview), Entered(), title=title)
        return plain_page("listen/respond/page.html", content, spoken=spoken, organisation_name="").content


def blank_page(
    plan: WavePlan,
    language: str,
    *,
    shape: Shape,
    first_page_lines: Sequence[str] = (),
    closes_at: datetime | None = None,
    form: Form | None = None,
) -> Blank:
    """Return a page without answers, made once. Editing a questionnaire does not reach it: the plan is frozen."""
    asked = ",".join(question.name for question in form.questions) if form is not None else ""
    words = "\0".join((plan.digest, asked, language, repr(shape), repr(closes_at), *first_page_lines))
    name = hashlib.sha256(words.encode()).hexdigest()
    known = _blanks.get(name)
    if known is None:
        page = render_page(
            plan, language, first_page_lines=first_page_lines, closes_at=closes_at, shape=shape, form=form
        )
        before, _sep, after = page.partition(STAMP)
        known = _blanks[name] = Blank(before, after, language)
        while len(_blanks) > KEPT:
            _blanks.popitem(last=False)
    return known


def render_words(
    plan: WavePlan | None, language: str, *, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> Any:
    """Return a page that asks nothing: thanks, closed, an access code. A response of Django."""
    offered = plan.languages if plan is not None else (language,)
    with translation.override(None):
        spoken = speak(language if language in offered else offered[0])
        values = {"spoken": spoken, "mixed": _mixed(spoken), **(context or {})}
        return plain_page(
            template,
            {key: value() if callable(value) else value for key, value in values.items()},
            spoken=spoken,
            organisation_name=plan.organisation if plan is not None else "",
            status=status,
        )


def forget_pages() -> None:
    """Drop every page kept in this process."""
    _blanks.clear()


def _content(
    form: Form, instruments: Sequence[Instrument], spoken: Spoken, shape: Shape, entered: Entered, *, title: str
) -> dict[str, Any]:
    done, count = count_answered(form, entered.answers)
    language = spoken.code
    wanted = _("%(done)s of %(count)s answered.")
    return {
        "title": title,
        "is_preview": shape.preview,
        "is_kiosk": shape.kiosk,
        "about": shape.about,
        "saves": shape.saves,
        "blocks": lay_out(
            form,
            instruments,
            language,
            answers=entered.answers,
            problems=entered.problems,
            echo=entered.echo,
        ),
        "wrong": _summary(form, language, entered.problems),
        "note": entered.note,
        "note_needs": entered.needs,
        "unreviewed": any(language in instrument.unreviewed for instrument in instruments),
        "mixed": _mixed(spoken),
        "progress_words": wanted,
        "progress": wanted % {"done": digits(done, language), "count": digits(count, language)},
        "done": done,
        "count": max(count, 1),
        "max_text": MAX_TEXT,
    }


def _summary(form: Form, language: str, problems: Iterable[AnswerProblem]) -> list[tuple[str, str, str]]:
    """What is wrong: where (empty for the whole form), the question, the words."""
    found = []
    for problem in problems:
        question = form.by_key.get(problem.item)
        name = question.name if question is not None else ""
        legend = say(question.item.text, language).rstrip(" .") if question is not None else ""
        found.append((name, legend, problem_words(problem)))
    return found


def _mixed(spoken: Spoken) -> str:
    """Attributes for the page's own words where they are in another language than the questions."""
    if not spoken.is_mixed:
        return ""
    return mark_safe(f' lang="{spoken.words}" dir="{direction_of(spoken.words)}"')  # noqa: S308 - codes we know
