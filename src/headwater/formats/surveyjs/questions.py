"""Questions of a SurveyJS survey, page by page and panel by panel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from headwater.formats.moving.answer_scales import Option
from headwater.formats.moving.asking import Asked, Asker
from headwater.formats.moving.logic import Rule
from headwater.formats.moving.personal import personal
from headwater.formats.moving.words import joined, plain
from headwater.formats.surveyjs.localised import DEEPEST, option, texts, written
from headwater.vocab import InputError, Problem
from headwater.vocab.questionnaire import ItemKind

_ALWAYS = frozenset({"type", "name", "title", "isRequired", "visibleIf", "visible"})
_CHOOSING = frozenset(
    [
        "choices",
        "showOtherItem",
        "hasOther",
        "otherText",
        "showNoneItem",
        "hasNone",
        "noneText",
        "showRefuseItem",
        "refuseText",
        "showDontKnowItem",
        "dontKnowText",
    ]
)
_CARRIED: Mapping[str, frozenset[str]] = {
    "radiogroup": _CHOOSING,
    "dropdown": _CHOOSING,
    "buttongroup": _CHOOSING,
    "imagepicker": _CHOOSING | {"multiSelect"},
    "checkbox": _CHOOSING,
    "tagbox": _CHOOSING,
    "ranking": frozenset({"choices"}),
    "rating": frozenset(
        [
            "rateValues",
            "rateMin",
            "rateMax",
            "rateStep",
            "rateCount",
            "autoGenerate",
            "minRateDescription",
            "maxRateDescription",
        ]
    ),
    "boolean": frozenset({"labelTrue", "labelFalse", "valueTrue", "valueFalse"}),
    "matrix": frozenset({"columns", "rows", "isAllRowRequired", "eachRowRequired"}),
    "text": frozenset({"inputType"}),
    "comment": frozenset(),
    "multipletext": frozenset({"items"}),
}
_BESIDE = frozenset({"showCommentArea", "hasComment", "commentText"})
_OTHERS = frozenset({"radiogroup", "dropdown", "buttongroup", "imagepicker", "checkbox", "tagbox"})
"""Kinds that may offer an answer "other", with words."""
_LEFT = {
    "expression": "It is computed, not asked.",
    "image": "A picture is not asked.",
    "file": "Files are not collected here.",
    "signaturepad": "It says who the person is.",
    "paneldynamic": "A question is asked once here, not repeated.",
    "matrixdynamic": "A question is asked once here, not repeated.",
    "matrixdropdown": "Each cell asks another kind of question; ask them one by one.",
    "imagemap": "A picture is not asked.",
    "slider": "A slider without steps has no codes.",
}
_MOMENTS = {"datetime", "datetime-local", "time", "month", "week"}
_IDENTIFYING = {"email": "an e-mail address", "tel": "a telephone number", "password": "a secret", "url": "an address"}
_MOST_STEPS = 200


class Questions:
    """Walks through a survey and asks each question it can."""

    def __init__(self, asker: Asker, base: str) -> None:
        """Take what questions are added to, and the main language."""
        self._asker, self._builder, self._base = asker, asker.builder, base
        self._names: set[str] = set()

    def survey(self, survey: Mapping[str, Any]) -> None:
        """Ask everything of a survey."""
        for part in ("pages", "elements", "questions"):
            inner = survey.get(part)
            if isinstance(inner, list):
                self._elements(inner, (), 0, pages=part == "pages")

    def _elements(self, elements: Sequence[Any], rules: tuple[Rule, ...], depth: int, pages: bool = False) -> None:
        if depth > DEEPEST:
            message = f"panels are nested more than {DEEPEST} deep."
            raise InputError(Problem(message, "Give a survey that a person made.", self._builder.file))
        for place, element in enumerate(elements, start=1):
            if not isinstance(element, dict):
                self._builder.lose("an element that is no record", f"element {place}", "It cannot be read.")
                continue
            kind = "page" if pages else str(element.get("type", "panel" if "elements" in element else "text"))
            name = plain(element.get("name") or f"{kind} {place}")[:200]
            if element.get("visible") is False:
                self._leave(element, name, "It is never shown there.")
            elif kind in ("page", "panel", "flowpanel"):
                self._within(element, name, rules, depth)
            else:
                self._question(element, kind, name, self._with_own(element, name, rules))

    def _within(self, element: Mapping[str, Any], name: str, rules: tuple[Rule, ...], depth: int) -> None:
        for setting in element:
            if setting in ("title", "description"):
                self._builder.note(texts(element[setting], self._base), name)
                self._builder.lose("headings of pages and panels", name, "They are kept in the notes.")
            elif setting not in _ALWAYS | {"elements", "questions"}:
                self._lose_setting(setting, name)
        inner = element.get("elements", element.get("questions", []))
        if isinstance(inner, list):
            self._elements(inner, self._with_own(element, name, rules), depth + 1)

    def _with_own(self, element: Mapping[str, Any], name: str, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        condition = element.get("visibleIf")
        if not isinstance(condition, str) or not condition.strip():
            return rules
        rule = self._asker.rule(condition, name)
        return rules if rule is None else (*rules, rule)

    def _leave(self, element: Mapping[str, Any], name: str, why: str) -> None:
        inner = element.get("elements", element.get("questions"))
        for child in inner if isinstance(inner, list) else ():
            if isinstance(child, dict):
                self._leave(child, plain(child.get("name") or name)[:200], why)
        if not isinstance(inner, list):
            self._asker.leave(Asked(name, {}), why)

    def _lose_setting(self, setting: str, name: str) -> None:
        what = f"the setting {plain(setting)[:60]}"
        if setting in ("timeLimit", "maxTimeToFinish"):
            self._builder.lose(f"the timer setting {setting}", name, "Answers take the time they take.")
        elif setting == "correctAnswer":
            self._builder.lose("the correct answer", name, "Questionnaires here have no right or wrong.")
        else:
            self._builder.lose(what, name, "It belongs to the other product.")

    def _question(self, element: Mapping[str, Any], kind: str, name: str, rules: tuple[Rule, ...]) -> None:
        if kind == "html":
            self._builder.note(texts(element.get("html"), self._base), name)
            self._builder.lose("words between questions", name, "They are kept in the notes.")
            return
        title = texts(element.get("title"), self._base) or {self._base: name}
        asked = Asked(name, title, element.get("isRequired") is True, rules)
        if name in self._names:
            self._builder.lose(
                "a question under a name given before", name, "Its answers are the same; it is asked once."
            )
            return
        self._names.add(name)
        if kind not in _CARRIED:
            self._asker.leave(
                asked, _LEFT.get(kind, "This kind of question is not known here."), f"a {plain(kind)[:40]} question"
            )
            return
        for setting in element:
            if setting not in _ALWAYS | _CARRIED[kind] | _BESIDE:
                self._lose_setting(setting, name)
        how: Mapping[str, Callable[[Mapping[str, Any], Asked], object]] = {
            "rating": self._rating,
            "boolean": self._boolean,
            "matrix": self._matrix,
            "text": self._text,
            "multipletext": self._texts,
            "comment": lambda _, asked: self._free(asked, "text"),
        }
        ask = how.get(kind)
        if ask is not None:
            ask(element, asked)
        else:
            self._choosing(element, asked, kind)
        self._beside(element, asked, kind)

    def _beside(self, element: Mapping[str, Any], asked: Asked, kind: str) -> None:
        """Ask for the words beside an answer, which SurveyJS keeps as `name-Comment`, in a question of their own."""
        other = kind in _OTHERS and any(element.get(flag) is True for flag in ("showOtherItem", "hasOther"))
        if not other and not any(element.get(flag) is True for flag in ("showCommentArea", "hasComment")):
            return
        said = texts(element.get("otherText" if other else "commentText"), self._base)
        words = joined(asked.words, said or {self._base: "Other, please say" if other else "Comment"})
        self._asker.free(Asked(f"{asked.name}-Comment", words, rules=asked.rules), "text")
        why = "They are asked of everyone, in an item below."
        self._builder.lose("that words are asked beside a choice", asked.name, why)

    def _choosing(self, element: Mapping[str, Any], asked: Asked, kind: str) -> None:
        if "choicesByUrl" in element or "choicesFromQuestion" in element:
            self._asker.leave(asked, "Its answers stand elsewhere, not in the file.")
            return
        options = self._options(element.get("choices"), asked.name)
        for flag, older, setting, code, words in (
            ("showOtherItem", "hasOther", "otherText", "other", "Other"),
            ("showNoneItem", "hasNone", "noneText", "none", "None"),
            ("showRefuseItem", "", "refuseText", "refused", "Refuse to answer"),
            ("showDontKnowItem", "", "dontKnowText", "dontknow", "Don't know"),
        ):
            if element.get(flag) is True or (older and element.get(older) is True):
                options.append(Option(code, texts(element.get(setting), self._base) or {self._base: words}, code))
        many = kind in ("checkbox", "tagbox") or (kind == "imagepicker" and element.get("multiSelect") is True)
        if many:
            cells = {option.id: f"{asked.name}[{option.code}]" for option in options}
            self._asker.many_of(asked, options, "multiple", cells)
        elif kind == "ranking":
            self._asker.many_of(asked, options, "ranking", {})
        else:
            # A question with a right answer is no rating, even where its answers look ordered.
            self._asker.one_of(asked, options, kind="single" if "correctAnswer" in element else None)

    def _options(self, values: Any, where: str) -> list[Option]:
        made = []
        for value in values if isinstance(values, list) else ():
            found = option(value, self._base)
            if found is None:
                self._builder.lose("an answer that is neither a value nor a record", where, "It cannot be read.")
                continue
            if isinstance(value, dict):
                for setting in value:
                    if setting not in ("value", "text"):
                        self._builder.lose(
                            f"the setting {plain(setting)[:60]} of answers", where, "Answers are always offered."
                        )
            made.append(found)
        return made

    def _rating(self, element: Mapping[str, Any], asked: Asked) -> None:
        options = self._options(element.get("rateValues"), asked.name)
        if not options:
            options = self._steps(element, asked)
        ends = ((0, "minRateDescription"), (-1, "maxRateDescription"))
        for place, setting in ends:
            words = texts(element.get(setting), self._base)
            if words and options:
                end = options[place]
                options[place] = replace(
                    end, words={language: f"{end.code}, {text}" for language, text in words.items()}
                )
        self._asker.one_of(asked, options, rated=True, kind="scale")

    def _steps(self, element: Mapping[str, Any], asked: Asked) -> list[Option]:
        low, step = _whole(element.get("rateMin"), 1), _whole(element.get("rateStep"), 1)
        count = _whole(element.get("rateCount"), 0)
        high = _whole(element.get("rateMax"), low + (count - 1) * step if count > 1 else 5)
        if step < 1 or not low < high or (high - low) // step > _MOST_STEPS:
            return []
        return [Option(str(code), {self._base: str(code)}, str(code)) for code in range(low, high + 1, step)]

    def _boolean(self, element: Mapping[str, Any], asked: Asked) -> None:
        labels = [
            texts(element.get(setting), self._base) or {self._base: words}
            for setting, words in (("labelFalse", "No"), ("labelTrue", "Yes"))
        ]
        options = [Option(str(code), words, str(code)) for code, words in enumerate(labels)]
        if not self._asker.one_of(asked, options, rated=True, kind="scale"):
            return
        values = {written(element.get("valueFalse", False)): 0, written(element.get("valueTrue", True)): 1}
        if len(values) == 2:
            self._builder.columns[-1] = replace(self._builder.columns[-1], codes=values)
            known = self._asker.known[asked.name]
            self._asker.known[asked.name] = replace(
                known, codes={text.casefold(): code for text, code in values.items()}
            )

    def _matrix(self, element: Mapping[str, Any], asked: Asked) -> None:
        columns = self._options(element.get("columns"), asked.name)
        rows = self._options(element.get("rows"), asked.name)
        if not rows:
            self._asker.leave(asked, "A matrix without rows asks nothing.")
            return
        coded = all(option.number is not None for option in columns)
        required = asked.required or element.get("isAllRowRequired") is True or element.get("eachRowRequired") is True
        if asked.required and not element.get("isAllRowRequired") and not element.get("eachRowRequired"):
            self._builder.lose("that one row of a matrix is enough", asked.name, "Each row is required here.")
        for row in rows:
            name = f"{asked.name}.{row.code}"
            words = joined(asked.words, row.words)
            self._asker.one_of(Asked(name, words, required, asked.rules), columns, rated=coded)

    def _text(self, element: Mapping[str, Any], asked: Asked) -> None:
        kind = str(element.get("inputType", "text"))
        if kind in _IDENTIFYING:
            self._asker.leave(asked, "It says who the person is.", f"a question for {_IDENTIFYING[kind]}")
        elif kind in _MOMENTS or kind == "color":
            self._asker.leave(asked, "Times and colours are not asked here.", f"a {plain(kind)} question")
        else:
            self._free(asked, "number" if kind in ("number", "range") else "date" if kind == "date" else "text")

    def _texts(self, element: Mapping[str, Any], asked: Asked) -> None:
        items = element.get("items")
        for item in items if isinstance(items, list) else ():
            if not isinstance(item, dict) or not item.get("name"):
                self._builder.lose("a text without a name", asked.name, "It cannot be read.")
                continue
            name = f"{asked.name}.{plain(item['name'])[:200]}"
            own = texts(item.get("title"), self._base) or {self._base: plain(item["name"])}
            inner = Asked(name, joined(asked.words, own), item.get("isRequired") is True, asked.rules)
            self._text(item, inner)

    def _free(self, asked: Asked, kind: ItemKind) -> None:
        reason = personal(asked.name.rpartition(".")[2], plain(asked.words.get(self._base, "")))
        if reason:
            self._asker.leave(asked, "It says who the person is.", f"a question for {reason}")
        else:
            self._asker.free(asked, kind)


def _whole(value: Any, otherwise: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e6 < value < 1e6:
        return otherwise
    return int(value) if float(value).is_integer() else otherwise
