"""Words about maturity: dimensions, factors, levels, overall levels and bands, and a practice in a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from headwater.rooms.decide.logic.maturity import BANDS, DIMENSIONS, FACTORS, GATES, Practice

Text = str | Promise

DIMENSION_WORDS: Mapping[str, Text] = dict(
    zip(DIMENSIONS, (_("Direction"), _("Design"), _("Development"), _("Delivery"), _("Results")), strict=True)
)
FACTOR_WORDS: Mapping[str, Text] = dict(
    zip(
        FACTORS,
        (
            _("Leadership"),
            _("Priority setting"),
            _("CX strategy"),
            _("Customer-centric governance"),
            _("Customer-centric culture"),
        ),
        strict=True,
    )
)
LEVEL_WORDS: tuple[Text, ...] = (
    _("not in place"),
    _("ad hoc"),
    _("partly in place"),
    _("almost always in place"),
    _("always in place"),
)
GATE_WORDS: Mapping[str, Text] = dict(
    zip(GATES, (_("Reactive"), _("Tactical"), _("Strategic"), _("Foundational"), _("Customer-centric")), strict=True)
)
GATE_MEANINGS: Mapping[str, Text] = dict(
    zip(
        GATES,
        (
            _("People do their best when something goes wrong."),
            _("The basics are in place: people are asked, heard and kept safe."),
            _("There is a direction, chosen from evidence, and leaders review it."),
            _("Roles, skills and trials carry it, whoever happens to be in charge."),
            _("Customers and those who serve them shape what is done, and effects are known."),
        ),
        strict=True,
    )
)
BAND_WORDS: Mapping[str, Text] = dict(
    zip(BANDS, (_("beginning"), _("emerging"), _("practising"), _("excelling")), strict=True)
)
ATTRIBUTION = _(
    "Dimensions and factors are named as in the International Model for Customer Experience in Government of the "
    "International Foundation for CX in Government, the overall levels as the US General Services Administration "
    "names them. The practices, their wording, their places and the bands are ours; neither body endorses them."
)


@dataclass(frozen=True)
class PracticeWords:
    """One practice in the language of the page. anchors: what levels 0, 2 and 4 look like."""

    key: str
    title: str
    anchors: tuple[str, str, str]
    dimension: str
    dimension_text: Text
    factor_text: Text
    gate: int
    gate_text: Text


def practice_words(practice: Practice) -> PracticeWords:
    """Return a practice in the language in force, in English where it has no words in it."""
    language = (get_language() or "en").split("-")[0]
    code = language if language in practice.title else "en"
    return PracticeWords(
        practice.key,
        practice.title[code],
        practice.anchors[code],
        practice.dimension,
        DIMENSION_WORDS[practice.dimension],
        FACTOR_WORDS.get(practice.factor, ""),
        practice.level,
        GATE_WORDS[GATES[practice.level - 1]],
    )
