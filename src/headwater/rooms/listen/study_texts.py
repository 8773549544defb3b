"""The words of the first page that a study begins with, in every language there is a catalogue for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from headwater.rooms.listen.models import Study

NAMES = ("purpose", "who_asks", "what_happens")
"""What a study says in its own words. The promise itself is said by the respondents' page, always in the same words."""


def default_text(name: str, promise: str) -> str:
    """Return the words a study begins with, in the language that is spoken now."""
    if name == "purpose":
        return _("We want to know how it is to work here, and what should become better.")
    if name == "who_asks":
        return _("Your organisation asks, through the people who lead its listening.")
    if promise == Study.Promise.IDENTIFIED:
        return _("Those who run the study read your answers with your name. Then results are shared and acted upon.")
    return _("Results are shown for groups only. Leaders talk about theirs with their teams and choose what to change.")


def texts_of(study: Study) -> dict[str, dict[str, str]]:
    """Return all words of the first page by name and language: the study's own, else the ones it begins with.

    A language without a catalogue has the English words, where the study gives none of its own.
    """
    return {name: _by_language(study, name, study.languages) for name in NAMES}


def _by_language(study: Study, name: str, languages: Sequence[str]) -> dict[str, str]:
    own: Mapping[str, str] = study.texts.get(name, {})
    known = {code for code, _name in settings.LANGUAGES}
    found = {}
    for code in languages:
        if own.get(code, "").strip():
            found[code] = own[code].strip()
            continue
        base = code.partition("-")[0]
        with translation.override(code if code in known else base if base in known else "en"):
            found[code] = default_text(name, study.promise)
    return found
