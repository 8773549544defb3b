"""A question in plain words, answered from released findings: how it was understood, what is known, what is not.

Nothing a viewer may not see is answered from, and a unit they may not see is treated as one that is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.rooms.learn.explorer_words import label_of
from headwater.rooms.learn.queries import may_see_results
from headwater.rooms.learn.question_answers import MOST, Answer, Answers, Lookup
from headwater.rooms.learn.question_comments import theme_answers, theme_change_answers
from headwater.rooms.learn.question_pages import (
    contact_answers,
    driver_answers,
    gap_answers,
    importance_answers,
    note_answers,
    river_answers,
)
from headwater.rooms.learn.question_scores import (
    benchmark_answers,
    change_answers,
    response_answers,
    score_answers,
)
from headwater.rooms.learn.question_services import service_answers
from headwater.rooms.learn.question_sources import Sources, sources_for, theme_key
from headwater.rooms.learn.question_wording import examples_of, kind_label, understood_words
from headwater.rooms.learn.service_queries import services_in
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.viewers import require
from headwater.scoring.questions import KINDS, MOST_LETTERS, Meant, Subject, Understood, question_words, understand
from headwater.vocab import say, speaking

ANSWERED: Mapping[str, Callable[[Lookup], Answers]] = {
    "score": score_answers,
    "change": change_answers,
    "gap": gap_answers,
    "drivers": driver_answers,
    "importance": importance_answers,
    "themes": theme_answers,
    "contacts": contact_answers,
    "services": service_answers,
    "river": river_answers,
    "benchmark": benchmark_answers,
    "notes": note_answers,
    "response": response_answers,
}
MOST_OTHERS = 4
NEAR, MOST_NEAR = 0.8, 2
"""How likely another score has to be beside the first to be looked up too, and how many are."""


@dataclass(frozen=True)
class Asked:
    """What the address asks. kind, about, unit: chosen in place of what was understood; empty for none."""

    question: str = ""
    kind: str = ""
    about: str = ""
    unit: str = ""

    def href(self, **changed: str) -> str:
        """Return the address with something chosen."""
        values = {"q": self.question, "kind": self.kind, "about": self.about, "unit": self.unit, **changed}
        kept = {name: value for name, value in values.items() if value}
        return f"{reverse('learn:ask')}?{urlencode(kept)}" if kept else reverse("learn:ask")


def read_question(query: Mapping[str, str]) -> Asked:
    """Read an address. What is longer than a question is cut."""

    def text(name: str) -> str:
        return " ".join(query.get(name, "").replace("\x00", " ").split())[:MOST_LETTERS]

    return Asked(text("q"), text("kind"), text("about"), text("unit"))


@dataclass(frozen=True)
class Other:
    """Something else that may have been meant."""

    label: str
    href: str


@dataclass(frozen=True)
class QuestionPage:
    """A question and its answers. understood: in words, empty where it was not. others: what else may be meant, by what
    it stands in place of. notice: what has to be said before the answers. left: words that were not understood.
    """

    asked: Asked
    is_there: bool
    understood: str
    others: tuple[tuple[str, tuple[Other, ...]], ...]
    answers: tuple[Answer, ...]
    notice: str
    left: str
    examples: tuple[Other, ...]
    most: int = MOST_LETTERS

    @property
    def is_asked(self) -> bool:
        """Whether there is a question."""
        return bool(self.asked.question)


def question_page(*, viewer: Viewer, asked: Asked, now: datetime) -> QuestionPage:
    """Return the page. Raises PermissionDenied for who sees no results at all."""
    if not may_see_results(viewer):
        require(viewer, "results.see")
    sources = sources_for(viewer=viewer)
    with speaking(get_language() or "en"):
        if not sources.latest and not sources.services:
            return QuestionPage(asked, False, "", (), (), "", "", ())
        page = _answered(sources, asked, now) if asked.question else QuestionPage(asked, True, "", (), (), "", "", ())
        if page.answers:
            return page
        return replace(page, examples=tuple(Other(text, Asked(text).href()) for text in examples_of(sources)))


def _answered(sources: Sources, asked: Asked, now: datetime) -> QuestionPage:
    waves, of_waves = sources.named_waves(question_words(asked.question))
    found = understand(asked.question, sources.subjects, sources.find_units, waves=of_waves)
    if found.first.kind == "services" and not found.units:
        # Who is served may ask of who serves them; every other question about those is about a unit unknown.
        found = understand(asked.question, sources.subjects, sources.find_serving, waves=of_waves)
    subject = _subject(sources, found, asked)
    units = tuple(dict.fromkeys(sources.key(one) for one in found.units))
    if asked.unit:
        place = sources.units.place_of.get(asked.unit)
        units = (asked.unit,) if place is not None and bool(sources.may[place]) else ()
    refused = _refused(found, asked, units, subject)
    if refused:
        return QuestionPage(asked, True, "", (), (), refused, "", ())
    look = Lookup(
        sources=sources,
        kind=_kind(sources, found, asked, subject),
        subject=subject,
        units=units,
        is_of_units=found.is_of_units and not asked.unit,
        end=found.end,
        lenses=found.lenses,
        waves=waves,
        words=found.words,
        now=now,
    )
    meant, answers = _ask_all(look, found, asked)
    names = "”, “".join(dict.fromkeys(name_of(sources, one.subject) for one in meant if one.subject is not None))
    return QuestionPage(
        asked=asked,
        is_there=True,
        understood=understood_words(look, names),
        others=_others(sources, found, asked, look, [one.subject.key for one in meant if one.subject is not None]),
        answers=answers.told,
        notice=answers.notice,
        left=", ".join(f"“{word}”" for word in found.left),
        examples=(),
    )


def _ask_all(look: Lookup, found: Understood, asked: Asked) -> tuple[list[Lookup], Answers]:
    """Return what was looked up, and the answers. Scores that are about equally well meant are all looked up: "trust"
    is people's and customers'. Those of which nothing stands clear are left out where another one does.
    """
    near = [
        one.subject.subject
        for one in found.readings
        if one.kind == look.kind
        and one.subject is not None
        and one.likely >= NEAR
        and one.subject.subject.kind == "scale"
    ]
    if asked.about or look.kind not in ("score", "change") or look.subject not in near:
        return [look], _ask(look)
    looks = [replace(look, subject=one) for one in near[:MOST_NEAR]]
    pairs = [(one, _ask(one)) for one in looks if any(s.column(one.score) is not None for s in look.candidates())]
    pairs = pairs or [(look, _ask(look))]
    clear = [pair for pair in pairs if pair[1].told and not pair[1].notice]
    if not clear:
        return [pairs[0][0]], pairs[0][1]
    told = [one for _look, answers in clear for one in answers.told[: MOST if len(clear) == 1 else MOST // len(clear)]]
    return [one for one, _answers in clear], Answers(tuple(told))


def _ask(look: Lookup) -> Answers:
    if look.kind == "change" and look.theme:
        return theme_change_answers(look)
    return ANSWERED[look.kind](look)


def _refused(found: Understood, asked: Asked, units: tuple[str, ...], subject: Subject | None) -> str:
    """Why nothing is answered: a unit that is not known, or a question of which nothing was understood."""
    if asked.unit and not units:
        return _("There is no such unit among those that you may see.")
    if found.unknown and not asked.unit:
        text = _("There is no unit called “%(name)s” among those that you may see.")
        return text % {"name": found.unknown}
    is_known = subject is not None or units or found.is_of_units or found.end or found.first.kind != "score"
    if not is_known:
        return _("This was not understood. Name a score, a unit or what should be said of it, as in the examples.")
    return ""


def _subject(sources: Sources, found: Understood, asked: Asked) -> Subject | None:
    if asked.about:
        return next((one for one in sources.subjects.subjects if one.key == asked.about), None)
    reading = found.first
    if asked.kind:
        reading = next((one for one in found.readings if one.kind == asked.kind), reading)
        if reading.subject is None:
            reading = next((one for one in found.readings if one.subject is not None), reading)
    return None if reading.subject is None else reading.subject.subject


def _kind(sources: Sources, found: Understood, asked: Asked, subject: Subject | None) -> str:
    """The kind chosen, else understood; a theme is answered by comments and a rating of service by internal service."""
    kind = asked.kind if asked.kind in KINDS else found.first.kind
    if subject is None or kind not in ("score", "change", "benchmark"):
        return kind
    if theme_key(subject):
        return "change" if kind == "change" else "themes"
    if not any(one.column(subject.key) is not None for one in sources.latest) and _is_service(sources, subject):
        return "services"
    return kind


def _is_service(sources: Sources, subject: Subject) -> bool:
    books = [book for wave in sources.services[:1] for book in services_in(wave).books[:1]]
    return any(column.subject == subject.key for book in books for column in book.columns)


def _others(
    sources: Sources, found: Understood, asked: Asked, look: Lookup, shown: Collection[str]
) -> tuple[tuple[str, tuple[Other, ...]], ...]:
    """What else may be meant: other subjects, units and kinds, each as a link."""
    subjects: dict[str, Meant] = {}
    for reading in found.readings:
        if reading.subject is not None:
            subjects.setdefault(reading.subject.subject.key, reading.subject)
    about = [
        Other(name_of(sources, one.subject), asked.href(about=key)) for key, one in subjects.items() if key not in shown
    ]
    chosen = set(look.units)
    units = [
        Other(sources.units.names[one.row], asked.href(unit=sources.key(one)))
        for one in (*found.units, *found.others)
        if sources.key(one) not in chosen
    ]
    kinds = dict.fromkeys([*(one.kind for one in found.readings), "score", "change", "drivers", "themes"])
    spoken = [Other(kind_label(kind), asked.href(kind=kind)) for kind in kinds if kind != look.kind]
    made = ((_("What it is about"), about), (_("Unit"), units), (_("Kind of answer"), spoken))
    return tuple((title, tuple(found[:MOST_OTHERS])) for title, found in made if found)


def name_of(sources: Sources, subject: Subject | None) -> str:
    """Return what a subject is called in the language of the page, "" for none."""
    if subject is None:
        return ""
    language = (get_language() or "en").partition("-")[0]
    for source in sources.latest:
        number = source.column(subject.key)
        if number is not None:
            return label_of(source.book.columns[number], language).rstrip(".")
    for wave in sources.services[:1]:
        for column in (column for book in services_in(wave).books[:1] for column in book.columns):
            if column.subject == subject.key:
                return say(column.label, language).rstrip(".")
    name = subject.names[1 if language == "es" and len(subject.names) > 1 else 0] if subject.names else subject.key
    return _("%(theme)s, in comments") % {"theme": name} if subject.kind == "theme" else name
