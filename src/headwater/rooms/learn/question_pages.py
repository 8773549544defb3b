"""Answers from other pages of the room: each is asked as the page asks it, so that it shows what the page shows."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.chain.stations import STAGE_ORDER
from headwater.rooms.learn.driver_asking import Asked
from headwater.rooms.learn.driver_finding import drivers_of, importance_of
from headwater.rooms.learn.driver_queries import DriverPage, DriverRow, driver_page
from headwater.rooms.learn.explorer_asking import Ask
from headwater.rooms.learn.explorer_levels import levels_page
from headwater.rooms.learn.explorer_scope import explored, may_explore
from headwater.rooms.learn.explorer_words import label_of
from headwater.rooms.learn.importance_queries import importance_page
from headwater.rooms.learn.journey_contact_pages import contacts_page
from headwater.rooms.learn.journey_contacts import latest_contacts
from headwater.rooms.learn.journey_queries import best_findings, contacts_wave
from headwater.rooms.learn.question_answers import MOST, Answer, Answers, Lookup, wave_name
from headwater.rooms.learn.question_sources import Source
from headwater.rooms.learn.results_services import OWN
from headwater.rooms.learn.river_queries import Asked as RiverAsked
from headwater.rooms.learn.river_queries import address_of, shown_river
from headwater.rooms.learn.surprise_queries import may_see_notes, surprises_page
from headwater.scoring.questions import question_lexicon, question_words
from headwater.vocab import Lens, River, Stream

FIRST_DRIVERS = 3


def driver_answers(look: Lookup) -> Answers:
    """Return what goes with an outcome in a unit, in the words of the page of drivers."""
    waves = [one for one in look.candidates() if drivers_of(one.wave) is not None]
    source = next((one for one in waves if _has_outcome(one, look.score)), waves[0] if waves else None)
    if source is None:
        return Answers(notice=_("Drivers of no released wave that you may see were worked out."))
    found = drivers_of(source.wave)
    assert found is not None
    outcome = look.score if look.score in found.outcome_of else ""
    page = _page_of(look, source, outcome)
    if page is None:
        return Answers(notice=_("There are no drivers of a group that you may see."))
    unit, wave = page.of or page.chosen.unit_name, wave_name(source.wave)
    href = f"{reverse('learn:drivers')}{page.chosen.asked.query(what=outcome)}"
    link = _("The page of drivers")

    def told(sentence: str) -> Answer:
        return Answer(sentence, unit, wave, href, link, page.step)

    if not page.is_shown:
        return Answers((told(f"{page.title} {page.lede}"),))
    notice = ""
    if look.subject is not None and not outcome:
        label = _label(look, source) if look.score else look.subject.names[0]
        named = next((row for row in page.rows if row.label == label), None)
        if named is not None:
            return Answers((told(_driver(named, unit)), told(f"{page.title} {page.lede}")))
        notice = _("“%(score)s” is no outcome that drivers are worked out for. These are of another one.") % {
            "score": label
        }
    if not page.is_own:
        notice = _("%(unit)s is too small for drivers of its own; these are of %(of)s.") % {
            "unit": page.chosen.unit_name,
            "of": page.of,
        }
    rows = [told(_driver(row, unit)) for row in page.rows[:FIRST_DRIVERS]]
    return Answers((told(f"{page.title} {page.lede}"), *rows, *([told(page.start)] if page.start else [])), notice)


def _has_outcome(source: Source, key: str) -> bool:
    found = drivers_of(source.wave)
    return found is not None and (key in found.outcome_of or any(one.key == key for one in found.drivers))


def _page_of(look: Lookup, source: Source, outcome: str) -> DriverPage | None:
    try:
        return driver_page(viewer=look.viewer, asked=Asked(str(source.wave.pk), _unit(look, source), "", outcome))
    except (Http404, PermissionDenied):
        return None


def _unit(look: Lookup, source: Source) -> str:
    """The key of the unit that was named, else of the topmost one the viewer may see."""
    rows = look.rows(source) or source.entrances[:1]
    return source.book.tree.ids[rows[0]]


def _driver(row: DriverRow, unit: str) -> str:
    text = _("%(score)s, %(unit)s: %(share)s (%(range)s) of what drivers explain; first in %(first)s of resamples.")
    said = {"score": row.label, "unit": unit, "share": row.share, "range": row.spread, "first": row.first}
    return text % said


def _label(look: Lookup, source: Source) -> str:
    number = source.column(look.score)
    return look.score if number is None else label_of(source.book.columns[number], look.language)


def importance_answers(look: Lookup) -> Answers:
    """Return what matters most to a unit, in the words of the page of importance."""
    source = next((one for one in look.candidates() if importance_of(one.wave)), None)
    if source is None:
        return Answers(notice=_("In no released wave that you may see were people asked what matters most."))
    try:
        page = importance_page(viewer=look.viewer, asked=Asked(str(source.wave.pk), _unit(look, source)))
    except (Http404, PermissionDenied):
        page = None
    if page is None:
        return Answers(notice=_("In no released wave that you may see were people asked what matters most."))
    unit, wave = page.of or page.chosen.unit_name, wave_name(source.wave)
    href, link = f"{reverse('learn:importance')}{page.chosen.asked.query()}", _("The page of what matters")
    text = _("%(choice)s, %(unit)s: %(share)s of importance (%(range)s).")
    told = [Answer(f"{page.title} {page.lede}", unit, wave, href, link, page.step)]
    for row in page.rows[:FIRST_DRIVERS]:
        sentence = text % {"choice": row.label, "unit": unit, "share": row.share, "range": row.spread}
        told.append(Answer(sentence, unit, wave, href, link))
    return Answers(tuple(told))


def gap_answers(look: Lookup) -> Answers:
    """Return gaps between top and front line, in the words of the explorer; it opens to analysts alone."""
    if not may_explore(look.viewer):
        return Answers(notice=_("Levels are compared in the explorer, which opens to analysts and experience leads."))
    source = look.source()
    if source is None:
        return Answers(notice=_("Nothing that you may see was released of it."))
    ask = Ask(wave=str(source.wave.pk), unit=_unit(look, source))
    try:
        scope = explored(viewer=look.viewer, ask=ask)
    except (Http404, PermissionDenied):
        scope = None
    if scope is None:
        return Answers(notice=_("Nothing that you may see was released of it."))
    page = levels_page(scope)
    unit, wave = scope.name(scope.unit), wave_name(source.wave)
    href, link = scope.href("levels"), _("Top, middle and front line in the explorer")
    told = [Answer(f"{page.frame.title}.", unit, wave, href, link)]
    wanted = _label(look, source) if look.score else ""
    sure = [row for row in page.rows if not wanted or row.label == wanted]
    sure.sort(key=lambda row: row.words in (str(_("Too close to call")), str(_("About the same")), ""))
    text = _("%(score)s, %(unit)s: front line less top %(gap)s. %(sure)s.")
    for row in sure[: MOST - 1]:
        said = {"score": row.label, "unit": unit, "gap": row.gap, "sure": row.words or _("Not tested")}
        told.append(Answer(text % said, unit, wave, row.href or href, _("The score in the explorer")))
    if wanted and len(told) > 1:
        told = told[1:]
    return Answers(tuple(told))


def contact_answers(look: Lookup) -> Answers:
    """Return what contacts weigh and add up to for customers."""
    latest = latest_contacts()
    if latest is None:
        return Answers(notice=_("No study of customers tells yet what contacts weigh."))
    wave, found = contacts_wave(viewer=look.viewer, wave_id=latest[0].pk)
    number = found.index(best_findings(found))
    page = contacts_page(wave, found, number)
    sentences = [page.weights_sentence, page.repeats_sentence, page.lasting_sentence, page.repair_sentence]
    if any(word.stem in ("third", "repeat", "tercer", "repetid") for word in look.words):
        sentences = [*sentences[1:], sentences[0]]
    href, link = f"{reverse('learn:journey_contacts', args=[wave.pk])}?read={number}", _("The page of contacts")
    whole = _("All customers")
    return Answers(tuple(Answer(one, whole, wave_name(wave), href, link) for one in sentences if one))


def river_answers(look: Lookup) -> Answers:
    """Return streams of the organisation's River that a question is about, the surest first."""
    unit = look.units[0] if look.units else ""
    try:
        chain, river = shown_river(viewer=look.viewer, key=OWN, asked=RiverAsked(unit=unit))
    except (Http404, PermissionDenied, LookupError):
        return Answers(notice=_("There is no River of a part that you may see yet."))
    chosen = _streams(look, river)
    notice = "" if chosen else _("No stream of the River holds that. These are its surest ones.")
    places = chosen or list(range(len(river.streams)))
    places.sort(key=lambda place: (int(river.streams[place].certainty), -_strength(river.streams[place])))
    told = []
    for place in places[:MOST]:
        query = urlencode({name: value for name, value in (("unit", unit), ("stream", str(place))) if value})
        href = f"{address_of(chain)}?{query}#evidence"
        told.append(
            Answer(river.streams[place].sentence, river.organisation, river.period, href, _("Evidence in the River"))
        )
    return Answers(tuple(told), notice)


def _strength(stream: Stream) -> float:
    return 0.0 if stream.best is None else abs(stream.best.effect)


def _streams(look: Lookup, river: River) -> list[int]:
    """Streams of what is named; where two parts of the chain are, those on the way from the one to the other."""
    small = question_lexicon().small
    stems = {word.stem for word in look.words if word.plain not in small}
    named = {one.key for one in river.stations if one.key == look.score or _is_said(one.label, stems)}
    stage = {one.key: STAGE_ORDER.index(one.lens) for one in river.stations}
    spoken = {STAGE_ORDER.index(Lens(lens)) for lens in look.lenses} | {stage[key] for key in named}
    if not spoken:
        return []
    ends = [(stream.source, stream.target) for stream in river.streams]
    if len(spoken) == 1:
        return [at for at, pair in enumerate(ends) if set(pair) & (named or {k for k in stage if stage[k] in spoken})]
    between = [
        at for at, (source, target) in enumerate(ends) if min(spoken) <= stage[source] <= stage[target] <= max(spoken)
    ]
    return [at for at in between if not named or set(ends[at]) & named] or between


def _is_said(label: str, stems: set[str]) -> bool:
    """Whether half of a station's telling words or more are in the question."""
    small = question_lexicon().small
    own = {word.stem for word in question_words(label) if word.plain not in small}
    return bool(own) and 2 * len(own & stems) >= len(own)


def note_answers(look: Lookup) -> Answers:
    """Return the viewer's own notes of No surprises that wait for a word, of a unit where one was named."""
    if not may_see_notes(look.viewer):
        return Answers(notice=_("Notes are for those who lead a unit."))
    page = surprises_page(viewer=look.viewer, now=look.now)
    notes = [one for one in page.open if not look.units or one.unit_key in look.units]
    if not notes:
        return Answers(notice=_("No note waits for your word."))
    href, link = reverse("learn:surprises"), _("No surprises")
    told = [(f"{one.told.title}. {' '.join(one.told.lines[:1])}", one.unit, one.wave) for one in notes[:MOST]]
    return Answers(tuple(Answer(*one, href, link) for one in told))
