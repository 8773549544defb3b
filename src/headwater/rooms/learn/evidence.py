"""Released numbers as evidence for what rooms downstream decide: said live for a viewer, and frozen when decided.

Evidence is frozen by keeping its plain form (`as_plain`): what was known stays readable when later waves say otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from headwater.reports import wording
from headwater.reports.builders.findings import by_clearness, findings_of, score_columns
from headwater.reports.builders.steps import detectable
from headwater.rooms.house import slots
from headwater.rooms.learn.books import book_of, released_waves, told_book
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.releasing import has_book
from headwater.rooms.people.logic.roles import ACTIONS, Viewer, can
from headwater.rooms.people.models import Unit
from headwater.scoring.sentences import say_estimate
from headwater.vocab import Bound, Column, Difference, Estimate, ScoreBook, Sureness, say, speaking


@dataclass(frozen=True)
class Evidence:
    """One released number of one unit, or that it is withheld, with its sentence.

    study, wave, unit, score: keys, as in `slots.Finding`. lens: of the score. value, low, high: steadied, in the
    score's unit ("points", "percent"); None where withheld or shown as a limit. floor, ceiling: of the scale.
    n: answers behind it, 0 where withheld. standing: "strong", "needs" or "unsure" beside the rest. smallest: the
    smallest change from wave to wave that this unit can show, None where unknown. inputs_hash: of the book it was
    read from. spoken: label and sentence in the other languages of the desk, so that what one leader froze another
    reads in their own.
    """

    study: str
    wave: str
    unit: str
    score: str
    study_title: str
    wave_title: str
    unit_name: str
    label: str
    lens: str
    measure: str
    scale_unit: str
    floor: float
    ceiling: float
    higher_is_better: bool
    decimals: int
    n: int
    value: float | None
    low: float | None
    high: float | None
    standing: str
    sureness: str
    smallest: float | None
    sentence: str
    language: str
    released_at: str
    inputs_hash: str
    spoken: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def finding(self) -> slots.Finding:
        """The keys of the number."""
        return slots.Finding(self.study, self.wave, self.unit, self.score)

    @property
    def is_shown(self) -> bool:
        """Whether there is a number."""
        return self.n > 0

    @property
    def value_text(self) -> str:
        """The value as people read it, "" where withheld."""
        mark = "%" if self.scale_unit == "percent" else ""
        return "" if self.value is None else f"{wording.figure(self.value, self.decimals)}{mark}"

    @property
    def range_text(self) -> str:
        """The range as people read it, "" where there is none."""
        if self.low is None or self.high is None:
            return ""
        return wording.spread(self.low, self.high, self.decimals)

    def as_plain(self) -> dict[str, Any]:
        """Return plain values for JSON; `evidence_from` reads them back."""
        return asdict(self)


def evidence_from(plain: Mapping[str, Any]) -> Evidence:
    """Return evidence as it was frozen, in the language of the page where it was kept in it too.

    Raises TypeError for values of another shape.
    """
    kept = Evidence(**plain)
    said = kept.spoken.get(_base_language())
    if said is None:
        return kept
    own = {"label": kept.label, "sentence": kept.sentence}
    others = {code: words for code, words in kept.spoken.items() if code != _base_language()}
    spoken = {**others, kept.language.partition("-")[0]: own}
    return replace(kept, label=said["label"], sentence=said["sentence"], language=_base_language(), spoken=spoken)


def _base_language() -> str:
    return (get_language() or "en").partition("-")[0]


def plain_score(score: str) -> str:
    """Return the key of a score as ScoreBooks name it; drivers and importance name scales `score:<key>`."""
    return score.removeprefix("score:")


def evidence_of(*, viewer: Viewer, finding: slots.Finding, as_share: bool = False) -> Evidence | None:
    """Return a released number as evidence, None where nothing was released or the viewer may not see that unit.

    as_share: the percent who answer favourably instead of the points, None where the score has none.
    """
    wave = _released(finding.study, finding.wave)
    if wave is None or not _may_see(viewer, finding.unit):
        return None
    book = told_book(wave, book_of(wave))
    row = book.tree.index_of.get(finding.unit)
    if row is None:
        return None
    with speaking(get_language() or "en"):
        for number in (*score_columns(book), *range(len(book.columns))):
            column = book.columns[number]
            if column.subject == plain_score(finding.score) and (column.unit == "percent" or not as_share):
                return _evidence(wave, book, row, number)
    return None


def evidence_for_unit(*, viewer: Viewer, unit: str, most_waves: int = 6) -> list[Evidence]:
    """Return the latest released scores of a unit, one study after the other, the clearest first.

    Only the latest wave of a study counts, and only numbers that are shown. Empty where the viewer may not see it.
    """
    if not _may_see(viewer, unit):
        return []
    found: list[Evidence] = []
    seen: set[Any] = set()
    with speaking(get_language() or "en"):
        for wave in released_waves():
            if wave.study_id in seen or len(seen) >= most_waves:
                continue
            seen.add(wave.study_id)
            book = told_book(wave, book_of(wave))
            row = book.tree.index_of.get(unit)
            if row is None:
                continue
            for one in by_clearness(findings_of(book, row)):
                if one.estimate is not None:
                    found.append(_evidence(wave, book, row, one.number))
    return found


def refreshed(*, viewer: Viewer, evidence: Iterable[Evidence]) -> list[Evidence]:
    """Return the same scores of the same units from the latest released wave of their study that has them."""
    made = []
    for one in evidence:
        latest = next((wave for wave in released_waves() if wave.study.key == one.study), None)
        newer = None
        if latest is not None and latest.key != one.wave:
            newer = evidence_of(viewer=viewer, finding=slots.Finding(one.study, latest.key, one.unit, one.score))
        made.append(newer or one)
    return made


def _released(study: str, wave: str) -> Wave | None:
    # A page asks for each of its findings: only the one wave is read, and not its plan, which may be large.
    found = Wave.objects.filter(state=Wave.State.RELEASED, study__key=study, key=wave)
    one = found.select_related("study").defer("plan").first()
    return one if one is not None and has_book(one) else None


def _may_see(viewer: Viewer, unit: str) -> bool:
    if can(viewer, "results.see"):
        return True
    if not any(holding.role in ACTIONS["results.see"] for holding in viewer.holdings):
        return False
    number = Unit.objects.filter(key=unit, is_open=True).values_list("number", flat=True).first()
    return number is not None and can(viewer, "results.see", number)


def _evidence(wave: Wave, book: ScoreBook, row: int, number: int) -> Evidence:
    column, language = book.columns[number], get_language() or "en"
    one = findings_of(book, row, [number])[0]
    base: dict[str, Any] = {
        "study": wave.study.key,
        "wave": wave.key,
        "unit": book.tree.ids[row],
        "score": column.subject,
        "study_title": wave.study.title,
        "wave_title": wave.title,
        "unit_name": book.tree.names[row],
        "label": say(column.label),
        "lens": str(column.lens.value),
        "measure": column.measure,
        "scale_unit": column.unit,
        "floor": float(column.low),
        "ceiling": float(column.high),
        "higher_is_better": column.higher_is_better,
        "decimals": one.decimals,
        "standing": one.flag,
        "sureness": "" if one.difference is None else wording.sureness_text(one.difference.sureness),
        "sentence": say_estimate(book, row, number, language=language),
        "language": language,
        "released_at": "" if wave.released_at is None else wave.released_at.isoformat(),
        "inputs_hash": book.inputs_hash,
        "spoken": {
            other: _spoken(book, row, number, other) for other in settings.DESK_LANGUAGES if other != _base_language()
        },
    }
    return Evidence(**base, **_numbers(one.estimate, one.difference, column))


def _spoken(book: ScoreBook, row: int, number: int, language: str) -> dict[str, str]:
    with speaking(language):
        label = say(book.columns[number].label, language)
        return {"label": label, "sentence": say_estimate(book, row, number, language=language)}


def _numbers(estimate: Estimate | None, difference: Difference | None, column: Column) -> dict[str, Any]:
    if estimate is None:
        return {"n": 0, "value": None, "low": None, "high": None, "smallest": None}
    is_exact = estimate.bound is Bound.EXACT
    smallest = detectable(estimate.versus_rest or difference, column)
    if smallest is None and is_exact:
        smallest = detectable(_alone(estimate), column)
    return {
        "n": int(estimate.n),
        "value": _plain(estimate.shrunken) if is_exact else None,
        "low": _plain(estimate.shrunken_low) if is_exact else None,
        "high": _plain(estimate.shrunken_high) if is_exact else None,
        "smallest": None if smallest is None else _plain(smallest),
    }


def _alone(estimate: Estimate) -> Difference | None:
    """The precision of a number with nothing beside it: its own standard error."""
    if math.isnan(estimate.low) or estimate.high <= estimate.low:
        return None
    return Difference(estimate.value, estimate.low, estimate.high, 1.0, Sureness.TOO_CLOSE)


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 6)
