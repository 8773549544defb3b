"""How much a response looks like spam: points for what people seldom do, and the reasons by name.

Only what can be told without knowing who it was. A response with enough points is set apart for a look, never dropped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headwater.rooms.listen.logic.answers import Form

POINTS: Mapping[str, int] = {
    "honeypot": 3,  # a field was filled in that people cannot see
    "too_fast": 2,  # read and answered faster than one can read
    "links": 2,  # an address of a web page in a text
    "many_links": 1,  # three or more of them, besides
    "copied": 2,  # the same words and answers as another response
    "straight": 1,  # the same answer to every one of many ratings
    "no_page": 1,  # sent without the page
}
SET_APART = 3
SET_APART_INVITED = 5
"""Points from which a response is set apart. Somebody who was invited by name has to look much worse."""

SECONDS_LEAST, SECONDS_A_QUESTION = 2.0, 0.4
MANY_RATINGS = 12
_LINK = re.compile(
    r"https?://|www\.|\[url|<a\s|\b[a-z0-9-]+\.(?:ru|cn|top|xyz|click|info|biz|shop|online)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Traces:
    """How a response came. seconds: since its page was made, None without a page. is_copy: it says in words what
    another one said.
    """

    seconds: float | None
    fills_honeypot: bool = False
    is_copy: bool = False
    is_invited: bool = False


def spam_reasons(form: Form, answers: Mapping[str, Any], traces: Traces) -> tuple[str, ...]:
    """Return why a response looks like spam, in the order of POINTS. Empty where nothing does."""
    found = set()
    if traces.fills_honeypot:
        found.add("honeypot")
    if traces.seconds is None:
        found.add("no_page")
    elif traces.seconds < max(SECONDS_LEAST, SECONDS_A_QUESTION * len(answers)):
        found.add("too_fast")
    links = sum(len(_LINK.findall(words)) for words in texts_of(form, answers))
    if links:
        found.add("links")
    if links >= 3:
        found.add("many_links")
    if traces.is_copy:
        found.add("copied")
    ratings = [
        answers[question.key]
        for question in form.questions
        if question.item.kind == "scale" and isinstance(answers.get(question.key), int)
    ]
    if len(ratings) >= MANY_RATINGS and len(set(ratings)) == 1:
        found.add("straight")
    return tuple(reason for reason in POINTS if reason in found)


def is_set_apart(reasons: tuple[str, ...], *, is_invited: bool) -> bool:
    """Whether a response is set apart for a look."""
    return sum(POINTS[reason] for reason in reasons) >= (SET_APART_INVITED if is_invited else SET_APART)


def texts_of(form: Form, answers: Mapping[str, Any]) -> list[str]:
    """Return the words of a response."""
    return [
        words
        for question in form.questions
        if question.item.kind == "text" and isinstance(words := answers.get(question.key), str)
    ]
