"""What a view of the explorer shows, as its address says it: everything is in the query, so each view has a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal
from urllib.parse import urlencode

from headwater.scoring.heat import Against

Order = Literal["tree", "name", "clear", "below", "above"]
Kind = Literal["heat", "levels", "score", "compare", "places"]

ORDERS: tuple[Order, ...] = ("tree", "name", "clear", "below", "above")
AGAINST: tuple[Against, ...] = ("rest", "previous", "benchmark")
KINDS: tuple[Kind, ...] = ("heat", "levels", "score", "compare", "places")
LOOSE = "-"
"""Stands for the questions that belong to no scale."""
MOST_LETTERS = 120

NAVIGATION = frozenset({"unit", "depth", "q", "order", "by", "start"})
"""What an audience a view was given to may change."""


@dataclass(frozen=True)
class Ask:
    """One view. Empty texts stand for what is usual.

    wave: its id. unit: the id of the unit the view is about, "" for the topmost. show: "" for scales, a scale's key for
    its questions, "-" for questions of no scale. lens: a key of Lens. form: "percent" for percent favourable. cut:
    "cut~level". depth: levels below the unit, -1 for all. by: key of the column that is ordered by. score: "measure:
    subject". other: the id of a second unit. then: the id of a second wave. part: "cut~level" of the second group.
    map: the id of a map of places.
    """

    wave: str = ""
    unit: str = ""
    show: str = ""
    lens: str = ""
    form: str = ""
    cut: str = ""
    depth: int = -1
    q: str = ""
    order: Order = "tree"
    by: str = ""
    against: Against = "rest"
    start: int = 0
    score: str = ""
    other: str = ""
    then: str = ""
    part: str = ""
    map: str = ""

    def query(self, **changed: Any) -> str:
        """Return the query of this view with something changed: "?unit=north", "" for the usual one."""
        asked = replace(self, **changed)
        said = {one.name: getattr(asked, one.name) for one in fields(Ask) if getattr(asked, one.name) != one.default}
        return f"?{urlencode(said)}" if said else ""

    def kept(self, *without: str) -> list[tuple[str, str]]:
        """Return names and values of what is not usual, some left out: the hidden fields of a form."""
        names = [one for one in fields(Ask) if one.name not in without and getattr(self, one.name) != one.default]
        return [(one.name, str(getattr(self, one.name))) for one in names]

    def stored(self) -> dict[str, str | int]:
        """Return what is not usual, to be kept."""
        return {one.name: getattr(self, one.name) for one in fields(Ask) if getattr(self, one.name) != one.default}


def read_ask(query: Mapping[str, Any]) -> Ask:
    """Read a view from a query or from what was kept. What makes no sense is taken for the usual."""

    def text(name: str) -> str:
        return str(query.get(name, "") or "")[:MOST_LETTERS].replace("\x00", "").strip()

    def number(name: str, usual: int) -> int:
        try:
            return int(str(query.get(name, usual)))
        except ValueError:
            return usual

    order, against = text("order"), text("against")
    return Ask(
        wave=text("wave"),
        unit=text("unit"),
        show=text("show"),
        lens=text("lens"),
        form="percent" if text("form") == "percent" else "",
        cut=text("cut"),
        depth=min(max(number("depth", -1), -1), 40),
        q=text("q"),
        order=order if order in ORDERS else "tree",
        by=text("by"),
        against=against if against in AGAINST else "rest",
        start=min(max(number("start", 0), 0), 1_000_000),
        score=text("score"),
        other=text("other"),
        then=text("then"),
        part=text("part"),
        map=text("map"),
    )


def moved(ask: Ask, query: Mapping[str, Any]) -> Ask:
    """Return a view that was given, with what its audience may change taken from their query."""
    asked = read_ask(query)
    return replace(ask, **{name: getattr(asked, name) for name in NAVIGATION if name in query})


def split_cut(text: str) -> tuple[str, str]:
    """Return cut and level of "cut~level", empty both for everybody."""
    cut, _, level = text.partition("~")
    return (cut, level) if cut and level else ("", "")
