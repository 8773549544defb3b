"""The page of rates: a unit and the units right below it, over a year, beside the industry's."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.reports.charts.numerals import plain, span
from headwater.reports.document import DotIntervals, DotRow
from headwater.rooms.act.logic.injury_rates import (
    RATE_KINDS,
    CaseRow,
    HoursRow,
    Month,
    Rate,
    RateKind,
    Standing,
    UnitRates,
    against,
    months_between,
    unit_rates,
)
from headwater.rooms.act.logic.injury_rates import Span as RateSpan
from headwater.rooms.act.models import HoursWorked, IndustryRate, InjuryCase
from headwater.rooms.act.present_units import may
from headwater.rooms.act.safety.places import Placing
from headwater.rooms.act.safety.refusals import SafetyRefusedError
from headwater.rooms.house import audit
from headwater.rooms.house.figures import Figure, dot_figure
from headwater.rooms.learn.benchmark_sets import shipped_sets
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.viewers import viewer_of
from headwater.scoring.rates import LEAST_HOURS_A_YEAR

MONTHS = 12
MOST_UNITS = 40
SHIPPED = "bls-injuries"


@dataclass(frozen=True)
class RateLine:
    """A unit with its rates. beside: where each stands beside the industry's, where that has one.

    is_drawn: whether there are hours enough for a picture; below, the interval says more than the dot.
    """

    unit: Unit
    found: UnitRates
    beside: dict[str, Standing]
    is_drawn: bool
    lacking: tuple[str, ...]

    @property
    def cells(self) -> tuple[tuple[RateKind, Rate | None], ...]:
        """The rates in the order of the columns."""
        return tuple((kind, self.found.rates.get(kind)) for kind in RATE_KINDS)


@dataclass(frozen=True)
class RatesPage:
    """Rates of a unit and those right below it. months: of the year that are over. figure: None where none is drawn."""

    unit: Unit
    year: int
    years: tuple[int, ...]
    kind: RateKind
    months: tuple[Month, ...]
    lines: tuple[RateLine, ...]
    industry: IndustryRate | None
    figure: Figure | None
    above: Unit | None
    keeps: bool
    chooses: bool
    undecided: int

    @property
    def whole(self) -> RateLine:
        """The unit itself."""
        return self.lines[0]

    @property
    def is_part_of_year(self) -> bool:
        """Whether the year is not over."""
        return len(self.months) < MONTHS


def rates_page(*, viewer: Viewer, unit_key: str, year: int | None, kind: str, today: date) -> RatesPage:
    """Return the rates of a unit. unit_key: "" for the highest one a viewer may see.

    Raises PermissionDenied, Unit.DoesNotExist for an unknown unit and one that may not be seen.
    """
    unit = unit_of(viewer, unit_key)
    assert unit.number is not None
    shown: RateKind = kind if kind in RATE_KINDS else "trir"
    years = _years(today)
    chosen = year if year in years else (today.year if today.month > 1 or len(years) == 1 else today.year - 1)
    last = 12 if chosen < today.year else today.month - 1
    months = months_between((chosen, 1), (chosen, last))
    below = list(Unit.objects.filter(is_open=True, parent=unit).exclude(number=None).order_by("number")[:MOST_UNITS])
    every = Unit.objects.filter(is_open=True).exclude(number=None)
    placing = Placing()
    placing.learn(every)
    hours, cases = _hours(chosen, placing), _cases(chosen, placing)
    industry = industry_rate()
    names = {one.number: one.name for one in every if one.number is not None}
    lines = tuple(_line(one, months, hours, cases, industry, names) for one in (unit, *below))
    above = unit.parent if unit.parent is not None and can(viewer, "safety.see", unit.parent.number) else None
    return RatesPage(
        unit=unit,
        year=chosen,
        years=years,
        kind=shown,
        months=months,
        lines=lines,
        industry=industry,
        figure=_figure(lines, shown, industry),
        above=above,
        keeps=can(viewer, "safety.keep", unit.number),
        chooses=can(viewer, "safety.keep"),
        undecided=_undecided(viewer, chosen, unit, placing),
    )


def unit_of(viewer: Viewer, key: str) -> Unit:
    """Return an open unit whose safety a viewer may see; for no key the highest one. Raises as `rates_page` does."""
    open_units = Unit.objects.select_related("parent").filter(is_open=True).exclude(number=None)
    if key:
        found = open_units.get(key=key)
        if not can(viewer, "safety.see", found.number):
            raise Unit.DoesNotExist
        return found
    for one in open_units.order_by("number"):
        if can(viewer, "safety.see", one.number):
            return one
    raise PermissionDenied


def _years(today: date) -> tuple[int, ...]:
    kept = set(HoursWorked.objects.values_list("year", flat=True).distinct())
    kept |= {day.year for day in InjuryCase.objects.dates("happened_date", "year")}
    return tuple(sorted({*kept, today.year}, reverse=True))


def _hours(year: int, placing: Placing) -> list[HoursRow]:
    rows = HoursWorked.objects.filter(year=year).select_related("unit")
    return [
        HoursRow(placing.number(row.unit), (row.year, row.month), float(row.hours), float(row.people)) for row in rows
    ]


def _cases(year: int, placing: Placing) -> list[CaseRow]:
    found = InjuryCase.objects.filter(is_recordable=True, happened_date__year=year).select_related("unit")
    return [
        CaseRow(placing.number(one.unit), (one.happened_date.year, one.happened_date.month), one.outcome)
        for one in found
    ]


def _undecided(viewer: Viewer, year: int, unit: Unit, placing: Placing) -> int:
    """Cases of the unit and below that nobody decided: they are in no rate yet."""
    waiting = InjuryCase.objects.filter(is_recordable=None, happened_date__year=year).select_related("unit")
    start = unit.number or 0
    return sum(start <= placing.number(one.unit) < start + unit.size for one in waiting)


def _line(
    unit: Unit,
    months: tuple[Month, ...],
    hours: list[HoursRow],
    cases: list[CaseRow],
    industry: IndustryRate | None,
    names: dict[int, str],
) -> RateLine:
    start = unit.number or 0
    found = unit_rates(RateSpan(start, start + unit.size), months, hours, cases)
    known = {kind: getattr(industry, kind) for kind in RATE_KINDS} if industry is not None else {}
    beside: dict[str, Standing] = {
        kind: against(found.rates[kind], rate)
        for kind, rate in known.items()
        if rate is not None and kind in found.rates
    }
    least = LEAST_HOURS_A_YEAR * len(months) / MONTHS
    lacking = tuple(names.get(place, "") for place in sorted(found.gaps))
    return RateLine(unit, found, beside, bool(found.rates) and found.hours >= least, lacking)


def _figure(lines: tuple[RateLine, ...], kind: RateKind, industry: IndustryRate | None) -> Figure | None:
    drawn = [line for line in lines if line.is_drawn]
    if not drawn:
        return None
    rest = getattr(industry, kind) if industry is not None else None
    ends = [line.found.rates[kind].high for line in drawn] + ([rest] if rest is not None else [])
    most = max(*ends, 1.0)
    apart = next(size * 10**power for power in range(6) for size in (1, 2, 5) if most <= 6 * size * 10**power)
    high = float(math.ceil(most / apart - 1e-9) * apart)
    rows = tuple(
        DotRow(
            label=line.unit.name,
            value=line.found.rates[kind].value,
            low=line.found.rates[kind].low,
            high=line.found.rates[kind].high,
            rest=rest,
            flag="needs" if line.beside.get(kind) == "above" else "unsure",
            value_text=plain(line.found.rates[kind].value, 1),
            range_text=span(line.found.rates[kind].low, line.found.rates[kind].high, 1),
        )
        for line in drawn
    )
    block = DotIntervals(
        title=title_of(kind),
        description=_(
            "Each unit with all below it: the rate and its exact 95% range, in the order of the organisation."
        ),
        rows=rows,
        low=0.0,
        high=high,
        ticks=tuple(float(apart * place) for place in range(round(high / apart) + 1)),
        axis_label=per_of(kind),
        value_label=_("Rate"),
        rest_label=industry.label if industry is not None and rest is not None else "",
        decimals=1,
        compact=True,
        steadied=False,
    )
    return dot_figure(block, f"rates-{kind}")


def title_of(kind: str) -> str:
    """Return what a rate is called."""
    return {
        "trir": _("All recordable cases (TRIR)"),
        "dart": _("Days away or restricted (DART)"),
        "ltifr": _("Days away from work (LTIFR)"),
    }[kind]


def per_of(kind: str) -> str:
    """Return what a rate is per."""
    return _("cases per 1,000,000 hours") if kind == "ltifr" else _("cases per 200,000 hours")


def industry_rate() -> IndustryRate | None:
    """Return what rates are compared with, None before somebody chose."""
    return IndustryRate.objects.order_by("-chosen_at").first()


def offered_industries() -> list[tuple[str, str]]:
    """Return the industries that come with the product, as (key, words)."""
    return [(name, name) for name in _shipped()]


def choose_shipped(*, name: str, actor: User, now: datetime) -> IndustryRate:
    """Compare with an industry that comes with the product. Raises PermissionDenied, SafetyRefusedError for none."""
    found = _shipped().get(name)
    if found is None:
        raise SafetyRefusedError(_("There is no such industry here."))
    one = next(one for one in shipped_sets() if one.key == SHIPPED)
    source = one.source.get(get_language() or "en") or one.source["en"]
    return choose_industry(
        label=name, source=source, trir=found.get("trir"), dart=found.get("dart"), ltifr=None, actor=actor, now=now
    )


def choose_industry(
    *,
    label: str,
    source: str,
    trir: float | None,
    dart: float | None,
    ltifr: float | None,
    actor: User,
    now: datetime,
) -> IndustryRate:
    """Compare with rates from a source that is named. What holds already is not written again.

    Raises PermissionDenied, SafetyRefusedError without a name, a source or a rate.
    """
    if not can(viewer_of(actor, today=timezone.localdate(now)), "safety.keep"):
        raise PermissionDenied
    rates = [rate for rate in (trir, dart, ltifr) if rate is not None]
    if not label.strip() or not source.strip() or not rates or any(rate < 0 for rate in rates):
        raise SafetyRefusedError(_("Name the industry, the source with its year, and at least one rate from 0 on."))
    values = {
        "label": label.strip()[:200],
        "source": source.strip()[:300],
        "trir": trir,
        "dart": dart,
        "ltifr": ltifr,
    }
    with transaction.atomic():
        standing = industry_rate()
        if standing is not None and all(getattr(standing, name) == value for name, value in values.items()):
            return standing
        made = IndustryRate.objects.create(**values, chosen_at=now, chosen_by=actor)
        audit.record(
            action="safety.industry_chosen", actor=str(actor.pk), subject=str(made.pk), payload=values, now=now
        )
    return made


def _shipped() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for one in shipped_sets():
        if one.key == SHIPPED:
            for table in one.tables:
                for row in table.rows:
                    found.setdefault(row.organisation, {})[table.subject] = row.value
    return found


def may_see(viewer: Viewer, unit: Unit | None) -> bool:
    """Whether a viewer may see the rates of a unit as it stands today."""
    return may(viewer, "safety.see", unit)


def kinds() -> list[tuple[str, str]]:
    """Return the three rates with their names."""
    return [(kind, title_of(kind)) for kind in RATE_KINDS]
