"""The ScoreBook: all released numbers of one wave, columnar and immutable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from headwater.vocab.estimates import Bound, Difference, Estimate, Released, Sureness, Withheld
from headwater.vocab.lenses import Lens
from headwater.vocab.questionnaire import Texts
from headwater.vocab.studies import Study, Wave
from headwater.vocab.tree import UnitTree

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

FIELDS: tuple[str, ...] = (
    "value",
    "se",
    "low",
    "high",
    "shrunken",
    "shrunken_low",
    "shrunken_high",
    "rest",
    "rest_difference",
    "rest_low",
    "rest_high",
    "rest_p",
    "previous_difference",
    "previous_low",
    "previous_high",
    "previous_p",
    "benchmark_difference",
    "benchmark_low",
    "benchmark_high",
    "benchmark_p",
)
"""The float columns of a panel, each float64[R, C], NaN where there is nothing to show."""


@dataclass(frozen=True, slots=True)
class Column:
    """One number the book holds for every unit: a measure of a subject (an item or a scale)."""

    measure: str
    subject: str
    lens: Lens
    label: Texts
    low: float
    high: float
    """Ends of the measure's range: 1 and 5, 0 and 100, -100 and 100."""
    unit: str
    """"points", "percent", "score" or "rate"."""
    minimum_effect: float
    """Differences smaller than this are never flagged, in the measure's own unit."""
    higher_is_better: bool = True
    role: str = "driver"
    """"driver", "outcome", "index", "item" or "response"."""
    scale: str = ""
    """For an item, the scale it belongs to."""

    @property
    def key(self) -> str:
        """measure:subject."""
        return f"{self.measure}:{self.subject}"


@dataclass(frozen=True)
class Panel:
    """The released numbers of everybody (cut and level empty) or of one level of a cut.

    rows: int32[R], the units the panel holds, in preorder: all U units for everybody, only the units large enough for
    cuts otherwise. All arrays have R rows; `position` finds a unit's.
    shown: bool[R, C]. n: int64[R], respondents of a unit, 0 where nothing of it is shown.
    n_answered: int64[R, C], people behind one number, 0 where withheld; coarsened to n where the number who skipped
    would be a small group. fields: see FIELDS. bound: int8[R, C]. sureness: int8[R, C] by kind.
    """

    cut: str
    level: str
    rows: NDArray[np.int32]
    shown: BoolArray
    n: NDArray[np.int64]
    n_answered: NDArray[np.int64]
    fields: Mapping[str, FloatArray]
    bound: NDArray[np.int8]
    sureness: Mapping[str, NDArray[np.int8]]
    """Keys "rest", "previous", "benchmark"."""

    def position(self, unit: int) -> int:
        """Return the row of a unit, or -1 when the panel does not hold it."""
        place = int(np.searchsorted(self.rows, unit))
        return place if place < len(self.rows) and self.rows[place] == unit else -1

    def shows(self, unit: int, column: int) -> bool:
        """Whether the number of a unit (preorder) and a column is released here."""
        place = self.position(unit)
        return place >= 0 and bool(self.shown[place, column])


@dataclass(frozen=True)
class Shares:
    """Released answer distributions of items, in percent, for units of at least `minimum` answers.

    subjects: item keys. offsets: int64[I + 1]. percent: float64[U, T], whole percents, low answer to high in the
    item's own direction, NaN where withheld.
    """

    subjects: tuple[str, ...]
    offsets: NDArray[np.int64]
    percent: FloatArray
    minimum: int = 25

    def of(self, unit: int, subject: str) -> FloatArray | None:
        """Return one item's percents in a unit, or None when they are not shown."""
        if subject not in self.subjects:
            return None
        position = self.subjects.index(subject)
        row = self.percent[unit, self.offsets[position] : self.offsets[position + 1]]
        return None if np.isnan(row).any() else row


RESPONSE_FIELDS: tuple[str, ...] = tuple(name for name in FIELDS if name != "value")
"""The float columns of response rates beside the percent, each float64[U], NaN where there is nothing to show."""

RESPONSE_COLUMN = Column(
    measure="response_rate",
    subject="answered",
    lens=Lens.EX,
    label={"en": "Answered, of those asked", "es": "Respondieron, de las personas invitadas"},
    low=0.0,
    high=100.0,
    unit="percent",
    minimum_effect=2.0,
    role="response",
)


@dataclass(frozen=True)
class ResponseRates:
    """Answered of invited, by unit with all below it. percent: float64[U], NaN where it is not shown, capped near full.

    asked: int64[U], the people asked as the rate says them, 0 where it is not shown: near full it is k more than
    answered, so it tells nothing beyond the rate and the number who answered. bound: int8[U], AT_LEAST near full.
    fields: see RESPONSE_FIELDS. sureness: int8[U] by "rest", "previous", "benchmark".
    """

    percent: FloatArray
    asked: NDArray[np.int64]
    bound: NDArray[np.int8]
    fields: Mapping[str, FloatArray]
    sureness: Mapping[str, NDArray[np.int8]]


@dataclass(frozen=True)
class ScoreBook:
    """All that was released of one wave: immutable, versioned by the hash of its inputs."""

    study: Study
    wave: Wave
    tree: UnitTree
    columns: tuple[Column, ...]
    panels: tuple[Panel, ...]
    """The first panel is everybody."""
    shares: Shares
    inputs_hash: str
    previous_wave: str = ""
    benchmark: str = ""
    """`key@version` of the benchmark compared with, empty when none."""
    sources: tuple[str, ...] = ()
    made_with: Mapping[str, str] = field(default_factory=dict)
    response: ResponseRates | None = None
    """Response rates; None when it is not known who was invited."""

    def told_beside(self, books: Iterable[ScoreBook]) -> ScoreBook:
        """Return this book to make words of: the wave it compares with goes by its title, where books hold it."""
        titles = {book.wave.key: book.wave.title for book in books if book.study.key == self.study.key}
        return replace(self, previous_wave=titles.get(self.previous_wave, self.previous_wave))

    @property
    def everybody(self) -> Panel:
        """The panel of all respondents."""
        return self.panels[0]

    @cached_property
    def column_of(self) -> dict[tuple[str, str], int]:
        """Column number by (measure, subject)."""
        return {(column.measure, column.subject): number for number, column in enumerate(self.columns)}

    @cached_property
    def panel_of(self) -> dict[tuple[str, str], Panel]:
        """Panel by (cut, level); everybody is ("", "")."""
        return {(panel.cut, panel.level): panel for panel in self.panels}

    def find(
        self, unit: str | int, measure: str, subject: str, *, cut: str = "", level: str = ""
    ) -> Released | Withheld:
        """Return one number, released or withheld. Raises KeyError for an unknown unit, column or panel."""
        row = self.tree.index_of[unit] if isinstance(unit, str) else unit
        return self.at(row, self.column_of[measure, subject], self.panel_of[cut, level])

    def at(self, row: int, number: int, panel: Panel | None = None) -> Released | Withheld:
        """Return the number of one unit and column by position."""
        panel = panel or self.everybody
        column, unit = self.columns[number], self.tree.ids[row]
        place = panel.position(row)
        if not panel.shows(row, number):
            nearest = next((above for above in self.tree.ancestors(row) if panel.shows(above, number)), None)
            return Withheld(
                unit,
                column.measure,
                column.subject,
                panel.cut,
                panel.level,
                "" if nearest is None else self.tree.ids[nearest],
            )

        def value(name: str) -> float:
            return float(panel.fields[name][place, number])

        def difference(kind: str) -> Difference | None:
            size = value(f"{kind}_difference")
            if np.isnan(size):
                return None
            return Difference(
                size,
                value(f"{kind}_low"),
                value(f"{kind}_high"),
                value(f"{kind}_p"),
                Sureness(int(panel.sureness[kind][place, number])),
            )

        return Estimate(
            unit=unit,
            measure=column.measure,
            subject=column.subject,
            cut=panel.cut,
            level=panel.level,
            n=int(panel.n_answered[place, number]),
            value=value("value"),
            se=value("se"),
            low=value("low"),
            high=value("high"),
            shrunken=value("shrunken"),
            shrunken_low=value("shrunken_low"),
            shrunken_high=value("shrunken_high"),
            bound=Bound(int(panel.bound[place, number])),
            rest_value=value("rest"),
            versus_rest=difference("rest"),
            versus_previous=difference("previous"),
            versus_benchmark=difference("benchmark"),
        )

    def of_unit(self, unit: str | int, panel: Panel | None = None) -> Iterator[tuple[Column, Released | Withheld]]:
        """Yield every column with its number for one unit."""
        row = self.tree.index_of[unit] if isinstance(unit, str) else unit
        for number, column in enumerate(self.columns):
            yield column, self.at(row, number, panel)

    def response_percent(self, row: int) -> float | None:
        """Return the response rate of a unit in percent, None where it is unknown or not shown."""
        if self.response is None or np.isnan(self.response.percent[row]):
            return None
        return float(self.response.percent[row])

    def response_rate(self, unit: str | int) -> Released | Withheld:
        """Return the response rate of a unit as an estimate, its n the people asked; withheld where it is not shown.

        Raises KeyError for an unknown unit.
        """
        row = self.tree.index_of[unit] if isinstance(unit, str) else unit
        column, rates = RESPONSE_COLUMN, self.response
        if rates is None or np.isnan(rates.percent[row]):
            shown = (above for above in self.tree.ancestors(row) if self.response_percent(above) is not None)
            nearest = next(shown, None)
            named = "" if nearest is None else self.tree.ids[nearest]
            return Withheld(self.tree.ids[row], column.measure, column.subject, "", "", named)
        fields = {name: float(values[row]) for name, values in rates.fields.items()}

        def difference(kind: str) -> Difference | None:
            if np.isnan(fields[f"{kind}_difference"]):
                return None
            size, low, high, p = (fields[f"{kind}_{part}"] for part in ("difference", "low", "high", "p"))
            return Difference(size, low, high, p, Sureness(int(rates.sureness[kind][row])))

        return Estimate(
            unit=self.tree.ids[row],
            measure=column.measure,
            subject=column.subject,
            cut="",
            level="",
            n=int(rates.asked[row]),
            value=float(rates.percent[row]),
            se=fields["se"],
            low=fields["low"],
            high=fields["high"],
            shrunken=fields["shrunken"],
            shrunken_low=fields["shrunken_low"],
            shrunken_high=fields["shrunken_high"],
            bound=Bound(int(rates.bound[row])),
            rest_value=fields["rest"],
            versus_rest=difference("rest"),
            versus_previous=difference("previous"),
            versus_benchmark=difference("benchmark"),
        )

    def nearest_shown(self, unit: str | int) -> int | None:
        """Return the unit itself, or the nearest unit above it, that has any released number."""
        row = self.tree.index_of[unit] if isinstance(unit, str) else unit
        for candidate in (row, *self.tree.ancestors(row)):
            if self.everybody.shown[candidate].any():
                return candidate
        return None
