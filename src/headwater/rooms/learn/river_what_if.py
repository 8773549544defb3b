"""What if one station moved: what went with such a move downstream, with its range and its limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from headwater.chain import Downstream, carried_by, what_if
from headwater.reports.charts.numerals import strength
from headwater.reports.document import DotIntervals, DotRow
from headwater.rooms.house.figures import Figure, dot_figure
from headwater.vocab import RefusedError, River
from headwater.vocab.languages import marked

CHANGES: tuple[tuple[str, float], ...] = (("0.25", 0.25), ("0.5", 0.5), ("1", 1.0))
"""Changes that can be asked for, in standard deviations of units' own changes. Few units show more than one."""

SMALL = 0.05
"""Changes below this, in standard deviations, are too small to be seen within a year."""


@dataclass(frozen=True)
class WhatIf:
    """A change of one station and what goes with it downstream. refusal: why nothing can be said."""

    stations: tuple[tuple[str, str], ...]
    station: str
    label: str
    changes: tuple[tuple[str, str, bool], ...]
    figure: Figure | None
    sentence: str
    refusal: str


def what_if_of(river: River, *, station: str, change: str) -> WhatIf | None:
    """Return what goes with a change downstream. None where no stream was seen over time and nobody asked."""
    carrying = {stream.source for stream in river.streams if carried_by(stream) is not None}
    known = {station.key: station.label for station in river.stations}
    starts = {stream.source for stream in river.streams}
    stations = tuple((key, label) for key, label in known.items() if key in starts)
    station = station if station in starts else next((key for key, _label in stations if key in carrying), "")
    station = station or (stations[0][0] if stations else "")
    if not station:
        return None
    chosen = next((size for name, size in CHANGES if name == change), CHANGES[1][1])
    changes = tuple((name, _steps(size), size == chosen) for name, size in CHANGES)
    label = known[station]
    try:
        found = sorted(what_if(river, station, chosen), key=lambda one: list(known).index(one.station))
    except RefusedError:
        refusal = _(
            "Nothing can be said of a change here: the streams that leave it were only seen by comparing units with "
            "each other. More waves would tell."
        )
        return WhatIf(stations, station, label, changes, None, "", refusal)
    return WhatIf(stations, station, label, changes, _rows(found, known), _promise(found, known), "")


def _steps(size: float) -> str:
    words = {0.25: _("a small step"), 0.5: _("a step"), 1.0: _("a large step")}
    return _("%(step)s: %(size)s SD") % {"step": words[size], "size": marked(f"{size:g}")}


def _rows(found: Sequence[Downstream], known: Mapping[str, str]) -> Figure:
    reach = max(0.25, *(abs(end) for one in found for end in (one.low, one.high)))
    edge = next(step for step in (0.25, 0.5, 1.0, 1.5, 2.0, 4.0) if step >= min(reach, 4.0))
    ticks = tuple(edge * place / 2 for place in (-2, -1, 0, 1, 2))
    rows = tuple(
        DotRow(
            label=known[one.station],
            value=one.change,
            low=max(one.low, -edge),
            high=min(one.high, edge),
            value_text=_signed(one.change),
            range_text=_("%(low)s to %(high)s") % {"low": _signed(one.low), "high": _signed(one.high)},
            words=_verdict(one),
            flag="strong" if _is_clear(one) else "unsure",
        )
        for one in found
    )
    described = " ".join(f"{row.label}: {row.value_text} ({row.range_text}), {row.words}." for row in rows)
    block = DotIntervals(
        title=_("What would go with it downstream"),
        description=described,
        rows=rows,
        low=-edge,
        high=edge,
        ticks=ticks,
        axis_label=_("Standard deviations of units' own changes"),
        value_label=_("Change"),
        decimals=2,
        compact=True,
    )
    return dot_figure(block, "what-if")


def _signed(value: float) -> str:
    text = strength(value)
    return text if round(value, 2) <= 0 else f"+{text}"


def _is_clear(one: Downstream) -> bool:
    return one.low > 0 or one.high < 0


def _verdict(one: Downstream) -> str:
    if not _is_clear(one):
        return str(_("may be nothing"))
    return str(_("too small to see within a year")) if abs(one.change) < SMALL else str(_("clear"))


def _promise(found: Sequence[Downstream], known: Mapping[str, str]) -> str:
    """Say what may be promised and what not."""
    clear = [known[one.station] for one in found if _is_clear(one) and abs(one.change) >= SMALL]
    rest = [known[one.station] for one in found if not (_is_clear(one) and abs(one.change) >= SMALL)]
    words = []
    if clear:
        words.append(
            _("If these links are causes, which is not shown, expect to see it in: %(names)s.")
            % {"names": ", ".join(clear)}
        )
    if rest:
        words.append(_("Do not promise anything of it in: %(names)s.") % {"names": ", ".join(rest)})
    return " ".join(str(one) for one in words)
