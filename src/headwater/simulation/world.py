"""An organisation with a known truth: people, waves of answers, customers, results, events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from headwater.instruments import load_instrument
from headwater.simulation import events, preferences
from headwater.simulation.comments import CUSTOMER_THEMES, THEMES, write_comments
from headwater.simulation.contacts import Contacts, contact_answers, meet
from headwater.simulation.ratings import Raters, item_heights, rate
from headwater.simulation.serving import Serving, serve
from headwater.simulation.staff import AREA, TENURE, Staff, hire
from headwater.simulation.truth import Strengths, Truth, Turn, live, turned_units
from headwater.vocab import AnswerTable, Cut, FloatArray, Lens, UnitPeriods

EMPLOYEE_INSTRUMENTS = ("lx_core", "ex_factors")
CUSTOMER_INSTRUMENTS = ("cx_contact", "cx_relationship")
SERVICE_INSTRUMENTS = ("internal_service",)
AFTER_INSTRUMENTS = ("after_acting",)

CUTS = (Cut("tenure", "Time here", TENURE), Cut("area", "Kind of work", AREA))

RESPONSE = 0.66
"""Share of invited employees who answer. Unhappy people answer a little less often."""

USES = 0.9
"""Share of the servers of their unit that a person had to do with and rates."""

SKIPS = 0.015
LEVELS = {
    "ex_recognition": 0.52,
    "ex_flexibility": 0.50,
    "ex_trust_respect": 0.70,
    "ex_teamwork": 0.70,
    "ex_growth": 0.55,
    "changed_because_spoke": 0.46,
}
CUSTOMER_CHUNK = 200_000


@dataclass(frozen=True)
class SimulationPlan:
    """How large a world, how many waves, and the seed that makes it the same each time."""

    people: int = 2_000
    customers: int = 20_000
    waves: int = 4
    seed: int = 1
    strengths: Strengths = field(default_factory=Strengths)
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True)
class World:
    """A simulated organisation. Answers are drawn on demand, wave by wave, each from its own seed."""

    plan: SimulationPlan
    staff: Staff
    truth: Truth
    leavers: tuple[NDArray[np.int64], ...]
    incidents: tuple[events.Incident, ...]
    visits: tuple[events.Visit, ...]
    stakeholders: tuple[events.Stakeholder, ...]
    results: UnitPeriods
    serving: Serving

    def _rng(self, *path: int) -> np.random.Generator:
        return np.random.default_rng([self.plan.seed, *path])

    def _rated(
        self,
        keys: tuple[str, ...],
        unit: NDArray[np.int32],
        mood: FloatArray,
        values: Mapping[str, FloatArray],
        rng: np.random.Generator,
    ) -> dict[str, NDArray[np.int8]]:
        """Draw answers. Every item lies equally high in all waves, so that only units change."""
        instruments = [load_instrument(key) for key in keys]
        heights = item_heights(instruments, LEVELS, self._rng(40))
        return rate(Raters(unit, mood), instruments, values, SKIPS, rng, heights)

    def present(self, wave: int) -> NDArray[np.bool_]:
        """Return bool[P], who works here in a wave. The place of one who left is filled by the next wave."""
        here = np.ones(len(self.staff), bool)
        if wave > 0:
            here[self.leavers[wave - 1]] = False
        return here

    def invited(self, wave: int) -> NDArray[np.int64]:
        """Return int64[U], people of each unit (not below it) who are invited. Nobody leads the top leader."""
        people = np.flatnonzero(self.present(wave) & (self.staff.team >= 0))
        return np.bincount(self.staff.team[people], minlength=len(self.staff.tree))

    def employee_answers(self, wave: int) -> AnswerTable:
        """Draw one wave of LX and EX answers, with cuts and comments."""
        rng = self._rng(10, wave)
        staff, tree = self.staff, self.staff.tree
        people = np.flatnonzero(self.present(wave) & (staff.team >= 0))
        mood = rng.standard_normal(people.size)
        chance = RESPONSE + 0.03 * mood + 0.04 * self.truth.work[wave][staff.team[people]]
        answering = rng.random(people.size) < chance
        people, mood = people[answering], mood[answering]
        unit = staff.team[people].astype(np.int32)
        values = {str(Lens.LX): self.truth.led[wave], str(Lens.EX): self.truth.work[wave]}
        items = self._rated(EMPLOYEE_INSTRUMENTS, unit, mood, values, rng)
        glad = 0.6 * mood + 0.4 * self.truth.work[wave][unit]
        comments = {
            key: write_comments(unit, tree.ids, glad, share, rng, THEMES, self._talk(wave))
            for key, share in (("lx_comment", 0.18), ("ex_comment", 0.30))
        }
        cuts = {
            "tenure": (staff.tenure[people].astype(np.int16), TENURE),
            "area": (staff.area[people].astype(np.int16), AREA),
        }
        return AnswerTable(tree.ids, unit, items, cuts=cuts, comments=comments)

    def _talk(self, wave: int) -> dict[int, str]:
        """What the people of a unit write about most, by unit: what happened to their division."""
        felt = [turn for turn in self.plan.turns if turn.theme and turn.wave <= wave]
        return {int(unit): turn.theme for turn in felt for unit in turned_units(self.staff, turn)}

    def customer_answers(self, wave: int) -> Iterator[AnswerTable]:
        """Draw one wave of customers' answers about the teams that served them, in parts of 200,000."""
        rng = self._rng(20, wave)
        facing = np.flatnonzero(self.staff.faces_customers)
        busy = rng.gamma(2.0, 1.0, facing.size)
        left = self.plan.customers
        while left > 0:
            count = min(left, CUSTOMER_CHUNK)
            left -= count
            unit = rng.choice(facing, count, p=busy / busy.sum()).astype(np.int32)
            mood = rng.standard_normal(count)
            values = {str(Lens.CX): self.truth.served[wave]}
            items = self._rated(CUSTOMER_INSTRUMENTS, unit, mood, values, rng)
            glad = 0.7 * mood + 0.3 * self.truth.served[wave][unit]
            comments = {
                "cx_contact_comment": write_comments(unit, self.staff.tree.ids, glad, 0.08, rng, CUSTOMER_THEMES)
            }
            yield AnswerTable(self.staff.tree.ids, unit, items, comments=comments)

    def contacts(self) -> Contacts:
        """Draw every contact of the plan's customers over all waves, with the relation after each."""
        return meet(self.staff, self.truth, self.plan.customers, self._rng(60))

    def contact_answers(self, met: Contacts, wave: int) -> tuple[AnswerTable, NDArray[np.int64]]:
        """Draw the answers about one wave's contacts and the relation after each, and whose each is: int64[R]."""
        return contact_answers(met, self.staff, wave, SKIPS, self._rng(61, wave))

    def like_minded(self) -> NDArray[np.int64]:
        """Return int64[P], the hidden group of every person in what matters to them."""
        return preferences.like_minded(self.staff, self._rng(70))

    def importance_answers(self, wave: int) -> AnswerTable:
        """Draw one wave of best-worst choices and of ratings of the same factors, with cuts."""
        rng = self._rng(71, wave)
        people = np.flatnonzero(self.present(wave) & (self.staff.team >= 0))
        people = people[rng.random(people.size) < RESPONSE]
        unit = self.staff.team[people].astype(np.int32)
        mood, values = rng.standard_normal(people.size), {str(Lens.EX): self.truth.work[wave]}
        rated = self._rated(("ex_factors",), unit, mood, values, rng)
        item = load_instrument("importance").item("importance_ex_factors")
        chosen = preferences.choose(self.like_minded()[people], item, rng)
        cuts = {
            "tenure": (self.staff.tenure[people].astype(np.int16), TENURE),
            "area": (self.staff.area[people].astype(np.int16), AREA),
        }
        return AnswerTable(self.staff.tree.ids, unit, {**rated, **chosen}, cuts=cuts)

    def after_answers(self, wave: int) -> AnswerTable:
        """Draw what people say some weeks after a wave: told, acted on, changed. The well led hear back more often."""
        rng = self._rng(90, wave)
        people = np.flatnonzero(self.present(wave) & (self.staff.team >= 0))
        people = people[rng.random(people.size) < RESPONSE]
        unit = self.staff.team[people].astype(np.int32)
        values = {str(Lens.EX): self.truth.led[wave]}
        items = self._rated(AFTER_INSTRUMENTS, unit, rng.standard_normal(people.size), values, rng)
        return AnswerTable(self.staff.tree.ids, unit, items)

    def service_ratings(self, wave: int, unit: NDArray[np.int32], server: NDArray[np.int32]) -> AnswerTable:
        """Draw one rating a row, of a unit that serves by somebody of a unit it serves.

        unit, server: int32[R], tree numbers. Raises KeyError for a pair of which neither serves the other.
        """
        rng = self._rng(31, wave)
        serving = self.serving
        at = zip(serving.served.tolist(), serving.servers[serving.server].tolist(), strict=True)
        place = {pair: number for number, pair in enumerate(at)}
        pairs = zip(unit.tolist(), server.tolist(), strict=True)
        pair = np.array([place[one] for one in pairs], np.int32)
        values = {str(Lens.SERVICE): serving.value[wave]}
        items = self._rated(SERVICE_INSTRUMENTS, pair, rng.standard_normal(len(pair)), values, rng)
        levels = tuple(self.staff.tree.ids[number] for number in serving.servers.tolist())
        position = {number: level for level, number in enumerate(serving.servers.tolist())}
        codes = np.array([position[number] for number in server.tolist()], np.int16)
        return AnswerTable(self.staff.tree.ids, unit, items, cuts={"server": (codes, levels)})

    def service_answers(self, wave: int) -> AnswerTable:
        """Draw ratings of the units that serve each customer-facing team, one row a person and unit rated.

        The cut `server` names the unit rated. Nothing tells which ratings come from one person.
        """
        rng = self._rng(30, wave)
        staff, serving = self.staff, self.serving
        people = np.flatnonzero(self.present(wave) & (staff.team >= 0))
        people = people[rng.random(people.size) < RESPONSE]
        team = staff.team[people]
        first, last = (np.searchsorted(serving.served, team, side=side) for side in ("left", "right"))
        person = np.repeat(np.arange(people.size), last - first)
        pair = np.arange(person.size) - np.repeat(np.cumsum(last - first) - last, last - first)
        used = rng.random(person.size) < USES
        person, pair = person[used], pair[used]
        mood = rng.standard_normal(people.size)[person]
        values = {str(Lens.SERVICE): serving.value[wave]}
        items = self._rated(SERVICE_INSTRUMENTS, pair.astype(np.int32), mood, values, rng)
        levels = tuple(staff.tree.ids[unit] for unit in serving.servers.tolist())
        return AnswerTable(
            staff.tree.ids,
            serving.served[pair],
            items,
            cuts={"server": (serving.server[pair].astype(np.int16), levels)},
        )

    def wave_key(self, wave: int) -> str:
        """Return the wave's key: a quarter, 2026-q1 first."""
        return f"{2026 + wave // 4}-q{wave % 4 + 1}"

    def truth_record(self) -> dict[str, object]:
        """Return what a test or an analyst needs to check an analysis against."""
        s, t = self.plan.strengths, self.truth

        def across(a: FloatArray, b: FloatArray) -> float:
            return float(np.corrcoef(a.mean(axis=0), b.mean(axis=0))[0, 1])

        return {
            "seed": self.plan.seed,
            "people": len(self.staff),
            "units": len(self.staff.tree),
            "strengths": {name: getattr(s, name) for name in s.__dataclass_fields__},
            "service": {
                self.staff.tree.ids[unit]: round(float(self.serving.value[:, self.serving.of_server(place)].mean()), 3)
                for place, unit in enumerate(self.serving.servers.tolist())
                if self.serving.of_server(place).size
            },
            "drawn_across_units": {
                "led_to_work": across(t.led, t.work),
                "work_to_served": across(
                    t.work[:, self.staff.faces_customers], t.served[:, self.staff.faces_customers]
                ),
                "served_to_result": across(
                    t.served[:, self.staff.faces_customers], t.result[:, self.staff.faces_customers]
                ),
            },
        }


def simulate(plan: SimulationPlan) -> World:
    """Make a world. The same plan gives the same world, to the last answer."""
    if plan.waves < 1:
        raise ValueError("a world needs at least one wave")
    rng = np.random.default_rng([plan.seed, 0])
    staff = hire(plan.people, rng)
    serving = serve(staff, plan.waves, plan.strengths.change, np.random.default_rng([plan.seed, 50]))
    truth = live(staff, plan.waves, plan.strengths, serving, rng, plan.turns)
    left = events.leavers(staff, truth, rng)
    incidents = events.injuries(staff, truth, rng)
    figures = events.results_table(staff, truth, incidents, left, rng)
    periods = tuple(f"{2026 + wave // 4}-q{wave % 4 + 1}" for wave in range(plan.waves))
    results = UnitPeriods(
        units=staff.tree.ids,
        periods=periods,
        values=figures,
        names=dict(zip(staff.tree.ids, staff.tree.names, strict=True)),
        labels={
            "on_time": "On time",
            "absence": "Absence",
            "left": "People who left",
            "injuries": "Injuries",
            "hours": "Hours worked",
        },
        source="simulated",
    )
    return World(
        plan,
        staff,
        truth,
        left,
        incidents,
        events.visits(staff, truth, rng),
        events.stakeholders(staff, rng),
        results,
        serving,
    )
