"""One Document with every kind of block, and the words that try to break out of each."""

from __future__ import annotations

from datetime import date

from tests.golden.rivers import hospital_river

from headwater.reports.brand import Brand
from headwater.reports.document import (
    WITHHELD,
    Action,
    ActionList,
    Callout,
    Callouts,
    Comments,
    CommentTheme,
    DataColumn,
    DataTable,
    Diverging,
    DivergingRow,
    Document,
    DotIntervals,
    DotRow,
    Guide,
    GuideStep,
    HeatCell,
    HeatMap,
    HeatRow,
    KeyFigure,
    KeyFigures,
    Paragraph,
    PlaceMark,
    PlaceOutline,
    PlacePicture,
    RiverPicture,
    Section,
    Sentence,
    Table,
    Trend,
    TrendLine,
    TrendPoint,
    WithheldNote,
)

WAVES = ("Spring 24", "Autumn 24", "Spring 25", "Autumn 25", "Spring 26", "Autumn 26")
HOSTILE = '<script>alert(1)</script>"\' #panic("x") $x$ `raw` @ref \\ *b* _i_ & </style> ]]> \x07'

HELD = WithheldNote("Working nights is not shown for Crew planning", "Depot North, night crews", "3.2 (2.9 to 3.5)")


def line(label: str, values: tuple[float | None, ...], *, quiet: bool = False) -> TrendLine:
    points = [
        TrendPoint(wave, value, None if value is None else value - 0.25, None if value is None else value + 0.25)
        for wave, value in zip(WAVES, values, strict=True)
    ]
    return TrendLine(label, tuple(points), quiet)


DOTS = DotIntervals(
    "Scores of Crew planning",
    "Two scores shown, one withheld.",
    (
        DotRow("Hears and supports us", 4.2, 3.8, 4.6, 3.7, 4.6, 8, "strong", "4.2", "3.8 to 4.6",
               "+0.5 (+0.1 to +0.9)", "Likely higher"),
        DotRow("Work is planned well", 2.7, 2.3, 3.1, 3.2, 2.3, 8, "needs", "2.7", "2.3 to 3.1",
               "−0.5 (−0.9 to −0.1)", "Likely lower"),
        DotRow("Clear direction", 3.7, 3.3, 4.1, 3.6, 3.8, 8, "unsure", "3.7", "3.3 to 4.1",
               "+0.1 (−0.3 to +0.5)", "Too close to call"),
        DotRow("Working nights", None, withheld=HELD),
    ),
    1, 5, (1, 2, 3, 4, 5), "1 disagree to 5 agree", "Score", "Rest of Depot North", "Your eight answers alone",
)  # fmt: skip

DIVERGING = Diverging(
    "How people answered",
    "Shares of each answer.",
    ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"),
    (DivergingRow("I get what I need", (19, 30, 29, 16, 6), 214), DivergingRow("My nights are fair", (), None, HELD)),
)

HEAT = HeatMap(
    "Units by scales",
    "Three units, three scales.",
    ("Hears and supports", "Energy", "Would stay"),
    (
        HeatRow(
            "Harbour Transit",
            (HeatCell(3.7, "3.7", 0, 4, "a"), HeatCell(3.4, "3.4", 0, 4, "a"), HeatCell(3.1, "3.1", -0.5, 1, "a")),
            2918,
            0,
            True,
        ),
        HeatRow("Night cleaning", (HeatCell(None, withheld=True),) * 3, None, 1),
        HeatRow(
            "Ferries", (HeatCell(3.7, "3.7", 0.4, 6, "b"), HeatCell(3.4, "3.4", 0.2, 5, "c"), HeatCell(None)), 544, 1
        ),
    ),
    "Harbour Transit",
    0.2,
    HELD,
)

TREND = Trend(
    "Trust and respect",
    "Six waves, one of them not shown.",
    (
        line("Depot North", (3.4, 3.6, None, 3.9, 4.0, 4.2)),
        line("Trams", (3.6, 3.6, 3.7, 3.7, 3.8, 3.7), quiet=True),
    ),
    1,
    5,
    (1, 2, 3, 4, 5),
    "Up 0.3 since autumn 2025, a real change.",
)

RIVER = RiverPicture(hospital_river(), "The River of hospital trusts", "From managers to patients.")


def place_picture(words: str = "Plain words") -> PlacePicture:
    """A map with every kind of mark, an area and a line; `words` names a place."""
    marks = (
        PlaceMark(words, -3.0, 53.0, "3.4", 40, -0.4, 2, "a"),
        PlaceMark("Granary", -2.0, 53.4, "4.1", 120, 0.3, 6, "b"),
        PlaceMark("Weir", -2.5, 53.2, "3.7", 12, 0.1, 5, "c"),
        PlaceMark("Kiln", -2.2, 52.9, withheld=True),
        PlaceMark("New yard", -2.8, 53.5, "3.9", 600),
    )
    shore = PlaceOutline((((-3.4, 52.7), (-1.8, 52.7), (-1.8, 53.7), (-3.4, 53.7), (-3.4, 52.7)),), closed=True)
    stream = PlaceOutline((((-3.4, 53.1), (-2.6, 53.3), (-1.8, 53.0)),))
    return PlacePicture(f"Listening {words}", "Five places.", "earth", marks, (shore, stream), compared_with="the rest")


def every_block(words: str = "Plain words") -> Document:
    """A Document with every kind of block; `words` stands wherever people write."""
    return Document(
        kind="leader",
        key="every-block",
        title=f"Every block there is {words}",
        subtitle=words,
        organisation=f"Harbour Transit {words}",
        period="Autumn 2026",
        audience=words,
        minutes=6,
        language="en",
        brand=Brand(),
        sections=(
            Section("What is strong", (Sentence(words), Paragraph(words, words), DOTS, DIVERGING), words),
            Section("What changed", (TREND, HEAT), "Two", speaker_notes=(words,), footer=words),
            Section(
                "What people wrote",
                (
                    Comments((CommentTheme(words, 14, 31, (words,)),), words),
                    Guide(words, (GuideStep(1, words, words), GuideStep(10, "Ask", words))),
                    HELD,
                    KeyFigures((KeyFigure("46", words, words), KeyFigure("±0.2", "range"))),
                ),
                "Three",
            ),
            Section(
                "What to do",
                (
                    ActionList(
                        (Action(words, words, words, words, words, words, True), Action("Do", "", "You", "", ""))
                    ),
                    Callouts((Callout("need", words, words), Callout("note", "Note", words))),
                ),
                "Four",
                "side",
            ),
            Section(
                "All the numbers",
                (
                    Table(words, ("What", "How"), ((words, words),), (1,), (1.0, 3.0)),
                    DataTable(
                        "Scores",
                        words,
                        (
                            DataColumn("u", "Unit"),
                            DataColumn("n", "Answers", "integer"),
                            DataColumn("s", "Score", "number", 2),
                            DataColumn("d", "Difference", "difference", 2),
                        ),
                        (("Trams", 812, 3.71, 0.05), (words, WITHHELD, WITHHELD, None)),
                    ),
                ),
            ),
            Section("The first water is clear", (RIVER,), "The whole chain"),
            Section("One depot stands apart", (place_picture(words),), "On a map"),
        ),
        footer=words,
        notes=(words,),
        sources=(words,),
        inputs_hash="sha256:7c1e29ab04f1a90f",
        made_on=date(2026, 11, 20),
        made_with={"headwater": "0.1.0"},
    )
