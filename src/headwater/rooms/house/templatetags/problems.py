"""Problems of files in the language of the page: `{{ problem.message|translated_problem }}`."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.vocab import InputError, Problem, translated_problems

register = template.Library()


@register.filter
def translated_problem(message: str) -> str:
    """Return a message in the language in force. The template escapes it as any text."""
    return translated_problems.translated_problem(str(message), get_language() or "en")


@register.filter
def translated_finding(line: str) -> str:
    """Return what the auditor found in the language in force."""
    return translated_problems.translated_finding(str(line), get_language() or "en")


def told(problem: Problem) -> str:
    """Return what is wrong and what to do, in the language in force."""
    return f"{translated_problem(problem.message)} {translated_problem(problem.remedy)}".strip()


def told_in_place(problem: Problem) -> str:
    """Return where something is wrong, what, and what to do: one line, as `str(problem)` says it in English."""
    places = [problem.file]
    if problem.row is not None:
        places.append(_("row %(number)s") % {"number": problem.row})
    if problem.column:
        places.append(_("column %(name)s") % {"name": problem.column})
    place = ", ".join(filter(None, places))
    return f"{place}: {told(problem)}" if place else told(problem)


def told_error(error: Exception, most: int = 20) -> str:
    """Return what an error says, in the language in force. most: problems of one file that are named."""
    if isinstance(error, InputError):
        return "\n".join(told_in_place(problem) for problem in error.problems[:most])
    return translated_problem(str(error))
