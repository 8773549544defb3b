"""The sentence of every kind of released number, word for word, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from headwater.org import number_units
from headwater.scoring.phrases import PHRASES, Phrases
from headwater.scoring.rates import InjuryCounts, score_injuries
from headwater.scoring.sentences import say_estimate, say_injuries, say_response, say_service
from headwater.vocab import (
    FIELDS,
    INJURY_KINDS,
    RESPONSE_FIELDS,
    Column,
    InjuryBook,
    Lens,
    Panel,
    ResponseRates,
    ScoreBook,
    ServiceBook,
    Shares,
    Study,
    Sureness,
    Wave,
)

TREE = number_units(("ht", "trams", "crew", "desk"), ("", "ht", "trams", "ht"), ("Harbour", "Trams", "Crew", "Desk"))
EXPECTED = [
    line
    for line in (Path(__file__).parent / "sentences.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]

COLUMNS = (
    Column("score", "voice", Lens.EX, {"en": "Being heard", "es": "Ser escuchado"}, 1, 5, "points", 0.2),
    Column("favourable", "pay", Lens.EX, {"en": "Fair pay", "es": "Pago justo"}, 0, 100, "percent", 2.0),
)


def book(column: tuple[Column, ...] = COLUMNS) -> ScoreBook:
    """Harbour and Trams are shown, Desk only as a limit, Crew not at all."""
    shown = np.array([[True] * 2, [True] * 2, [False] * 2, [True] * 2])
    fields = {name: np.full((4, 2), np.nan) for name in FIELDS}
    values = {"value": (3.5, 3.1, 4.8), "shrunken": (3.5, 3.1, 4.8), "low": (3.4, 2.9, 4.5), "high": (3.6, 3.4, 5.0)}
    for name, (top, trams, desk) in values.items():
        fields[name][[0, 1, 3], 0] = top, trams, desk
        fields[name][[0, 1, 3], 1] = 61, 40.4, 95
    for end in ("low", "high"):
        fields[f"shrunken_{end}"] = fields[end].copy()
    fields["shrunken_low"][:2, 1], fields["shrunken_high"][:2, 1] = (58, 31), (64, 50)
    for kind, size in (("rest", -0.42), ("previous", 0.25), ("benchmark", -0.31)):
        fields[f"{kind}_difference"][1] = size, 20 * size
        fields[f"{kind}_low"][1], fields[f"{kind}_high"][1], fields[f"{kind}_p"][1] = size - 0.1, size + 0.1, 0.001
    sureness = {kind: np.zeros((4, 2), np.int8) for kind in ("rest", "previous", "benchmark")}
    sureness["rest"][1, 0] = sureness["previous"][1, 1] = Sureness.SURE
    sureness["previous"][1, 0] = sureness["benchmark"][1, 0] = Sureness.FAIRLY_SURE
    bound = np.zeros((4, 2), np.int8)
    bound[3] = 1
    counts = np.array([[1_200, 1_190], [46, 45], [0, 0], [9, 9]])
    panel = Panel("", "", np.arange(4, dtype=np.int32), shown, counts[:, 0], np.where(shown, counts, 0), fields, bound,
                  sureness)  # fmt: skip
    part = replace(
        panel, cut="tenure", level="Under 1 year", sureness={kind: 0 * grid for kind, grid in sureness.items()}
    )
    empty = Shares((), np.zeros(1, np.int64), np.zeros((4, 0)))
    rates = {name: np.full(4, np.nan) for name in RESPONSE_FIELDS}
    rates["low"][:2], rates["high"][:2] = (61, 40), (67, 68)
    rates["previous_difference"][1], rates["previous_low"][1], rates["previous_high"][1] = -9.0, -15.0, -3.0
    sure = {kind: np.zeros(4, np.int8) for kind in sureness}
    sure["previous"][1] = Sureness.SURE
    response = ResponseRates(
        np.array([64.2, 54.8, np.nan, 80.0]), np.array([1_870, 84, 0, 25]), np.array([0, 0, 0, 1], np.int8), rates, sure
    )
    wave = Wave("people", "q4", "q4", 4)
    return ScoreBook(Study("people", "People"), wave, TREE, column, (panel, part), empty, "0" * 64, "q3", "sector@2",
                     response=response)  # fmt: skip


def services() -> ServiceBook:
    rated = (replace(COLUMNS[0], measure="service", label={"en": "Service", "es": "Servicio"}), COLUMNS[1])
    made = book(rated)
    return ServiceBook(made.study, made.wave, TREE, ("desk",), (made,))


def injuries() -> InjuryBook:
    """Two quarters: thirty cases in Trams, then three; Crew works few hours."""

    def period(key: str, trams: int) -> InjuryCounts:
        none, hours = np.zeros(4, int), np.array([0, 100_000, 1_000, 400_000.0])
        return InjuryCounts(key, 3, hours, none, none, none, np.array([0, trams, 0, 4]))

    return score_injuries(TREE, [period("q3", 30), period("q4", 3)])


SAY: dict[str, Callable[[str, str, str], str]] = {
    "book": lambda what, unit, language: say_estimate(book(), unit, int(what), language=language),
    "response": lambda _, unit, language: say_response(book(), unit, language=language),
    "service": lambda what, unit, language: say_service(services(), "desk", unit, int(what), language=language),
    "injuries": lambda what, unit, language: say_injuries(
        injuries(), unit, next(kind for kind in INJURY_KINDS if kind == what), language=language
    ),
}


@pytest.mark.parametrize("line", EXPECTED)
def test_it_is_said_word_for_word(line: str) -> None:
    kind, what, unit, language, sentence = (part.strip() for part in line.split("|"))
    assert SAY[kind](what, unit, language) == sentence


def test_a_level_of_a_cut_and_nothing_clear() -> None:
    said = say_estimate(book(), "trams", 0, cut="tenure", level="Under 1 year")
    assert (
        said == "Being heard, Trams, Under 1 year: 3.1 (2.9 to 3.4), 46 answers. No difference stands clear of chance."
    )
    with pytest.raises(KeyError, match="'fr'"):
        say_estimate(book(), "trams", 0, language="fr")


def test_nothing_withheld_is_said_where_nothing_above_is_shown() -> None:
    made = book()
    hidden = replace(made.everybody, shown=np.zeros((4, 2), bool))
    said = say_estimate(replace(made, panels=(hidden,)), "crew", 0)
    assert said == "Being heard, Crew: not shown. Too few or too alike to show safely."


def test_nobody_at_work() -> None:
    nobody = InjuryCounts("q4", 3, np.array([0, 9e4, 0, 0]), *(np.zeros(4, int) for _ in range(4)))
    said = say_injuries(score_injuries(TREE, [nobody]), "desk", "dart")
    assert said == "Desk, q4: nobody worked, so there is no injury rate."


@pytest.mark.parametrize("language", PHRASES)
def test_every_language_says_everything(language: str) -> None:
    words = PHRASES[language]
    assert not Phrases.__abstractmethods__ - set(dir(type(words)))
    assert words.figure(-0.04, 1).strip("0,.") == ""
    assert words.size(0.004, 1, "") in ("0.004", "0,004")
    assert words.too_close != Phrases.__dict__.get("too_close")
