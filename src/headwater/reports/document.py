"""The frozen Document: what a report says, as plain data. Builders make one, renderers only draw it.

A Document holds released numbers and words, never a ScoreBook: a renderer is a pure function
`render(document, target)`, and the same Document gives the same bytes. A withheld number is not in it at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from headwater.reports.blocks import (
    WITHHELD,
    Action,
    ActionList,
    Block,
    Callout,
    CalloutKind,
    Callouts,
    CellKind,
    CellValue,
    Comments,
    CommentTheme,
    DataColumn,
    DataTable,
    Diverging,
    DivergingRow,
    DotIntervals,
    DotRow,
    Flag,
    Guide,
    GuideStep,
    HeatCell,
    HeatMap,
    HeatRow,
    KeyFigure,
    KeyFigures,
    NotShown,
    Paragraph,
    RiverPicture,
    Sentence,
    Table,
    Trend,
    TrendLine,
    TrendPoint,
    WithheldNote,
)
from headwater.reports.brand import Brand
from headwater.reports.place_blocks import PlaceMark, PlaceOutline, PlacePicture

Layout = Literal["wide", "side"]
"""wide: blocks below each other over the full width. side: the first block fills the main column, the others the
side column."""


@dataclass(frozen=True, slots=True)
class Section:
    """One page of a report, one slide of a deck: a sentence that says what it means, then what shows it."""

    heading: str
    """The sentence."""
    blocks: tuple[Block, ...]
    kicker: str = ""
    """A few words above it that say which page this is."""
    layout: Layout = "wide"
    speaker_notes: tuple[str, ...] = ()
    """Paragraphs for the speaker: how to say it, and what it rests on."""
    footer: str = ""
    """What the numbers of this page are; the document's footer when empty."""


@dataclass(frozen=True)
class Document:
    """A whole report.

    title is a sentence; subtitle says what was asked of whom. audience is whom it is for, as a phrase. minutes is the
    reading time. made_on is the date the report speaks of, used as its file date so that the same inputs give the
    same bytes. inputs_hash names the inputs of the numbers.
    """

    kind: str
    """Key in REPORTS: leader, river, actions, workbook."""
    key: str
    """Stable name of this document, safe as a file name: the unit's id, or the wave's."""
    title: str
    subtitle: str
    organisation: str
    period: str
    audience: str
    minutes: int
    language: str
    brand: Brand
    sections: tuple[Section, ...]
    footer: str = ""
    notes: tuple[str, ...] = ()
    """How this was made, in sentences."""
    sources: tuple[str, ...] = ()
    inputs_hash: str = ""
    made_on: date | None = None
    made_with: Mapping[str, str] = field(default_factory=dict)
    has_cover: bool = True
    """Whether a deck opens with a cover; without one its first section is its first slide."""

    def blocks(self) -> Iterator[Block]:
        """Yield every block in reading order."""
        for section in self.sections:
            yield from section.blocks

    @property
    def short_hash(self) -> str:
        """The inputs' hash as people read it: "7c1e 29ab 04f1"; empty when there is none."""
        digest = self.inputs_hash.rpartition(":")[2]
        return " ".join(digest[start : start + 4] for start in range(0, min(len(digest), 12), 4))


__all__ = [
    "WITHHELD",
    "Action",
    "ActionList",
    "Block",
    "Callout",
    "CalloutKind",
    "Callouts",
    "CellKind",
    "CellValue",
    "CommentTheme",
    "Comments",
    "DataColumn",
    "DataTable",
    "Diverging",
    "DivergingRow",
    "Document",
    "DotIntervals",
    "DotRow",
    "Flag",
    "Guide",
    "GuideStep",
    "HeatCell",
    "HeatMap",
    "HeatRow",
    "KeyFigure",
    "KeyFigures",
    "Layout",
    "NotShown",
    "Paragraph",
    "PlaceMark",
    "PlaceOutline",
    "PlacePicture",
    "RiverPicture",
    "Section",
    "Sentence",
    "Table",
    "Trend",
    "TrendLine",
    "TrendPoint",
    "WithheldNote",
]
