"""Responses of the federal customer experience upload, version 2, and the shares of what was picked.

Columns of one response: `external_id`, `question_1` (trust after the contact), seven picks of what went well, the same
seven of what did not, `question_4` (words). A pick is 1 when picked, 0 when offered, empty when not offered. Beside the
file stand three volumes: customers, customers asked, respondents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from headwater.vocab import AnswerTable, InputError
from headwater.vocab.answers import ITEM_MISSING

Asks = Literal["trust", "satisfaction"]
"""What question 1 asks."""

Form = Literal["radio", "thumbs"]
"""How question 1 is answered: 1 to 5, or thumbs up (1) and down (0)."""

Codes = NDArray[np.int8]

DIRECTIONS = ("positive", "negative")
DRIVERS = ("effectiveness", "ease", "efficiency", "transparency", "humanity", "employee", "other")
QUESTION_ITEMS: Mapping[str, str] = {"trust": "cx_can_rely", "satisfaction": "cx_satisfied"}
"""Items of `cx_contact` that ask the same as question 1 with its five answers."""

THUMBS_ITEM = "a11_thumbs"
COMMENT_ITEM = "cx_contact_comment"
HEADER = (
    "external_id",
    "question_1",
    *(f"{direction}_{driver}" for direction in DIRECTIONS for driver in DRIVERS),
    "question_4",
)


def pick_item(direction: str, driver: str) -> str:
    """Name the item of a pick at rest: 1 picked, 0 offered and not picked, missing where it was not offered."""
    return f"a11_{direction}_{driver}"


@dataclass(frozen=True)
class A11Responses:
    """Responses, one element of each array a response, ITEM_MISSING where not answered or not offered.

    question: int8[R], 1 to 5, or 0 and 1 for thumbs. picks: int8[R] by (direction, driver). comments: R texts.
    """

    question: Codes
    picks: Mapping[tuple[str, str], Codes]
    comments: tuple[str, ...]
    form: Form = "radio"
    asks: Asks = "trust"

    def __len__(self) -> int:
        """How many responses there are."""
        return len(self.question)


@dataclass(frozen=True, slots=True)
class Volumes:
    """What stands beside the file: customers served, customers asked, customers who answered."""

    customers: int
    asked: int
    answered: int

    def __post_init__(self) -> None:
        """Refuse volumes that cannot be: more answered than asked, more asked than served."""
        if not 0 <= self.answered <= self.asked <= self.customers:
            message = f"volumes {self.customers:,}, {self.asked:,}, {self.answered:,} do not narrow."
            raise InputError(
                f"{message} Customers served are at least those asked, and these at least those who answered."
            )

    @property
    def response_rate(self) -> float:
        """Share of customers asked who answered, in percent; NaN when nobody was asked."""
        return 100 * self.answered / self.asked if self.asked else float("nan")


@dataclass(frozen=True, slots=True)
class PickShare:
    """How often a driver was picked by those to whom it was offered. direction: "positive" or "negative"."""

    direction: str
    driver: str
    picked: int
    offered: int

    @property
    def percent(self) -> float:
        """Picked, in percent of offered; NaN when it was offered to nobody."""
        return 100 * self.picked / self.offered if self.offered else float("nan")


def pick_shares(responses: A11Responses, among: NDArray[np.bool_] | None = None) -> tuple[PickShare, ...]:
    """Return the fourteen shares of picks; their base is those to whom the pick was offered.

    among: bool[R], the responses counted, all by default. Shares of few people are not for showing: k applies to
    `offered` as to any number of respondents.
    """
    made = []
    for direction in DIRECTIONS:
        for driver in DRIVERS:
            codes = responses.picks[direction, driver]
            codes = codes if among is None else codes[among]
            offered = codes != ITEM_MISSING
            made.append(PickShare(direction, driver, int((codes == 1).sum()), int(offered.sum())))
    return tuple(made)


def responses_of(answers: AnswerTable, *, asks: Asks = "trust") -> A11Responses:
    """Return responses for the upload out of answers at rest: the trust item, or thumbs, and the picks there are.

    Picks that a table does not hold were not offered. Comments are kept apart from ratings, so none comes with them.
    Raises InputError when the table holds no question 1.
    """
    item = QUESTION_ITEMS[asks]
    form: Form = "radio"
    question = answers.items.get(item)
    if question is None:
        form, question = "thumbs", answers.items.get(THUMBS_ITEM)
    if question is None:
        raise InputError(f"the answers hold neither {item} nor {THUMBS_ITEM}. Ask one of them.")
    nobody = np.full(len(answers), ITEM_MISSING, np.int8)
    picks = {
        (direction, driver): answers.items.get(pick_item(direction, driver), nobody)
        for direction in DIRECTIONS
        for driver in DRIVERS
    }
    return A11Responses(question, picks, ("",) * len(answers), form, asks)
