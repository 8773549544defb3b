"""Rows of customers added up to one row a customer and period: what they had to do with us, and what they think of us.

Read from Arrow record batches (`respondent`, cuts, items), as confidential and identified studies keep them. Pseudonyms
become numbers here and are forgotten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.scoring.specification import Specification
from headwater.vocab import FloatArray, InputError, IntArray
from headwater.vocab.answers import cut_column, item_column

RESPONDENT = "respondent"
CUT, ITEM = "cut", "item"
MOST_TOUCHPOINTS = 40


@dataclass(frozen=True)
class ContactQuestions:
    """Which columns say what. touchpoint: "cut:<key>" or "item:<key>" of a single choice, empty where contacts are not
    told apart. choices: for an item, its choices by code. rating, relation: keys of a scale or an item. bad_to,
    good_from: ratings up to and from which a contact was bad or good, on the rating's own scale, high is good.
    """

    touchpoint: str
    rating: str
    relation: str
    bad_to: float
    good_from: float
    choices: Mapping[int, str] | None = None

    def __post_init__(self) -> None:
        """Refuse thresholds that overlap and touchpoints that are neither cut nor item."""
        if self.bad_to >= self.good_from:
            raise ValueError("a contact cannot be bad and good at once: bad_to must lie below good_from")
        if self.touchpoint and self.touchpoint.partition(":")[0] not in (CUT, ITEM):
            raise ValueError(f"a touchpoint is cut:<key> or item:<key>, not {self.touchpoint!r}")


@dataclass(frozen=True)
class ContactPeriod:
    """One wave. key: a name of its own among the periods. batches: Arrow record batches, read once."""

    key: str
    batches: Iterable[Any]


@dataclass(frozen=True)
class ContactRows:
    """R rows, one a customer and period, sorted by both. outcome [R]: mean relation answer, NaN for none. bad, good,
    contacts [R]: rated contacts. rated, rating [R, T]: number and sum of ratings by touchpoint. people [P, T]:
    customers with a rating by period and touchpoint. digest: of all values read.
    """

    customer: IntArray
    period: IntArray
    outcome: FloatArray
    bad: IntArray
    good: IntArray
    contacts: IntArray
    rated: IntArray
    rating: FloatArray
    people: IntArray
    touchpoints: tuple[str, ...]
    periods: tuple[str, ...]
    digest: str


def read_contact_rows(
    periods: Sequence[ContactPeriod], questions: ContactQuestions, specification: Specification
) -> ContactRows:
    """Add rows up by customer and period. periods: in time order. Rows without a respondent are left out.

    Raises InputError when rating and relation share a question, or when one of them is no scale or item of the study.
    """
    rating_of, relation_of = (
        _Score(specification, key, "rating" if key == questions.rating else "relation")
        for key in (questions.rating, questions.relation)
    )
    if set(rating_of.items) & set(relation_of.items):
        raise InputError("the rating of a contact and the relation share a question; relate different ones.")
    who_parts, columns, levels = [], [], dict[str, int]()
    for number, one in enumerate(periods):
        for batch in one.batches:
            if not batch.num_rows:
                continue
            who_parts.append(batch.column(RESPONDENT))
            place = _touchpoints(batch, questions, levels)
            columns.append(
                (np.full(batch.num_rows, number, np.int64), place, rating_of.read(batch), relation_of.read(batch))
            )
    if not columns:
        raise InputError("no rows of customers are kept for these waves.")
    period, touch, rating, relation = (np.concatenate(part) for part in zip(*columns, strict=True))
    customer, known = _numbered(who_parts)
    useful = known & (~np.isnan(rating) | ~np.isnan(relation))
    names = tuple(levels)
    return _added_up(
        customer[useful],
        period[useful],
        touch[useful],
        rating[useful],
        relation[useful],
        questions,
        names,
        tuple(one.key for one in periods),
    )


class _Score:
    """Reads a scale or an item of a batch, high is good; NaN where too little was answered."""

    def __init__(self, specification: Specification, key: str, what: str) -> None:
        scale = specification.scale_of.get(key)
        if scale is not None and scale.items:
            self.items, self.least = scale.items, scale.min_answered
        elif key in specification.item_position:
            self.items, self.least = (key,), 1
        else:
            raise InputError(f"{key!r}, chosen as the {what}, is no scale or question of this study.")
        self.rules = [specification.items[specification.item_position[item]] for item in self.items]
        self.low, self.high = float(self.rules[0].low), float(self.rules[0].high)

    def read(self, batch: Any) -> FloatArray:
        answers = np.full((batch.num_rows, len(self.items)), np.nan)
        names = batch.schema.names
        for place, rule in enumerate(self.rules):
            name = item_column(rule.key)
            if name in names:
                codes = _floats(batch.column(name))
                answers[:, place] = rule.low + rule.high - codes if rule.reverse else codes
        answered = ~np.isnan(answers)
        enough = answered.sum(axis=1) >= max(self.least, 1)
        total = np.where(answered, answers, 0.0).sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean: FloatArray = np.where(enough, total / answered.sum(axis=1), np.nan)
        return mean


def ends_of(specification: Specification, key: str) -> tuple[float, float]:
    """Return the ends of a scale or item. Raises InputError for an unknown one."""
    score = _Score(specification, key, "score")
    return score.low, score.high


def _floats(column: Any) -> FloatArray:
    import pyarrow as pa

    values: FloatArray = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return values


def _touchpoints(batch: Any, questions: ContactQuestions, levels: dict[str, int]) -> IntArray:
    """Return the number of each row's touchpoint, -1 for none; new names are added to `levels`."""
    kind, _, key = questions.touchpoint.partition(":")
    name = cut_column(key) if kind == CUT else item_column(key)
    if not key or name not in batch.schema.names:
        return np.full(batch.num_rows, -1, np.int64)
    column = batch.column(name)
    if kind == CUT:
        coded = column if hasattr(column, "dictionary") else column.dictionary_encode()
        words = [str(word) for word in coded.dictionary.to_pylist()]
        raw = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    else:
        choices = questions.choices or {}
        values = _floats(column)
        codes = sorted({int(code) for code in values[~np.isnan(values)].tolist()} & set(choices))
        words = [choices[code] for code in codes]
        raw = np.full(len(values), -1, np.int64)
        for place, code in enumerate(codes):
            raw[values == code] = place
    for word in words:
        if len(levels) >= MOST_TOUCHPOINTS and word not in levels:
            raise InputError(f"more than {MOST_TOUCHPOINTS} touchpoints; join some before weighing them.")
        levels.setdefault(word, len(levels))
    table = np.array([*(levels[word] for word in words), -1], np.int64)
    found: IntArray = table[raw]
    return found


def _numbered(parts: Sequence[Any]) -> tuple[IntArray, NDArray[np.bool_]]:
    """Number respondents over all batches; False for rows that name none."""
    import pyarrow as pa

    plain = [part.cast(pa.string()) if not pa.types.is_string(part.type) else part for part in parts]
    coded = pa.chunked_array(plain).combine_chunks().dictionary_encode()
    words = np.array([bool(word) for word in coded.dictionary.to_pylist()] + [False])
    numbers = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return numbers, words[numbers]


def _added_up(
    customer: IntArray,
    period: IntArray,
    touch: IntArray,
    rating: FloatArray,
    relation: FloatArray,
    questions: ContactQuestions,
    touchpoints: tuple[str, ...],
    periods: tuple[str, ...],
) -> ContactRows:
    key, row = np.unique(customer * len(periods) + period, return_inverse=True)
    size, width = len(key), len(touchpoints)
    is_rated, answered = ~np.isnan(rating), ~np.isnan(relation)

    def count(chosen: NDArray[np.bool_]) -> IntArray:
        return np.asarray(np.bincount(row[chosen], minlength=size), np.int64)

    asked = count(answered)
    total = np.bincount(row[answered], relation[answered], size)
    with np.errstate(invalid="ignore", divide="ignore"):
        outcome = np.where(asked > 0, total / asked, np.nan)
    placed = is_rated & (touch >= 0)
    cell = row[placed] * max(width, 1) + touch[placed]
    rated = np.bincount(cell, minlength=size * width).reshape(size, width).astype(np.int64)
    sums = np.bincount(cell, rating[placed], size * width).reshape(size, width).astype(np.float64)
    when = key % len(periods)
    people = np.zeros((len(periods), width), np.int64)
    for place in range(width):
        people[:, place] = np.bincount(when[rated[:, place] > 0], minlength=len(periods))
    digest = hashlib.sha256()
    for part in (customer, period, touch, rating, relation):
        digest.update(np.ascontiguousarray(part).tobytes())
    digest.update(repr((touchpoints, periods)).encode())
    return ContactRows(
        customer=key // len(periods),
        period=when,
        outcome=outcome,
        bad=count(is_rated & (rating <= questions.bad_to)),
        good=count(is_rated & (rating >= questions.good_from)),
        contacts=count(is_rated),
        rated=rated,
        rating=sums,
        people=people,
        touchpoints=touchpoints,
        periods=periods,
        digest=digest.hexdigest(),
    )
