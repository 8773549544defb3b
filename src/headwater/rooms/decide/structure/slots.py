"""What the team answers in the house's slots: what needs this viewer now, one person's erasure and export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from headwater.rooms.decide.models import (
    CompetencyRating,
    Mandate,
    MemberExperience,
    Practice,
    PracticeUse,
    Responsibility,
    TeamMember,
)
from headwater.rooms.decide.structure.access import may_manage
from headwater.rooms.decide.structure.competency_queries import is_rated
from headwater.rooms.decide.structure.competency_words import COMPETENCY_WORDS
from headwater.rooms.decide.structure.matrix import standing_matrix
from headwater.rooms.decide.structure.queries import adopted_structure
from headwater.rooms.house.slots import Erased, ExportFile, Need
from headwater.rooms.people.viewers import viewer

SIGN_MINUTES, RATE_MINUTES, MEND_MINUTES = 3, 6, 5


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield what the team needs of this viewer: a signature, a rating, a place for what was orphaned."""
    asker = viewer(request)
    if asker.person:
        yield from _signature(asker.person_id)
        yield from _ratings(asker.person_id)
    if may_manage(asker) and adopted_structure() is not None:
        yield from _orphans()


def _signature(person: UUID) -> Iterator[Need]:
    for mandate in Mandate.objects.filter(sponsor=person, signed_at=None, withdrawn_at=None):
        yield Need(
            f"mandate-{mandate.pk}",
            _("Mandate"),
            _("The experience team asks you for its mandate"),
            _("What the team does, what it may, and what it lacks. One page; your name makes it hold."),
            SIGN_MINUTES,
            reverse("decide:team_mandate"),
            _("Read and sign"),
            order=1,
        )


def _ratings(person: UUID) -> Iterator[Need]:
    """Of the member while there is no own rating, of the other while there is none of theirs."""
    members = [one for one in TeamMember.objects.filter(left_at=None).select_related("person") if is_rated(one)]
    rated = set(CompetencyRating.objects.filter(member__in=members).values_list("member_id", "by").distinct())
    for member in members:
        own = member.person_id == person
        by = CompetencyRating.By.OWN if own else CompetencyRating.By.OTHER
        if (not own and member.rater_id != person) or (member.pk, by) in rated:
            continue
        title = _("Say what you are able to do") if own else (
            _("Say what %(name)s is able to do") % {"name": member}
        )  # fmt: skip
        yield Need(
            f"rate-{member.pk}",
            _("The team"),
            title,
            _("Eleven short choices. They are seen by two: the member and the experience lead."),
            RATE_MINUTES,
            reverse("decide:team_rate", args=[member.pk]),
            _("Choose"),
            order=2,
        )


def _orphans() -> Iterator[Need]:
    standing = standing_matrix()
    orphaned = {fault.activity for fault in standing.faults if fault.kind == "orphaned"}
    if orphaned:
        n = len(orphaned)
        yield Need(
            "team-orphans",
            _("The team"),
            ngettext("One activity of the team is orphaned", "%(n)s activities of the team are orphaned", n) % {"n": n},
            _("Whoever did it or answered for it is no longer here."),
            MEND_MINUTES,
            reverse("decide:team_matrix"),
            _("Give it to somebody"),
            order=2,
        )


def erase_from_team(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Erase ratings, what was lived through and a person's sentences. Their place stays, without a name, as left."""
    pk = UUID(person)
    members = TeamMember.objects.filter(person=pk)
    ratings, _kinds = CompetencyRating.objects.filter(member__in=members).delete()
    given, _kinds = CompetencyRating.objects.filter(rated_by__person=pk).delete()
    lived, _kinds = MemberExperience.objects.filter(member__in=members).delete()
    duties, _kinds = Responsibility.objects.filter(member__in=members).delete()
    TeamMember.objects.filter(rater=pk).update(rater=None)
    left = members.filter(left_at=None).update(left_at=now)
    unsigned = Mandate.objects.filter(sponsor=pk, signed_at=None, withdrawn_at=None).update(withdrawn_at=now)
    names = Mandate.objects.filter(sponsor=pk).exclude(signed_name="").update(signed_name="")
    yield Erased(gettext_lazy("ratings of abilities, and what was lived through"), ratings + given + lived)
    yield Erased(gettext_lazy("sentences of responsibility"), duties)
    yield Erased(
        gettext_lazy("places on the team"),
        left,
        gettext_lazy("That somebody held the place stays without a name, so that what they carried is not lost unseen.")
        if members.exists()
        else "",
    )
    yield Erased(gettext_lazy("names under mandates"), names + unsigned)
    written = Practice.objects.filter(shared_by__person=pk).count()
    written += PracticeUse.objects.filter(adopted_by__person=pk).exclude(outcome="").count()
    if written:
        yield Erased(
            gettext_lazy("practices and outcomes written for others"),
            0,
            gettext_lazy("They are about the work of a unit and stay, without the name of who wrote them."),
        )


def export_from_team(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down what the team keeps about a person."""
    pk = UUID(person)
    found = {
        "places": [_place(member) for member in TeamMember.objects.filter(person=pk).order_by("joined_at")],
        "ratings_you_gave": [
            {"competency": _title(one.competency), "level": one.level, "at": one.rated_at}
            for one in CompetencyRating.objects.filter(rated_by__person=pk, by=CompetencyRating.By.OTHER)
        ],
        "mandates": list(
            Mandate.objects.filter(sponsor=pk).values("number", "asked_at", "signed_at", "signed_name", "withdrawn_at")
        ),
        "practices": list(
            Practice.objects.filter(shared_by__person=pk).values("title", "what", "unit__name", "shared_at")
        ),
        "practices_taken_up": list(
            PracticeUse.objects.filter(adopted_by__person=pk).values(
                "practice__title", "unit__name", "adopted_at", "outcome", "outcome_at"
            )
        ),
    }
    if any(found.values()):
        content = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("team.json", "application/json", content.encode())


def _place(member: TeamMember) -> dict[str, object]:
    lived = MemberExperience.objects.filter(member=member).values(
        "functions", "lenses", "front_line", "years_here", "said_at"
    )
    return {
        "part": member.part,
        "joined": member.joined_at,
        "left": member.left_at,
        "sentences": list(
            Responsibility.objects.filter(member=member).order_by("position").values("text", "written_at", "ended_at")
        ),
        "ratings": [
            {"competency": _title(one.competency), "by": one.by, "level": one.level, "at": one.rated_at}
            for one in CompetencyRating.objects.filter(member=member).order_by("by", "competency")
        ],
        "lived_through": list(lived),
    }


def _title(key: str) -> str:
    return next((str(words.title) for name, words in COMPETENCY_WORDS.items() if name == key), key)
