"""Numbers as the pages write them: a real minus, ranges in words, strengths without the leading nought."""

from __future__ import annotations

import math

from headwater.vocab import LinkEstimate, said
from headwater.vocab.languages import marked

MINUS = "\N{MINUS SIGN}"


def plain(value: float, decimals: int = 1) -> str:
    """Write a number with a real minus and thousands: 3.7, −0.5, 1,106. Minus nought is nought."""
    written = marked(f"{abs(value):,.{decimals}f}")
    negative = value < 0 and any(digit in "123456789" for digit in written)
    return (MINUS if negative else "") + written


def signed(value: float, decimals: int = 1) -> str:
    """Write a difference with its sign: +0.5, −0.3, 0.0."""
    written = plain(value, decimals)
    return written if written.startswith(MINUS) or not any(d in "123456789" for d in written) else f"+{written}"


def span(low: float, high: float, decimals: int = 1) -> str:
    """Write a range in words: 2.4 to 3.0."""
    return said("%(low)s to %(high)s", low=plain(low, decimals), high=plain(high, decimals))


def strength(effect: float) -> str:
    """Write a link's strength as the field does: .48, −.04, 1.00."""
    written = plain(effect, 2)
    return written.replace("0", "", 1) if written.lstrip(MINUS).startswith(("0.", "0,")) else written


def strength_span(low: float, high: float) -> str:
    """Write a strength's interval: .38 to .58."""
    return said("%(low)s to %(high)s", low=strength(low), high=strength(high))


def strength_with_range(link: LinkEstimate) -> str:
    """Write a link with its interval: .48 (.38 to .58)."""
    return f"{strength(link.effect)} ({strength_span(link.low, link.high)})"


def ticks(low: float, high: float, most: int = 7) -> tuple[float, ...]:
    """Return round positions for an axis that runs from low to high, both ends included."""
    reach = high - low
    if reach <= 0:
        raise ValueError("an axis needs a low end below its high end")
    raw = reach / (most - 1)
    base = 10.0 ** math.floor(math.log10(raw))
    for factor in (1, 2, 2.5, 5, 10):
        step = factor * base
        steps = reach / step
        if steps <= most - 1 + 1e-9 and abs(steps - round(steps)) < 1e-9:
            return tuple(low + step * place for place in range(round(steps) + 1))
    return (low, (low + high) / 2, high)
