"""The blocks a report is made of, as plain frozen data: sentences, charts, tables, next steps, what is not shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from headwater.reports.place_blocks import PlacePicture
from headwater.vocab import WITHHELD_REASON, River

Flag = Literal["strong", "needs", "same", "unsure"]
"""strong: clearly better. needs: clearly worse, a person must act. same: shown to differ by less than matters.
unsure: too close to call."""
CalloutKind = Literal["strong", "need", "note"]
CellKind = Literal["text", "number", "integer", "difference", "percent"]


class NotShown(Enum):
    """Stands where a number is withheld, in a data table. Renderers draw the hatch and say the one reason."""

    WITHHELD = WITHHELD_REASON


WITHHELD = NotShown.WITHHELD
CellValue = str | int | float | None | NotShown
"""None is nothing to show (no previous wave); WITHHELD is not shown for safety."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What it means, in serif type."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Ordinary words. quiet: legends and remarks, in a softer ink. heading: a few bold words before them."""

    text: str
    heading: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One figure with what it is and one line more."""

    value: str
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """Two to five figures beside each other."""

    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True)
class WithheldNote:
    """What is not shown, the one reason, and the nearest group that can be shown with its number.

    It carries no count of the hidden group. nearest and nearest_text are empty where no group above is shown.
    """

    subject: str
    """"Working nights is not shown for Crew planning"."""
    nearest: str = ""
    """Name of the nearest group shown."""
    nearest_text: str = ""
    """Its number in words: "3.2 (2.9 to 3.5), 23 answers"."""
    reason: str = WITHHELD_REASON


@dataclass(frozen=True, slots=True)
class DotRow:
    """One row of a dot-and-interval chart. All numbers are on the chart's axis.

    value: the (shrunken) estimate, None when withheld. low, high: its 95% interval. rest: the rest of the parent.
    own: the group's own answers, drawn as a hollow ring.
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    rest: float | None = None
    own: float | None = None
    n: int | None = None
    flag: Flag = "unsure"
    value_text: str = ""
    """"4.0", or "4.8 or more" where the value is a limit."""
    range_text: str = ""
    """"3.8 to 4.2"."""
    difference: str = ""
    """"+0.3 (+0.1 to +0.5)"."""
    words: str = ""
    """"Likely higher"."""
    withheld: WithheldNote | None = None


@dataclass(frozen=True, slots=True)
class DotIntervals:
    """Dots with intervals on one axis that is never cut.

    title and description are the chart's alternative text; the rows are its table.
    """

    title: str
    description: str
    rows: tuple[DotRow, ...]
    low: float
    high: float
    ticks: tuple[float, ...]
    axis_label: str = ""
    """"1 disagree to 5 agree"."""
    value_label: str = "Score"
    rest_label: str = ""
    """"Rest of Trams"; empty where there is no rest."""
    own_label: str = ""
    """"Your own answers"; empty where no ring is drawn."""
    decimals: int = 1
    compact: bool = False
    """Leave out the columns of answers and differences: the sentence beside the chart says them."""
    steadied: bool = True
    """Whether the dots are steadied scores; otherwise they are what `value_label` says."""


@dataclass(frozen=True, slots=True)
class DivergingRow:
    """One question's answers in whole percents, low to high. withheld: percents is empty then."""

    label: str
    percents: tuple[float, ...]
    n: int | None = None
    withheld: WithheldNote | None = None


@dataclass(frozen=True, slots=True)
class Diverging:
    """Diverging bars: the shares of each answer, the neutral answer in sand around the middle."""

    title: str
    description: str
    categories: tuple[str, ...]
    """Labels of the answers, low to high."""
    rows: tuple[DivergingRow, ...]

    @property
    def neutral(self) -> int | None:
        """Position of the middle answer, None where the number of answers is even."""
        count = len(self.categories)
        return count // 2 if count % 2 else None


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell of a heat map.

    value: the (shrunken) score, None when withheld or not asked. difference: from `HeatMap.compared_with`, None where
    there is none. step: 1 clearly lower .. 4 the same .. 7 clearly higher (in the better direction). doubt: "a" sure,
    "b" fairly sure, "c" unsure: together they name the colour `div-<step><doubt>`.
    """

    value: float | None
    text: str = ""
    difference: float | None = None
    step: int = 4
    doubt: Literal["a", "b", "c"] = "c"
    withheld: bool = False

    @property
    def token(self) -> str:
        """Name of the colour token of the cell."""
        return f"div-{self.step}{self.doubt}"


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One group of a heat map. depth indents it under the group above; n is None when nothing of it is shown."""

    label: str
    cells: tuple[HeatCell, ...]
    n: int | None = None
    depth: int = 0
    strong: bool = False
    """Set in bold: the group the others belong to."""


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Groups by scores: number = score, colour = difference, paleness = doubt. Withheld cells are hatched."""

    title: str
    description: str
    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    compared_with: str = ""
    """"the rest of the group above each"."""
    step_size: float = 0.2
    """The difference of step 7 is at least 2.5 of these; of step 4 less than half of one."""
    note: WithheldNote | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A plain table of words. numeric: positions of the columns set to the right in tabular figures."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    widths: tuple[float, ...] = ()
    """Relative widths of the columns; equal when empty."""


@dataclass(frozen=True, slots=True)
class DataColumn:
    """One column of a data table.

    formula: empty, or a spreadsheet formula over the same row with other columns' keys in braces, as
    "{score}-{rest}". The rows carry its value all the same, so that a reader without a calculator sees it.
    """

    key: str
    label: str
    kind: CellKind = "text"
    decimals: int = 2
    width: float = 12.0
    """In characters."""
    formula: str = ""
    palette: bool = False
    """Colour the cells as differences."""
    note: str = ""
    """What the column holds, for the page that explains the workbook."""


@dataclass(frozen=True, slots=True)
class DataTable:
    """Many numbers for analysts: one sheet of a workbook, an ordinary table elsewhere."""

    name: str
    """Name of the sheet, 31 characters at most."""
    title: str
    columns: tuple[DataColumn, ...]
    rows: tuple[tuple[CellValue, ...], ...]
    freeze: int = 0
    """How many columns stay in sight when scrolling sideways."""


@dataclass(frozen=True, slots=True)
class Action:
    """One next step."""

    what: str
    detail: str
    who: str
    by: str
    known_by: str
    """How we shall know whether it worked."""
    unit: str = ""
    needs: bool = False
    """Answers something that stands clear of chance, not a general good habit."""


@dataclass(frozen=True, slots=True)
class ActionList:
    """Next steps, first things first."""

    actions: tuple[Action, ...]
    title: str = "Next steps"
    where: bool = False
    """The steps belong to several units: name the unit of each."""


@dataclass(frozen=True, slots=True)
class Callout:
    """A short remark beside a chart. `heading` is bold, `text` follows it."""

    kind: CalloutKind
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Callouts:
    """Remarks below each other."""

    items: tuple[Callout, ...]


@dataclass(frozen=True, slots=True)
class CommentTheme:
    """A theme of what people wrote: n of `of` writers, and a few masked quotes in shuffled order."""

    theme: str
    n: int
    of: int
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comments:
    """What people wrote, by theme. Released comments only."""

    themes: tuple[CommentTheme, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One step of a conversation, with its minutes."""

    minutes: int
    what: str
    words: str
    """What to ask or say, as it may be spoken."""


@dataclass(frozen=True, slots=True)
class Guide:
    """A conversation guide: for a team whose own numbers cannot be shown, or to open them together."""

    title: str
    steps: tuple[GuideStep, ...]

    @property
    def minutes(self) -> int:
        """Minutes of the whole conversation."""
        return sum(step.minutes for step in self.steps)


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One wave of a trend. value is None where nothing was released: the line has a gap there."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class TrendLine:
    """One line of a trend. quiet: the parent, drawn in grey."""

    label: str
    points: tuple[TrendPoint, ...]
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Trend:
    """Lines with a band for the 95% range over the same waves, on an axis that is never cut."""

    title: str
    description: str
    lines: tuple[TrendLine, ...]
    low: float
    high: float
    ticks: tuple[float, ...]
    words: str = ""
    """What changed, said only where it passes the flag rule."""
    decimals: int = 1


@dataclass(frozen=True, slots=True)
class RiverPicture:
    """The River. title and description are its alternative text."""

    river: River
    title: str
    description: str


Block = (
    Sentence
    | Paragraph
    | KeyFigures
    | DotIntervals
    | Diverging
    | HeatMap
    | Table
    | DataTable
    | ActionList
    | Callouts
    | WithheldNote
    | Comments
    | Guide
    | Trend
    | RiverPicture
    | PlacePicture
)
