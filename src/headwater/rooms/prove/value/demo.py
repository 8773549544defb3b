"""The demonstration's value case: three lines with the sample organisation's own finance figures, presented once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone
from django.utils.translation import override

from headwater.rooms.learn.results_services import own_chain
from headwater.rooms.learn.river_making import river_now
from headwater.rooms.people.models import Person, Unit, User
from headwater.rooms.prove.logic.value_lines import BUILD_UP, DISCOUNT
from headwater.rooms.prove.logic.value_ranges import Ranged, Shape, middle_of
from headwater.rooms.prove.models import ValueCase, ValueLine
from headwater.rooms.prove.value.building import cost_name
from headwater.rooms.prove.value.links import Link, links_in
from headwater.rooms.prove.value.services import Typed, add_line, make_case, present_version, write_inputs

TITLE = "What better leading is worth to us"
FORM_KEY = uuid5(NAMESPACE_URL, "headwater:demonstration:value")
LEDGER = "Sample organisation, management accounts"
PAYROLL = "Sample organisation, payroll and absence records"
JUDGED = "Sample organisation, workshop of finance and operations: a judgement, not a measurement"
YEARS = 3
TURNOVER = "turnover"
"""The figure that `learn.demo` brings in."""


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Make one case, fill it in and present it, unless there is one. Returns nothing to print."""
    analyst = User.objects.filter(email="analyst@demo.example").first()
    unit = Unit.objects.filter(is_open=True, parent=None).first()
    if analyst is None or unit is None or ValueCase.objects.exists():
        return []
    day = timezone.localdate(now) - timedelta(days=30)
    employed = float(Person.objects.filter(is_active=True).count())
    then = now - timedelta(days=20)
    with override("en"):
        case = make_case(
            unit=unit, title=TITLE, currency="EUR", horizon=YEARS, form_key=FORM_KEY, actor=analyst, now=then
        )
        _line(case, "turnover", _turnover(employed, day), analyst, then, link=_link(then))
        _line(case, "absence", _absence(employed, day), analyst, then)
        _line(case, "injuries", _injuries(employed, day), analyst, then)
        own = {
            cost_name(0): _figure(60_000, 80_000, 120_000, LEDGER, day),
            **{cost_name(year): _figure(90_000, 110_000, 150_000, LEDGER, day) for year in range(1, YEARS + 1)},
            DISCOUNT.name: _one(6.0, "Sample organisation, finance policy 4.2", day),
            BUILD_UP.name: _figure(1.0, 1.5, 3.0, JUDGED, day),
        }
        own = {
            name: one if name in (DISCOUNT.name, BUILD_UP.name) else _scaled(one, employed / 2000)
            for name, one in own.items()
        }
        write_inputs(case_id=case.pk, position=None, typed=own, actor=analyst, now=then)
        why = "For the quarterly review: a first reading, with the sample organisation's own figures."
        present_version(case_id=case.pk, why=why, actor=analyst, now=then)
    return []


def _line(
    case: ValueCase, kind: str, typed: Mapping[str, Typed], actor: User, now: datetime, link: Link | None = None
) -> ValueLine:
    line = add_line(case_id=case.pk, kind=kind, about="", link=link, actor=actor, now=now)
    kept = dict(typed)
    if link is None:
        kept.pop("move", None)
        kept.pop("spread", None)
    else:
        kept.pop("change", None)
    write_inputs(case_id=case.pk, position=line.position, typed=kept, actor=actor, now=now)
    return line


def _link(now: datetime) -> Link | None:
    """What went with a change in how people are led, followed to turnover, whatever it shows; None without a River.

    The job that keeps Rivers has not run when the demonstration is built, so the whole's is worked out here.
    """
    river = river_now(own_chain(now=now), "en")
    for link in () if river is None else links_in(river):
        if link.way == "over_time" and link.end == TURNOVER:
            return replace(link, sign=-1)
    return None


def _turnover(employed: float, day: date) -> dict[str, Typed]:
    return {
        "employees": _one(employed, PAYROLL, day),
        "leaving": _figure(11.0, 13.0, 16.0, PAYROLL, day),
        "replacing": _wide(7_000, 19_000, LEDGER, day),
        "change": _figure(-2.0, 6.0, 15.0, JUDGED, day),
        "move": _figure(0.0, 0.3, 0.6, JUDGED, day),
        "spread": _figure(10.0, 18.0, 30.0, PAYROLL, day),
        "ours": _figure(0.0, 40.0, 70.0, JUDGED, day),
    }


def _absence(employed: float, day: date) -> dict[str, Typed]:
    return {
        "employees": _one(employed, PAYROLL, day),
        "days": _figure(11.0, 13.0, 15.0, PAYROLL, day),
        "day_cost": _figure(160, 210, 290, LEDGER, day),
        "change": _figure(-1.0, 4.0, 9.0, JUDGED, day),
        "ours": _figure(0.0, 35.0, 60.0, JUDGED, day),
    }


def _injuries(employed: float, day: date) -> dict[str, Typed]:
    count = max(4.0, round(employed * 0.03))
    return {
        "injuries": _figure(0.7 * count, count, 1.4 * count, PAYROLL, day),
        "injury_cost": _wide(2_500, 14_000, LEDGER, day),
        "change": _figure(0.0, 10.0, 25.0, JUDGED, day),
        "ours": _figure(0.0, 50.0, 80.0, JUDGED, day),
    }


def _figure(low: float, likely: float, high: float, source: str, day: date, shape: Shape = "pert") -> Typed:
    return Typed(Ranged(low, likely, high, shape), source, day)


def _wide(low: float, high: float, source: str, day: date) -> Typed:
    return _figure(low, middle_of(low, high), high, source, day, "lognormal")


def _one(value: float, source: str, day: date) -> Typed:
    return _figure(value, value, value, source, day, "fixed")


def _scaled(one: Typed, times: float) -> Typed:
    value = one.value
    low, likely, high = (float(round(end * times, -2)) for end in (value.low, value.likely, value.high))
    return replace(one, value=Ranged(low, likely, high, value.shape))
