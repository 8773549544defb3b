"""What the pages of studies show. Every query takes its viewer and refuses what they may not see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import Http404
from django.utils.translation import gettext as _

from headwater.rooms.listen.drawing import NAMED
from headwater.rooms.listen.launching import launch_problems
from headwater.rooms.listen.launching_later import LaunchStanding, standing_of, standings_of
from headwater.rooms.listen.logic.places import Combination
from headwater.rooms.listen.logic.plans import WavePlan
from headwater.rooms.listen.models import Invitation, SealedResponse, Study, Wave
from headwater.rooms.listen.questionnaires import instrument_of, minutes_of
from headwater.rooms.listen.rates import RatesTable, rates_table
from headwater.rooms.listen.releasing import has_book
from headwater.rooms.listen.studies import plan_in_force, questionnaires_of
from headwater.rooms.listen.study_codes import code_address
from headwater.rooms.listen.study_population import Reach, attributes_of, combinations, reach_of, units_of
from headwater.rooms.listen.study_texts import texts_of
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.models import Unit
from headwater.rooms.people.viewers import require
from headwater.vocab import InputError, say

PAGE = 30
STEPS = ("what", "whom", "promise", "how", "words", "review")


@dataclass(frozen=True)
class StudyLine:
    """One study in the list, with its latest wave."""

    study: Study
    wave: Wave | None
    stands: str
    needs_care: bool


@dataclass(frozen=True)
class StudiesPage:
    """All studies, the latest first."""

    lines: tuple[StudyLine, ...]
    pages: Page[Study]
    can_manage: bool
    archived: bool


@dataclass(frozen=True)
class Contacts:
    """How many invitations stand how; None where a study invites nobody by name."""

    waiting: int = 0
    sent: int = 0
    bounced: int = 0
    capped: int = 0
    unreachable: int = 0
    too_few: int = 0

    @property
    def asked(self) -> int:
        """Those who are or will be asked."""
        return self.waiting + self.sent + self.bounced


@dataclass(frozen=True)
class WaveCard:
    """One wave as its page shows it."""

    wave: Wave
    stands: str
    is_late: bool
    plan: WavePlan | None
    contacts: Contacts
    quarantined: int
    has_results: bool
    rates: RatesTable | None = None


@dataclass(frozen=True)
class StudyPage:
    """One study: the wave at hand, those before it, and what can be done."""

    study: Study
    titles: tuple[str, ...]
    card: WaveCard | None
    earlier: tuple[WaveCard, ...]
    planned: Wave | None
    can_manage: bool
    code_address: str = ""
    launch: LaunchStanding | None = None


@dataclass(frozen=True)
class LaunchPage:
    """A launch in the background, as its part of the study's page shows it."""

    study: Study
    planned: Wave | None
    can_manage: bool
    launch: LaunchStanding | None


@dataclass(frozen=True)
class ReviewPage:
    """Everything that will be promised and frozen, in plain words."""

    study: Study
    wave: Wave
    titles: tuple[str, ...]
    minutes: int
    questions: int
    unit_names: tuple[str, ...]
    attributes: dict[str, list[str]]
    reach: Reach
    combinations: tuple[Combination, ...]
    texts: dict[str, dict[str, str]]
    problems: tuple[str, ...]
    frozen: tuple[str, ...]


def studies_page(*, viewer: Viewer, now: datetime, page: int, archived: bool) -> StudiesPage:
    """Return the list of studies."""
    require(viewer, "studies.see")
    found = Study.objects.filter(is_archived=archived, kept_for=None).order_by("-made_at", "key")
    pages = Paginator(found, PAGE).get_page(page)
    latest: dict[UUID, Wave] = {}
    for wave in Wave.objects.filter(study__in=list(pages)).order_by("order"):
        latest[wave.study_id] = wave
    launches = standings_of(list(latest.values()))
    lines = tuple(_line(study, latest.get(study.pk), launches, now) for study in pages)
    return StudiesPage(lines, pages, can(viewer, "studies.manage"), archived)


def _line(study: Study, wave: Wave | None, launches: Mapping[UUID, LaunchStanding], now: datetime) -> StudyLine:
    if wave is None:
        return StudyLine(study, None, "", needs_care=False)
    launch = launches.get(wave.pk)
    if launch is None:
        return StudyLine(study, wave, stands_of(wave, now), needs_care="stopped" in wave.outcome)
    is_going_on = launch.state == "working"
    words = _("The launch is being prepared") if is_going_on else _("The launch was not possible")
    return StudyLine(study, wave, words, needs_care=not is_going_on)


def study_page(*, viewer: Viewer, study_id: UUID, now: datetime) -> StudyPage:
    """Return one study. Counts are sums in the database, whatever the size."""
    require(viewer, "studies.see")
    study = get_study(viewer=viewer, study_id=study_id)
    waves = list(Wave.objects.filter(study=study).exclude(state=Wave.State.CANCELLED).order_by("-order"))
    planned = next((wave for wave in waves if wave.launched_at is None), None)
    launched = [wave for wave in waves if wave.launched_at is not None]
    cards = [_card(study, wave, now, is_latest=place == 0) for place, wave in enumerate(launched)]
    return StudyPage(
        study=study,
        titles=titles_of(study),
        card=cards[0] if cards else None,
        earlier=tuple(cards[1:]),
        planned=planned,
        can_manage=can(viewer, "studies.manage"),
        code_address=code_address(launched[0]) if launched and study.channel == Study.Channel.CODE else "",
        launch=standing_of(planned) if planned is not None else None,
    )


def launch_page(*, viewer: Viewer, study_id: UUID) -> LaunchPage:
    """Return how a study's launch stands, and nothing else of it: asked for every few seconds."""
    study = get_study(viewer=viewer, study_id=study_id)
    planned = Wave.objects.filter(study=study, launched_at=None).exclude(state=Wave.State.CANCELLED).first()
    launch = standing_of(planned) if planned is not None else None
    return LaunchPage(study, planned, can(viewer, "studies.manage"), launch)


def review_page(*, viewer: Viewer, study_id: UUID, now: datetime) -> ReviewPage:
    """Return what launching would promise and freeze. Raises Http404 when no wave is planned."""
    require(viewer, "studies.manage")
    study = get_study(viewer=viewer, study_id=study_id)
    wave = planned_wave(study)
    instruments = []
    for one in questionnaires_of(study):
        try:
            instruments.append(instrument_of(one))
        except InputError:
            continue
    names = Unit.objects.filter(key__in=units_of(study) or [], is_open=True).order_by("number")
    return ReviewPage(
        study=study,
        wave=wave,
        titles=titles_of(study),
        minutes=sum(minutes_of(one) for one in instruments),
        questions=sum(len(one.items) for one in instruments),
        unit_names=tuple(names.values_list("name", flat=True)),
        attributes=attributes_of(study),
        reach=reach_of(study),
        combinations=combinations(study),
        texts=texts_of(study),
        problems=tuple(launch_problems(wave, now=now)),
        frozen=(
            _("the questions, in every language, as they read now"),
            _("the organisation as it stands on the day of launch"),
            _("the smallest groups that are shown"),
            _("what results are split by"),
            _("which tables are released, all of them together"),
        ),
    )


def get_study(*, viewer: Viewer, study_id: UUID) -> Study:
    """Return a study. Raises Http404."""
    require(viewer, "studies.see")
    found = Study.objects.filter(pk=study_id).first()
    if found is None:
        raise Http404
    return found


def planned_wave(study: Study) -> Wave:
    """Return the wave that is planned and not launched. Raises Http404 when there is none."""
    found = Wave.objects.filter(study=study, launched_at=None).exclude(state=Wave.State.CANCELLED).first()
    if found is None:
        raise Http404
    return found


def titles_of(study: Study, language: str = "") -> tuple[str, ...]:
    """Return the titles of a study's questionnaires."""
    from django.utils.translation import get_language

    spoken = language or get_language() or "en"
    found = []
    for one in questionnaires_of(study):
        try:
            found.append(say(instrument_of(one).title, spoken))
        except InputError:
            found.append(one.library or _("a questionnaire that cannot be read"))
    return tuple(found)


def stands_of(wave: Wave, now: datetime) -> str:
    """Say where a wave stands."""
    state = Wave.State
    if wave.state == state.PLANNED:
        return _("Launched, opens soon") if wave.launched_at is not None else _("Being prepared")
    if wave.state == state.OPEN:
        return _("Late answers still count") if now >= wave.closes_at else _("Open")
    if wave.state == state.CLOSED:
        return _("Sealing stopped") if "stopped" in wave.outcome else _("Closed, being sealed")
    if wave.state == state.SEALED:
        return _("Release stopped") if "stopped" in wave.outcome else _("Sealed, being scored")
    if wave.state == state.RELEASED:
        return _("Ended without numbers") if wave.outcome.get("nothing") else _("Released")
    return str(wave.get_state_display())


def choosable_units(*, question: str, chosen: Sequence[str]) -> list[Unit]:
    """Return the units a form offers: those chosen, then what a search found or the upper levels of the tree."""
    standing = Unit.objects.filter(is_open=True)
    marked = standing.filter(key__in=list(chosen)[:200])
    if question:
        more = standing.filter(name__icontains=question).order_by("number")[:40]
    elif standing.count() <= 80:
        more = standing.order_by("number")
    else:
        more = standing.filter(depth__lte=2).order_by("number")[:80]
    found = {unit.pk: unit for unit in (*marked, *more)}
    return sorted(found.values(), key=lambda unit: unit.number or 0)


def _card(study: Study, wave: Wave, now: datetime, *, is_latest: bool) -> WaveCard:
    counted: dict[str, Any] = {}
    if study.channel in NAMED and is_latest:
        rows = Invitation.objects.filter(wave=wave).values("state").annotate(count=Count("pk")).order_by()
        counted = {row["state"]: row["count"] for row in rows}
    apart = 0
    if wave.state in (Wave.State.OPEN, Wave.State.CLOSED):
        apart = SealedResponse.objects.filter(
            wave=wave, is_complete=True, standing=SealedResponse.Standing.QUARANTINED
        ).count()
    return WaveCard(
        wave=wave,
        stands=stands_of(wave, now),
        is_late=wave.state == Wave.State.OPEN and now >= wave.closes_at,
        plan=plan_in_force(wave) if is_latest else None,
        contacts=Contacts(**counted),
        quarantined=apart,
        has_results=has_book(wave),
        rates=rates_table(wave) if is_latest and study.channel in NAMED else None,
    )
