"""What each contact weighs in the whole relation, and what repeated bad contacts add up to.

Every number is a function of at least 50 customers (more where k is larger), rounded, over the whole study: no unit, no
cut, no person. A touchpoint's ratings of a wave count only when at least k customers gave one, so what two releases
differ by is never the answers of fewer. See `docs/explanation/contacts-that-accumulate.md`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from headwater import __version__
from headwater.scoring.contact_rows import ContactPeriod, ContactQuestions, ContactRows, ends_of, read_contact_rows
from headwater.scoring.specification import Specification
from headwater.stats import (
    CoefficientContrast,
    bootstrap_drivers,
    contact_doses,
    ols,
    repeated_contact_effects,
)
from headwater.stats.repeated_contacts import ContactDoses, RepeatedContacts
from headwater.vocab import (
    ContactDesign,
    ContactFindings,
    ContactWeight,
    ContactWeights,
    FloatArray,
    InputError,
    IntArray,
    RepeatedEffect,
    RepeatStep,
    Study,
    Wave,
)

LEAST_CUSTOMERS = 100
"""Customers with both a contact and an answer on the relation; below, nothing is weighed."""
LEAST_AT_A_TOUCHPOINT = 50
LEAST_MOVED = 50
"""Customers a step of the curve is estimated from."""
MOST_STEPS = 4
REPLICATES = 400
FORMULA = 2
"""Counts changes to how contacts are worked out, so that findings made another way have another hash."""
TENS = 10
"""Numbers of customers are rounded down to tens."""
MOST_WEIGHED = 15
"""Touchpoints weighed at once: those that most customers had."""


def find_contacts(
    periods: Sequence[ContactPeriod],
    *,
    study: Study,
    wave: Wave,
    questions: ContactQuestions,
    specification: Specification,
    seed: int = 0,
) -> ContactFindings:
    """Return what may be released about the contacts of a study up to a wave.

    periods: its waves in time order, the given one last. Raises InputError for an anonymous study, for questions that
    the study does not have, and where no rows are kept.
    """
    if study.promise == "anonymous":
        raise InputError("an anonymous study keeps no relation over several contacts.")
    rows = read_contact_rows(periods, questions, specification)
    reasons: dict[str, str] = {}
    weights = _weights(rows, max(study.k, 1), seed, reasons)
    repeats = _repeats(rows, study.k, reasons)
    low, high = ends_of(specification, questions.relation)
    asked = json.dumps({**asdict(questions), "study": study.key, "k": study.k, "wave": wave.key}, sort_keys=True)
    return ContactFindings(
        study=study.key,
        wave=wave.key,
        waves=rows.periods,
        touchpoint=questions.touchpoint,
        rating=questions.rating,
        relation=questions.relation,
        bad_to=questions.bad_to,
        good_from=questions.good_from,
        relation_low=low,
        relation_high=high,
        weights=weights,
        repeats=repeats,
        inputs_hash=hashlib.sha256(f"{asked}{rows.digest}{__version__}{FORMULA}".encode()).hexdigest(),
        reasons=reasons,
        made_with={"headwater": __version__},
    )


def _weights(rows: ContactRows, k: int, seed: int, reasons: dict[str, str]) -> ContactWeights | None:
    if not rows.touchpoints:
        reasons["weights"] = "no_touchpoints"
        return None
    # Ratings of fewer than k customers in a wave are left out, so that no release differs from the next by them.
    counted = (rows.people >= k)[rows.period]
    rated, total = np.where(counted, rows.rated, 0), np.where(counted, rows.rating, 0.0)
    so_far, sums = _so_far(rated, rows.customer), _so_far(total, rows.customer)
    known = ~np.isnan(rows.outcome) & (so_far.sum(axis=1) > 0)
    customers = _people(rows.customer[known])
    if customers < LEAST_CUSTOMERS:
        reasons["weights"] = "too_few"
        return None
    y, who, when = rows.outcome[known], rows.customer[known], rows.period[known]
    had = so_far[known] > 0
    reach = np.array([_people(who[column]) for column in had.T])
    large = np.flatnonzero(reach >= max(LEAST_AT_A_TOUCHPOINT, k))
    chosen = np.sort(large[np.argsort(-reach[large], kind="stable")][:MOST_WEIGHED])
    if len(chosen) < 2:
        reasons["weights"] = "too_few"
        return None
    had = had[:, chosen]
    with np.errstate(invalid="ignore", divide="ignore"):
        rating = np.where(had, sums[known][:, chosen] / so_far[known][:, chosen], 0.0)
    mean = (rating * had).sum(axis=0) / had.sum(axis=0)
    m = rated.sum(axis=1)[known]
    # Contacts of one wave stand in no order: by a random moment of it, this share of them has happened.
    share = np.where(m > 0, (m + 1) / (2.0 * np.maximum(m, 1)), 1.0)[:, None]
    before = (so_far - rated)[known][:, chosen], (sums - total)[known][:, chosen]
    z, met = _met(so_far[known][:, chosen], sums[known][:, chosen], mean)
    z_before, met_before = _met(*before, mean)
    z, met = share * z + (1 - share) * z_before, share * met + (1 - share) * met_before
    within = _people(who[_repeated(who)]) >= LEAST_CUSTOMERS
    controls = np.column_stack([met, when[:, None] == np.unique(when)[None, 1:]])
    if within:
        keep = _repeated(who)
        y, z, controls, who = y[keep], z[keep], controls[keep], who[keep]
        y, z, controls = (_less_own_mean(part, who) for part in (y, z, controls))
    y, z = _without(controls, y, z)
    moving = z.std(axis=0) > 1e-6
    if moving.sum() < 2 or y.std() < 1e-9:
        reasons["weights"] = "not_identified"
        return None
    names = [rows.touchpoints[place] for place in chosen[moving].tolist()]
    z, reach = z[:, moving], reach[chosen][moving]
    try:
        boot = bootstrap_drivers(z, y, clusters=who, replicates=REPLICATES, seed=seed)
        slopes = ols(y, z, groups=who, names=names, se="CR1S")
    except ValueError:
        reasons["weights"] = "not_identified"
        return None
    order = np.argsort(-boot.lmg, kind="stable").tolist()
    explained = float(boot.lmg.sum())
    everybody = _people(who) if within else customers
    found = tuple(
        ContactWeight(
            touchpoint=names[place],
            share=_whole(100 * boot.lmg[place] / explained) if explained > 0 else 0.0,
            low=_whole(100 * boot.share_lower[place]),
            high=_whole(100 * boot.share_upper[place]),
            slope=round(float(slopes.coef[place + 1]), 2),
            slope_low=round(float(slopes.lower[place + 1]), 2),
            slope_high=round(float(slopes.upper[place + 1]), 2),
            first=_whole(100 * boot.rank1_probability[place]),
            reach=_whole(100 * min(1.0, reach[place] / customers)),
            customers=_tens(int(reach[place])),
        )
        for place in order
    )
    small = tuple(
        rows.touchpoints[place] for place in range(len(rows.touchpoints)) if rows.touchpoints[place] not in names
    )
    design: ContactDesign = "within customers" if within else "between customers"
    close = bool(found[0].first < 95)
    return ContactWeights(found, _whole(100 * explained), close, small, design, _tens(everybody), _tens(len(y)))


def _repeats(rows: ContactRows, k: int, reasons: dict[str, str]) -> RepeatedEffect | None:
    least = max(LEAST_MOVED, k)
    try:
        doses = contact_doses(
            rows.outcome, rows.bad, rows.good, rows.contacts, rows.customer, rows.period, most=MOST_STEPS
        )
    except ValueError as error:
        raise InputError(f"these rows are no contacts of customers: {error}.") from error
    known = ~np.isnan(doses.outcome)
    moved = max(int(doses.movers()[0]), int(doses.reached()[0]))
    if _people(doses.customer[known]) < LEAST_CUSTOMERS or moved < least or not _enough_without(doses, least):
        reasons["repeats"] = "too_few"
        return None
    try:
        found = repeated_contact_effects(doses, least=least)
    except ValueError:
        reasons["repeats"] = "not_identified"
        return None
    try:
        lasting = repeated_contact_effects(doses, lasting=True, least=least)
    except ValueError:
        lasting = None
    if lasting is not None and (len(lasting.step) != len(found.step) or lasting.design != found.design):
        lasting = None
    most = len(found.step)
    return RepeatedEffect(
        steps=tuple(_step(found, lasting, place, most) for place in range(most)),
        growth_number=found.growth_step,
        growth=_triple(found.growth),
        additive_p=None if found.additivity is None else max(round(found.additivity[3], 3), 0.001),
        repair=_triple(found.repair),
        design="within customers" if found.design == "within customers" else "between customers",
        customers=_tens(found.customers),
        answers=_tens(found.n),
    )


def _enough_without(doses: ContactDoses, least: int) -> bool:
    """Whether enough answers were given before any bad contact: what all steps are compared with."""
    clean = ~np.isnan(doses.outcome) & (doses.steps[:, 0] < 1e-9)
    return _people(doses.customer[clean]) >= least


def _step(found: RepeatedContacts, lasting: RepeatedContacts | None, place: int, most: int) -> RepeatStep:
    stays = None if lasting is None else (lasting.curve, lasting.curve_lower, lasting.curve_upper)
    left = (None, None, None) if stays is None else tuple(round(float(part[place]), 2) for part in stays)
    return RepeatStep(
        number=place + 1,
        is_more=place + 1 == most,
        step=round(float(found.step[place]), 2),
        step_low=round(float(found.step_lower[place]), 2),
        step_high=round(float(found.step_upper[place]), 2),
        curve=round(float(found.curve[place]), 2),
        curve_low=round(float(found.curve_lower[place]), 2),
        curve_high=round(float(found.curve_upper[place]), 2),
        lasting=left[0],
        lasting_low=left[1],
        lasting_high=left[2],
        customers=_tens(int(found.movers[place])),
    )


def _met(count: FloatArray, total: FloatArray, mean: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean rating so far less the mean of all, 0 where there was no contact; and whether there was one."""
    had = count > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        rating: FloatArray = np.where(had, total / count - mean, 0.0)
    return rating, had.astype(np.float64)


def _so_far(values: FloatArray | IntArray, customer: IntArray) -> FloatArray:
    """Running sum [R, T] of each customer's rows; rows are sorted by customer and period."""
    total = np.cumsum(values, axis=0, dtype=np.float64)
    first = np.concatenate([[True], customer[1:] != customer[:-1]])
    start = np.maximum.accumulate(np.where(first, np.arange(len(customer)), 0))
    before = np.where(start[:, None] > 0, total[np.maximum(start - 1, 0)], 0.0)
    return np.asarray(np.round(total - before, 9), np.float64)


def _numbered(who: IntArray) -> IntArray:
    """Number customers from 0 in the order of their rows, which are sorted by customer."""
    return np.cumsum(np.diff(who, prepend=who[:1]) != 0)


def _repeated(who: IntArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    code = _numbered(who)
    return np.asarray(np.bincount(code)[code] > 1)


def _less_own_mean(values: FloatArray, who: IntArray) -> FloatArray:
    code = _numbered(who)
    table = values if values.ndim == 2 else values[:, None]
    counts = np.bincount(code)
    means = np.stack([np.bincount(code, column) / counts for column in table.T], axis=1)
    left = table - means[code]
    return left if values.ndim == 2 else left[:, 0]


def _without(controls: FloatArray, y: FloatArray, z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Take the controls (whether a contact was had at all, and the calendar) out of outcome and ratings."""
    full = np.column_stack([np.ones(len(y)), controls])
    both = np.column_stack([y, z])
    left = both - full @ np.linalg.lstsq(full, both, rcond=None)[0]
    return left[:, 0], left[:, 1:]


def _people(customers: IntArray) -> int:
    """Count customers of rows sorted by customer."""
    return int((np.diff(customers) != 0).sum()) + 1 if len(customers) else 0


def _tens(count: int) -> int:
    return count // TENS * TENS


def _whole(percent: float) -> float:
    return float(round(float(percent)))


def _triple(contrast: CoefficientContrast | None) -> tuple[float, float, float] | None:
    if contrast is None:
        return None
    return round(contrast.estimate, 2), round(contrast.lower, 2), round(contrast.upper, 2)
