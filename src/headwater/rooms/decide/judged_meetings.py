"""The meeting of people who judged alone: what each gave, where they lie apart, and the level they agree on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from headwater.rooms.decide.logic.judging import TALK


@dataclass(frozen=True)
class Given:
    """What one assessor gave, and why."""

    name: str
    score: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class JudgedRow:
    """One thing that was judged. key: what it is kept under. field: its name in the form. title: what people read.
    href: the page of what was judged, "" for none.

    agreed: None while there is none; a level that all gave is proposed. is_kept: whether it was agreed on already.
    """

    key: Any
    field: str
    title: str
    href: str = ""
    given: tuple[Given, ...]
    agreed: int | None
    reason: str
    is_kept: bool

    @property
    def spread(self) -> int:
        """Levels from the lowest to the highest score."""
        scores = [one.score for one in self.given]
        return max(scores) - min(scores) if scores else 0

    @property
    def owes_reason(self) -> bool:
        """Whether what is agreed on needs a reason in any case."""
        return self.spread >= TALK


@dataclass(frozen=True, kw_only=True)
class JudgedPage:
    """What the assessors gave, the largest differences first, and what they agree on. missing: levels still open."""

    verdict: str
    figures: tuple[str, ...]
    rows: tuple[JudgedRow, ...]
    missing: int

    @property
    def to_talk(self) -> int:
        """How many differ by two levels or more."""
        return sum(row.owes_reason for row in self.rows)


Fields = tuple[JudgedRow, forms.BoundField, forms.BoundField]


class MeetingForm(forms.Form):
    """What the assessors agree on. Empty levels are left for later."""

    def __init__(
        self,
        *values: Any,
        rows: Sequence[JudgedRow],
        says: Callable[[int], str | Promise] = str,
        **named: Any,
    ) -> None:
        """Make two fields for each row. says: how a level is read."""
        super().__init__(*values, **named)
        self._rows = rows
        choices = [("", "–"), *((str(level), says(level)) for level in range(5))]
        for row in rows:
            self.fields[f"level_{row.field}"] = forms.ChoiceField(
                label=_("Agreed level: %(title)s") % {"title": row.title},
                choices=choices,
                required=False,
                initial="" if row.agreed is None else str(row.agreed),
            )
            self.fields[f"reason_{row.field}"] = forms.CharField(
                label=_("Reason: %(title)s") % {"title": row.title},
                max_length=600,
                required=False,
                initial=row.reason,
            )

    def rows(self) -> list[Fields]:
        """Return the fields by row."""
        return [(row, self[f"level_{row.field}"], self[f"reason_{row.field}"]) for row in self._rows]

    def apart_rows(self) -> list[Fields]:
        """Return the rows on which assessors differ."""
        return [one for one in self.rows() if one[0].spread]

    def same_rows(self) -> list[Fields]:
        """Return the rows on which all gave the same level."""
        return [one for one in self.rows() if not one[0].spread]

    def levels(self) -> dict[Any, tuple[int, str]]:
        """Return level and reason of those that are filled in, by key."""
        data = self.cleaned_data
        return {
            row.key: (int(data[f"level_{row.field}"]), data[f"reason_{row.field}"])
            for row in self._rows
            if data[f"level_{row.field}"]
        }

    def refuse(self, owed: Sequence[Any]) -> None:
        """Mark the rows that owe a reason, given by key."""
        for row in self._rows:
            if row.key in owed:
                self.add_error(f"reason_{row.field}", _("Scores lie apart here: say why you agree on this level."))
