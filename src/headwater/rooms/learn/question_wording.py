"""How a question was understood, in words, and examples made of what a viewer may ask about."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.reports.builders.findings import score_columns
from headwater.rooms.learn.comment_queries import themes_of_unit
from headwater.rooms.learn.driver_finding import drivers_of, importance_of
from headwater.rooms.learn.explorer_words import label_of
from headwater.rooms.learn.question_answers import Lookup, clearest_cells
from headwater.rooms.learn.question_sources import Sources

MOST_EXAMPLES = 7


def kind_label(kind: str) -> str:
    """Return what a kind of answer is called."""
    return {
        "score": _("Score"),
        "change": _("Change"),
        "gap": _("Gap between levels"),
        "drivers": _("Drivers"),
        "importance": _("What matters"),
        "themes": _("Comments"),
        "contacts": _("Contacts"),
        "services": _("Internal service"),
        "river": _("The River"),
        "benchmark": _("Beside a benchmark"),
        "notes": _("My notes"),
        "response": _("How many answered"),
    }[kind]


def understood_words(look: Lookup, subject: str) -> str:
    """Return how a question was understood, "Change · “Recognition” · worse · Buses · Spring". subject: its name."""
    names = look.sources.units
    parts = [kind_label(look.kind)]
    if subject:
        parts.append(f"“{subject}”")
    if look.end and look.kind in ("score", "change", "response"):
        parts.append(_end(look))
    parts += [names.names[names.place_of[unit]] for unit in look.units]
    if look.is_of_units and look.kind != "services":
        parts.append(_("units below it") if look.units else _("all units that you may see"))
    if look.waves:
        parts.append(", ".join(dict.fromkeys(one.title for one in look.waves)))
    return " · ".join(parts)


def _end(look: Lookup) -> str:
    if look.kind == "change":
        return _("worse") if look.end == "low" else _("better")
    return _("clearly below the rest") if look.end == "low" else _("clearly above the rest")


def examples_of(sources: Sources) -> tuple[str, ...]:
    """Return questions that have an answer, with names of units and scores that the viewer sees."""
    if not sources.latest:
        return ()
    first = next((one for one in sources.latest if one.book.previous_wave), sources.latest[0])
    language = (get_language() or "en").partition("-")[0]
    tree, top = first.book.tree, first.entrances[0]
    numbers = [at for at in score_columns(first.book) if first.book.columns[at].role != "item"]
    shown = [row for row in tree.children(top) if first.seen[row] and first.book.everybody.shown[row].any()]
    unit = tree.names[shown[0] if shown else top]

    def label(number: int) -> str:
        return label_of(first.book.columns[number], language)

    found = [_("How is “%(score)s” in %(unit)s?") % {"score": label(numbers[0]), "unit": unit}] if numbers else []
    for _row, number in clearest_cells(first, numbers, "rest", asked=first.seen, end="low", most=1):
        found.append(_("Which teams are lowest in “%(score)s”?") % {"score": label(number)})
    for row, number in clearest_cells(first, numbers, "previous", asked=first.seen, end="low", most=1):
        found.append(_("Where did “%(score)s” get worse?") % {"score": label(number)})
        found.append(_("What changed in %(unit)s?") % {"unit": tree.names[row]})
    drivers = next((drivers_of(one.wave) for one in sources.latest if drivers_of(one.wave) is not None), None)
    if drivers is not None:
        outcome = drivers.outcomes[-1].label
        found.append(_("What drives “%(score)s”?") % {"score": outcome.get(language) or outcome.get("en", "")})
    if any(importance_of(one.wave) for one in sources.latest):
        found.append(_("What matters most to people in %(unit)s?") % {"unit": unit})
    for theme in themes_of_unit(wave=first.wave, row=top, most=1):
        found.append(_("What do people say about “%(theme)s”?") % {"theme": theme.label})
    return tuple(dict.fromkeys(found))[:MOST_EXAMPLES]
