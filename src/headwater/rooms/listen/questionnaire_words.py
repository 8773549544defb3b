"""What pages call things: lenses, kinds of questions, answers, conditions, languages."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from headwater.instruments import parse_condition
from headwater.rooms.house.catalogues import own_name
from headwater.rooms.house.slots import Text
from headwater.rooms.listen.logic.versions import Comparison, ScalePair
from headwater.vocab import Instrument, Item, Lens, ResponseScale, say

LENSES: Mapping[str, Text] = {
    Lens.LX: gettext_lazy("Being led"),
    Lens.EX: gettext_lazy("Working here"),
    Lens.SERVICE: gettext_lazy("Serving each other"),
    Lens.CX: gettext_lazy("Being served"),
    Lens.RESULT: gettext_lazy("Results"),
}

KINDS: Mapping[str, Text] = {
    "scale": gettext_lazy("Rating"),
    "recommend": gettext_lazy("Recommend, 0 to 10"),
    "single": gettext_lazy("One answer"),
    "multiple": gettext_lazy("Several answers"),
    "ranking": gettext_lazy("Ranking"),
    "best_worst": gettext_lazy("Best and worst"),
    "number": gettext_lazy("Number"),
    "date": gettext_lazy("Date"),
    "text": gettext_lazy("Own words"),
}

KIND_HELP: Mapping[str, Text] = {
    "scale": gettext_lazy("A statement, answered on a few steps, as from “strongly disagree” to “strongly agree”."),
    "recommend": gettext_lazy("How likely somebody is to recommend, from 0 to 10."),
    "single": gettext_lazy("A list of answers, one of which is chosen."),
    "multiple": gettext_lazy("A list of answers, any of which are chosen."),
    "ranking": gettext_lazy("A list that is put in order."),
    "best_worst": gettext_lazy("Screens of a few things each: what matters most, what matters least."),
    "number": gettext_lazy("A number, as of years or visits."),
    "date": gettext_lazy("A day."),
    "text": gettext_lazy("A comment in one's own words."),
}

ROLES: Mapping[str, Text] = {
    "driver": gettext_lazy("a driver, which may move other things"),
    "outcome": gettext_lazy("an outcome, which is to be explained"),
    "index": gettext_lazy("an index made of other scales"),
    "score": gettext_lazy("a score"),
}

PLACES: Mapping[str, Text] = {
    "title": gettext_lazy("title"),
    "purpose": gettext_lazy("what it is for"),
    "item": gettext_lazy("question"),
    "choice": gettext_lazy("answer of a question"),
    "label": gettext_lazy("step of an answer"),
    "skip": gettext_lazy("answer that does not count"),
    "scale": gettext_lazy("name of a scale, for reports"),
}

COMPARISONS: Mapping[str, Text] = {
    "==": gettext_lazy("is"),
    "!=": gettext_lazy("is not"),
    "<=": gettext_lazy("is at most"),
    ">=": gettext_lazy("is at least"),
    "<": gettext_lazy("is below"),
    ">": gettext_lazy("is above"),
}


def answers_in_words(scale: ResponseScale, language: str) -> str:
    """Name a response scale by its ends: "1 Strongly disagree to 5 Strongly agree"."""
    labels = labels_of(scale, language)
    return _("%(low)s %(first)s to %(high)s %(last)s") % {
        "low": scale.low,
        "first": labels[0],
        "high": scale.high,
        "last": labels[-1],
    }


def labels_of(scale: ResponseScale, language: str) -> tuple[str, ...]:
    """The labels in a language, else in English, else in what there is."""
    return scale.labels.get(language) or scale.labels.get("en") or next(iter(scale.labels.values()))


def code_in_words(instrument: Instrument, item: Item, code: int, language: str) -> str:
    """Name a code at rest as respondents saw it."""
    if item.kind == "single" and 1 <= code <= len(item.choices):
        return say(item.choices[code - 1].text, language)
    scale = instrument.response_scales.get(item.response_scale)
    if scale is not None and scale.low <= code <= scale.high:
        return labels_of(scale, language)[code - scale.low]
    return str(code)


def condition_in_words(instrument: Instrument, item: Item, language: str) -> str:
    """Say when an item is shown: "“Did you call?” is “Yes”"; empty when always."""
    if not item.shown_if:
        return ""
    condition = parse_condition(item.shown_if)
    terms = []
    for term in condition.terms:
        asked = next((one for one in instrument.items if one.key == term.item), None)
        answer = str(term.code) if asked is None else code_in_words(instrument, asked, term.code, language)
        name = term.item if asked is None else say(asked.text, language)
        terms.append(f"“{name}” {COMPARISONS[term.compare]} “{answer}”")
    return f" {_('and') if condition.every else _('or')} ".join(terms)


def changes_in_words(found: Comparison) -> list[str]:
    """Say what changed, in a few sentences."""
    reworded, restarted = found.count("reworded"), found.count("restarted")
    dropped, added = found.count("dropped"), found.count("added")
    words = []
    if reworded:
        text = ngettext("%(n)s was reworded and means the same.", "%(n)s were reworded and mean the same.", reworded)
        words.append(text % {"n": reworded})
    if restarted:
        words.append(ngettext("%(n)s starts a new trend.", "%(n)s start a new trend.", restarted) % {"n": restarted})
    if dropped:
        words.append(ngettext("%(n)s is no longer asked.", "%(n)s are no longer asked.", dropped) % {"n": dropped})
    if added:
        words.append(ngettext("%(n)s is new.", "%(n)s are new.", added) % {"n": added})
    if found.is_reordered:
        words.append(_("The order changed."))
    if found.is_retitled:
        words.append(_("Title or purpose have new words."))
    if found.languages_added:
        words.append(_("New languages: %(names)s.") % {"names": ", ".join(map(own_name, found.languages_added))})
    if found.languages_gone:
        words.append(_("No longer offered in: %(names)s.") % {"names": ", ".join(map(own_name, found.languages_gone))})
    return words


def trend_in_words(pair: ScalePair) -> str:
    """Say what becomes of a scale's trend."""
    name = _("Renamed from “%(name)s”.") % {"name": pair.name_before} if pair.is_renamed else ""
    if pair.trend == "whole":
        said = _("Goes on as it is.")
    elif pair.trend == "part" and len(pair.shared) == pair.most:
        said = _("The same questions, but another number of them must be answered: compared on these questions anew.")
    elif pair.trend == "part":
        text = _("Goes on over the %(n)s of %(all)s questions both versions share, computed anew on these alone.")
        said = text % {"n": len(pair.shared), "all": pair.most}
    elif pair.trend == "none":
        said = _("Ends: no question is the same.")
    elif pair.trend == "added":
        said = _("Begins here.")
    else:
        said = _("Ends here: no longer scored.")
    return f"{name} {said}".strip()
