"""Customers who come again: their contacts, and what is left of the relation after each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.instruments import load_instrument
from headwater.simulation.comments import CUSTOMER_THEMES, write_comments
from headwater.simulation.ratings import Raters, item_heights, rate
from headwater.simulation.staff import Staff
from headwater.simulation.truth import Truth
from headwater.vocab import AnswerTable, Cut, FloatArray, Lens

TOUCHPOINTS: tuple[tuple[str, str, float, float], ...] = (
    ("ticket", "Buying a ticket", 0.30, 0.06),
    ("ride", "The ride", 0.34, 0.10),
    ("question", "Asking a question", 0.16, 0.12),
    ("delay", "A delay or detour", 0.12, 0.30),
    ("complaint", "A complaint", 0.08, 0.40),
)
"""Key, name, share of all contacts, and weight: standard deviations of the relation for one of the contact."""

BAD_STEPS = (0.10, 0.30, 0.80)
"""What the first, the second, and the third and each further bad contact takes from the relation, in its standard
deviations: the third counts eight times the first."""

BAD_UP_TO = 2
"""A contact is bad when its customer is satisfied to this degree or less, of 5."""

SATISFIED, SATISFIED_MEAN, SATISFIED_SPREAD = "cx_satisfied", 3.55, 1.0
UNIT_PART, CUSTOMER_PART = 0.35, 0.35
"""How much of a contact, in standard deviations, is what the unit is like, and how demanding the customer is."""

CONTACTS_A_WAVE = 2.0
OWN_SPREAD = 0.7
"""Standard deviation of what a relation holds besides its contacts."""

WRITING = 0.08
"""Share of contacts about which the customer writes."""

TOUCHPOINT = Cut("touchpoint", "Touchpoint", tuple(name for _key, name, *_ in TOUCHPOINTS))


@dataclass(frozen=True)
class Contacts:
    """Every contact of every customer, in the order in which each customer had them.

    customer, unit: int64[N] and int32[N] (position in the tree); wave, touchpoint: int16[N]; quality: float64[N],
    standard. satisfied: int8[N], 1 to 5. relation: float64[N], what the customer thinks of the whole right after it.
    """

    customer: NDArray[np.int64]
    wave: NDArray[np.int16]
    touchpoint: NDArray[np.int16]
    unit: NDArray[np.int32]
    quality: FloatArray
    satisfied: NDArray[np.int8]
    relation: FloatArray

    @property
    def bad(self) -> NDArray[np.bool_]:
        """bool[N], contacts that went badly."""
        return self.satisfied <= BAD_UP_TO


def meet(staff: Staff, truth: Truth, customers: int, rng: np.random.Generator) -> Contacts:
    """Draw who met whom, how it went, and the relation. Customers come about twice a wave; four in five to one unit.

    relation = sum over touchpoints of weight x mean quality there so far - what the bad contacts so far took + what is
    the customer's own.
    """
    waves = truth.served.shape[0]
    facing = np.flatnonzero(staff.faces_customers).astype(np.int32)
    home = rng.choice(facing, customers).astype(np.int32)
    demanding = rng.standard_normal(customers)
    often = rng.gamma(4.0, CONTACTS_A_WAVE / 4.0, customers)
    times = rng.poisson(often, (waves, customers)).T
    customer = np.repeat(np.arange(customers), times.sum(axis=1))
    wave = np.repeat(np.tile(np.arange(waves, dtype=np.int16), customers), times.ravel())
    count = len(customer)
    shares = np.array([share for _key, _name, share, _weight in TOUCHPOINTS])
    touchpoint = rng.choice(len(TOUCHPOINTS), count, p=shares / shares.sum()).astype(np.int16)
    unit = np.where(rng.random(count) < 0.8, home[customer], rng.choice(facing, count)).astype(np.int32)
    rest = np.sqrt(1 - UNIT_PART**2 - CUSTOMER_PART**2)
    quality = (
        UNIT_PART * truth.served[wave, unit] + CUSTOMER_PART * demanding[customer] + rest * rng.standard_normal(count)
    )
    satisfied = np.clip(np.rint(SATISFIED_MEAN + SATISFIED_SPREAD * quality), 1, 5).astype(np.int8)
    first = np.searchsorted(customer, customer)
    relation = OWN_SPREAD * rng.standard_normal(customers)[customer]
    relation -= taken(_so_far((satisfied <= BAD_UP_TO).astype(np.float64), first).astype(np.int64))
    for place, (_key, _name, _share, weight) in enumerate(TOUCHPOINTS):
        here = (touchpoint == place).astype(np.float64)
        relation += weight * _so_far(here * quality, first) / np.maximum(_so_far(here, first), 1)
    return Contacts(customer, wave, touchpoint, unit, quality, satisfied, relation)


def _so_far(values: FloatArray, first: NDArray[np.int64]) -> FloatArray:
    """float64[N], each customer's sum up to and with each contact. first: where the customer's contacts begin."""
    total = np.cumsum(values)
    sums: FloatArray = total - (total - values)[first]
    return sums


def taken(bad: NDArray[np.int64]) -> FloatArray:
    """Return what so many bad contacts took from a relation: the steps added up."""
    steps = np.array([*BAD_STEPS, BAD_STEPS[-1]])
    first = np.concatenate([[0.0], np.cumsum(steps[:-1])])
    more = np.maximum(bad - (len(first) - 1), 0)
    lost: FloatArray = first[np.minimum(bad, len(first) - 1)] + steps[-1] * more
    return lost


def contact_answers(
    contacts: Contacts, staff: Staff, wave: int, skips: float, rng: np.random.Generator
) -> tuple[AnswerTable, NDArray[np.int64]]:
    """Return the answers about the contacts of one wave and about the whole relation, and whose each is: int64[R].

    The cut is the touchpoint. The questions about the contact follow how satisfied the customer is with it; those about
    the relation follow the relation right after it.
    """
    rows = rng.permutation(np.flatnonzero(contacts.wave == wave))
    unit, flat = contacts.unit[rows], {str(Lens.CX): np.zeros(len(staff.tree))}
    contact, whole = (load_instrument(key) for key in ("cx_contact", "cx_relationship"))
    heights = item_heights([contact, whole], {}, np.random.default_rng(40))
    items = rate(Raters(unit, 1.5 * contacts.quality[rows]), [contact], flat, skips, rng, heights)
    items[SATISFIED] = contacts.satisfied[rows]
    items["cx_channel"] = rng.integers(1, len(contact.item("cx_channel").choices) + 1, len(rows)).astype(np.int8)
    spread = float(contacts.relation.std()) or 1.0
    standard = (contacts.relation[rows] - float(contacts.relation.mean())) / spread
    items |= rate(Raters(unit, 1.6 * standard), [whole], flat, skips, rng, heights)
    glad = contacts.quality[rows]
    comments = {"cx_contact_comment": write_comments(unit, staff.tree.ids, glad, WRITING, rng, CUSTOMER_THEMES)}
    cuts = {TOUCHPOINT.key: (contacts.touchpoint[rows], TOUCHPOINT.levels)}
    return AnswerTable(staff.tree.ids, unit, items, cuts=cuts, comments=comments), contacts.customer[rows]
