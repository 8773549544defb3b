"""A small hand-made ScoreBook and River with a fixed cast: Harbour Transit, invented.

Thirteen units on three levels, eight scales of two items each, one outcome. Night cleaning is withheld altogether,
Pier West in two scales. Withheld cells of the book hold NaN, or a canary when a test asks for one.
"""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from headwater.org.numbering import number_units
from headwater.vocab import (
    FIELDS,
    Bound,
    Certainty,
    Column,
    Design,
    Lens,
    LinkEstimate,
    Panel,
    PublishedRange,
    River,
    ScoreBook,
    Shares,
    Station,
    Stream,
    Study,
    Sureness,
    UnitTree,
    Wave,
)

Fields = dict[str, NDArray[np.float64]]
Grids = dict[str, NDArray[np.int8]]

CANARY_VALUE = 4.739182
CANARY_COUNT = 739
CANARY_PERCENT = 73.0
CANARY_TEXTS = ("4.739", "4.74", "473918", "739")
"""What a leaked canary could look like in a file. The hash and dates of the book hold none of them."""

LEADERS = {
    "p01": "Mira Anders",
    "p02": "Tomas Okafor",
    "p03": "Ines Duarte",
    "p04": "Jonas Weber",
    "p05": "Aiko Tanaka",
}

_UNITS = (
    # id, parent, name, leader, respondents, level (shift of its scores)
    ("ht", "", "Harbour Transit", "p01", 2918, 0.0),
    ("trams", "ht", "Trams", "p02", 812, 0.05),
    ("north", "trams", "Depot North", "p03", 46, 0.1),
    ("south", "trams", "Depot South", "p04", 61, -0.25),
    ("tram-engineering", "trams", "Tram engineering", "p05", 117, -0.35),
    ("ferries", "ht", "Ferries", "p06", 544, 0.15),
    ("pier-east", "ferries", "Pier East", "p07", 38, 0.3),
    ("pier-west", "ferries", "Pier West", "p08", 17, 0.05),
    ("night-cleaning", "ferries", "Night cleaning", "p09", 4, 0.0),
    ("buses", "ht", "Buses", "p10", 1106, -0.1),
    ("mill-lane", "buses", "Garage Mill Lane", "p11", 214, -0.5),
    ("harbour", "buses", "Garage Harbour", "", 388, 0.05),
    ("care", "ht", "Customer care", "p12", 188, 0.2),
)
_SCALES = (
    # key, lens, role, English, Spanish, level, how it leans at Depot North
    ("lx_hears", Lens.LX, "driver", "Hears and supports", "Escucha y apoya", 3.7, 0.1),
    ("lx_direction", Lens.LX, "driver", "Clear direction", "Rumbo claro", 3.5, 0.0),
    ("lx_fair", Lens.LX, "driver", "Treats people fairly", "Trato justo", 3.6, 0.05),
    ("lx_recognition", Lens.LX, "driver", "Good work is noticed", "Se nota el buen trabajo", 3.2, -0.1),
    ("ex_trust", Lens.EX, "driver", "Trust and respect", "Confianza y respeto", 3.8, 0.3),
    ("ex_teamwork", Lens.EX, "driver", "We pull together", "Vamos a una", 3.9, 0.0),
    ("ex_clear_work", Lens.EX, "driver", "Work planned well", "Trabajo bien planeado", 3.4, -0.7),
    ("ex_engagement", Lens.EX, "outcome", "Energy for the work", "Energía para el trabajo", 3.5, -0.1),
)
_WITHHELD = {("pier-west", "ex_clear_work"), ("pier-west", "lx_fair")}
_FULL_BOUND = ("care", "ex_teamwork")
"""A number shown as a limit."""


def _columns() -> tuple[Column, ...]:
    columns = [
        Column("score", key, lens, {"en": english, "es": spanish}, 1, 5, "points", 0.2, True, role)
        for key, lens, role, english, spanish, _, _ in _SCALES
    ]
    for key, lens, _, english, spanish, _, _ in _SCALES:
        for part in (1, 2):
            columns.append(
                Column(
                    "mean",
                    f"{key}_{part}",
                    lens,
                    {"en": f"{english}: question {part}", "es": f"{spanish}: pregunta {part}"},
                    1,
                    5,
                    "points",
                    0.25,
                    True,
                    "item",
                    key,
                )
            )
    return tuple(columns)


def _level(unit: int, column: Column) -> float:
    identity, *_, shift = _UNITS[unit]
    subject = column.scale or column.subject
    level, lean = next((row[5], row[6]) for row in _SCALES if row[0] == subject)
    wiggle = ((unit * 7 + sum(map(ord, column.subject))) % 9 - 4) * 0.02 if unit else 0.0
    part = 0.08 if column.subject.endswith("_1") else -0.08 if column.subject.endswith("_2") else 0.0
    return min(4.85, max(1.3, level + shift + (lean if identity == "north" else 0.0) + wiggle + part))


def make_book(*, canary: bool = False, previous: bool = True) -> ScoreBook:
    """Make the book. canary: fill every withheld place with a number that must appear in no output."""
    tree = number_units(
        [row[0] for row in _UNITS], [row[1] for row in _UNITS], [row[2] for row in _UNITS], [row[3] for row in _UNITS]
    )
    columns = _columns()
    shape = (len(tree), len(columns))
    hidden = CANARY_VALUE if canary else np.nan
    fields = {name: np.full(shape, hidden) for name in FIELDS}
    shown = np.zeros(shape, bool)
    n = np.zeros(len(tree), np.int64)
    n_answered = np.full(shape, CANARY_COUNT if canary else 0, np.int64)
    bound = np.zeros(shape, np.int8)
    sureness = {kind: np.zeros(shape, np.int8) for kind in ("rest", "previous", "benchmark")}
    for unit, (identity, *_, respondents, _) in enumerate(_UNITS):
        if respondents < 5:
            continue
        n[unit] = respondents
        for number, column in enumerate(columns):
            if (identity, column.scale or column.subject) in _WITHHELD:
                continue
            shown[unit, number] = True
            n_answered[unit, number] = respondents
            _fill(fields, sureness, tree, unit, number, column, respondents, previous)
            if (identity, column.subject) == _FULL_BOUND:
                bound[unit, number] = Bound.AT_LEAST
                fields["value"][unit, number] = fields["shrunken"][unit, number] = 4.8
                for name in ("low", "high", "se", "shrunken_low", "shrunken_high"):
                    fields[name][unit, number] = np.nan
    return ScoreBook(
        study=Study("work", "How it is to work here", instruments=("lx_core@1", "ex_factors@1")),
        wave=Wave("work", "2026-autumn", "Autumn 2026", 2, date(2026, 11, 2), date(2026, 11, 20)),
        tree=tree,
        columns=columns,
        panels=(Panel("", "", np.arange(len(tree), dtype=np.int32), shown, n, n_answered, fields, bound, sureness),),
        shares=_shares(columns, shown, n_answered, canary),
        inputs_hash="sha256:7c1e29ab04f1c0ffee5512ab34cd56ef7c1e29ab04f1c0ffee5512ab34cd56ef",
        previous_wave="2026-spring" if previous else "",
        sources=("LX core 1.0, EX factors 1.0 (Headwater, Apache-2.0)",),
        made_with={"headwater": "0.1.0", "interval": "95%", "shrinkage": "toward the parent unit"},
    )


def _fill(
    fields: Fields,
    sureness: Grids,
    tree: UnitTree,
    unit: int,
    number: int,
    column: Column,
    respondents: int,
    previous: bool,
) -> None:
    value = _level(unit, column)
    se = 0.85 / np.sqrt(respondents)
    above = int(tree.parent[unit])
    weight = respondents / (respondents + 12)
    target = _level(above, column) if above >= 0 else value
    shrunken = weight * value + (1 - weight) * target

    def put(name: str, size: float) -> None:
        fields[name][unit, number] = size

    put("value", value)
    put("se", se)
    put("low", max(1.0, value - 1.96 * se))
    put("high", min(5.0, value + 1.96 * se))
    put("shrunken", shrunken)
    put("shrunken_low", shrunken - 1.96 * se * np.sqrt(weight))
    put("shrunken_high", shrunken + 1.96 * se * np.sqrt(weight))
    for kind in ("rest", "previous", "benchmark"):
        for part in ("difference", "low", "high", "p"):
            put(f"{kind}_{part}", np.nan)
    put("rest", np.nan)
    if above >= 0:
        total, rest_n = _UNITS[above][4], max(_UNITS[above][4] - respondents, 1)
        rest = (total * target - respondents * value) / rest_n if total > respondents else target
        rest = float(np.clip(rest, 1.2, 4.8))
        put("rest", rest)
        _difference(fields, sureness, "rest", unit, number, shrunken - rest, se * 1.1, column.minimum_effect)
    if previous:
        moved = ((unit * 5 + number * 3) % 7 - 3) * 0.07
        _difference(fields, sureness, "previous", unit, number, moved, se * 1.3, column.minimum_effect)


def _difference(
    fields: Fields, sureness: Grids, kind: str, unit: int, number: int, size: float, se: float, minimum: float
) -> None:
    z = abs(size) / se
    fields[f"{kind}_difference"][unit, number] = size
    fields[f"{kind}_low"][unit, number] = size - 1.96 * se
    fields[f"{kind}_high"][unit, number] = size + 1.96 * se
    fields[f"{kind}_p"][unit, number] = float(np.exp(-0.717 * z - 0.416 * z * z))
    passes = abs(size) >= minimum
    sureness[kind][unit, number] = (
        Sureness.SURE if passes and z > 3.3 else Sureness.FAIRLY_SURE if passes and z > 2.6 else Sureness.TOO_CLOSE
    )


def _shares(
    columns: tuple[Column, ...], shown: NDArray[np.bool_], n_answered: NDArray[np.int64], canary: bool
) -> Shares:
    items = [number for number, column in enumerate(columns) if column.role == "item"]
    percent = np.full((shown.shape[0], 5 * len(items)), CANARY_PERCENT if canary else np.nan)
    for unit in range(shown.shape[0]):
        for place, number in enumerate(items):
            block = slice(5 * place, 5 * place + 5)
            if not shown[unit, number] or n_answered[unit, number] < 25:
                percent[unit, block] = np.nan
                continue
            mean = (_level(unit, columns[number]) - 1) / 4
            odds = np.array([(1 - mean) ** 2.2, 0.9 * (1 - mean), 0.62, 1.1 * mean, mean**2.4])
            whole = np.floor(100 * odds / odds.sum())
            whole[2] += 100 - whole.sum()
            percent[unit, block] = whole
    return Shares(
        tuple(columns[number].subject for number in items),
        np.arange(0, 5 * len(items) + 1, 5),
        percent,
    )


def make_river() -> River:
    """Make the River of Harbour Transit: four springs, four lakes, three results."""
    stations = (
        Station("fair", "Treats people fairly", Lens.LX),
        Station("hears", "Hears and supports", Lens.LX),
        Station("notices", "Recognises good work", Lens.LX),
        Station("direction", "Gives clear direction", Lens.LX),
        Station("trust", "Trust and respect", Lens.EX, "3.7"),
        Station("energy", "Energy", Lens.EX, "3.4"),
        Station("tools", "Clear roles, good tools", Lens.EX, "3.5"),
        Station("helped", "Staff helped me", Lens.CX, "71%"),
        Station("easy", "Easy journey", Lens.CX, "64%"),
        Station("stay", "People stay", Lens.RESULT, "89 of 100 a year"),
        Station("return", "Passengers come back", Lens.RESULT, "6.1 trips a week"),
    )

    def stream(
        source: str, target: str, effect: float, half: float, certainty: Certainty, short: str, sentence: str
    ) -> Stream:
        estimate = LinkEstimate(
            effect, effect - half, effect + half, Design.SPLIT_SAMPLE, 214, 2918, "split sample, clustered by line"
        )
        bed = LinkEstimate(effect + 0.12, effect, effect + 0.2, Design.ACROSS_UNITS, 214, 2918, "across teams")
        return Stream(
            source,
            target,
            bed,
            estimate,
            certainty,
            sentence,
            short,
            "Teams that have more of the one have more of the other.",
            "A common cause as strong as pay would halve it.",
            0.71,
            0.68,
            PublishedRange(0.15, 0.47, "Decuypere and Schaufeli 2021"),
        )

    sure, fairly, unclear = Certainty.SURE, Certainty.FAIRLY, Certainty.UNCLEAR
    streams = (
        stream("fair", "trust", 0.31, 0.1, fairly, "Fairness earns trust", "Where leaders treat people fairly, "
               "trust is higher."),
        stream("hears", "trust", 0.46, 0.08, sure, "Being heard builds trust", "Teams whose leader hears and supports "
               "them trust more, half a year later."),
        stream("notices", "energy", 0.28, 0.12, fairly, "Thanks give energy", "Where good work is noticed, there is "
               "more energy."),
        stream("direction", "tools", 0.34, 0.09, sure, "Clear aims, clear roles", "Clear direction goes with clear "
               "roles."),
        stream("trust", "stay", 0.33, 0.07, sure, "Where trust is higher, fewer people leave", "Where trust is higher, "
               "fewer people leave."),
        stream("trust", "helped", 0.24, 0.1, fairly, "Trusted staff help", "Trusted staff help more."),
        stream("energy", "helped", 0.15, 0.16, unclear, "Energy may help too", "Energy may help; it may be nothing."),
        stream("tools", "easy", 0.29, 0.11, fairly, "Good tools ease trips", "Good tools make trips easier."),
        stream("helped", "return", 0.21, 0.12, fairly, "Helped, they return", "Passengers who were helped return."),
        stream("easy", "return", 0.26, 0.1, fairly, "Ease brings them back", "Easy trips bring passengers back."),
    )  # fmt: skip
    return River(
        title="Being heard is where most of the water comes from",
        organisation="Harbour Transit",
        period="Autumn 2026",
        stations=stations,
        streams=streams,
        unknowns=(
            ("Why energy hardly reaches passengers", "0.15, and it may be nothing. Sixty more lines would tell."),
            ("Contractors", "310 cleaners and stewards are not asked. They meet every passenger."),
        ),
        sources=("Harbour Transit, autumn 2026 (invented)",),
        unit_word="team",
        unit_word_plural="teams",
        inputs_hash="sha256:51f0aa90bb17",
    )
