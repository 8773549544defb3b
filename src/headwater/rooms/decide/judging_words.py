"""How far people who judged alone agree, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.template.defaultfilters import floatformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.decide.logic.judging import Agreement, Verdict

VERDICTS: Mapping[Verdict, str | Promise] = {
    "alike": gettext_lazy("The assessors see the same. The meeting can be short."),
    "mostly": gettext_lazy("The assessors mostly see the same. Talk about the few differences."),
    "apart": gettext_lazy("The assessors see different things. Talk before you agree on anything."),
    "open": gettext_lazy(
        "It cannot be said yet how far the assessors agree. Talk about the largest differences first."
    ),
    "few": gettext_lazy("Too few scores to say how far the assessors agree. Look at each difference."),
    "flat": gettext_lazy("Nearly all scores are the same level, so agreement beyond chance cannot be worked out."),
}


def verdict_words(found: Agreement) -> str:
    """Return one or two sentences on what it comes to."""
    return str(VERDICTS[found.verdict])


def figures_words(found: Agreement) -> list[str]:
    """Return the figures behind it as sentences: shares of pairs, alpha, ICC, with their ranges."""
    said = []
    if found.exact is not None and found.near is not None:
        said.append(
            _("Two assessors give the same level in %(exact)s%% of cases, and at most one level apart in %(near)s%%.")
            % {"exact": _whole(100 * found.exact), "near": _whole(100 * found.near)}
        )
    if found.alpha is not None and found.alpha_low is not None and found.alpha_high is not None:
        said.append(
            _("Krippendorff's alpha for ordered levels is %(value)s (95%% range %(low)s to %(high)s).")
            % {"value": _two(found.alpha), "low": _two(found.alpha_low), "high": _two(found.alpha_high)}
        )
    if found.icc is not None and found.icc_low is not None and found.icc_high is not None:
        said.append(
            _("One assessor's scores can stand for another's with ICC(2,1) %(value)s (95%% range %(low)s to %(high)s).")
            % {"value": _two(found.icc), "low": _two(found.icc_low), "high": _two(found.icc_high)}
        )
    if found.icc_mean is not None and found.icc_mean_low is not None and found.icc_mean_high is not None:
        said.append(
            _("The mean of all %(n)d has ICC(2,k) %(value)s (95%% range %(low)s to %(high)s).")
            % {
                "n": found.raters,
                "value": _two(found.icc_mean),
                "low": _two(found.icc_mean_low),
                "high": _two(found.icc_mean_high),
            }
        )
    return said


def _two(value: float) -> str:
    return floatformat(value, 2).replace("-", "\N{MINUS SIGN}")


def _whole(value: float) -> str:
    # Rounded: `number_format` would cut the decimals off.
    return floatformat(value, 0)
