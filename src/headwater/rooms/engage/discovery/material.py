"""What a Discovery can be made of for one unit: released scores, themes, comments, the way to customers, a composite.

Everything comes through the doors of learning, as the one who prepares may see it; nothing reads answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.chain import what_if
from headwater.rooms.engage.logic.discovery_steps import MOST_CARDS, shuffled, theme_choices
from headwater.rooms.learn.books import book_of, released_waves
from headwater.rooms.learn.comment_queries import comments_of, theme_shown
from headwater.rooms.learn.evidence import Evidence, evidence_for_unit
from headwater.rooms.learn.journey_keeping import journeys_in_force
from headwater.rooms.learn.journey_queries import journey_page
from headwater.rooms.learn.queries import may_see_results
from headwater.rooms.learn.results_services import OWN
from headwater.rooms.learn.river_queries import Asked, shown_river
from headwater.rooms.people.logic.roles import Viewer
from headwater.vocab import CommentBook, HeadwaterError, Lens, RefusedError, say, speaking

STEP = 0.5
"""A step of a unit, in standard deviations of units' own changes: what "when this rises" means downstream."""
RISES, SAME, FALLS = "rises", "same", "falls"
BETWEEN_CARDS = 3
"""Comments of each theme that are seen at most."""


class NothingToSeeError(HeadwaterError):
    """What was chosen to be seen is not there for this unit; the message says what is missing."""

    exit_code = 3


@dataclass(frozen=True)
class Theme:
    """A theme to be foreseen. truth, options: as a DiscoveryQuestion keeps them. cards: comments, by chance."""

    label: str
    truth: dict[str, Any]
    options: list[dict[str, str]]
    cards: list[dict[str, Any]]


@dataclass(frozen=True)
class Downstream:
    """What goes with it downstream, to be foreseen as a direction."""

    label: str
    truth: dict[str, Any]
    options: list[dict[str, str]]


@dataclass(frozen=True)
class Material:
    """What there is for one unit, as one viewer may see it."""

    scores: tuple[Evidence, ...]
    theme: Theme | None
    composite: tuple[dict[str, Any], ...]

    @property
    def customers(self) -> Evidence | None:
        """What customers say: the clearest released customer score."""
        return next((one for one in self.scores if one.lens == str(Lens.CX)), None)

    def score(self, key: str) -> Evidence | None:
        """Return a score by the key that a form gives it."""
        return next((one for one in self.scores if key_of(one) == key), None)


def key_of(evidence: Evidence) -> str:
    """Return the key of a score in a form: study, wave and score."""
    return f"{evidence.study}|{evidence.wave}|{evidence.score}"


def material_of(*, viewer: Viewer, unit: str, seed: str) -> Material:
    """Return what a Discovery of a unit can be made of. seed: decides orders by chance. Empty where nothing stands."""
    if not may_see_results(viewer):
        return Material((), None, ())
    scores = tuple(one for one in evidence_for_unit(viewer=viewer, unit=unit) if one.value is not None)
    if not scores:
        return Material((), None, ())
    return Material(scores, _theme_of(unit, seed), tuple(_composite(viewer, unit)))


def downstream_of(*, viewer: Viewer, evidence: Evidence) -> Downstream | None:
    """Return what goes with a score downstream, None where the River of its unit shows no such way to customers."""
    try:
        _chain, river = shown_river(viewer=viewer, key=OWN, asked=Asked(unit=evidence.unit))
        station = next(one for one in river.stations if one.key == evidence.score or one.label == evidence.label)
        found = what_if(river, station.key, STEP)
    except (PermissionDenied, Http404, RefusedError, StopIteration, KeyError):
        return None
    places = {one.key: one for one in river.stations if one.lens is Lens.CX}
    reached = [one for one in found if one.station in places]
    if not reached or station.key in places:
        return None
    first = max(reached, key=lambda one: abs(one.change))
    is_clear = first.low > 0 or first.high < 0
    answer = SAME if not is_clear else RISES if first.change > 0 else FALLS
    label = places[first.station].label
    words = {
        RISES: _("It rises with it"),
        SAME: _("Nothing that can be told from chance"),
        FALLS: _("It falls"),
    }
    sentence = {
        RISES: _("Where %(here)s rose, %(there)s rose with it, clear of chance. That is association, not proof."),
        SAME: _("Where %(here)s rose, nothing of it could be told from chance in %(there)s."),
        FALLS: _("Where %(here)s rose, %(there)s fell, clear of chance. That is association, not proof."),
    }[answer] % {"here": evidence.label, "there": label}
    return Downstream(
        label=_("When “%(here)s” rises by a step here: what happens to “%(there)s”?")
        % {"here": evidence.label, "there": label},
        truth={"key": answer, "label": words[answer], "sentence": sentence, "also": []},
        options=[{"key": key, "label": str(word)} for key, word in words.items()],
    )


def _theme_of(unit: str, seed: str) -> Theme | None:
    for wave in released_waves():
        book = comments_of(wave)
        row = None if book is None else book.tree.index_of.get(unit)
        if book is None or row is None:
            continue
        places = [(item.key, place) for item in book.items if (place := book.nearest(item.key, row)) is not None]
        # The question of the unit itself that most people answered, before that of a larger unit.
        places.sort(key=lambda one: (one[1] != row, -int(book.sizes[one[1], book.item_number(one[0])])))
        for item, place in places:
            made = _theme(book, item, place, seed)
            if made is not None:
                return made
    return None


def _theme(book: CommentBook, item: str, place: int, seed: str) -> Theme | None:
    cells = list(book.cells(item, place))
    if not cells:
        return None
    language = get_language() or "en"
    first = theme_shown(book, cells[0])
    spoken = [cell.theme for cell in cells]
    names = {theme.key: say(theme.label, language) for theme in book.themes.themes}
    chosen = theme_choices(first.key, spoken, [key for key in names if key not in spoken], seed)
    # Shares are released as bands: themes of the same band cannot be told apart.
    alike = [cell.theme for cell in cells[1:] if cell.band == cells[0].band]
    cards: dict[str, dict[str, Any]] = {}
    for cell in cells:
        for number in cell.cited[:BETWEEN_CARDS]:
            cited = book.comments[number]
            cards[str(number)] = {
                "kind": "comment",
                "title": "",
                "words": cited.words,
                "language": cited.language,
                "tone": str(cited.tone),
            }
    kept = [cards[key] for key in shuffled(list(cards), seed)][:MOST_CARDS]
    return Theme(
        label=_("What do people of %(unit)s write about most?") % {"unit": first.unit},
        truth={
            "key": first.key,
            "label": ", ".join([first.label, *(names[key] for key in alike)]),
            "sentence": first.sentence,
            "also": alike,
        },
        options=[{"key": key, "label": names[key]} for key in chosen],
        cards=kept,
    )


def _composite(viewer: Viewer, unit: str) -> list[dict[str, Any]]:
    """Steps of a journey as released figures tell them, from the journey with the most measured moments."""
    best: list[dict[str, Any]] = []
    for key in journeys_in_force():
        try:
            page = journey_page(viewer=viewer, key=key, unit=unit)
        except (Http404, PermissionDenied):
            continue
        steps = [
            {
                "kind": "composite",
                "title": moment.title,
                "words": f"{moment.score.label}: {moment.score.text}",
                "note": _("%(stage)s. Range %(range)s, %(n)s answers.")
                % {"stage": stage.title, "range": moment.score.range, "n": moment.score.n},
                "score": f"{moment.score.wave.study.key}|{moment.score.wave.key}|{moment.score.key.partition(':')[2]}",
            }
            for stage in page.stages
            for moment in stage.moments
            if moment.score is not None
        ]
        if len(steps) > len(best):
            best = steps
    return best


def spoken_label(plain: dict[str, Any]) -> str:
    """Return what a frozen score is called where scores of customers stand among others."""
    label = label_of(plain)
    return _("Customers: %(what)s") % {"what": label} if plain["lens"] == str(Lens.CX) else label


def label_of(plain: dict[str, Any]) -> str:
    """Return what a frozen score is called in the language of the page, else as it was frozen."""
    evidence = Evidence(**plain)
    language = get_language() or "en"
    if evidence.language[:2] == language[:2]:
        return evidence.label
    for wave in released_waves():
        if (wave.study.key, wave.key) == (evidence.study, evidence.wave):
            with speaking(language):
                for column in book_of(wave).columns:
                    if column.subject == evidence.score:
                        return say(column.label, language)
    return evidence.label
