"""What an action did to the score of its unit: its change beside that of units chosen before, with what is left open.

Two effects stand side by side. The plain one is the difference in differences: the unit's change from the last wave
before, less the mean change of its matched units. The adjusted one, which counts, first takes from every unit what its
own past let expect (`effect_baselines`), so that a unit which was chosen because it lay low is not credited with coming
back: matching with correction for what matching leaves (Abadie and Imbens 2011, J Bus Econ Stat 29:1).

One unit's change is no sample. How far units move by themselves is learned from the pool: every unit of it is taken in
turn as if it had acted, and compared with its own nearest (in-space placebos: Abadie, Diamond and Hainmueller 2010, J
Am Stat Assoc 105:493). Their spread in their own standard errors scales the unit's, with Student's t; the degrees of
freedom are those of the pool, fewer where units of one branch move together (Satterthwaite 1946). The error is never
below that of who happened to answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

import numpy as np

from headwater.chain.effect_baselines import Expected, expect, fit_baseline, moderated
from headwater.chain.effect_panels import (
    FEWEST_MATCHED,
    FEWEST_POOL,
    MATCHED,
    Comparison,
    EffectPanel,
    IntArray,
    distances,
)
from headwater.stats import robustness_value
from headwater.vocab import FloatArray

METHOD = "matched-placebo-1"
"""Version of the method: plans keep it, so that a later one never judges an earlier plan."""
POWER = 0.8
_LEAST_DF = 3.0

Missing = Literal["not_shown_before", "too_few", "not_shown_after", "gone"]


@dataclass(frozen=True)
class Judged:
    """An effect with its standard error, 95% interval and the degrees of freedom of its t."""

    value: float
    se: float
    low: float
    high: float
    df: float


@dataclass(frozen=True)
class EffectEstimate:
    """What was found in one wave, all in points of the score as it is (a fall is negative).

    adjusted: the effect that counts; plain: the difference in differences. was, became: the unit's released scores
    in the base wave and after; others_were, others_became: means of its matched units. coming_back: plain less
    adjusted, what the plain one owes to the past. matched: units compared with; pool: how many told how units move;
    lost: matched units that fell away and were followed by the next. sampling_se: the error of who happened to
    answer, alone. smallest: effect seen four times in five. spread: pool's placebo spread in its own standard
    errors. placebos: the permutation p value, one more than the pool units with as large an effect, of one more
    than all. without_one: lowest and highest effect when one matched unit is left out; beside_all: effect beside
    the whole pool. hidden: a hidden difference of change, in points, at which the interval would just touch, or
    just not touch, nothing. robustness: Cinelli and Hazlett's value.
    """

    unit: str
    base: str
    wave: str
    adjusted: Judged
    plain: Judged
    was: float
    became: float
    others_were: float
    others_became: float
    matched: tuple[str, ...]
    lost: tuple[str, ...]
    pool: int
    sampling_se: float
    smallest: float
    spread: float
    placebos: float
    without_one: tuple[float, float]
    beside_all: float
    hidden: float
    robustness: float

    @property
    def coming_back(self) -> float:
        """What the plain difference owes to where the units stood before."""
        return self.plain.value - self.adjusted.value


@dataclass(frozen=True)
class _Rows:
    """The unit (first) and its pool over the waves before and the one after: float64[R, T]."""

    rows: IntArray
    value: FloatArray
    se: FloatArray


def effect_of(
    panel: EffectPanel, comparison: Comparison, wave: str, *, acting: AbstractSet[str] = frozenset()
) -> EffectEstimate | Missing:
    """Return what the unit's score did in a wave beside its comparison, or why nothing can be said.

    acting: units in which something of the sort began since: they leave the comparison. Raises KeyError for a wave that
    the panel lacks.
    """
    if comparison.reason:
        return comparison.reason
    if comparison.unit not in panel.row_of:
        return "gone"
    before = [panel.column_of[one] for one in comparison.before]
    columns = [*before, panel.column_of[wave]]
    unit = panel.row_of[comparison.unit]
    if not _shown(panel, unit, columns[-1]):
        return "not_shown_after"
    if not _shown(panel, unit, before[-1]):
        return "not_shown_before"
    disturbed = panel.disturbed(unit, acting)
    rows_of_pool = [(one, panel.row_of[one]) for one in comparison.pool if one in panel.row_of]
    usable = [
        one
        for one, row in rows_of_pool
        if not disturbed[row] and all(_shown(panel, row, column) for column in columns[-2:])
    ]
    if len(usable) < FEWEST_POOL:
        return "too_few"
    rows = np.array([unit, *(panel.row_of[one] for one in usable)])
    columns = [c for c in columns if np.isfinite(panel.value[rows[1:], c]).sum() >= FEWEST_POOL]
    place = np.ix_(rows, np.array(columns))
    taken = _Rows(rows, panel.value[place], moderated(panel.se[place], panel.n[place]))
    matched = min(MATCHED, max(FEWEST_MATCHED, len(usable) // 3))
    near = _nearest(panel, taken.rows, columns[:-1], matched)
    expected = expect(taken.value, taken.se, fit_baseline(taken.value[1:], taken.se[1:]))
    adjusted, spread, placebos = _judge(panel, taken, near, taken.value[:, -1] - expected.value, expected)
    plain, _, _ = _judge(panel, taken, near, taken.value[:, -1] - taken.value[:, -2], _plain_expected(taken))
    left = taken.value[:, -1] - expected.value
    own = near[0] > 0
    apart_one = left[0] - (left[own].sum() - left[own]) / (matched - 1)
    sampling = float(np.sqrt(expected.sampling[0] + near[0] ** 2 @ expected.sampling))
    edge = min(abs(adjusted.low), abs(adjusted.high))
    was, became = (float(taken.value[0, c]) for c in (-2, -1))
    return EffectEstimate(
        unit=comparison.unit,
        base=comparison.before[-1],
        wave=wave,
        adjusted=adjusted,
        plain=plain,
        was=was,
        became=became,
        others_were=float(near[0] @ taken.value[:, -2]),
        others_became=float(near[0] @ taken.value[:, -1]),
        matched=tuple(usable[:matched]),
        lost=tuple(one for one in comparison.pool[:matched] if one not in usable),
        pool=len(usable),
        sampling_se=sampling,
        smallest=smallest_seen(adjusted.se, adjusted.df),
        spread=spread,
        placebos=placebos,
        without_one=(float(apart_one.min()), float(apart_one.max())),
        beside_all=float(left[0] - left[1:].mean()),
        hidden=edge,
        robustness=robustness_value(adjusted.value / adjusted.se, adjusted.df).value,
    )


def smallest_seen(se: float, df: float) -> float:
    """Return the effect that is found four times in five at 95% by a t with these degrees of freedom."""
    from scipy.special import stdtrit

    return float((stdtrit(df, 0.975) + stdtrit(df, POWER)) * se)


def foreseen_error(panel: EffectPanel, comparison: Comparison) -> tuple[float, float] | None:
    """Return the standard error and degrees of freedom that a check must expect, from waves before alone.

    From the last step before the start where there were two waves, else from sampling errors: a floor, with df of the
    pool. None where there is no comparison.
    """
    if comparison.reason:
        return None
    if len(comparison.before) > 1:
        earlier = Comparison(comparison.unit, comparison.before[:-1], comparison.pool)
        found = effect_of(panel, earlier, comparison.before[-1])
        if isinstance(found, EffectEstimate):
            return found.adjusted.se, found.adjusted.df
    base = panel.column_of[comparison.before[-1]]
    errors = panel.se[[panel.row_of[one] for one in comparison.matched], base]
    own = float(panel.se[panel.row_of[comparison.unit], base])
    return float(np.sqrt(2 * (own**2 + (errors**2).sum() / len(errors) ** 2))), max(len(comparison.pool) - 2.0, 1.0)


def _shown(panel: EffectPanel, row: int, column: int) -> bool:
    return bool(np.isfinite(panel.value[row, column]) and np.isfinite(panel.se[row, column]))


def _nearest(panel: EffectPanel, rows: IntArray, columns: Sequence[int], matched: int) -> FloatArray:
    """float64[R, R], weights of each row's nearest in the pool; the acting unit is nobody's.

    The acting unit's own are the first of the frozen order.
    """
    far = distances(panel, rows, columns)
    far[:, 0] = np.inf
    np.fill_diagonal(far, np.inf)
    weights = np.zeros_like(far)
    weights[0, 1 : matched + 1] = 1 / matched
    for row in range(1, len(rows)):
        weights[row, np.argsort(far[row], kind="stable")[:matched]] = 1 / matched
    return weights


def _plain_expected(taken: _Rows) -> Expected:
    """The base wave as what is expected: plain changes, with the error that the pool's changes show."""
    gap = taken.value[1:, -1] - taken.value[1:, -2]
    sampling = taken.se[:, -1] ** 2 + taken.se[:, -2] ** 2
    moving = max(float(gap.var(ddof=1) - sampling[1:].mean()), 0.0)
    return Expected(taken.value[:, -2], moving + sampling, sampling, np.ones((len(taken.rows), 1)))


def _judge(
    panel: EffectPanel, taken: _Rows, near: FloatArray, left: FloatArray, expected: Expected
) -> tuple[Judged, float, float]:
    """Return the effect with its interval, the pool's placebo spread, and the share of placebos as large."""
    from scipy.special import stdtrit

    effects = left - near @ left
    variance = expected.variance + near**2 @ expected.variance
    predicted = expected.value - expected.value[1:].mean()
    apart = predicted - near @ predicted
    leverage = float((predicted[1:] ** 2).sum())
    if leverage > 0:
        # The slope of what is expected is itself estimated: it costs where the matched units lie elsewhere.
        variance = variance + apart**2 * float(expected.variance[1:].mean()) / leverage
    scaled = effects[1:] / np.sqrt(variance[1:])
    spread = float(np.sqrt((scaled**2).mean()))
    df = _freedom(scaled, panel.branch[taken.rows[1:]])
    floor = float(expected.sampling[0] + near[0] ** 2 @ expected.sampling)
    se = float(np.sqrt(max(spread**2 * float(variance[0]), floor)))
    half = float(stdtrit(df, 0.975)) * se
    value = float(effects[0])
    as_large = int((np.abs(scaled) >= abs(value) / np.sqrt(float(variance[0]))).sum())
    return Judged(value, se, value - half, value + half, df), spread, (as_large + 1) / (len(scaled) + 1)


def _freedom(scaled: FloatArray, branch: IntArray) -> float:
    """Degrees of freedom of the mean square of placebos that move together within branches.

    With correlation r within branches of mean size m it has the variance of that of N / (1 + (m - 1) r^2) free ones.
    """
    count = len(scaled)
    _, place = np.unique(branch, return_inverse=True)
    size = np.bincount(place).astype(np.float64)
    pairs = float((size * (size - 1)).sum())
    mean_size = float((size**2).sum() / count)
    together = 0.0
    if pairs > 0 and len(size) > 1:
        sums = np.bincount(place, weights=scaled)
        squares = float((scaled**2).sum())
        within = float((sums**2).sum()) - squares
        together = min(max(within / pairs / (squares / count), 0.0), 1.0)
    return max(count / (1 + (mean_size - 1) * together**2) - 2.0, _LEAST_DF)
