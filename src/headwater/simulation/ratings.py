"""Answers of people to rated items, given what their unit is really like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.vocab import FloatArray, Instrument, Item
from headwater.vocab.answers import ITEM_MISSING

UNIT_SHARE = 0.12
"""Share of an answer's variance that lies between units, ICC(1)."""

SCALE_SHARE = 0.04
"""Share that is a unit's own on one scale, apart from what it is like in general."""

PERSON_SHARE = 0.25
"""Share that is the person's mood on the day: it colours all their answers, whatever the question."""

PERSON_SCALE_SHARE = 0.20
"""Share that is the person's view of one scale."""


@dataclass(frozen=True)
class Raters:
    """People who answer: unit int32[R] (position in the tree), mood float64[R], standard normal."""

    unit: NDArray[np.int32]
    mood: FloatArray


def rate(
    raters: Raters,
    instruments: Sequence[Instrument],
    unit_value: Mapping[str, FloatArray],
    skips: float,
    rng: np.random.Generator,
    heights: Mapping[str, float],
) -> dict[str, NDArray[np.int8]]:
    """Return int8[R] answers by item key, ITEM_MISSING where skipped.

    unit_value: true value of every unit (float64[U], standard) by lens. skips: share of answers left out. heights: by
    item key, how high it lies on average as a share of the scale's range.
    """
    count = len(raters.unit)
    units = len(next(iter(unit_value.values())))
    answers: dict[str, NDArray[np.int8]] = {}
    noise_share = 1 - UNIT_SHARE - SCALE_SHARE - PERSON_SHARE - PERSON_SCALE_SHARE
    for instrument in instruments:
        done: set[str] = set()
        for scale in instrument.scales:
            value = unit_value[str(scale.lens)]
            specific = rng.standard_normal(units)
            common = (
                np.sqrt(UNIT_SHARE) * value[raters.unit]
                + np.sqrt(SCALE_SHARE) * specific[raters.unit]
                + np.sqrt(PERSON_SHARE) * raters.mood
                + np.sqrt(PERSON_SCALE_SHARE) * rng.standard_normal(count)
            )
            for key in scale.items:
                if key in done:
                    continue
                done.add(key)
                item = instrument.item(key)
                latent = common + np.sqrt(noise_share) * rng.standard_normal(count)
                codes = _codes(latent, instrument, item, heights[key])
                codes[rng.random(count) < skips] = ITEM_MISSING
                answers[key] = codes
    return answers


def item_heights(
    instruments: Sequence[Instrument], level: Mapping[str, float], rng: np.random.Generator
) -> dict[str, float]:
    """Draw how high every item lies: .62 of the range, or its scale's own level, give or take .06."""
    return {
        key: level.get(scale.key, 0.62) + float(rng.uniform(-0.06, 0.06))
        for instrument in instruments
        for scale in instrument.scales
        for key in scale.items
    }


def _codes(latent: FloatArray, instrument: Instrument, item: Item, height: float) -> NDArray[np.int8]:
    """Cut a standard latent value into codes whose mean lies at `height` of the range and whose SD is about 1 of 5."""
    scale = instrument.response_scales[item.response_scale]
    width = scale.high - scale.low
    value = scale.low + width * height + 0.24 * width * latent
    codes = np.clip(np.rint(value), scale.low, scale.high).astype(np.int8)
    return (scale.low + scale.high - codes).astype(np.int8) if item.reverse else codes
