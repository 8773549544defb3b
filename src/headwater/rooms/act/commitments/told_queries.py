"""What the pages of "You said, we did" show: to who writes it, and to everybody who was asked."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from headwater.rooms.act.commitments.allowed import TELL, may_open_told, may_tell
from headwater.rooms.act.commitments.queries import citable
from headwater.rooms.act.commitments.told_mail import address_of
from headwater.rooms.act.commitments.told_services import spoken_by, top_key
from headwater.rooms.act.commitments.told_themes import ThemeEvidence, themes_for_unit
from headwater.rooms.act.models import Commitment, Told, ToldStatement
from headwater.rooms.act.present_units import present_unit, way_up
from headwater.rooms.decide.directions.allowed import units_with
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.books import book_of, released_waves
from headwater.rooms.learn.evidence import Evidence, evidence_for_unit
from headwater.rooms.listen.models import Study, Wave
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.models import Unit
from headwater.rooms.people.tabs import has_role_for

Kind = ToldStatement.Kind
MOST_UNITS = 60


@dataclass(frozen=True)
class Offer:
    """A wave and a unit of which something can be told. unit: "" for everybody who was asked."""

    wave: Wave
    unit: str
    title: str


@dataclass(frozen=True)
class ToldLine:
    """One page on the list."""

    told: Told
    title: str
    statements: int


@dataclass(frozen=True)
class ToldListPage:
    """What is told, and of what something can be."""

    lines: tuple[ToldLine, ...]
    offers: tuple[Offer, ...]


@dataclass(frozen=True)
class Statement:
    """One statement in one language. why, sentence: "" for none. is_other: not in the language that was asked for.
    answers, by, became: of the commitment it names.
    """

    statement: ToldStatement
    words: str
    why: str
    language: str
    is_other: bool
    sentence: str
    answers: str
    by: str
    became: str


@dataclass(frozen=True)
class Group:
    """Statements of one kind."""

    kind: str
    title: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class ToldPage:
    """One page for who writes it."""

    told: Told
    title: str
    groups: tuple[Group, ...]
    address: str
    languages: tuple[str, ...]
    can_publish: bool


@dataclass(frozen=True)
class HeardPage:
    """One page for everybody who was asked."""

    told: Told
    title: str
    study: str
    groups: tuple[Group, ...]
    languages: tuple[str, ...]


def told_list_page(*, viewer: Viewer) -> ToldListPage:
    """Return what a viewer may write. Raises PermissionDenied to whom it does not open."""
    if not has_role_for(viewer, TELL):
        raise PermissionDenied
    every = _with_wave().order_by("-made_at")
    lines = tuple(
        ToldLine(one, title_of(one), ToldStatement.objects.filter(told=one).count())
        for one in every[:200]
        if may_open_told(viewer, one)
    )
    return ToldListPage(lines, _offers(viewer))


def get_told(*, viewer: Viewer, told_id: UUID) -> Told:
    """Return one to who may write it. Raises Http404, PermissionDenied."""
    found = _with_wave().filter(pk=told_id).first()
    if found is None:
        raise Http404
    if not may_open_told(viewer, found):
        raise PermissionDenied
    return found


def told_page(*, viewer: Viewer, told_id: UUID, language: str) -> ToldPage:
    """Return one page for who writes it, in a language of the study."""
    told = get_told(viewer=viewer, told_id=told_id)
    groups = groups_of(told, language)
    kinds = {group.kind for group in groups}
    return ToldPage(
        told=told,
        title=title_of(told),
        groups=groups,
        address=address_of(told),
        languages=spoken_by(told.wave),
        can_publish=Kind.HEARD.value in kinds and len(kinds) > 1,
    )


def offered_numbers(*, viewer: Viewer, told: Told) -> list[Evidence]:
    """Return the released numbers that a statement may rest on: of this wave, for this unit or the whole."""
    unit = top_key(told.wave) if told.unit is None else told.unit.key
    return [one for one in evidence_for_unit(viewer=viewer, unit=unit) if _is_of(one.finding, told.wave)]


def offered_themes(*, viewer: Viewer, told: Told) -> list[ThemeEvidence]:
    """Return the released themes of comments that a statement may rest on."""
    unit = top_key(told.wave) if told.unit is None else told.unit.key
    return themes_for_unit(viewer=viewer, wave=told.wave, unit=unit)


def offered_commitments(*, viewer: Viewer, told: Told) -> tuple[Commitment, ...]:
    """Return the commitments that a statement may name."""
    return citable(viewer=viewer, unit=None if told.unit is None else present_unit(told.unit))


def published(link: str) -> Told | None:
    """Return what a public link opens, None where nothing is published under it."""
    return _with_wave().filter(link=link, published_at__isnull=False).first()


def languages_of(told: Told) -> tuple[str, ...]:
    """Return the languages in which something is said, in the order of the study."""
    said = {code for words in ToldStatement.objects.filter(told=told).values_list("words", flat=True) for code in words}
    return tuple(code for code in spoken_by(told.wave) if code in said) or spoken_by(told.wave)[:1]


def heard_page(*, told: Told, language: str) -> HeardPage:
    """Return the public page in a language. No viewer: whoever has the link reads it."""
    return HeardPage(told, title_of(told), told.wave.study.title, groups_of(told, language), languages_of(told))


def latest_for(*, study: str, unit: str) -> Told | None:
    """Return the latest that was published for a study: of a unit or the nearest above it, else of all.

    Where nothing was told of the study itself, those who work here are told of the last study that asked them: the next
    survey is often another. unit: a key as an answer carries it, "" for customers, who are told of their own alone.
    """
    every = _with_wave().filter(published_at__isnull=False).order_by("-wave__released_at", "-published_at")
    told = [one for one in every if one.wave.study.key == study]
    if not told and _asks_staff(Study.objects.filter(key=study).only("lens", "channel", "kept_for").first()):
        told = [one for one in every if _asks_staff(one.wave.study)]
    if not told:
        return None
    found = Unit.objects.filter(key=unit).first() if unit else None
    near = [] if found is None else [one.pk for one in way_up(found)]
    latest: UUID | None = None
    own: dict[UUID | None, Told] = {}
    for one in told:
        place = None if one.unit is None else present_unit(one.unit)
        stands = None if place is None else place.pk
        if (one.unit is None or stands in near) and latest in (None, one.wave_id):
            latest = one.wave_id
            own.setdefault(stands, one)
    return next((own[pk] for pk in near if pk in own), own.get(None))


def groups_of(told: Told, language: str) -> tuple[Group, ...]:
    """Return the statements by kind, in a language, those without it in the first they have."""
    every = ToldStatement.objects.filter(told=told).select_related("commitment__owner").order_by("place")
    found = [_statement(one, language) for one in every]
    groups = []
    for kind in Kind:
        of_kind = tuple(one for one in found if one.statement.kind == kind)
        if of_kind:
            groups.append(Group(kind.value, str(kind.label), of_kind))
    return tuple(groups)


def title_of(told: Told) -> str:
    """Return what a page is about."""
    place = _("all who were asked") if told.unit is None else told.unit.name
    return f"{told.wave.study.title}, {told.wave.title}: {place}"


def _statement(one: ToldStatement, language: str) -> Statement:
    spoken = language if language in one.words else next(iter(one.words))
    kept = one.evidence.get(language) or one.evidence.get(spoken) or next(iter(one.evidence.values()))
    answers = by = became = ""
    if one.commitment is not None:
        owner = one.commitment.owner
        answers = "" if owner.erased_at is not None else str(owner)
        by = date_format(one.commitment.due_date, "DATE_FORMAT")
        if not one.commitment.is_open:
            became = str(one.commitment.get_state_display())
    return Statement(
        one,
        one.words[spoken],
        one.why.get(spoken, ""),
        spoken,
        spoken != language,
        str(kept["sentence"]),
        answers,
        by,
        became,
    )


def _asks_staff(study: Study | None) -> bool:
    """Whether a study asks those who work here, and is nobody's own."""
    if study is None or study.kept_for_id is not None:
        return False
    return study.lens != "cx" and study.channel != Study.Channel.CUSTOMERS


def _with_wave() -> QuerySet[Told]:
    """Told pages with their wave, but for its plan, which names every unit of a large organisation."""
    return Told.objects.select_related("wave__study", "unit").defer("wave__plan")


def _is_of(finding: Finding, wave: Wave) -> bool:
    return (finding.study, finding.wave) == (wave.study.key, wave.key)


def _offers(viewer: Viewer) -> tuple[Offer, ...]:
    """The latest released wave of each study, for all and for the units a viewer tells for; those begun left out."""
    units = list(Unit.objects.filter(units_with(viewer, TELL), is_open=True).order_by("depth", "number")[:MOST_UNITS])
    begun = {(one.wave_id, one.unit_id) for one in Told.objects.only("wave", "unit")}
    offers, seen = [], set()
    for wave in released_waves():
        if wave.study_id in seen or wave.study.kept_for_id is not None:
            continue
        seen.add(wave.study_id)
        tree, name = book_of(wave).tree, f"{wave.study.title}, {wave.title}"
        if may_tell(viewer, None) and (wave.pk, None) not in begun:
            offers.append(Offer(wave, "", f"{name}: {_('all who were asked')}"))
        offers += [
            Offer(wave, one.key, f"{name}: {one.name}")
            for one in units
            if one.parent_id is not None and one.key in tree.index_of and (wave.pk, one.pk) not in begun
        ]
    return tuple(offers)
