"""A part's claims as one picture: the claim as a line, what was found as a dot with its Monte-Carlo interval.

The picture has paper of its own, so it reads the same on a light and a dark page.
"""

from __future__ import annotations

from html import escape
from itertools import groupby

import numpy as np

from benchmarks.shown_right.claims import Claim, Part, Verdict

WIDTH, LABELS, RIGHT, ROW, TOP, AXIS = 880, 470, 24, 26, 44, 34
PAPER, INK, QUIET, RULE = "#FAF8F3", "#10262C", "#40545B", "#C9BEA9"
COLOURS: dict[Verdict, str] = {
    "holds": "#0B5F6A", "does not hold": "#A8420F", "not settled": "#7C8C92", "no claim": "#7C8C92"
}  # fmt: skip
UNITS = {"percent": "percent", "points": "points", "correlation": "correlation"}


def picture(part: Part) -> str:
    """Return the SVG of a part: one panel for each unit of its claims and, in percent, each neighbourhood of values."""
    panels = [list(rows) for _, rows in groupby(sorted(part.claims, key=_panel), key=_panel)]
    height = TOP + sum(len(rows) * ROW + AXIS for rows in panels)
    drawn, at = [], TOP
    for rows in panels:
        drawn.append(_draw(rows, at))
        at += len(rows) * ROW + AXIS
    said = ". ".join(f"{claim.quantity}: {words_of(claim)}" for claim in part.claims)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="{part.key}-t {part.key}-d" font-family="Inter, system-ui, sans-serif" '
        f'font-size="13"><title id="{part.key}-t">{escape(part.title)}</title><desc id="{part.key}-d">{escape(said)}.'
        f'</desc><rect width="{WIDTH}" height="{height}" rx="8" fill="{PAPER}"/>'
        f'<text x="16" y="26" font-size="15" font-weight="600" fill="{INK}">{escape(part.title)}</text>'
        f'<text x="{WIDTH - RIGHT}" y="26" text-anchor="end" fill="{QUIET}">line: claimed; dot: found</text>'
        f"{''.join(drawn)}</svg>\n"
    )


def words_of(claim: Claim) -> str:
    """Return what was claimed and found, in a clause."""
    value, low, high = (number(claim, one) for one in (claim.found.value, claim.found.low, claim.found.high))
    found = f"found {value} ({low} to {high})"
    return found if claim.kind == "told" else f"claimed {claimed(claim)}, {found}, {claim.verdict}"


def claimed(claim: Claim) -> str:
    """Return the claim as the table says it."""
    if claim.kind == "told":
        return "—"
    mark = {"at least": "≥ ", "at most": "≤ ", "equal": ""}[claim.kind]
    return mark + number(claim, claim.claimed)


def number(claim: Claim, value: float) -> str:
    """Return a value with the digits its unit deserves."""
    text = (
        f"{value:.2f}"
        if claim.unit == "correlation" or (claim.unit == "points" and not _wide(claim))
        else f"{value:.1f}"
    )
    return text.replace("-", "−") + ("%" if claim.unit == "percent" else "")


def _wide(claim: Claim) -> bool:
    return claim.tolerance >= 1


def _panel(claim: Claim) -> tuple[int, str]:
    """Percents near 95, percents near nought and other units do not share an axis."""
    if claim.unit != "percent":
        return 3, claim.unit + ("s" if _wide(claim) else "")
    if claim.kind == "told":
        return 2, "told"
    return (1, "false") if claim.kind == "at most" else (0, "held")


def _draw(rows: list[Claim], top: float) -> str:
    values = [value for row in rows for value in (row.found.low, row.found.high, row.found.value)]
    values += [row.claimed for row in rows if row.kind != "told"]
    low = min(values)
    high = max(*values, low + 0.01)
    ticks = _ticks(low, high)
    low, high = min(low, ticks[0]), max(high, ticks[-1])

    def x(value: float) -> float:
        return LABELS + (WIDTH - RIGHT - LABELS) * (value - low) / (high - low)

    bottom = top + len(rows) * ROW
    parts = []
    for tick in ticks:
        sign = "%" if rows[0].unit == "percent" else ""
        text = f"{tick:g}".replace("-", "−") + sign
        parts.append(f'<path d="M{x(tick):.1f} {top - 4:.1f}V{bottom:.1f}" stroke="{RULE}" stroke-width=".6"/>')
        parts.append(f'<text x="{x(tick):.1f}" y="{bottom + 15:.1f}" text-anchor="middle" fill="{QUIET}">{text}</text>')
    for place, row in enumerate(rows):
        y, colour = top + (place + 0.5) * ROW, COLOURS[row.verdict]
        parts.append(f'<text x="16" y="{y + 4:.1f}" fill="{INK}">{escape(_short(row.quantity))}</text>')
        if row.kind != "told":
            parts.append(f'<path d="M{x(row.claimed):.1f} {y - 9:.1f}v18" stroke="{INK}" stroke-width="2"/>')
        parts.append(
            f'<path d="M{x(row.found.low):.1f} {y:.1f}H{x(row.found.high):.1f}" stroke="{colour}" stroke-width="3"/>'
        )
        dot = PAPER if row.verdict in ("not settled", "no claim") else colour
        parts.append(
            f'<circle cx="{x(row.found.value):.1f}" cy="{y:.1f}" r="4.5" fill="{dot}" stroke="{colour}" '
            'stroke-width="2"/>'
        )
    return "".join(parts)


def _short(text: str) -> str:
    return text if len(text) <= 68 else text[:67].rstrip(" ,") + "…"


def _ticks(low: float, high: float) -> list[float]:
    span = max(high - low, 1e-6)
    step = 10 ** np.floor(np.log10(span / 3))
    step *= next(one for one in (1, 2, 5, 10) if span / (one * step) <= 5)
    first = np.floor(low / step) * step
    return [round(float(first + place * step), 10) for place in range(int(np.ceil((high - first) / step - 1e-9)) + 1)]
