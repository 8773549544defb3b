"""Answers that LimeSurvey offers without listing them: yes and no, five points, and their like."""

from __future__ import annotations

from headwater.formats.limesurvey.structure import Answer
from headwater.formats.moving.answer_scales import Option

_YES = {"en": "Yes", "es": "Sí", "de": "Ja", "fr": "Oui", "pt": "Sim", "it": "Sì", "nl": "Ja", "ar": "نعم"}
_NO = {"en": "No", "es": "No", "de": "Nein", "fr": "Non", "pt": "Não", "it": "No", "nl": "Nee", "ar": "لا"}
_UNCERTAIN = {
    "en": "Uncertain", "es": "No sabe", "de": "Unsicher", "fr": "Indécis(e)", "pt": "Incerto", "it": "Non so",
    "nl": "Weet niet", "ar": "غير متأكد",
}  # fmt: skip
_INCREASE = {"en": "Increase", "es": "Aumentar", "de": "Zunahme", "fr": "Augmenter", "pt": "Aumentou", "ar": "زيادة"}
_SAME = {"en": "Same", "es": "Igual", "de": "Gleich", "fr": "Pas de changement", "pt": "Igual", "ar": "نفس الشيء"}
_DECREASE = {"en": "Decrease", "es": "Disminuir", "de": "Abnahme", "fr": "Diminuer", "pt": "Diminuiu", "ar": "نقصان"}
_FEMALE = {"en": "Female", "es": "Femenino", "de": "Weiblich", "fr": "Féminin", "pt": "Feminino", "ar": "أنثى"}
_MALE = {"en": "Male", "es": "Masculino", "de": "Männlich", "fr": "Masculin", "pt": "Masculino", "ar": "ذكر"}

NO_ANSWER = frozenset({"no answer", "sin respuesta", "keine antwort", "sans réponse", "pas de réponse", "sem resposta"})
"""Folded words that exports in words write where nothing was answered."""

CHOSEN = {
    **{word.casefold(): 1 for word in (*_YES.values(), "y", "1", "x", "true")},
    **{word.casefold(): 0 for word in (*_NO.values(), "n", "0", "2", "false", "")},
}
"""What a column of a multiple choice question holds, folded -> chosen or not."""


def built_in(type_: str) -> list[Option] | None:
    """Return the answers of a question type that brings its own, None when it lists them."""
    if type_ in ("5", "A"):
        return _points(5)
    if type_ == "B":
        return _points(10)
    if type_ == "Y":
        return [Option("Y", _YES, "Y"), Option("N", _NO, "N")]
    if type_ == "C":
        return [Option("Y", _YES, "Y"), Option("U", _UNCERTAIN, "U"), Option("N", _NO, "N")]
    if type_ == "E":
        return [Option("D", _DECREASE, "D"), Option("S", _SAME, "S"), Option("I", _INCREASE, "I")]
    if type_ == "G":
        return [Option("F", _FEMALE, "F"), Option("M", _MALE, "M")]
    return None


def listed(answers: list[Answer], *, assessed: bool) -> list[Option]:
    """Return listed answers. assessed: whether their assessment values are what they count."""
    values = [answer.assessment for answer in answers]
    counts = assessed and len(set(values)) > 1
    return [
        Option(answer.code, answer.words, answer.code, value=answer.assessment if counts else "") for answer in answers
    ]


def _points(most: int) -> list[Option]:
    return [Option(str(code), {}, str(code)) for code in range(1, most + 1)]
