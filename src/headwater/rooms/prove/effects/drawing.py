"""Pictures of effects: what was forecast beside what was found, and the unit beside units like it over time."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _

from headwater.chain import EffectEstimate
from headwater.reports.document import Trend, TrendLine, TrendPoint
from headwater.rooms.house.figures import Figure, pictured, trend_figure
from headwater.rooms.prove.effects import wording
from headwater.rooms.prove.effects.forest import ForestRow, forest, narrow_forest
from headwater.rooms.prove.effects.freezing import FrozenPlan
from headwater.rooms.prove.effects.lines import EffectLine
from headwater.rooms.prove.effects.panels import ScorePanel

MOST_ROWS = 20


def forest_figure(lines: Sequence[EffectLine], *, key: str = "effects", fewest: int = 2) -> Figure | None:
    """Effects beside their forecasts, in the order given, on one axis; those of the most common scale. None below
    `fewest`.
    """
    told = [one for one in lines if one.check is not None and one.check.effect is not None]
    scales = [one.frozen.scale_unit for one in told]
    if len(told) < fewest:
        return None
    scale = max(sorted(set(scales)), key=scales.count)
    shown = [one for one in told if one.frozen.scale_unit == scale][:MOST_ROWS]
    rows = [_row(one) for one in shown]
    words = _(
        "Diamond and dotted range: what was forecast. Dot and bar: the effect with its 95%% range. "
        "The upright line is no effect at all."
    )
    title, description = _("What was forecast, and what was found"), words % ()
    narrow = narrow_forest(rows, f"{key}-narrow", title, description)
    return pictured(forest(rows, key, title, description), narrow=narrow, words=description)


def hope_figure(line: EffectLine) -> Figure | None:
    """One action's forecast beside what was found; None before any number."""
    return forest_figure([line], key="hope", fewest=1)


def course_figure(
    frozen: FrozenPlan, score: ScorePanel, unit_name: str, matched: Sequence[str], key: str = "course"
) -> Figure | None:
    """The unit and the mean of the units it is compared with, wave by wave; None where fewer than two waves show it."""
    panel = score.panel
    row = panel.row_of.get(frozen.unit)
    rows = [panel.row_of[one] for one in matched if one in panel.row_of]
    if row is None or len(rows) < 2 or int(np.isfinite(panel.value[row]).sum()) < 2:
        return None
    own, others = [], []
    for place, wave in enumerate(score.waves):
        value, se = float(panel.value[row, place]), float(panel.se[row, place])
        if math.isfinite(value) and math.isfinite(se):
            low, high = max(value - 1.96 * se, frozen.floor), min(value + 1.96 * se, frozen.ceiling)
            own.append(TrendPoint(wave.title, value, low, high))
        else:
            own.append(TrendPoint(wave.title, None))
        known = panel.value[rows, place]
        mean = float(np.nanmean(known)) if int(np.isfinite(known).sum()) >= 2 else None
        others.append(TrendPoint(wave.title, mean))
    title = _("%(score)s, wave by wave") % {"score": wording.label_of(frozen)}
    words = _("%(unit)s beside the mean of %(others)s. It began after %(wave)s.") % {
        "unit": unit_name,
        "others": wording.others_words(len(rows)),
        "wave": frozen.base_title,
    }
    return trend_figure(
        Trend(
            title=title,
            description=words,
            lines=(
                TrendLine(unit_name, tuple(own)),
                TrendLine(wording.others_words(len(rows)), tuple(others), quiet=True),
            ),
            low=frozen.floor,
            high=frozen.ceiling,
            ticks=tuple(np.linspace(frozen.floor, frozen.ceiling, 5).round(6).tolist()),
            words=words,
            decimals=frozen.decimals,
        ),
        key,
    )


def _row(line: EffectLine) -> ForestRow:
    check = line.check
    assert check is not None
    assert check.effect is not None
    assert check.low is not None
    assert check.high is not None
    effect = (check.effect, check.low, check.high)
    return ForestRow(line.title, line.frozen.hope, line.hope, effect, line.effect, line.verdict_words)


def found_of(line: EffectLine) -> EffectEstimate | None:
    """What a line rests on as a whole, None where there is no number."""
    from headwater.rooms.prove.effects.freezing import found_from

    found = None if line.check is None else found_from(line.check.found)
    return found if isinstance(found, EffectEstimate) else None
