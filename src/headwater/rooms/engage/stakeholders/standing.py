"""All stakeholders as they stand today, read in a few queries whatever their number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from headwater.rooms.engage.logic.salience import Decision, Mattering, Rated, Standing, quarter_of, weigh
from headwater.rooms.engage.models import AttitudeReading, Preference, Rating, Stakeholder, UpcomingDecision


@dataclass(frozen=True)
class Line:
    """One stakeholder of the register. quarter: of power by interest, "" when not rated."""

    stakeholder: Stakeholder
    mattering: Mattering
    quarter: str
    form: str
    form_is_asked: bool

    @property
    def key(self) -> str:
        """Its opaque id."""
        return str(self.stakeholder.pk)

    def value(self, aspect: str) -> int | None:
        """A rating, None when there is none."""
        rated = self.mattering.standing.ratings.get(aspect)
        return None if rated is None else rated.value


def active() -> QuerySet[Stakeholder]:
    """Return the stakeholders on the lists."""
    return Stakeholder.objects.select_related("person__unit", "owner").filter(archived_at=None, erased_at=None)


def lines_of(stakeholders: Iterable[Stakeholder], *, today: date) -> list[Line]:
    """Return a line for each, in the order given."""
    listed = list(stakeholders)
    keys = [one.pk for one in listed]
    ratings: dict[UUID, dict[str, Rated]] = {}
    for row in Rating.objects.filter(stakeholder__in=keys).order_by("rated_at", "pk"):
        day = timezone.localdate(row.rated_at)
        ratings.setdefault(row.stakeholder_id, {})[row.aspect] = Rated(row.value, row.reason, day)
    levels: dict[UUID, dict[str, str]] = {}
    for key, aspect, level in (
        AttitudeReading.objects.filter(stakeholder__in=keys)
        .order_by("read_at", "pk")
        .values_list("stakeholder_id", "aspect", "level")
    ):
        levels.setdefault(key, {})[aspect] = level
    decisions: dict[UUID, list[Decision]] = {}
    for coming in UpcomingDecision.objects.filter(stakeholder__in=keys, closed_at=None, decide_date__gte=today):
        decisions.setdefault(coming.stakeholder_id, []).append(Decision(coming.title, coming.decide_date))
    forms: dict[UUID, tuple[str, bool]] = {}
    for form in Preference.objects.filter(stakeholder__in=keys, kind=Preference.Kind.FORM).order_by("said_at", "pk"):
        is_asked = form.basis == Preference.Basis.ASKED
        if is_asked or not forms.get(form.stakeholder_id, ("", False))[1]:
            forms[form.stakeholder_id] = (str(Preference.Form(form.value).label), is_asked)
    return [_line(one, ratings, levels, decisions, forms, today) for one in listed]


def _line(
    one: Stakeholder,
    ratings: dict[UUID, dict[str, Rated]],
    levels: dict[UUID, dict[str, str]],
    decisions: dict[UUID, list[Decision]],
    forms: dict[UUID, tuple[str, bool]],
    today: date,
) -> Line:
    rated, level = ratings.get(one.pk, {}), levels.get(one.pk, {})
    standing = Standing(
        key=str(one.pk),
        name=str(one),
        ratings=rated,
        decisions=tuple(decisions.get(one.pk, ())),
        attitude=level.get("now", ""),
        desired=level.get("desired", ""),
    )
    power, interest = rated.get("power"), rated.get("interest")
    quarter = quarter_of(power.value if power else None, interest.value if interest else None)
    form, is_asked = forms.get(one.pk, ("", False))
    return Line(one, weigh(standing, today=today), quarter, form, is_asked)
