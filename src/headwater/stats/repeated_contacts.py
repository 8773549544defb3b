"""What repeated contacts add up to: the effect of the first, second, third ... bad contact on one relation.

A customer is compared with themselves (customer and period effects), so that whoever is always critical, and a period
that was bad for all, are taken out; errors are clustered by customer. Dose steps enter as indicators (at least one bad
contact so far, at least two, ...), so no shape of the curve is assumed (Allison 2009, Fixed Effects Regression Models;
Arellano 1987 for the errors). Contacts of one period stand in no order: their indicators are averaged over all orders
(hypergeometric), which leaves the coefficients unbiased where the order is random.

Not taken out: customers who stop answering because of what happened to them (their later, lower answers are missing,
so late steps come out too small), and a mood of the day that lowers the rating of a contact and the relation at once.
`lasting=True` gives the contacts of the same period a weight of their own, so that the steps are what is still there
when the day is over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from headwater.stats._coerce import (
    BoolArray,
    FloatArray,
    IntArray,
    Labels,
    check_confidence,
    codes,
    same_length,
    vector,
)
from headwater.stats.panel import panel_fixed_effects
from headwater.stats.regression import CoefficientContrast, Regression, coefficient_contrast, full_rank, ols

__all__ = ["ContactDoses", "RepeatedContacts", "contact_doses", "repeated_contact_effects"]

MOST_IN_A_PERIOD = 400
"""Contacts of one customer in one period; more than these are no relation of a person."""


@dataclass(frozen=True)
class ContactDoses:
    """Rows of customers and periods, sorted by both, with what had happened by then.

    outcome [n], NaN where nobody was asked. customer, period [n] codes. steps [n, most]: share of the outcome's
    moments by which at least 1, 2, ... bad contacts had happened. good, neutral [n]: mean number of such contacts by
    then. repaired [n]: good contacts so far that came in the period after a bad one. now [n, 2]: bad and good share of
    the contacts of this period.
    """

    outcome: FloatArray
    customer: IntArray
    period: IntArray
    steps: FloatArray
    good: FloatArray
    neutral: FloatArray
    repaired: FloatArray
    now: FloatArray

    def movers(self) -> IntArray:
        """Customers [most] in whom a step changes between two answered periods: what a step is estimated from."""
        known = ~np.isnan(self.outcome)
        return _varying(self.steps[known], self.customer[known])

    def reached(self) -> IntArray:
        """Customers [most] with an answered period by which a step was reached for certain."""
        known = ~np.isnan(self.outcome)
        steps, customer = self.steps[known], self.customer[known]
        return np.array([len(np.unique(customer[column >= 1 - 1e-12])) for column in steps.T], np.int64)

    def has_repeated_outcomes(self) -> bool:
        """Whether any customer answered in two periods."""
        seen = np.bincount(self.customer[~np.isnan(self.outcome)])
        return bool((seen > 1).any())


@dataclass(frozen=True)
class RepeatedContacts:
    """The curve of repeated bad contacts, in units of the outcome; arrays [most], step n at position n - 1.

    step: what the nth adds to those before. curve: all n together; the last is "that many or more". additivity: Wald
    test that all steps are alike (F, its degrees of freedom, p). growth: the last step but one of three, or the last
    of two, less the first: the third less the first where there are three. movers: customers a step is estimated from.
    design: "within customers" or "between customers". repair: what a good contact right after a bad one adds to an
    ordinary good one, None where too few had one. passing: what a bad contact takes in its own period alone, beyond
    the steps; None unless `lasting`.
    """

    step: FloatArray
    step_lower: FloatArray
    step_upper: FloatArray
    curve: FloatArray
    curve_lower: FloatArray
    curve_upper: FloatArray
    growth: CoefficientContrast | None
    growth_step: int
    additivity: tuple[float, int, float, float] | None
    repair: CoefficientContrast | None
    movers: IntArray
    n: int
    customers: int
    design: str
    passing: CoefficientContrast | None
    model: Regression


def contact_doses(
    outcome: ArrayLike,
    bad: ArrayLike,
    good: ArrayLike,
    contacts: ArrayLike,
    customer: Labels,
    period: Labels | ArrayLike,
    *,
    most: int = 4,
) -> ContactDoses:
    """Lay out what had happened to each customer by each period.

    One row a customer and period. outcome [n]: the mean relation answer of the period, NaN for none. bad, good,
    contacts [n]: whole numbers, bad + good <= contacts. period: sorts in time. most: the last step, "that many or
    more". Raises ValueError for a repeated row, negative or broken counts, and more than 400 contacts in a period.
    """
    if most < 1:
        raise ValueError("most must be at least 1")
    y = vector(outcome, "outcome")
    b, g, m = (_counts(values, name) for values, name in ((bad, "bad"), (good, "good"), (contacts, "contacts")))
    (who, _), (when, _) = codes(customer, "customer"), codes(period, "period")
    same_length(outcome=y, bad=b, good=g, contacts=m, customer=who, period=when)
    if (who < 0).any() or (when < 0).any():
        raise ValueError("a row has no customer or no period")
    if (b + g > m).any():
        raise ValueError("a row has more bad and good contacts than contacts")
    if m.max(initial=0) > MOST_IN_A_PERIOD:
        raise ValueError(f"a customer has {int(m.max())} contacts in one period, more than {MOST_IN_A_PERIOD}")
    order = np.lexsort((when, who))
    y, b, g, m, who, when = y[order], b[order], g[order], m[order], who[order], when[order]
    same = who[1:] == who[:-1]
    if (same & (when[1:] == when[:-1])).any():
        raise ValueError("a customer has two rows in one period; add them up first")
    first = np.concatenate([[True], ~same])
    rest = m - b - g
    before_bad, before_good, before_rest = (_before(part, first) for part in (b, g, rest))
    # A repair: good contacts and no bad one in a period, right after a period with a bad one.
    bad_last = np.concatenate([[False], (b[:-1] > 0) & same])
    mended = np.where(bad_last & (b == 0), g, 0)
    before_mended = _before(mended, first)
    steps = _expected_steps(before_bad, b, m, most)
    # The mean number of contacts by a random moment of the period, that moment's own contact included.
    reach = np.where(m > 0, (m + 1) / (2.0 * np.maximum(m, 1)), 0.0)
    return ContactDoses(
        y,
        who,
        when,
        steps,
        before_good + reach * g,
        before_rest + reach * rest,
        before_mended + reach * mended,
        np.stack([b, g], axis=1) / np.maximum(m, 1)[:, None],
    )


def repeated_contact_effects(
    doses: ContactDoses, *, lasting: bool = False, least: int = 30, confidence: float = 0.95
) -> RepeatedContacts:
    """Estimate what the first, second, third ... bad contact adds, compared with none, good contacts held fixed.

    lasting: only what is left of it after its own period, whose share of bad and good contacts is held fixed too.

    Within customers where at least `least` of them change between answered periods, else between customers (errors
    HC1; whatever makes customers differ is then in it). Steps with fewer than `least` customers are joined to the one
    before: the last step means "that many or more". Raises ValueError when the first has fewer.
    """
    check_confidence(confidence)
    within = doses.has_repeated_outcomes()
    movers = doses.movers() if within else doses.reached()
    if within and movers[0] < least:
        within, movers = False, doses.reached()
    most = int(np.argmin(np.append(movers >= least, False)))
    if most == 0:
        raise ValueError(f"only {int(movers[0])} customers had a first bad contact between answers; {least} are needed")
    known = ~np.isnan(doses.outcome)
    who = doses.customer[known]
    columns = {f"bad{n + 1}": doses.steps[known, n] for n in range(most)}
    good, neutral, repaired = doses.good[known], doses.neutral[known], doses.repaired[known]
    columns |= {"good": good, "good_log": np.log1p(good), "neutral": neutral}
    varying = _varying if within else _having
    if varying(repaired[:, None], who)[0] >= least:
        columns["repaired"] = repaired
    if lasting:
        columns |= dict(zip(("bad_now", "good_now"), doses.now[known].T, strict=True))
    y, when = doses.outcome[known], doses.period[known]
    names = _independent(columns, who if within else None, when, most)
    x = np.column_stack([columns[name] for name in names])
    if within:
        model = panel_fixed_effects(y, x, who, when, se="CR1S", names=names, confidence=confidence)
    else:
        calendar = np.asarray(when[:, None] == np.unique(when)[None, 1:], np.float64)
        labels = [*names, *(f"period{place + 1}" for place in range(calendar.shape[1]))]
        clustered = len(np.unique(who)) < len(who)
        model = ols(
            y,
            np.column_stack([x, calendar]),
            names=labels,
            groups=who if clustered else None,
            se="CR1S" if clustered else "HC1",
            confidence=confidence,
        )
    return _read(model, most, movers, doses, within, known)


def _read(
    model: Regression, most: int, movers: IntArray, doses: ContactDoses, within: bool, known: BoolArray
) -> RepeatedContacts:
    place = [model.at(f"bad{n + 1}") for n in range(most)]

    def contrast(weights: dict[int, float]) -> CoefficientContrast:
        full = np.zeros(len(model.coef))
        for at, weight in weights.items():
            full[at] = weight
        return coefficient_contrast(model, full)

    sums = [contrast(dict.fromkeys(place[: n + 1], 1.0)) for n in range(most)]
    later = min(most, 3)
    growth = contrast({place[later - 1]: 1.0, place[0]: -1.0}) if most > 1 else None
    named = {name: at for at, name in enumerate(model.names)}
    return RepeatedContacts(
        step=model.coef[place],
        step_lower=model.lower[place],
        step_upper=model.upper[place],
        curve=np.array([one.estimate for one in sums]),
        curve_lower=np.array([one.lower for one in sums]),
        curve_upper=np.array([one.upper for one in sums]),
        growth=growth,
        growth_step=later,
        additivity=_additivity(model, place) if most > 1 else None,
        repair=contrast({named["repaired"]: 1.0}) if "repaired" in named else None,
        movers=movers[:most],
        n=int(known.sum()),
        customers=len(np.unique(doses.customer[known])),
        design="within customers" if within else "between customers",
        passing=contrast({named["bad_now"]: 1.0}) if "bad_now" in named else None,
        model=model,
    )


def _additivity(model: Regression, place: list[int]) -> tuple[float, int, float, float]:
    """F test that all steps are alike: (F, numerator df, denominator df, p)."""
    from scipy.special import fdtrc

    rows = np.zeros((len(place) - 1, len(model.coef)))
    for row, at in enumerate(place[1:]):
        rows[row, place[0]], rows[row, at] = -1.0, 1.0
    gap = rows @ model.coef
    statistic = float(gap @ np.linalg.solve(rows @ model.cov @ rows.T, gap)) / len(rows)
    return statistic, len(rows), model.df, float(fdtrc(len(rows), model.df, statistic))


def _independent(columns: dict[str, FloatArray], who: IntArray | None, when: IntArray, most: int) -> list[str]:
    """Names of columns that say something of their own, steps first; a control that repeats others is left out.

    Raises ValueError when a step itself cannot be told from the others or from the calendar.
    """
    names = list(columns)
    x = np.column_stack([columns[name] for name in names])
    calendar = np.asarray(when[:, None] == np.unique(when)[None, 1:], np.float64)
    full = np.column_stack([calendar, x])
    if who is None:
        full = np.column_stack([np.ones(len(x)), full])
    else:
        counts = np.bincount(who)
        for place in range(full.shape[1]):
            column = full[:, place]
            full[:, place] = column - (np.bincount(who, column) / np.maximum(counts, 1))[who]
    flat = np.abs(full).max(axis=0) < 1e-9
    kept = full_rank(full) & ~flat
    kept = kept[-len(names) :]
    if not kept[:most].all():
        raise ValueError("a step of bad contacts cannot be told from the calendar or from the step before it")
    return [name for name, keep in zip(names, kept.tolist(), strict=True) if keep]


def _expected_steps(before: IntArray, bad: IntArray, contacts: IntArray, most: int) -> FloatArray:
    """Share [n, most] of a period's moments by which each step was reached, over all orders of its contacts."""
    from scipy.stats import hypergeom

    steps = np.empty((len(before), most))
    pairs, code = np.unique(np.stack([contacts, bad], axis=1), axis=0, return_inverse=True)
    # survival[p, j]: share of moments by which at least j of the period's bad contacts had happened, j = 0 .. most.
    survival = np.zeros((len(pairs), most + 1))
    survival[:, 0] = 1.0
    for place, (m, b) in enumerate(pairs.tolist()):
        if m == 0 or b == 0:
            continue
        moments = np.arange(1, m + 1)
        for j in range(1, min(b, most) + 1):
            survival[place, j] = float(hypergeom.sf(j - 1, m, b, moments).mean())
    code = code.ravel()
    for n in range(1, most + 1):
        lacking = np.clip(n - before, 0, most)
        steps[:, n - 1] = survival[code, lacking]
    return steps


def _before(counts: IntArray, first: BoolArray) -> IntArray:
    """Sum of the same customer's earlier rows."""
    total = np.cumsum(counts) - counts
    start = np.maximum.accumulate(np.where(first, np.arange(len(counts)), 0))
    return np.asarray(total - total[start], np.int64)


def _varying(columns: FloatArray, who: IntArray) -> IntArray:
    """Customers [k] in whom a column takes two values."""
    if not len(who):
        return np.zeros(columns.shape[1], np.int64)
    found = []
    for column in columns.T:
        high, low = np.full(int(who.max()) + 1, -np.inf), np.full(int(who.max()) + 1, np.inf)
        np.maximum.at(high, who, column)
        np.minimum.at(low, who, column)
        found.append(int((high - low > 1e-9).sum()))
    return np.array(found, np.int64)


def _having(columns: FloatArray, who: IntArray) -> IntArray:
    """Customers [k] with a value above 0."""
    return np.array([len(np.unique(who[column > 1e-9])) for column in columns.T], np.int64)


def _counts(values: ArrayLike, name: str) -> IntArray:
    array = np.asarray(values)
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.number):
        raise ValueError(f"{name} must be whole numbers, one a row")
    whole = np.asarray(np.rint(array), np.int64)
    if (whole != array).any() or (whole < 0).any():
        raise ValueError(f"{name} must be whole numbers of 0 and more")
    return whole
