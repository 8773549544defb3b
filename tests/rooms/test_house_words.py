"""Periods and languages as people say them."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from headwater.rooms.house.periods import period_words
from headwater.rooms.house.templatetags.humanise import language_names


@pytest.mark.parametrize(
    ("key", "english", "spanish"),
    [
        ("2026-Q3", "Q3 2026", "T3 2026"),
        ("2026-03", "March 2026", "marzo de 2026"),
        ("2026", "2026", "2026"),
        ("2025/26", "2025/26", "2025/26"),
        ("2026-13", "2026-13", "2026-13"),
        ("Spring", "Spring", "Spring"),
    ],
)
def test_a_period_is_said_in_words(key: str, english: str, spanish: str) -> None:
    with override("en"):
        assert period_words(key) == english
    with override("es"):
        assert period_words(key).lower() == spanish.lower()


def test_languages_call_themselves_what_they_do() -> None:
    assert language_names(["en", "es", "pt-PT", "xx"]) == "English, español, Português, xx"
    assert language_names([]) == ""
