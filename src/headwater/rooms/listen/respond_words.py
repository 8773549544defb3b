"""The page's own words to respondents: the promise before the first question, and what is wrong with an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from headwater.rooms.house.templatetags.humanise import digits, grouped
from headwater.rooms.listen.logic.plans import WavePlan
from headwater.rooms.listen.logic.validation import AnswerProblem


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the promise. icon: which of the page's drawings stands beside it. href: where the words lead."""

    icon: str
    head: str
    words: str
    href: str = ""


def promise_lines(
    plan: WavePlan,
    language: str,
    *,
    closes_at: datetime | None = None,
    told: Sequence[str] = (),
    with_links: bool = True,
) -> tuple[Line, ...]:
    """Return what is promised, in the language that is active. plan: the one in force. told: "you said, we did".

    with_links: whether the page may be left, which a device that stands somewhere must not be.
    """
    asking = plan.text("who_asks", language) or plan.organisation
    asking = " ".join(filter(None, (asking, plan.text("purpose", language))))
    lines = [Line("eye", _("Who asks:"), asking)] if asking else []
    lines.append(Line("lock", _PROMISES[plan.promise](), _promise(plan)))
    lines.append(Line("people", _("Who will see what:"), _seen(plan, language)))
    happens = plan.text("what_happens", language)
    if happens:
        lines.append(Line("turn", _("What happens then:"), happens))
    if closes_at is not None:
        day = date_format(timezone.localtime(closes_at), "DATE_FORMAT")
        lines.append(
            Line("day", _("Until when:"), _("answers are taken until %(day)s.") % {"day": digits(day, language)})
        )
    for line in told:
        words, href = _linked(line)
        lines.append(Line("turn", _("Since last time:"), words, href if with_links else ""))
    return tuple(lines)


def _linked(line: str) -> tuple[str, str]:
    """Part a line from the address of this site that it may end with."""
    words, _space, last = line.rpartition(" ")
    return (words, last) if words and last.startswith("/") and not last.startswith("//") else (line, "")


def problem_words(problem: AnswerProblem) -> str:
    """Say what is wrong with an answer, and what to do."""
    limit = grouped(problem.limit)
    words = {
        "required": _("Please answer this."),
        "not_offered": _("What was sent is not one of the answers. Please choose again."),
        "twice": _("The same place was given twice. Give each its own."),
        "same_best_worst": _("The same was chosen as most and as least. Choose two different ones."),
        "half": _("One choice is missing. Choose both most and least, or neither."),
        "too_long": _("This text is too long. At most %(limit)s characters can be kept.") % {"limit": limit},
        "characters": _(
            "This text held hidden characters that cannot be kept. They are taken out below; please look again."
        ),
        "encoding": _("This text could not be read. Please write it again."),
        "not_a_number": _("Please write a number, such as 12 or 12.5, without signs between thousands."),
        "too_large": _("This number is too large. At most %(limit)s can be kept.") % {"limit": limit},
        "not_a_date": _("Please write a date, such as 2026-03-02."),
    }
    return words.get(problem.kind) or _("Something was sent that is no part of this questionnaire. It was not kept.")


def _anonymous() -> str:
    return _("Anonymous:")


def _confidential() -> str:
    return _("Confidential:")


def _identified() -> str:
    return _("With your name:")


_PROMISES = {"anonymous": _anonymous, "confidential": _confidential, "identified": _identified}


def _promise(plan: WavePlan) -> str:
    if plan.promise == "anonymous":
        carried = [cut.label for cut in plan.cuts]
        with_them = (
            _("They carry your unit and %(cuts)s, and nothing else about you.") % {"cuts": ", ".join(carried)}
            if carried
            else _("They carry your unit and nothing else about you.")
        )
        return " ".join(
            (
                _("your answers lie locked until the survey is closed. Then they are mixed and the key is destroyed:"),
                _("from then on nobody can tell which are yours, not even the administrator."),
                with_them,
                _("Someone who runs the server itself could look in before that; we cannot rule this out."),
            )
        )
    if plan.promise == "confidential":
        return _(
            "your answers are kept under a code in place of your name. Results are shown for groups only. "
            "Single answers leave the system only when two people approve it, without comments."
        )
    return _("your answers are kept together with your name, and the people named above may read them so.")


def _seen(plan: WavePlan, language: str) -> str:
    if plan.promise == "identified":
        return _("those who ask see your answers; leaders see results of their units.")
    people = _("a result is shown for %(k)s people or more") % {"k": digits(plan.k, language)}
    comments = _("comments for %(k)s or more. This cannot be lowered later.") % {"k": digits(plan.comment_k, language)}
    return f"{people}, {comments}"
