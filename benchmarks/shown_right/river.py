"""Whether the River recovers planted links, and shows none where there is none."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.shown_right.claims import Claim, mean_of, share_of
from headwater.chain import Chain, LinkFinding, Place, StudyWaves, find_links, wave_moments
from headwater.instruments import load_instrument
from headwater.intake import seal
from headwater.scoring import Specification, specify
from headwater.simulation import CUSTOMER_INSTRUMENTS, EMPLOYEE_INSTRUMENTS, SimulationPlan, Strengths, World, simulate
from headwater.simulation.ratings import SCALE_SHARE, UNIT_SHARE
from headwater.vocab import AnswerTable, Lens, LinkEstimate, Study, Wave

SEED = 404
PEOPLE, CUSTOMERS, WAVES = 1_200, 6_000, 4
LED = Place("lx_behaviours", "Behaviours", Lens.LX, "better behaviours")
WORK = Place("ex_engagement", "Engagement", Lens.EX, "more engagement")
SERVED = Place("cx_satisfaction", "Satisfaction", Lens.CX, "more satisfaction")
ON_TIME = Place("on_time", "On time", Lens.RESULT, "more on time")
PLACES = {place.key: place for place in (LED, WORK, SERVED, ON_TIME)}
LINKS = ((LED.key, WORK.key), (WORK.key, SERVED.key), (SERVED.key, ON_TIME.key))
NOISE_OF_RESULTS = UNIT_SHARE * (1.5 / 4.0) ** 2
"""A result's own noise: 1.5 points beside 4 a standard deviation of the truth, on the scale of unit shares."""

NONE = Strengths(0, 0, 0, 0, 0, 0, 0, 0)


def links_of(world: World, folder: Path) -> dict[tuple[str, str], LinkFinding]:
    """Seal the answers of all waves and find the links of the chain, as the product does."""
    staff = _study(world, folder, "staff", EMPLOYEE_INSTRUMENTS, (LED.key, WORK.key))
    customers = _study(world, folder, "customers", CUSTOMER_INSTRUMENTS, (SERVED.key,))
    found, refused = find_links(Chain(PLACES, LINKS), [staff, customers], world.staff.tree, world.results)
    if refused:
        raise RuntimeError(f"links were refused: {refused}")
    return {(one.source.key, one.target.key): one for one in found}


def _study(world: World, folder: Path, key: str, instruments: tuple[str, ...], scales: tuple[str, ...]) -> StudyWaves:
    whole = specify([load_instrument(name) for name in instruments])
    kept = tuple(scale for scale in whole.scales if scale.key in scales)
    wanted = {item for scale in kept for item in scale.items}
    items = tuple(item for item in whole.items if item.key in wanted)
    plan = Specification(items, kept).plan()
    moments = []
    for number in range(world.plan.waves):
        name = world.wave_key(number)
        tables: Iterable[AnswerTable] = (
            [world.employee_answers(number)] if key == "staff" else world.customer_answers(number)
        )
        for part, table in enumerate(tables):
            only = {item: codes for item, codes in table.items.items() if item in wanted}
            bare = replace(table, items=only, cuts={}, comments={})
            seal(folder, Study(key, key), Wave(key, name, name, number), bare, seed=number, source=str(part))
        moments.append(wave_moments(folder, key, name, plan))
    return StudyWaves(frozenset(scales), tuple(moments), 5)


def expected(lasting: float, moving: float, change: float, own_target: float = SCALE_SHARE) -> tuple[float, float]:
    """Return the links across and within units that two measures of linked stages truly have.

    A measure holds the truth of its stage (share .12 of an answer's variance) and what is its own (.04), so what can be
    found is the stages' link, thinned by the measures' own parts.
    """
    square = change**2
    across, within = UNIT_SHARE * (lasting + moving * square), UNIT_SHARE * moving * square
    whole = [UNIT_SHARE * (1 + square) + own for own in (SCALE_SHARE, own_target)]
    moves = [UNIT_SHARE * square + own for own in (SCALE_SHARE, own_target)]
    return across / float(np.sqrt(whole[0] * whole[1])), within / float(np.sqrt(moves[0] * moves[1]))


def truths(s: Strengths) -> dict[tuple[str, str], tuple[float, float]]:
    """Return the true links of every pair of the chain, across and within units."""
    return {
        LINKS[0]: expected(s.led_to_work_across, s.led_to_work_within, s.change),
        LINKS[1]: expected(s.work_to_served_across, s.work_to_served_within, s.change),
        LINKS[2]: expected(s.served_to_result_across, s.served_to_result_within, s.change, NOISE_OF_RESULTS),
    }


def streams(finding: LinkFinding) -> dict[str, LinkEstimate]:
    """Return the estimates that are drawn, by what they speak of: units compared, and units over time.

    Two scores of one study are linked across units with the same source taken out; their link over time stands beside.
    """
    found: dict[str, LinkEstimate] = {}
    drawn = [one for one in (finding.dry_bed, finding.water, *finding.others) if one is not None]
    if finding.source is LED:
        across = finding.water
        within = next((one for one in finding.others if one.design.value == "within units"), None)
    else:
        across, within = finding.dry_bed, finding.water
    if not drawn:
        raise RuntimeError("a link without any estimate")
    if across is not None:
        found["across units"] = across
    if within is not None:
        found["within units"] = within
    return found


def run(worlds: int) -> tuple[Claim, ...]:
    """As many worlds with links as without any."""
    found: dict[tuple[bool, tuple[str, str], str], list[LinkEstimate]] = {}
    for planted in (True, False):
        for number in range(worlds):
            strengths = Strengths() if planted else NONE
            plan = SimulationPlan(PEOPLE, CUSTOMERS, WAVES, 1_000 * SEED + 2 * number + int(planted), strengths)
            with tempfile.TemporaryDirectory(prefix="headwater-right-") as folder:
                for pair, finding in links_of(simulate(plan), Path(folder)).items():
                    for design, estimate in streams(finding).items():
                        found.setdefault((planted, pair, design), []).append(estimate)
    claims: list[Claim] = []
    true = truths(Strengths())
    for pair in LINKS:
        name = f"{PLACES[pair[0]].label} to {PLACES[pair[1]].label.lower()}"
        for place, design in enumerate(("across units", "within units")):
            estimates = found.get((True, pair, design), [])
            if len(estimates) < 2:
                continue
            truth = true[pair][place]
            mean = mean_of([one.effect for one in estimates])
            claims.append(Claim(f"{name}, {design}", truth, "equal", mean, 0.10, len(estimates), "correlation"))
    for planted, words, level, kind in (
        (True, "95% range of a planted link", 95.0, "at least"),
        (False, "A stream seen where no link is", 5.0, "at most"),
    ):
        for place, design in enumerate(("across units", "within units")):
            hits, tries = np.zeros(worlds), np.zeros(worlds)
            for pair in LINKS:
                target = true[pair][place] if planted else 0.0
                for number, one in enumerate(found.get((planted, pair, design), [])):
                    held = one.low <= target <= one.high
                    hits[number] += held if planted else not held
                    tries[number] += 1
            tolerance = 3.0
            if kind == "at least":
                claims.append(Claim(f"{words}, {design}", level, "at least", share_of(hits, tries), tolerance, worlds))
            else:
                claims.append(Claim(f"{words}, {design}", level, "at most", share_of(hits, tries), tolerance, worlds))
    return tuple(claims)
