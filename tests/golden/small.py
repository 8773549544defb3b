"""One small Document with a withheld number, for files that are compared part by part."""

from __future__ import annotations

from datetime import date

from headwater.reports.brand import Brand
from headwater.reports.document import (
    WITHHELD,
    Action,
    ActionList,
    Callout,
    Callouts,
    DataColumn,
    DataTable,
    Diverging,
    DivergingRow,
    Document,
    DotIntervals,
    DotRow,
    HeatCell,
    HeatMap,
    HeatRow,
    Section,
    WithheldNote,
)

NOTE = WithheldNote("Working nights is not shown for Crew planning", "Depot North", "3.2 (2.9 to 3.5), 23 answers")


def make_document() -> Document:
    """Three pages of charts and tables, and one data table."""
    dots = DotIntervals(
        "Scores of Crew planning",
        "Trust 4.0, planning 3.0, nights not shown.",
        (
            DotRow("Trust & respect", 4.0, 3.8, 4.2, 3.7, 4.1, 46, "strong", "4.0", "3.8 to 4.2",
                   "+0.3 (+0.1 to +0.5)", "Likely higher"),
            DotRow("Work planned well", 3.0, 2.7, 3.3, 3.6, 2.9, 46, "needs", "3.0", "2.7 to 3.3",
                   "−0.6 (−0.9 to −0.3)", "Clearly lower"),
            DotRow("Working nights", None, withheld=NOTE),
        ),
        1, 5, (1.0, 2.0, 3.0, 4.0, 5.0), "1 to 5, higher is better", "Score", "the rest of Trams",
        "The group's own answers",
    )  # fmt: skip
    heat = HeatMap(
        "Groups by score", "Crew 4.0; nights not shown", ("Trust", "Planning"),
        (
            HeatRow("Crew planning", (HeatCell(4.0, "4.0", 0.4, 6, "a"), HeatCell(3.0, "3.0", -0.6, 1, "b")), 46),
            HeatRow("Night crew", (HeatCell(None, withheld=True), HeatCell(None, withheld=True)), None, 1),
        ),
        "the rest of Trams",
    )  # fmt: skip
    data = DataTable(
        "Scores",
        "All scores",
        (
            DataColumn("unit", "Unit", width=20),
            DataColumn("n", "Answers", "integer"),
            DataColumn("score", "Score", "number"),
            DataColumn("rest", "Rest", "number"),
            DataColumn("difference", "Difference", "difference", formula="{score}-{rest}", palette=True),
            DataColumn("sure", "How sure"),
        ),
        (
            ("Crew planning", 46, 4.0, 3.7, 4.0 - 3.7, "fairly sure"),
            ("=HYPERLINK(1)", 12, 3.0, None, None, None),
            ("Night crew", *(WITHHELD,) * 5),
        ),
        1,
    )
    answers = Diverging("Answers", "Low to high.", ("1", "2", "3", "4", "5"),
                        (DivergingRow("We are heard", (19.0, 30.0, 29.0, 16.0, 6.0), 214),))  # fmt: skip
    action = Action("Publish rosters ten days ahead", "A swap board", "You", "Within 4 weeks", "It rises", "Crew", True)
    return Document(
        kind="leader",
        key="crew",
        title="Crew planning: trusted, and tired of the roster",
        subtitle="What 46 people said in November.",
        organisation="Harbour Transit",
        period="Autumn 2026",
        audience="Ines, Crew planning",
        minutes=4,
        language="en",
        brand=Brand(),
        sections=(
            Section("Only planning falls clearly below", (dots, Callouts((Callout("need", "Planning:", "3.0"),)), NOTE),
                    "What is strong", "side", ("Say it plainly.", "Source: Work, autumn 2026."), "46 people answered."),
            Section("Two groups, one shown", (heat, answers), "Inside"),
            Section("One step", (ActionList((action,)),), "Next steps"),
            Section("All scores", (data,), "Data"),
        ),
        footer="Harbour Transit, Autumn 2026.",
        notes=("Source: Work.",),
        sources=("LX core 1.0",),
        inputs_hash="sha256:7c1e29ab04f1",
        made_on=date(2026, 11, 20),
    )  # fmt: skip
