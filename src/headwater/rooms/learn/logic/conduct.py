"""Which questions are matters of conduct: how people are treated, and whether danger may be spoken of.

A matter of conduct goes to the responsible leader and to a named independent person at the same time. The table holds
keys of the questionnaires of the library; for questions of an organisation's own, words in their keys. A single score
or theme is no proof of misconduct: it is a reason to ask. Incidents themselves are no survey matter.
"""

from __future__ import annotations

import re
from typing import Final

CONDUCT_KEYS: Final[frozenset[str]] = frozenset(
    {
        "lx_respects_me",
        "lx_speak_openly",
        "ex_decent_any_rank",
        "up_takes_disagreement",
        "safety_no_blame",
        "safety_speed_comes_first",
        "safety_leader_stops_work",
    }
)
"""Items of the library: respect between leader and led, decency between ranks, safety that is put aside or punished."""

CONDUCT_WORDS: Final[tuple[str, ...]] = (
    "abuse",
    "bully",
    "discrimin",
    "harass",
    "humiliat",
    "retaliat",
    "threat",
    "violence",
)
"""Beginnings of parts of a key, of questions that an organisation brings itself: "q14_harassment_by_managers"."""

_WORDS = re.compile(rf"(?:^|[^a-z])(?:{'|'.join(CONDUCT_WORDS)})")


def is_conduct_key(key: str) -> bool:
    """Whether the question of a key is a matter of conduct. Keys are compared in small letters."""
    small = key.lower()
    return small in CONDUCT_KEYS or _WORDS.search(small) is not None
