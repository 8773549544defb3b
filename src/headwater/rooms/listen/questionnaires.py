"""Questionnaires that can be asked: those of the library, and the organisation's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db.models import Max

from headwater.instruments import library, load_instrument, read_instrument
from headwater.rooms.listen.models import QuestionnaireVersion, StudyQuestionnaire
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.viewers import require
from headwater.vocab import InputError, Instrument, Item

SECONDS: Mapping[str, float] = {
    "scale": 7.5, "recommend": 7.5, "single": 10, "multiple": 15, "ranking": 30, "best_worst": 0, "number": 10,
    "date": 10, "text": 45,
}  # fmt: skip
"""Seconds to read and answer an item, by kind. For planning, and rounded up from what people usually take; no figure
about respondents is computed from them."""
SECONDS_A_SET = 12.0
"""A best-worst item: one screen of choices."""


@dataclass(frozen=True)
class QuestionnaireChoice:
    """A questionnaire a study may ask. value: `library:key@version`, or `own:` and the id of a version.

    languages: those respondents can be asked in. unreviewed: those among them no second speaker has read.
    """

    value: str
    title: Mapping[str, str]
    lens: str
    version: str
    languages: tuple[str, ...]
    unreviewed: tuple[str, ...]
    questions: int
    minutes: int
    is_own: bool
    is_draft: bool


def instrument_of(chosen: StudyQuestionnaire) -> Instrument:
    """Return the instrument of a study's questionnaire. Raises InputError when it cannot be read any more."""
    if chosen.library:
        return library_instrument(chosen.library)
    assert chosen.version is not None
    return instrument_of_version(chosen.version)


def library_instrument(name: str) -> Instrument:
    """Return a questionnaire of the library by `key` or `key@version`. Never reads a path."""
    key = name.partition("@")[0]
    if key not in library():
        raise InputError(f"the library has no questionnaire {key!r}.")
    return load_instrument(name)


def instrument_of_version(version: QuestionnaireVersion) -> Instrument:
    """Return the instrument of one of the organisation's versions."""
    return read_source(version.source)


@lru_cache(maxsize=64)
def read_source(source: str) -> Instrument:
    """Read an instrument's YAML as it is kept. Instruments are frozen, so equal texts share one."""
    return read_instrument(source, "questionnaire")


def choices(*, viewer: Viewer) -> list[QuestionnaireChoice]:
    """Return what a study may ask: the organisation's own questionnaires first, each in its latest version, then the
    library in alphabetical order.
    """
    require(viewer, "studies.see")
    own = [_choice(f"own:{one.pk}", instrument_of_version(one), one) for one in latest_versions()]
    shelf = [_choice(f"library:{one.key}@{one.version}", one) for one in library().values()]
    return own + shelf


def find_choice(value: str, *, viewer: Viewer) -> tuple[str, QuestionnaireVersion | None]:
    """Return what to keep in a StudyQuestionnaire for a choice's value: (library, version).

    Raises InputError for a value that nobody offers.
    """
    require(viewer, "studies.see")
    source, _, name = value.partition(":")
    if source == "library":
        found = library_instrument(name)
        return f"{found.key}@{found.version}", None
    try:
        version = QuestionnaireVersion.objects.select_related("questionnaire").get(pk=UUID(name))
    except (ValueError, QuestionnaireVersion.DoesNotExist):
        raise InputError(f"there is no questionnaire {value!r}.") from None
    if source != "own" or version.questionnaire.is_archived:
        raise InputError(f"the questionnaire {value!r} is not offered.")
    return "", version


def latest_versions(*, with_archived: bool = False) -> list[QuestionnaireVersion]:
    """Return the latest version of each of the organisation's questionnaires, by title."""
    versions = QuestionnaireVersion.objects.select_related("questionnaire", "changed_by")
    if not with_archived:
        versions = versions.filter(questionnaire__is_archived=False)
    last = dict(versions.order_by().values_list("questionnaire").annotate(last=Max("order")))
    found = [one for one in versions if last[one.questionnaire_id] == one.order]
    return sorted(found, key=lambda one: one.questionnaire.title.casefold())


def minutes_of(instrument: Instrument) -> int:
    """Return how many minutes answering takes, at least 1: a planning figure from the kinds of its items."""
    return max(1, round(sum(_seconds(item) for item in instrument.items) / 60))


def _seconds(item: Item) -> float:
    return len(item.sets) * SECONDS_A_SET if item.kind == "best_worst" else SECONDS[item.kind]


def _choice(value: str, instrument: Instrument, version: QuestionnaireVersion | None = None) -> QuestionnaireChoice:
    return QuestionnaireChoice(
        value=value,
        title=instrument.title,
        lens=str(instrument.lens),
        version=instrument.version,
        languages=instrument.languages,
        unreviewed=instrument.unreviewed,
        questions=len(instrument.items),
        minutes=minutes_of(instrument),
        is_own=version is not None,
        is_draft=version is not None and version.state == QuestionnaireVersion.State.DRAFT,
    )
