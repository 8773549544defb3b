"""How often the page of near misses is wrong, and what it sees: simulated units with known truth.

`python -m benchmarks.near_misses` prints the table of docs/explanation/near-misses.md.
"""

from __future__ import annotations

import numpy as np

from headwater.rooms.act.logic.near_misses import Days, follow, look_at

BEFORE, RECENT, UNITS, LOOKS, HOUSES, MONTHS = 12, 3, 12, 400, 400, 24


def changes(rate: float, factor: float, reports: float = 1.0) -> tuple[float, float, float]:
    """Return the shares of looks that show the first unit, that show any other, and the false-alarm rate they name.

    rate: days a month; factor: what the recent rate of the first unit is multiplied by; reports: above 1, days come in
    runs of so many on average, as when one fault is met day after day.
    """
    drawn, found = np.random.default_rng(7), []
    for _look in range(LOOKS):
        wanted = np.full((UNITS, BEFORE + RECENT), rate)
        wanted[0, BEFORE:] *= factor
        runs = drawn.poisson(wanted / reports)
        days = (runs + drawn.poisson(runs * (reports - 1))).tolist()
        look = look_at([Days(str(at), tuple(row[:BEFORE]), tuple(row[BEFORE:])) for at, row in enumerate(days)])
        shown = {one.key for one in look.signals if one.change != "unclear"}
        found.append(("0" in shown, bool(shown - {"0"}), look.false_alarm))
    first, other, said = np.mean(np.array(found, float), axis=0).tolist()
    return first, other, said


def follows(effect: float) -> float:
    """Return the share of organisations in which injuries are said to follow near misses.

    15 units of their own levels, near misses in runs of two months; effect: on the next month's injuries.
    """
    drawn, said = np.random.default_rng(11), 0
    for _house in range(HOUSES):
        near, hurt = {}, {}
        for unit in range(15):
            level = drawn.gamma(2.0, 0.5)
            had = np.repeat(drawn.random(MONTHS // 2) < min(0.7, 0.25 * level), 2)
            rate = 0.12 * level * np.where(np.roll(had, 1), effect, 1.0)
            near[str(unit)], hurt[str(unit)] = had.astype(int).tolist(), drawn.poisson(rate).tolist()
        said += follow(near, hurt).found == "more"
    return said / HOUSES


def main() -> None:
    """Print all figures."""
    print("| days a month | recent rate of one unit | days in runs of | it is shown | another is shown | named |")
    print("|---|---|---|---|---|---|")
    for rate, factor, reports in (
        (0.7, 1, 1), (2, 1, 1), (6, 1, 1), (0.7, 2, 1), (2, 2, 1), (6, 2, 1), (2, 4, 1), (2, 1, 2), (6, 1, 2),
    ):  # fmt: skip
        first, other, said = changes(rate, factor, reports)
        print(f"| {rate} | × {factor} | {reports} | {first:.1%} | {other:.1%} | {said:.1%} |")
    for effect in (1, 2, 4):
        print(f"injuries after a near miss × {effect}: said to follow in {follows(effect):.1%}")


if __name__ == "__main__":
    main()
