"""Internal service: one exact system a serving unit, and the truth of a simulated world found again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from headwater.instruments import load_instrument
from headwater.intake import seal
from headwater.privacy.audit import audit_releases
from headwater.privacy.releases import release_table
from headwater.scoring import load_services, save_services, score_services, specify
from headwater.simulation import SERVICE_INSTRUMENTS, SimulationPlan, World, simulate
from headwater.vocab import AnswerTable, Cut, Estimate, InputError, ServiceBook, Study, Wave, Withheld

SPECIFICATION = specify([load_instrument(key) for key in SERVICE_INSTRUMENTS])
COLUMN = ("service", "service_quality")


def scored(world: World, folder: Path, waves: int) -> list[ServiceBook]:
    """Seal and score the first waves, each against the one before."""
    found: list[ServiceBook] = []
    for number in range(waves):
        table = world.service_answers(number)
        study = Study("service", "Serving each other", cuts=(Cut("server", "Served by", table.cuts["server"][1]),))
        wave = Wave("service", world.wave_key(number), world.wave_key(number), number)
        seal(folder, study, wave, table, seed=number)
        book, _ = score_services(
            folder,
            study=study,
            wave=wave,
            tree=world.staff.tree,
            specification=SPECIFICATION,
            previous=found[-1] if found else None,
        )
        found.append(book)
    return found


@pytest.fixture(name="world", scope="module")
def world_() -> World:
    return simulate(SimulationPlan(people=1_500, customers=10, waves=2, seed=3))


@pytest.fixture(name="books", scope="module")
def books_(world: World, tmp_path_factory: pytest.TempPathFactory) -> list[ServiceBook]:
    return scored(world, tmp_path_factory.mktemp("service"), 2)


def ratings(world: World, wave: int) -> Callable[[str, int], np.ndarray]:
    """Return a function of (server, unit): every rater's item mean in the unit's subtree, from the raw rows."""
    table = world.service_answers(wave)
    codes, levels = table.cuts["server"]
    items = SPECIFICATION.scale_of["service_quality"].items
    reverse = {item.key: item.reverse for item in SPECIFICATION.items}
    grid = np.column_stack([table.items[key].astype(float) for key in items])
    grid[grid == -128] = np.nan
    turned = np.column_stack([6 - grid[:, at] if reverse[key] else grid[:, at] for at, key in enumerate(items)])

    def of(server: str, unit: int) -> np.ndarray:
        inside = (table.unit >= unit) & (table.unit < unit + world.staff.tree.size[unit])
        found: np.ndarray = turned[inside & (codes == levels.index(server))]
        return found

    return of


def test_a_shown_number_is_the_mean_of_that_servers_ratings_alone(world: World, books: list[ServiceBook]) -> None:
    of, tree = ratings(world, 0), world.staff.tree
    checked = 0
    for server in books[0].servers:
        book = books[0].book_of(server)
        assert book is not None
        for unit in range(len(tree)):
            found = book.find(unit, *COLUMN)
            rows = of(server, unit)
            if isinstance(found, Withheld):
                continue
            assert found.n <= len(rows)
            assert len(rows) >= 5
            if found.bound == 0:
                assert found.value == pytest.approx(np.nanmean(rows, axis=0).mean())
                checked += 1
    assert checked > 50


def test_small_groups_of_raters_are_withheld_and_nothing_leaks(books: list[ServiceBook]) -> None:
    tables = [release_table(book) for wave in books for book in wave.books]
    verdict = audit_releases(tables)
    assert verdict.clean, verdict.lines()
    shown = [book.everybody.shown.any(axis=1) for book in books[0].books]
    assert any(rows.any() and not rows.all() for rows in shown)


def test_every_number_has_its_interval_comparisons_and_flags(books: list[ServiceBook]) -> None:
    book = max(books[1].books, key=lambda one: int(one.everybody.shown.sum()))
    numbers = [book.find(unit, *COLUMN) for unit in range(len(book.tree))]
    released = [one for one in numbers if isinstance(one, Estimate) and one.bound == 0]
    assert all(one.low < one.value < one.high and one.shrunken_low < one.shrunken < one.shrunken_high
               for one in released)  # fmt: skip
    assert any(one.versus_rest is not None for one in released)
    assert any(one.versus_previous is not None for one in released)
    assert book.columns[book.column_of[COLUMN]].unit == "points"
    assert book.previous_wave == books[0].wave.key


def test_the_matrix_is_servers_by_units_served(world: World, books: list[ServiceBook]) -> None:
    served = books[0].served_at(1)
    matrix = books[0].matrix(served, *COLUMN)
    assert (len(matrix), len(matrix[0])) == (len(books[0].servers), len(served))
    for server, row in zip(books[0].servers, matrix, strict=True):
        book = books[0].book_of(server)
        assert book is not None
        assert [book.find(unit, *COLUMN) for unit in served] == list(row)
    facing = {int(unit) for unit in np.flatnonzero(world.staff.faces_customers)}
    nobody = [unit for unit in served
              if not facing & set(range(unit, unit + int(world.staff.tree.size[unit])))]  # fmt: skip
    assert nobody
    assert all(isinstance(row[served.index(unit)], Withheld) for row in matrix for unit in nobody)


def test_it_survives_saving(books: list[ServiceBook], tmp_path: Path) -> None:
    again = load_services(save_services(books[1], tmp_path / "services" / "2026-q2"))
    assert (again.servers, again.study, again.wave.key) == (books[1].servers, books[1].study, books[1].wave.key)
    for first, second in zip(again.books, books[1].books, strict=True):
        assert first.inputs_hash == second.inputs_hash
        assert np.array_equal(first.everybody.fields["value"], second.everybody.fields["value"], equal_nan=True)
    with pytest.raises(InputError, match="internal service"):
        load_services(tmp_path)


def test_the_truth_is_found_again(tmp_path: Path) -> None:
    """The servers' order, and how often the range of a server's whole holds its expected rating."""
    world = simulate(SimulationPlan(people=6_000, customers=10, waves=2, seed=11))
    serving = world.serving
    inside, agreements = [], []
    for number, services in enumerate(scored(world, tmp_path, 2)):
        true, found = [], []
        for place, server in enumerate(services.servers):
            book = services.book_of(server)
            assert book is not None
            whole = book.find(0, *COLUMN)
            if not isinstance(whole, Estimate):
                continue
            pairs = serving.of_server(place)
            of = ratings(world, number)
            weight = np.array([len(of(server, int(unit))) for unit in serving.served[pairs]], float)
            true.append(float(np.average(serving.value[number][pairs], weights=weight)))
            found.append(whole)
        values = np.array([one.value for one in found])
        agreements.append(spearmanr(true, values).statistic)
        # A server's expected rating is a line in its quality; the line is that of all servers together.
        slope, start = np.polyfit(true, values, 1)
        expected = start + slope * np.array(true)
        inside += [one.low <= at <= one.high for one, at in zip(found, expected, strict=True)]
        assert slope > 0
    assert min(agreements) > 0.9
    assert np.mean(inside) >= 0.85


def test_ratings_of_ones_own_unit_and_of_unknown_units_are_refused(tmp_path: Path, world: World) -> None:
    tree, table = world.staff.tree, world.service_answers(0)
    codes, levels = table.cuts["server"]
    for name, server, message in (
        ("own", tree.ids[int(table.unit[0])], "rate their own unit"),
        ("nowhere", "nowhere", "not in the organisation"),
    ):
        changed = (server, *levels[1:])
        cuts = {"server": (np.where(np.arange(len(codes)) == 0, 0, codes).astype(np.int16), changed)}
        other = AnswerTable(table.unit_ids, table.unit, table.items, cuts=cuts)
        study = Study("service", "Service", cuts=(Cut("server", "Served by", changed),))
        wave = Wave("service", "w", "w", 0)
        seal(tmp_path / name, study, wave, other, seed=1)
        with pytest.raises(InputError, match=message):
            score_services(tmp_path / name, study=study, wave=wave, tree=tree, specification=SPECIFICATION)
    study = replace(Study("service", "Service"), cuts=())
    with pytest.raises(InputError, match="who is rated"):
        score_services(tmp_path, study=study, wave=Wave("service", "w", "w", 0), tree=tree, specification=SPECIFICATION)
