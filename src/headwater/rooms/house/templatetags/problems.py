"""Problems of files in the language of the page: `{{ problem.message|translated_problem }}`."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from headwater.vocab import Problem, translated_problems

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
