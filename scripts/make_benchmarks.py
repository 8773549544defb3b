"""Makes the public benchmarks that the product ships, from the files they were published in.

Usage: python scripts/make_benchmarks.py SHARED, where SHARED holds data/nhs and data/fevs. Writes one row an
organisation into src/headwater/rooms/learn/data/benchmarks. What is written is a version: it never changes again, so
another year becomes another file.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from headwater.cli.project import find_recipe, load_project
from headwater.cli.tabling import analyse_distributions, analyse_panels
from headwater.formats import write_csv
from headwater.vocab import UnitPeriods

OUT = Path(__file__).parents[1] / "src/headwater/rooms/learn/data/benchmarks"
YEAR = "2024"
FEWEST = 200
"""People behind an organisation's figures: smaller ones are mostly chance."""

NHS = ("abuse", "discrimination", "stress", "burnout", "enough_staff")
FEVS = ("supervisor", "senior_leaders", "satisfaction")


def main(shared: Path) -> None:
    """Write both files."""
    nhs = load_project(find_recipe("nhs"), data=shared / "data/nhs")
    nhs = replace(nhs, panels=nhs.panels[:1], complete=())
    groups = {}
    with (shared / "data/nhs" / nhs.panels[0].file).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["Year"] == YEAR:
                groups[row["ODS code"]] = row["Benchmarking group"]
    write("nhs-england-2024.csv", analyse_panels(nhs).panel, NHS, groups)
    fevs = load_project(find_recipe("fevs"), data=shared / "data/fevs")
    write("us-agencies-2024.csv", analyse_distributions(fevs).panel, FEVS, {})


def write(name: str, panel: UnitPeriods, themes: tuple[str, ...], groups: dict[str, str]) -> None:
    """Write one row an organisation with all themes published: percent, and people behind it."""
    at = panel.periods.index(YEAR)
    rows = []
    for place, unit in enumerate(panel.units):
        values = [float(panel.values[theme][place, at]) for theme in themes]
        bases = [float(panel.bases[theme][place, at]) for theme in themes]
        if np.isnan(values).any() or min(bases) < FEWEST:
            continue
        cells = [cell for value, base in zip(values, bases, strict=True) for cell in (round(value, 1), int(base))]
        rows.append([panel.names.get(unit, unit), groups.get(unit, ""), *cells])
    OUT.mkdir(parents=True, exist_ok=True)
    header = ["organisation", "group", *(cell for theme in themes for cell in (theme, f"{theme}_n"))]
    write_csv(OUT / name, header, sorted(rows))
    print(name, len(rows))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
