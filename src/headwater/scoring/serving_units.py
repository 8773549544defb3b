"""Serving units side by side: which are rated clearly below or above the others.

Everybody rates one unit a wave, so the ratings of two serving units come from different people. Their difference is
taken from released numbers alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.scoring.comparing import Side, compare, flag
from headwater.vocab import Difference, Estimate, ServiceBook, Sureness


@dataclass(frozen=True)
class Standing:
    """One serving unit as all it serves rate it. versus_others: from the mean of the other serving units that are
    shown, each counted once; None where fewer than two others are.
    """

    server: str
    estimate: Estimate
    versus_others: Difference | None


def server_standings(services: ServiceBook, measure: str, subject: str) -> tuple[Standing, ...]:
    """Return the serving units whose rating is released, the clearest below the others first.

    measure, subject: a column of the books. Differences are judged together: Welch's t, at most 5% of those flagged
    false (Benjamini and Hochberg 1995), none below the column's minimum effect. Units too close to call follow in the
    order in which they were named, since their order says nothing. Raises KeyError for an unknown column.
    """
    found: list[tuple[str, Estimate]] = []
    minimum = 0.0
    for server, book in zip(services.servers, services.books, strict=True):
        number = book.column_of[measure, subject]
        minimum = book.columns[number].minimum_effect
        shown = book.at(0, number)
        if isinstance(shown, Estimate):
            found.append((server, shown))
    if len(found) < 3:
        return tuple(Standing(server, estimate, None) for server, estimate in found)
    value, se, n = (np.array([getattr(one, name) for _, one in found], float) for name in ("value", "se", "n"))
    low, high = (np.array([getattr(one, name) for _, one in found], float) for name in ("low", "high"))
    count = len(found)
    others = (value.sum() - value) / (count - 1)
    error = np.sqrt(((se**2).sum() - se**2) / (count - 1) ** 2)
    # Welch and Satterthwaite: the freedom of the mean of the others, from each one's own.
    parts = se**4 / np.maximum(n - 1, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = ((se**2).sum() - se**2) ** 2 / (parts.sum() - parts)
    half = 1.959963984540054 * error
    compared = compare(
        Side(value, se, low, high, n),
        Side(others, error, others - half, others + half, np.nan_to_num(freedom, nan=1e9) + 1),
    )
    adjusted, sure = flag(compared, minimum)
    made = [
        Standing(
            server,
            estimate,
            None
            if np.isnan(compared.difference[place])
            else Difference(
                float(compared.difference[place]),
                float(compared.low[place]),
                float(compared.high[place]),
                float(adjusted[place]),
                Sureness(int(sure[place])),
            ),
        )
        for place, (server, estimate) in enumerate(found)
    ]
    return tuple(sorted(made, key=_slowest_first))


def _slowest_first(standing: Standing) -> tuple[int, float]:
    difference = standing.versus_others
    if difference is None or difference.sureness is Sureness.TOO_CLOSE:
        return (1, 0.0)
    return (0, difference.high) if difference.value < 0 else (2, difference.low)
