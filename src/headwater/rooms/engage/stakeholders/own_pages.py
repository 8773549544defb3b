"""What is kept about somebody as a stakeholder: their own page, and nobody else's."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.engage.asks import Cap, cap_of
from headwater.rooms.engage.models import (
    AttitudeReading,
    Preference,
    Rating,
    Remark,
    Sponsorship,
    Stakeholder,
    UpcomingDecision,
)
from headwater.rooms.engage.stakeholders.queries import Profile, profile_of
from headwater.rooms.house.slots import Text
from headwater.rooms.people.logic.roles import Viewer

OWN_KINDS: dict[str, Text] = {
    Preference.Kind.FORM: gettext_lazy("the form you like"),
    Preference.Kind.LANGUAGE: gettext_lazy("language"),
    Preference.Kind.DRIVES: gettext_lazy("what drives you"),
    Preference.Kind.DECIDES: gettext_lazy("what you decide"),
    Preference.Kind.CREDIBLE: gettext_lazy("what makes you credible to your own boss"),
}


@dataclass(frozen=True)
class KeptLine:
    """One thing kept about somebody. about: how a remark names it. text: what is kept. source: who says so, and why."""

    about: str
    title: Text
    text: str
    source: str
    at: datetime
    remarks: tuple[Remark, ...]
    form_key: str


@dataclass(frozen=True)
class KeptGroup:
    """Things of one kind."""

    title: str
    lines: tuple[KeptLine, ...]


@dataclass(frozen=True)
class OwnPage:
    """Everything kept about one stakeholder, for themself."""

    stakeholder: Stakeholder
    profile: Profile
    cap: Cap
    entry: KeptLine
    groups: tuple[KeptGroup, ...]


def own_stakeholder(*, viewer: Viewer) -> Stakeholder | None:
    """Return the entry of whoever asks, None where there is none. Nobody else's can be asked for."""
    if not viewer.person:
        return None
    found = Stakeholder.objects.select_related("person__unit", "owner").filter(person=viewer.person_id, erased_at=None)
    return found.first()


def own_page(*, viewer: Viewer) -> OwnPage | None:
    """Return what is kept about whoever asks, None where nothing is."""
    one = own_stakeholder(viewer=viewer)
    return None if one is None else kept_about(one)


def kept_about(one: Stakeholder) -> OwnPage:
    """Return what is kept about a stakeholder. The caller has made sure that it is they who ask."""
    remarks: dict[str, list[Remark]] = {}
    for remark in Remark.objects.filter(stakeholder=one).order_by("made_at"):
        remarks.setdefault(remark.about, []).append(remark)

    def line(about: str, title: Text, text: str, source: str, at: datetime) -> KeptLine:
        return KeptLine(about, title, text, source, at, tuple(remarks.get(about, ())), str(uuid.uuid4()))

    ratings = [
        line(
            f"rating:{row.pk}",
            str(row.get_aspect_display()),
            _("%(n)s of 4") % {"n": row.value},
            _("judged by %(who)s: %(why)s") % {"who": row.rated_by.name or row.rated_by.email, "why": row.reason},
            row.rated_at,
        )
        for row in Rating.objects.select_related("rated_by").filter(stakeholder=one).order_by("-rated_at", "-pk")
    ]
    attitudes = [
        line(
            f"attitude:{row.pk}",
            _("attitude, %(which)s") % {"which": row.get_aspect_display()},
            str(row.get_level_display()),
            _source_of(row),
            row.read_at,
        )
        for row in AttitudeReading.objects.select_related("read_by").filter(stakeholder=one).order_by("-read_at")
    ]
    preferences = [
        line(
            f"preference:{row.pk}",
            OWN_KINDS[row.kind],
            str(Preference.Form(row.value).label) if row.kind == Preference.Kind.FORM else row.value,
            _("said by yourself")
            if row.basis == Preference.Basis.ASKED
            else _("assumed by %(who)s") % {"who": (row.said_by.name or row.said_by.email) if row.said_by else "-"},
            row.said_at,
        )
        for row in Preference.objects.select_related("said_by").filter(stakeholder=one).order_by("-said_at")
    ]
    decisions = [
        line(f"decision:{row.pk}", row.title, date_format(row.decide_date, "DATE_FORMAT"), _noted(row), row.noted_at)
        for row in UpcomingDecision.objects.select_related("noted_by").filter(stakeholder=one).order_by("decide_date")
    ]
    relations = Sponsorship.objects.select_related("sponsor__person", "sponsored__person", "noted_by")
    sponsors = [
        line(
            f"sponsorship:{row.pk}",
            _("%(who)s speaks up for you") % {"who": row.sponsor}
            if row.sponsored_id == one.pk
            else _("you speak up for %(who)s") % {"who": row.sponsored},
            _("strength %(n)s of 4") % {"n": row.strength},
            f"{row.source} ({_noted(row)})",
            row.noted_at,
        )
        for row in (relations.filter(sponsor=one) | relations.filter(sponsored=one)).order_by("-noted_at")
    ]
    groups = [
        KeptGroup(_("Where you are thought to stand"), tuple(attitudes)),
        KeptGroup(_("How you are rated"), tuple(ratings)),
        KeptGroup(_("What reaches you"), tuple(preferences)),
        KeptGroup(_("Decisions that are noted"), tuple(decisions)),
        KeptGroup(_("Who speaks up for whom"), tuple(sponsors)),
    ]
    owner = (one.owner.name or one.owner.email) if one.owner is not None else "-"
    entry = line(
        "register",
        _("your entry"),
        ", ".join(filter(None, (str(one), one.role, one.organisation, one.external_id))),
        _("%(origin)s; looked after by %(who)s") % {"origin": one.get_origin_display(), "who": owner},
        one.added_at,
    )
    return OwnPage(one, profile_of(one), cap_of(one), entry, tuple(group for group in groups if group.lines))


def _source_of(row: AttitudeReading) -> str:
    if row.source == AttitudeReading.Source.JUDGED and row.read_by is not None:
        return _("judged by %(who)s: %(why)s") % {"who": row.read_by.name or row.read_by.email, "why": row.words}
    return ": ".join(filter(None, (str(row.get_source_display()), row.words)))


def _noted(row: UpcomingDecision | Sponsorship) -> str:
    return _("noted by %(who)s") % {"who": row.noted_by.name or row.noted_by.email}
