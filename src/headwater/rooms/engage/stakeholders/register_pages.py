"""The register and one stakeholder, as pages: for who manages stakeholders, and nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from headwater.rooms.engage.logic.salience import ATTRIBUTES, matters_now
from headwater.rooms.engage.models import (
    AttitudeReading,
    OwnWordRequest,
    Preference,
    Rating,
    RegisterFile,
    Remark,
    Sponsorship,
    Stakeholder,
    UpcomingDecision,
)
from headwater.rooms.engage.stakeholders.queries import Profile, profile_of
from headwater.rooms.engage.stakeholders.standing import Line, active, lines_of
from headwater.rooms.engage.stakeholders.words import CLASS_MEANINGS, CLASS_NAMES, QUARTERS, why_now
from headwater.rooms.house.slots import Text
from headwater.rooms.house.templatetags.humanise import language_names
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.viewers import require

MANAGE = "stakeholders.manage"
MOST_HISTORY = 30


@dataclass(frozen=True)
class NowLine:
    """One of those who matter most now, and why."""

    key: str
    name: str
    salience: Text
    why: str


@dataclass(frozen=True)
class RegisterLine:
    """One row of the register, in words."""

    key: str
    name: str
    place: str
    is_outsider: bool
    salience: Text
    meaning: Text
    quarter: Text
    attitude: Text
    desired: Text
    form: str
    form_is_asked: bool


@dataclass(frozen=True)
class RegisterPage:
    """Who matters most now, everybody, and what waits. waiting: remarks not answered yet."""

    now: tuple[NowLine, ...]
    lines: tuple[RegisterLine, ...]
    put_away: tuple[Stakeholder, ...]
    waiting: tuple[Remark, ...]
    unrated: int


@dataclass(frozen=True)
class RatingLine:
    """One aspect: its rating as it stands, and those before."""

    aspect: str
    name: Text
    standing: Rating | None
    before: tuple[Rating, ...]


@dataclass(frozen=True)
class StakeholderPage:
    """Everything about one stakeholder. sponsors: who speaks up for them; sponsored: for whom they speak up."""

    stakeholder: Stakeholder
    line: Line
    salience: Text
    meaning: Text
    quarter: Text
    why: str
    profile: Profile
    form_name: Text
    ratings: tuple[RatingLine, ...]
    attitudes: tuple[AttitudeReading, ...]
    preferences: tuple[Preference, ...]
    decisions: tuple[UpcomingDecision, ...]
    sponsors: tuple[Sponsorship, ...]
    sponsored: tuple[Sponsorship, ...]
    remarks: tuple[Remark, ...]
    asked: OwnWordRequest | None
    others: tuple[Stakeholder, ...]

    @property
    def language_name(self) -> str:
        """What their language calls itself, "" where none is known."""
        code = self.profile.language.value
        return language_names([code]) if code else ""


def register_page(*, viewer: Viewer, today: date) -> RegisterPage:
    """Return the register."""
    require(viewer, MANAGE)
    lines = lines_of(active().order_by("added_at", "pk"), today=today)
    now = matters_now((line.mattering.standing for line in lines), today=today)
    listed = sorted(lines, key=lambda line: (-len(line.mattering.held), -line.mattering.weight, str(line.stakeholder)))
    away = Stakeholder.objects.select_related("person").exclude(archived_at=None).filter(erased_at=None)
    return RegisterPage(
        now=tuple(
            NowLine(one.standing.key, one.standing.name, CLASS_NAMES[one.salience], why_now(one, today=today))
            for one in now
        ),
        lines=tuple(_register_line(line) for line in listed),
        put_away=tuple(away.order_by("-archived_at")),
        waiting=tuple(
            Remark.objects.select_related("stakeholder__person").filter(answered_at=None).order_by("made_at")
        ),
        unrated=sum(not all(name in line.mattering.standing.ratings for name in ATTRIBUTES) for line in lines),
    )


def get_stakeholder(*, viewer: Viewer, stakeholder_id: UUID) -> Stakeholder:
    """Return one stakeholder that was not erased. Raises Http404."""
    require(viewer, MANAGE)
    found = Stakeholder.objects.select_related("person__unit", "owner").filter(pk=stakeholder_id, erased_at=None)
    one = found.first()
    if one is None:
        raise Http404
    return one


def get_remark(*, viewer: Viewer, remark_id: UUID) -> Remark:
    """Return a remark. Raises Http404."""
    require(viewer, MANAGE)
    found = Remark.objects.select_related("stakeholder__person").filter(pk=remark_id).first()
    if found is None:
        raise Http404
    return found


def get_register_file(*, viewer: Viewer, file_id: UUID) -> RegisterFile:
    """Return a file of the register. Raises Http404."""
    require(viewer, MANAGE)
    found = RegisterFile.objects.select_related("uploaded_by").filter(pk=file_id).first()
    if found is None:
        raise Http404
    return found


def stakeholder_page(*, viewer: Viewer, stakeholder_id: UUID, today: date) -> StakeholderPage:
    """Return everything about one stakeholder."""
    one = get_stakeholder(viewer=viewer, stakeholder_id=stakeholder_id)
    (line,) = lines_of([one], today=today)
    profile = profile_of(one)
    ratings = list(Rating.objects.select_related("rated_by").filter(stakeholder=one).order_by("-rated_at", "-pk")[:200])
    by_aspect = {aspect: [row for row in ratings if row.aspect == aspect] for aspect in Rating.Aspect.values}
    attitudes = AttitudeReading.objects.select_related("read_by").filter(stakeholder=one)
    relations = Sponsorship.objects.select_related("sponsor__person", "sponsored__person").filter(ended_at=None)
    return StakeholderPage(
        stakeholder=one,
        line=line,
        salience=CLASS_NAMES[line.mattering.salience],
        meaning=CLASS_MEANINGS[line.mattering.salience],
        quarter=QUARTERS[line.quarter],
        why=why_now(line.mattering, today=today) if line.mattering.held else "",
        profile=profile,
        form_name=Preference.Form(profile.form.value).label if profile.form.value else "",
        ratings=tuple(
            RatingLine(aspect, Rating.Aspect(aspect).label, rows[0] if rows else None, tuple(rows[1:6]))
            for aspect, rows in by_aspect.items()
        ),
        attitudes=tuple(attitudes.order_by("-read_at", "-pk")[:MOST_HISTORY]),
        preferences=tuple(
            Preference.objects.select_related("said_by")
            .filter(stakeholder=one)
            .order_by("-said_at", "-pk")[:MOST_HISTORY]
        ),
        decisions=tuple(UpcomingDecision.objects.filter(stakeholder=one, closed_at=None).order_by("decide_date")),
        sponsors=tuple(relations.filter(sponsored=one).order_by("-strength", "noted_at")),
        sponsored=tuple(relations.filter(sponsor=one).order_by("-strength", "noted_at")),
        remarks=tuple(
            Remark.objects.select_related("answered_by").filter(stakeholder=one).order_by("-made_at")[:MOST_HISTORY]
        ),
        asked=OwnWordRequest.objects.filter(stakeholder=one, ended_at=None).order_by("-asked_at").first(),
        others=tuple(active().exclude(pk=one.pk).order_by("person__name", "name")),
    )


def relations_between(keys: set[UUID]) -> list[Sponsorship]:
    """Return the standing sponsor relations among some stakeholders."""
    found = Sponsorship.objects.filter(Q(sponsor__in=keys) & Q(sponsored__in=keys), ended_at=None)
    return list(found.order_by("noted_at", "pk"))


def _register_line(line: Line) -> RegisterLine:
    one, standing = line.stakeholder, line.mattering.standing
    label: dict[str, Text] = {"": "", **{level.value: level.label for level in AttitudeReading.Level}}
    unit = one.person.unit.name if one.person is not None and one.person.unit is not None else ""
    return RegisterLine(
        key=line.key,
        name=str(one),
        place=one.role or (one.organisation if one.is_outsider else unit) or (_("outside") if one.is_outsider else ""),
        is_outsider=one.is_outsider,
        salience=CLASS_NAMES[line.mattering.salience],
        meaning=CLASS_MEANINGS[line.mattering.salience],
        quarter=QUARTERS[line.quarter],
        attitude=label[standing.attitude],
        desired=label[standing.desired],
        form=line.form,
        form_is_asked=line.form_is_asked,
    )
