"""What the pages of questionnaires show. Every query takes its viewer and refuses what they may not see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from headwater.instruments import library
from headwater.rooms.house.languages import direction_of
from headwater.rooms.house.slots import Text
from headwater.rooms.listen.logic.drafts import Draft
from headwater.rooms.listen.logic.editing import dropped_items
from headwater.rooms.listen.models import Questionnaire, QuestionnaireEdit, QuestionnaireVersion
from headwater.rooms.listen.questionnaire_reading import ItemLine, Reading, Tongue, item_line, reading_of, tongues_of
from headwater.rooms.listen.questionnaire_services import basis_of, draft_of, last_edit, latest_version
from headwater.rooms.listen.questionnaire_words import LENSES
from headwater.rooms.listen.questionnaires import instrument_of_version, latest_versions, library_instrument, minutes_of
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.viewers import require
from headwater.vocab import InputError, Instrument, Item, say

State = QuestionnaireVersion.State
SEE, MANAGE = "studies.see", "studies.manage"


@dataclass(frozen=True)
class Card:
    """A questionnaire in the list. version is None for those of the library."""

    href: str
    instrument: Instrument
    title: str
    purpose: str
    minutes: int
    tongues: tuple[Tongue, ...]
    language: str
    version: QuestionnaireVersion | None = None

    @property
    def lens(self) -> Text:
        """What it looks at."""
        return LENSES[self.instrument.lens]

    @property
    def is_draft(self) -> bool:
        """Whether it can still change."""
        return self.version is not None and self.version.state == State.DRAFT


@dataclass(frozen=True)
class ShelfPage:
    """All questionnaires: the organisation's own, then the library."""

    own: tuple[Card, ...]
    library: tuple[Card, ...]
    archived: int
    with_archived: bool
    can_manage: bool


@dataclass(frozen=True)
class VersionLine:
    """One version in the list of versions."""

    version: QuestionnaireVersion
    is_shown: bool


@dataclass(frozen=True)
class DetailPage:
    """One questionnaire. questionnaire is None for one of the library."""

    reading: Reading
    questionnaire: Questionnaire | None
    version: QuestionnaireVersion | None
    versions: tuple[VersionLine, ...]
    can_manage: bool
    parent: str = ""

    @property
    def lens(self) -> Text:
        """What it looks at."""
        return LENSES[self.reading.instrument.lens]

    @property
    def has_before(self) -> bool:
        """Whether there is something to compare it with."""
        return len(self.versions) > 1 or self.parent.partition("@")[0] in library()


@dataclass(frozen=True)
class ScaleLine:
    """A scale in the editor."""

    key: str
    name: str
    count: int


@dataclass(frozen=True)
class EditPage:
    """A draft in the editor."""

    questionnaire: Questionnaire
    version: QuestionnaireVersion
    draft: Draft
    basis: str
    purpose: str
    direction: str
    lines: tuple[ItemLine, ...]
    dropped: tuple[ItemLine, ...]
    scales: tuple[ScaleLine, ...]
    tongues: tuple[Tongue, ...]
    last: QuestionnaireEdit | None
    edits: tuple[QuestionnaireEdit, ...]
    minutes: int

    @property
    def has_before(self) -> bool:
        """Whether there is something to compare it with."""
        return bool(self.draft.earlier)


def shelf_page(*, viewer: Viewer, language: str, with_archived: bool = False) -> ShelfPage:
    """Return the list of questionnaires."""
    require(viewer, SEE)
    own = tuple(_own_card(version, language) for version in latest_versions(with_archived=with_archived))
    shelf = tuple(
        _card(reverse("listen:library_questionnaire", args=[one.key]), Draft(one), language)
        for one in library().values()
    )
    archived = Questionnaire.objects.filter(is_archived=True).count()
    return ShelfPage(own, shelf, archived, with_archived, can(viewer, MANAGE))


def library_page(*, viewer: Viewer, key: str, language: str) -> DetailPage:
    """Return a questionnaire of the library. Raises Http404 when there is none of that key."""
    require(viewer, SEE)
    if key not in library():
        raise Http404
    return DetailPage(reading_of(Draft(library()[key]), language), None, None, (), can(viewer, MANAGE))


def own_page(*, viewer: Viewer, questionnaire_id: UUID, language: str, version: str = "") -> DetailPage:
    """Return one of the organisation's questionnaires, in its latest version unless another is named."""
    require(viewer, SEE)
    found = find_questionnaire(questionnaire_id)
    versions = list(
        QuestionnaireVersion.objects.select_related("changed_by").filter(questionnaire=found).order_by("-order")
    )
    shown = next((one for one in versions if one.version == version), None) if version else versions[0]
    if shown is None:
        raise Http404
    instrument = instrument_of_version(shown)
    return DetailPage(
        reading_of(Draft(instrument, shown.waiting), language),
        found,
        shown,
        tuple(VersionLine(one, one.pk == shown.pk) for one in versions),
        can(viewer, MANAGE),
        instrument.forked_from,
    )


def edit_page(*, viewer: Viewer, questionnaire_id: UUID) -> EditPage | None:
    """Return the draft for editing; None when the latest version is fixed and a draft is to be begun."""
    require(viewer, MANAGE)
    found = find_questionnaire(questionnaire_id)
    version = latest_version(found)
    if version.state == State.FIXED:
        return None
    draft = draft_of(version)
    language = draft.source
    instrument = draft.instrument
    known = {item.key for item in draft.earlier[-1].items} if draft.earlier else {one.key for one in instrument.items}

    def line(item: Item) -> ItemLine:
        names = [say(one.name, language) for one in instrument.scales if item.key in one.items and not one.parts]
        return replace(item_line(instrument, item, language), scales=tuple(names), is_new=item.key not in known)

    edits = QuestionnaireEdit.objects.filter(version=version, undone_at=None).select_related("made_by")
    return EditPage(
        questionnaire=found,
        version=version,
        draft=draft,
        basis=basis_of(version),
        purpose=say(instrument.purpose, language),
        direction=direction_of(language),
        lines=tuple(line(item) for item in instrument.items),
        dropped=tuple(item_line(draft.earlier[-1], item, language) for item in dropped_items(draft).values()),
        scales=tuple(ScaleLine(one.key, say(one.name, language), len(one.items)) for one in instrument.scales),
        tongues=tongues_of(draft),
        last=last_edit(version),
        edits=tuple(edits.order_by("-number")[:10]),
        minutes=minutes_of(instrument),
    )


def find_questionnaire(questionnaire_id: UUID) -> Questionnaire:
    """Return a questionnaire. Raises Http404."""
    try:
        return Questionnaire.objects.get(pk=questionnaire_id)
    except Questionnaire.DoesNotExist:
        raise Http404 from None


def instrument_named(*, viewer: Viewer, questionnaire_id: UUID, version: str) -> Instrument:
    """Return one version of a questionnaire. Raises Http404."""
    require(viewer, SEE)
    try:
        found = QuestionnaireVersion.objects.get(questionnaire=questionnaire_id, version=version)
        return instrument_of_version(found)
    except (QuestionnaireVersion.DoesNotExist, InputError):
        raise Http404 from None


def comparable_versions(page: DetailPage) -> list[tuple[str, str]]:
    """Return what a questionnaire can be compared with, latest first: its versions, then what it is adapted from."""
    found = [
        (line.version.version, f"{line.version.version} ({line.version.get_state_display().lower()})")
        for line in page.versions
    ]
    parent = page.parent.partition("@")[0]
    if parent in library():
        found.append((page.parent, say(library()[parent].title, page.reading.language)))
    return found


def compared(*, viewer: Viewer, page: DetailPage, name: str) -> Instrument:
    """Return one side of a comparison: a version, or what the questionnaire is adapted from. Raises Http404."""
    require(viewer, SEE)
    assert page.questionnaire is not None
    if "@" in name and name == page.parent:
        try:
            return library_instrument(name)
        except InputError:
            raise Http404 from None
    return instrument_named(viewer=viewer, questionnaire_id=page.questionnaire.pk, version=name)


def _own_card(version: QuestionnaireVersion, language: str) -> Card:
    draft = Draft(instrument_of_version(version), version.waiting)
    return _card(reverse("listen:questionnaire", args=[version.questionnaire_id]), draft, language, version)


def _card(href: str, draft: Draft, language: str, version: QuestionnaireVersion | None = None) -> Card:
    instrument = draft.instrument
    spoken = language if version is None and language in instrument.title else draft.source
    title, purpose = say(instrument.title, spoken), say(instrument.purpose, spoken)
    return Card(href, instrument, title, purpose, minutes_of(instrument), tongues_of(draft), spoken, version)
