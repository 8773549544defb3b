"""Whether checks of actions hold: intervals, nulls called nulls, planted effects, and no credit for coming back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.shown_right.claims import Claim, mean_of, share_of
from headwater.chain import EffectEstimate, EffectPanel, Missing, choose_comparison, effect_of
from headwater.rooms.prove.logic.verdicts import Hope, judge
from headwater.vocab import FloatArray

SEED = 407
PERSON = 0.8
"""Standard deviation of people within a team, in points; teams differ in it by a factor of about 1.15."""
HOPE = Hope(0.3, 0.8, 1.2)


@dataclass(frozen=True)
class Kind:
    """One kind of organisation, and which unit acts in it.

    change: SD of how far teams move by themselves from wave to wave, of lasting differences with SD .35. shared: SD of
    what moves a whole branch. walks: whether changes stay. before: waves before the start. low: whether the unit that
    acts is one of the five lowest of the last wave before; lowest: the very lowest.
    """

    key: str
    words: str
    branches: int = 6
    teams: int = 8
    before: int = 2
    change: float = 0.2
    shared: float = 0.0
    walks: bool = False
    pick: str = "low"


KINDS = (
    Kind("any", "any team", pick="any"),
    Kind("low", "one of the five lowest teams"),
    Kind("lowest", "the lowest team", pick="lowest"),
    Kind("once", "the lowest team, one wave before", before=1, pick="lowest"),
    Kind("branch", "branches that move together", shared=0.15),
    Kind("walk", "teams whose changes stay", before=3, walks=True),
    Kind("small", "15 teams in 3 branches", branches=3, teams=5),
    Kind("least", "six others, the fewest that are compared with", branches=1, teams=7, pick="any"),
)
FEW = Kind("few", "five others", branches=1, teams=6, pick="any")
"""Too few to compare with: nothing may be claimed, whatever happened."""


def organisation(kind: Kind, rng: np.random.Generator) -> tuple[FloatArray, FloatArray, FloatArray, int]:
    """Draw released means, standard errors and numbers, float64[teams, waves], and the team that acts.

    Four to fifteen people of a team answer; their spread is estimated from them, as in a score book.
    """
    teams, waves = kind.branches * kind.teams, kind.before + 1
    branch = np.repeat(np.arange(kind.branches), kind.teams)
    lasting = rng.normal(0, 0.175, kind.branches)[branch] + rng.normal(0, 0.303, teams)
    moving = rng.normal(0, kind.change, (teams, waves))
    if kind.walks:
        moving = moving.cumsum(axis=1)
    moving += rng.normal(0, kind.shared, (kind.branches, waves))[branch] + rng.normal(0, 0.1, waves)
    n = np.clip(rng.poisson(9, teams)[:, None] + rng.integers(-2, 3, (teams, waves)), 4, 15)
    people = PERSON * np.exp(rng.normal(0, 0.15, teams))[:, None]
    value = lasting[:, None] + moving + people / np.sqrt(n) * rng.standard_normal((teams, waves))
    se = people * np.sqrt(rng.chisquare(n - 1) / (n - 1) / n)
    order = np.argsort(value[:, -2])
    acts = {"any": int(rng.integers(teams)), "low": int(order[rng.integers(5)]), "lowest": int(order[0])}[kind.pick]
    return value, se, n.astype(np.float64), acts


def check(kind: Kind, effect: float, seed: int) -> EffectEstimate:
    """Draw an organisation, plant an effect, and check it as `prove` does. Raises TypeError where it cannot be told."""
    found = told(kind, effect, seed)
    if isinstance(found, str):
        raise TypeError(f"a check that cannot be made: {found}")
    return found


def told(kind: Kind, effect: float, seed: int, *, without: bool = False) -> EffectEstimate | Missing:
    """Draw an organisation, plant an effect, and say what `prove` would. without: one other unit is not shown later."""
    value, se, n, acts = organisation(kind, np.random.default_rng([SEED, seed]))
    value[acts, -1] += effect
    if without:
        value[(acts + 1) % len(value), -1] = np.nan
    units, waves = 1 + kind.branches * (kind.teams + 1), value.shape[1]
    heads = 1 + np.arange(kind.branches) * (kind.teams + 1)
    rows = np.concatenate([head + 1 + np.arange(kind.teams) for head in heads])
    size, depth = np.ones(units, np.int64), np.full(units, 2)
    size[0], depth[0], size[heads], depth[heads] = units, 0, kind.teams + 1, 1
    wide = [np.full((units, waves), fill) for fill in (np.nan, np.nan, 0.0)]
    for made, part in zip(wide, (value, se, n), strict=True):
        made[rows] = part
    names = tuple(f"u{row}" for row in range(units))
    values, errors, answers = wide
    panel = EffectPanel(names, tuple(f"w{wave}" for wave in range(waves)), values, errors, answers, size, depth)
    plan = choose_comparison(panel, names[rows[acts]], panel.waves[:-1])
    return plan.reason or effect_of(panel, plan, panel.waves[-1])


def run(worlds: int) -> tuple[Claim, ...]:
    """Check a null in every kind of organisation, and planted rises and falls among the five lowest teams."""
    claims: list[Claim] = []
    each = np.ones(worlds)
    nulls = {kind.key: [check(kind, 0.0, 10_000 * at + world) for world in range(worlds)]
             for at, kind in enumerate(KINDS)}  # fmt: skip
    for kind in KINDS:
        held = share_of([one.adjusted.low <= 0 <= one.adjusted.high for one in nulls[kind.key]], each)
        claims.append(Claim(f"95% range of the effect, {kind.words}", 95.0, "at least", held, 2.0, worlds))
    for key, words in (("low", "one of the five lowest teams"), ("lowest", "the lowest team")):
        credited = [one.plain.value for one in nulls[key]]
        claims.append(Claim(f"Plain difference in differences of nothing, {words}", float("nan"), "told",
                            mean_of(credited), 0.0, worlds, "points"))  # fmt: skip
        left = mean_of([one.adjusted.value for one in nulls[key]])
        claims.append(Claim(f"Effect found of nothing, {words}", 0.0, "equal", left, 0.08, worlds, "points"))
    for few, without, words in (
        (FEW, False, "five others"),
        (KINDS[-1], True, "six others, one of them not shown later"),
    ):
        silent = [told(few, 1.3, 800_000 + world, without=without) == "too_few" for world in range(worlds)]
        claims.append(Claim(f"A planted +1.3 with {words}: nothing is claimed", 100.0, "at least",
                            share_of(silent, each), 1.0, worlds))  # fmt: skip
    verdicts = [judge(one.adjusted.value, one.adjusted.low, one.adjusted.high, HOPE) for one in nulls["low"]]
    for words, wanted in (("an effect", ("worked", "less")), ("harm", ("harm",))):
        called = [verdict in wanted for verdict in verdicts]
        claims.append(Claim(f"Nothing called {words}", 2.5, "at most", share_of(called, each), 1.0, worlds))
    for at, (effect, called_so) in enumerate(((1.3, ("worked", "less")), (-1.3, ("harm", "harm")))):
        made = [check(KINDS[1], effect, 900_000 + 50_000 * at + world) for world in range(worlds)]
        held = share_of([one.adjusted.low <= effect <= one.adjusted.high for one in made], each)
        claims.append(Claim(f"95% range of a planted {effect:+.1f}", 95.0, "at least", held, 2.0, worlds))
        mean = mean_of([one.adjusted.value for one in made])
        claims.append(Claim(f"Effect found of a planted {effect:+.1f}", effect, "equal", mean, 0.08, worlds, "points"))
        seen = [judge(one.adjusted.value, one.adjusted.low, one.adjusted.high, HOPE) in called_so for one in made]
        claims.append(
            Claim(f"A planted {effect:+.1f} called what it is", float("nan"), "told", share_of(seen, each), 0.0, worlds)
        )
        if effect > 0:
            share = mean_of([one.smallest for one in made])
            claims.append(Claim("Effect said to be seen four times in five", float("nan"), "told", share, 0.0, worlds,
                                "points"))  # fmt: skip
    return tuple(claims)
