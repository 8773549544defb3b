"""The charts of the style page, with invented figures. Only the style page shows them."""

from __future__ import annotations

from headwater.reports.charts import Branch, Prediction
from headwater.reports.document import (
    Diverging,
    DivergingRow,
    DotIntervals,
    DotRow,
    HeatCell,
    HeatMap,
    HeatRow,
    RiverPicture,
    Trend,
    TrendLine,
    TrendPoint,
    WithheldNote,
)
from headwater.rooms.house.figures import (
    Figure,
    bar_figure,
    dot_figure,
    heat_figure,
    multiples_figure,
    prediction_figure,
    river_figure,
    tree_figure,
    trend_figure,
)
from headwater.vocab import Certainty, Design, Lens, LinkEstimate, River, Station, Stream

TICKS = (1.0, 2.0, 3.0, 4.0, 5.0)
WAVES = ("Spring 24", "Autumn 24", "Spring 25", "Autumn 25", "Spring 26")
HELD = WithheldNote("Working nights is not shown for Crew planning", "Depot North, night crews", "3.2 (2.9 to 3.5)")

DOTS = DotIntervals(
    "What Crew planning experiences",
    "Three scores with their 95% ranges and the rest of Depot North; one is not shown.",
    (
        DotRow("Hears and supports us", 4.2, 3.8, 4.6, 3.7, 4.6, 8, "strong", "4.2", "3.8 to 4.6",
               "+0.5 (+0.1 to +0.9)", "Likely higher"),
        DotRow("Work is planned well", 2.7, 2.3, 3.1, 3.2, 2.3, 8, "needs", "2.7", "2.3 to 3.1",
               "−0.5 (−0.9 to −0.1)", "Likely lower"),
        DotRow("Clear direction", 3.7, 3.3, 4.1, 3.6, 3.8, 8, "unsure", "3.7", "3.3 to 4.1",
               "+0.1 (−0.3 to +0.5)", "Too close to call"),
        DotRow("Working nights", None, withheld=HELD),
    ),
    1, 5, TICKS, "1 disagree to 5 agree", "Score", "Rest of Depot North", "Your eight answers alone",
)  # fmt: skip

BARS = Diverging(
    "How Trams answered",
    "Shares of the five answers to two questions; one is not shown.",
    ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"),
    (
        DivergingRow("My leader keeps promises", (6, 11, 22, 41, 20), 214),
        DivergingRow("I get what I need in time", (19, 30, 29, 16, 6), 214),
        DivergingRow("My nights are fair", (), None, HELD),
    ),
)


def _cell(value: float, difference: float, tone: str) -> HeatCell:
    return HeatCell(value, f"{value:.1f}", difference, int(tone[0]), {"a": "a", "b": "b"}.get(tone[1], "c"))  # type: ignore[arg-type]


HEAT = HeatMap(
    "Units by what they experience",
    "Four units, four scores. Depot North is clearly higher in being heard, Works clearly lower in energy.",
    ("Hears and supports", "Keeps promises", "Energy", "Would stay"),
    (
        HeatRow("Harbour Transit", (_cell(3.7, 0, "4a"), _cell(3.6, 0, "4a"), _cell(3.4, 0, "4a"),
                                    _cell(3.5, 0, "4a")), 2918, 0, True),
        HeatRow("Trams", (_cell(3.8, 0.1, "5c"), _cell(3.5, -0.1, "3c"), _cell(3.5, 0.1, "5b"),
                          _cell(3.6, 0.1, "5c")), 1204, 1),
        HeatRow("Depot North", (_cell(4.3, 0.6, "7a"), _cell(3.9, 0.3, "6b"), _cell(3.6, 0.2, "5c"),
                                HeatCell(None)), 214, 2),
        HeatRow("Works", (_cell(3.4, -0.3, "2b"), _cell(3.3, -0.3, "2b"), _cell(2.8, -0.6, "1a"),
                          _cell(3.1, -0.4, "2a")), 386, 1),
        HeatRow("Night cleaning", (HeatCell(None, withheld=True),) * 4, None, 1),
    ),
    "Harbour Transit",
    0.2,
    HELD,
)  # fmt: skip


def _line(label: str, values: tuple[float | None, ...], *, quiet: bool = False) -> TrendLine:
    points = tuple(
        TrendPoint(wave, value, None if value is None else value - 0.25, None if value is None else value + 0.25)
        for wave, value in zip(WAVES, values, strict=True)
    )
    return TrendLine(label, points, quiet)


def _trend(title: str, values: tuple[float | None, ...], words: str = "") -> Trend:
    parent = _line("Trams", (3.6, 3.6, 3.7, 3.7, 3.8), quiet=True)
    lines = (_line("Depot North", values), parent)
    return Trend(title, "Five waves of Depot North beside Trams.", lines, 1, 5, TICKS, words)


TREND = _trend(
    "Trust and respect", (3.4, 3.6, None, 3.9, 4.2), "Likely higher than in spring 2024. Spring 2025 is not shown."
)
MULTIPLES = (
    _trend("Hears and supports", (3.5, 3.6, 3.8, 4.0, 4.3)),
    _trend("Keeps promises", (3.6, 3.5, None, 3.8, 3.9)),
    _trend("Energy", (3.7, 3.6, 3.5, 3.6, 3.6)),
)
TREE = Branch(
    "Harbour Transit",
    "Mira Anders",
    (
        Branch("Trams", "Tomas Okafor", (Branch("Depot North", "Lea Brandt", own=True), Branch("Depot South"))),
        Branch("Ferries", "Ines Duarte"),
        Branch("Works", "Paul Reyes", (Branch("Track", "Yusuf Kaya"),)),
    ),
)
PREDICTIONS = (
    Prediction("Trust", 4.5, 4.2, 4.8, 4.2, 3.9, 4.5),
    Prediction("Energy", 3.5, 3.0, 4.0, 2.6, 2.3, 2.9),
    Prediction("Nights", 3.0, 2.5, 3.5, None),
)


def _link(effect: float, reach: float, design: Design = Design.LAGGED_WITHIN) -> LinkEstimate:
    return LinkEstimate(effect, effect - reach, effect + reach, design, 214, 2918, "Lagged six months, split raters")


def _stream(source: str, target: str, effect: float, reach: float, certainty: Certainty, words: str) -> Stream:
    dry = _link(effect + 0.2, 0.08, Design.ACROSS_UNITS) if source == "heard" else None
    return Stream(
        source, target, dry, _link(effect, reach), certainty, f"{words}, as far as teams can show.", words,
        "An association, lagged.", "A common cause as strong as pay would bring it down by a third.", 0.71, 0.66,
    )  # fmt: skip


RIVER = RiverPicture(
    River(
        title="Being heard is where most of the water comes from",
        organisation="Harbour Transit",
        period="Spring 2026",
        stations=(
            Station("heard", "Hears and supports", Lens.LX),
            Station("clear", "Gives clear direction", Lens.LX),
            Station("trust", "Trust and respect", Lens.EX, "3.7"),
            Station("roles", "Clear roles, good tools", Lens.EX, "3.5"),
            Station("helped", "Staff helped me", Lens.CX, "71%"),
            Station("easy", "Easy journey", Lens.CX, "64%"),
            Station("stay", "People stay", Lens.RESULT, "89 of 100 a year"),
            Station("return", "Passengers come back", Lens.RESULT, "6.1 trips a week"),
        ),
        streams=(
            _stream("heard", "trust", 0.46, 0.08, Certainty.SURE, "Being heard builds trust"),
            _stream("clear", "roles", 0.34, 0.08, Certainty.SURE, "Clear aims, clear roles"),
            _stream("trust", "stay", 0.33, 0.07, Certainty.SURE, "Where trust is higher, fewer people leave"),
            _stream("trust", "helped", 0.24, 0.09, Certainty.FAIRLY, "Trusted staff help"),
            _stream("roles", "easy", 0.29, 0.10, Certainty.FAIRLY, "Good tools ease trips"),
            _stream("helped", "return", 0.15, 0.16, Certainty.UNCLEAR, "Helped, they may return"),
            _stream("easy", "return", 0.26, 0.09, Certainty.FAIRLY, "Ease brings them back"),
        ),
        unknowns=(("Contractors.", "310 cleaners and stewards are not asked. They meet every passenger."),),
        sources=("Invented figures.",),
    ),
    "The River of Harbour Transit",
    "From leadership on the left to results on the right. Being heard feeds trust most; trust keeps people.",
)


def sample_figures() -> tuple[tuple[str, str, Figure], ...]:
    """Return every figure of the house: (call, what it is for, the figure)."""
    axis = (1.0, 5.0, TICKS)
    return (
        ("dot_figure(block, key)", "Scores with their ranges, one row each.", dot_figure(DOTS, "p-dots")),
        ("bar_figure(block, key)", "Shares of answers, from 25 answers on.", bar_figure(BARS, "p-bars")),
        ("heat_figure(block, key)", "Many units by many scores.", heat_figure(HEAT, "p-heat")),
        ("trend_figure(block, key)", "One score over waves.", trend_figure(TREND, "p-trend", is_titled=True)),
        (
            "multiples_figure(blocks, key, title, description)",
            "Many scores over waves, on the same axes.",
            multiples_figure(MULTIPLES, "p-many", "Three scores over five waves", "Depot North beside Trams."),
        ),
        (
            "river_figure(block, key, chosen=2)",
            "The whole chain as one picture.",
            river_figure(RIVER, "p-river", chosen=2),
        ),
        (
            "tree_figure(root, key, title, description)",
            "The organisation, some levels of it.",
            tree_figure(TREE, "p-tree", "The organisation", "Seven units on three levels."),
        ),
        (
            "prediction_figure(rows, axis, key, title, description)",
            "What a leader expected beside what was said.",
            prediction_figure(PREDICTIONS, axis, "p-guess", "Expected and said", "Three themes."),
        ),
    )
