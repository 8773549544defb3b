"""The fixed cast: a small organisation that every test of the whole may use.

Lantern Ferries has 12 units and 120 people: two lines with nine crews between them, one of which is too small to be
shown. Who works where, who leads whom and who answers what follow from the seed alone, so a test may name a unit and
know what it holds.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from textwrap import dedent

import numpy as np

ORGANISATION = "Lantern Ferries"
UNITS: Mapping[str, tuple[str, str, int]] = {
    "LF": ("Lantern Ferries", "", 4),
    "NORTH": ("North line", "LF", 6),
    "N1": ("Grey heron", "NORTH", 12),
    "N2": ("Sandpiper", "NORTH", 14),
    "N3": ("Little tern", "NORTH", 3),
    "N4": ("Turnstone", "NORTH", 11),
    "N5": ("Dunlin", "NORTH", 16),
    "SOUTH": ("South line", "LF", 6),
    "S1": ("Cormorant", "SOUTH", 16),
    "S2": ("Oystercatcher", "SOUTH", 11),
    "S3": ("Kittiwake", "SOUTH", 12),
    "S4": ("Guillemot", "SOUTH", 9),
}
"""By unit id: name, unit above, members besides the leader of it. Preorder, as the tree numbers them."""

PEOPLE = sum(members for _, _, members in UNITS.values())
"""Members of all units; every leader is a member of the unit above."""

TINY = "N3"
"""The one crew that is too small to be shown: three people."""

LX_ITEMS = (
    "lx_listens",
    "lx_says_what_matters",
    "lx_notices_good_work",
    "lx_removes_obstacles",
    "lx_speak_openly",
    "lx_respects_me",
    "lx_keeps_promises",
    "lx_plays_favourites",
)
EX_ITEMS = ("ex_want_success", "ex_improve_unasked", "ex_energy_balance")
ITEMS = (*LX_ITEMS, *EX_ITEMS)
REVERSED = frozenset({"lx_plays_favourites"})
"""Items on which a high answer is a bad sign."""
WAVES = ("2026-1", "2026-2")

PROJECT = f"""\
organisation: {ORGANISATION}
period: both halves of 2026
words: {{unit: crew, units: crews}}
promise: anonymous
people: organisation.csv
answers:
  - study: people
    title: Working on the ferries
    file: answers.csv
    instruments: [lx_core, ex_factors]
    mapping: {{unit: unit, wave: wave}}
places:
  lx_relationship: {{label: Leaders one can trust, lens: lx, more: leaders one can trust}}
  ex_engagement: {{label: Engaged people, lens: ex, more: engaged people}}
links:
  - [lx_relationship, ex_engagement]
sources:
  - Invented for the tests of Headwater.
"""
"""The project file of the cast."""


def organisation_rows() -> list[tuple[str, str, str, str, str]]:
    """Return person_id, name, manager_id, unit_id, unit_name of everybody, the head first.

    A unit's leader is a member of the unit above; the head of all belongs to no unit.
    """
    leader = {unit: f"L-{unit}" for unit in UNITS}
    rows = [(leader["LF"], "Ada Keel", "", "", "")]
    for unit, (name, _, members) in UNITS.items():
        below = [child for child, (_, above, _) in UNITS.items() if above == unit]
        ids = [
            *(leader[child] for child in below),
            *(f"{unit}-{number + 1:02}" for number in range(members - len(below))),
        ]
        rows += [(person, f"Hand {person}", leader[unit], unit, name) for person in ids]
    return rows


def answer_rows(seed: int = 7, waves: Sequence[str] = WAVES) -> list[tuple[str | int, ...]]:
    """Return unit, wave and one code an item, one row a response; the crews differ, and so do people's moods."""
    rng = np.random.default_rng(seed)
    led = dict(zip(UNITS, rng.normal(0, 0.6, len(UNITS)), strict=True))
    engaged = {unit: 0.6 * led[unit] + rng.normal(0, 0.4) for unit in UNITS}
    rows: list[tuple[str | int, ...]] = []
    for wave in waves:
        for unit, (_, _, members) in UNITS.items():
            climate = np.array([led[unit] if item in LX_ITEMS else engaged[unit] for item in ITEMS])
            for _ in range(members):
                codes = np.rint(3.4 + climate + rng.normal(0, 0.5) + rng.normal(0, 0.8, len(ITEMS)))
                agreed = np.clip(codes, 1, 5).astype(int).tolist()
                turned = (6 - code if item in REVERSED else code for item, code in zip(ITEMS, agreed, strict=True))
                rows.append((unit, wave, *turned))
    return rows


ANSWERS_HEADER = ("unit", "wave", *ITEMS)
ORGANISATION_HEADER = ("person_id", "name", "manager_id", "unit_id", "unit_name")


def write_rows(path: Path, header: Sequence[object], rows: Iterable[Sequence[object]]) -> Path:
    """Write a CSV as a spreadsheet would."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def world_folder(
    place: Path,
    *,
    answers: Iterable[Sequence[object]] | None = None,
    people: Iterable[Sequence[object]] | None = None,
    project: str = PROJECT,
) -> Path:
    """Make `place` a project folder of the cast: organisation.csv, answers.csv, headwater.yaml. Returns it.

    answers, people, project replace those of the cast, for what a test wants to be different or wrong.
    """
    place.mkdir(parents=True, exist_ok=True)
    write_rows(place / "organisation.csv", ORGANISATION_HEADER, organisation_rows() if people is None else people)
    write_rows(place / "answers.csv", ANSWERS_HEADER, answer_rows() if answers is None else answers)
    (place / "headwater.yaml").write_text(dedent(project), encoding="utf-8")
    return place
