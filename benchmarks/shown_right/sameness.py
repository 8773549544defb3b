"""Whether questions that mean the same are left alone, and those that do not are found, in the right group and size."""

from __future__ import annotations

import numpy as np

from benchmarks.shown_right.claims import Claim, Rate, count_of, false_share, mean_of, share_of
from headwater.scoring.answer_patterns import AnswerPatterns
from headwater.scoring.sameness import FEWEST_PEOPLE
from headwater.stats.invariance import Compared, Sameness, judge_sameness
from headwater.vocab import FloatArray

SEED = 408
PEOPLE, TEAM = 3_000, 8
ITEMS = (3, 4, 5, 6)
"""Questions of the scales of a world."""
LEVELS = (2, 3, 4)
"""Levels of its cuts; three cuts a world."""
EASE = 0.5
"""How much easier a planted question is, in points of the question before it is rounded."""
ENDS = (1, 5)


def world(seed: int, *, impact: float, planted: float) -> tuple[list[Compared], list[tuple[int, int, int] | None]]:
    """Return the comparisons of a world, and for each the planted item, group and sign, or None.

    Answers are rounded to 1 to 5 and lean to the top. People of a team share a mood in the scale and in every question.
    impact: how far levels truly differ in what the scale measures. planted: the share of comparisons with a question
    that is easier, or harder, in one level.
    """
    rng = np.random.default_rng([SEED, seed, int(impact > 0), int(planted > 0)])
    team = np.arange(PEOPLE) // TEAM
    cuts = [rng.integers(0, count, PEOPLE).astype(np.int16) for count in LEVELS]
    found: list[Compared] = []
    truth: list[tuple[int, int, int] | None] = []
    for items in ITEMS:
        thing = 0.75 * rng.standard_normal(PEOPLE) + 0.35 * rng.standard_normal(team[-1] + 1)[team]
        for cut, count in zip(cuts, LEVELS, strict=True):
            thing = thing + impact * rng.uniform(-0.5, 0.5, count)[cut]
        easier: FloatArray = np.zeros((PEOPLE, items))
        for cut, count in zip(cuts, LEVELS, strict=True):
            if rng.random() < planted:
                item, group, sign = int(rng.integers(items)), int(rng.integers(count)), int(rng.choice([-1, 1]))
                easier[cut == group, item] += sign * EASE
                truth.append((item, group, sign))
            else:
                truth.append(None)
        answers = []
        for item in range(items):
            mood = 0.15 * rng.standard_normal(team[-1] + 1)[team]
            told = rng.uniform(0.8, 1.1) * thing + 0.7 * rng.standard_normal(PEOPLE) + mood
            codes = np.clip(np.rint(rng.uniform(3.2, 3.9) + told + easier[:, item]), *ENDS)
            answers.append(codes.astype(np.int8))
        patterns = AnswerPatterns.of(team.astype(np.int32), answers, [ENDS] * items)
        for cut, count in zip(cuts, LEVELS, strict=True):
            table = patterns.by_level(cut, count)
            one = patterns.compared(table)
            assert one is not None
            assert one.n.min() >= FEWEST_PEOPLE
            found.append(one)
    return found, truth


def is_right(one: Sameness, truth: tuple[int, int, int], groups: int) -> bool:
    """Whether the first question named is the planted one, in its group; of two groups either may be named."""
    if not one.differences:
        return False
    first, (item, group, sign) = one.differences[0], truth
    if groups == 2:
        sign = sign if first.group == group else -sign
    return first.item == item and (groups == 2 or first.group == group) and np.sign(first.shift) == sign


def run(worlds: int) -> tuple[Claim, ...]:
    """Worlds in which no question differs, with groups alike and with groups that truly differ; then planted ones."""
    claims = []
    for impact, where in ((0.0, "groups are alike"), (0.4, "groups truly differ")):
        by_rung: list[list[float]] = [[], []]
        alarms = 0
        for seed in range(worlds):
            judged = judge_sameness(world(seed, impact=impact, planted=0.0)[0])
            for rung in (0, 1):
                by_rung[rung].append(float(np.mean([one.rungs[rung + 1].p <= 0.05 for one in judged])))
            alarms += any(one.answer == "differs" for one in judged)
        if not impact:
            for rung, name in enumerate(("loadings", "intercepts")):
                level: Rate = mean_of(by_rung[rung], scale=100.0)
                claims.append(Claim(f"Tests of equal {name} that alarm, {where}", 5.0, "at most", level, 1.0, worlds))
        name = f"Waves with any question called different, {where}"
        claims.append(Claim(name, 5.0, "at most", count_of(alarms, worlds), 2.0, worlds))
    hits, right, planted, wrong, off = [], [], [], [], []
    for seed in range(worlds):
        compared, truth = world(seed, impact=0.4, planted=0.25)
        judged = judge_sameness(compared)
        there = [at for at, one in enumerate(truth) if one is not None]
        named = [at for at, one in enumerate(judged) if one.answer == "differs"]
        found = [at for at in there if judged[at].answer == "differs"]
        good = [at for at in found if is_right(judged[at], truth[at] or (0, 0, 0), len(compared[at].n))]
        planted.append(len(there))
        hits.append(len(found))
        right.append(len(good))
        wrong.append(1 - len(found) / len(named) if named else 0.0)
        off += [abs(judged[at].differences[0].shift) - EASE for at in good]
    return (
        *claims,
        Claim("False among comparisons called different", 5.0, "at most", false_share(wrong), 1.0, worlds),
        Claim("Planted questions whose comparison is called different", 90.0, "at least", share_of(hits, planted), 2.0,
              worlds),
        Claim("Of those, the planted question and group are named first", 95.0, "at least", share_of(right, hits), 2.0,
              worlds),
        Claim("How far off the size is, points of the question", 0.0, "equal", mean_of(off), 0.1, worlds, "points"),
    )  # fmt: skip
