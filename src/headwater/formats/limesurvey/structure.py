"""An LSS file taken apart: groups, questions, subquestions and answers by id, with their words by language.

Older layouts (as DBVersion 177) keep words in the row itself, one row a language; newer ones (as 426 and 627) keep
them apart, in `question_l10ns`, `group_l10ns` and `answer_l10ns`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from headwater.formats.moving.documents import parse_xml
from headwater.formats.moving.words import language_code
from headwater.vocab import InputError, Problem

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

EXPECTED = "the survey as LimeSurvey exports it (Display/Export, Survey structure: a .lss file, or a .lsa archive)"

Row = Mapping[str, str]


@dataclass
class Answer:
    """One answer of a question. scale: 0, or 1 for the second scale of a dual one."""

    code: str
    scale: str
    order: int
    assessment: str
    words: dict[str, str] = field(default_factory=dict)


@dataclass
class Question:
    """A question or a subquestion."""

    id: str
    parent: str
    group: str
    type: str
    title: str
    order: int
    scale: str = "0"
    other: bool = False
    mandatory: str = "N"
    relevance: str = ""
    words: dict[str, str] = field(default_factory=dict)
    help: dict[str, str] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    subquestions: list[Question] = field(default_factory=list)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    """By name, the value by language ("" for all)."""

    def attribute(self, name: str) -> str:
        """Return an attribute's value for all languages, "" when it has none."""
        found = self.attributes.get(name, {})
        return found.get("", "") or next(iter(found.values()), "")

    def part(self, scale: str = "0") -> list[Question]:
        """Return the subquestions of one axis."""
        return [subquestion for subquestion in self.subquestions if subquestion.scale == scale]


@dataclass
class Group:
    """A group of questions, one page as a rule."""

    id: str
    order: int
    relevance: str
    random: str
    words: dict[str, str] = field(default_factory=dict)
    description: dict[str, str] = field(default_factory=dict)


@dataclass
class Structure:
    """The parts of an LSS file that say what is asked. settings: the survey's row."""

    file: str
    version: str
    base: str
    languages: tuple[str, ...]
    settings: Row
    titles: dict[str, Row]
    groups: list[Group]
    questions: list[Question]
    other_sections: dict[str, int]
    """How many rows each section holds that says nothing about questions."""

    @property
    def id(self) -> str:
        """The survey's number."""
        return self.settings.get("sid", "")


def read_structure(data: bytes, file: str) -> Structure:
    """Read an LSS file. Raises InputError when it is no XML, breaks off, or is XML of something else."""
    root = parse_xml(data, file, EXPECTED)
    kind = (root.findtext("LimeSurveyDocType") or "").strip()
    if root.tag != "document" or kind != "Survey":
        what = f"a LimeSurvey file of the kind {kind}" if kind else "XML, but no LimeSurvey survey"
        raise InputError(Problem(f"this is {what}.", f"Give {EXPECTED}.", file))
    sections = {section.tag: _rows(section) for section in root}
    settings = next(iter(sections.get("surveys", [])), {})
    listed = [language_code(element.text or "") for element in root.findall("languages/language")]
    base = language_code(settings.get("language", "")) or next(iter(listed), "") or "en"
    more = [language_code(code) for code in settings.get("additional_languages", "").split()]
    languages = tuple(dict.fromkeys(code for code in (base, *more, *listed) if code))
    titles = {
        language_code(row.get("surveyls_language", "")): row for row in sections.get("surveys_languagesettings", [])
    }
    questions = _questions(sections, base)
    if not questions:
        raise InputError(Problem("the survey holds no question.", f"Give {EXPECTED}.", file))
    known = {
        "questions", "subquestions", "question_l10ns", "groups", "group_l10ns", "answers", "answer_l10ns", "surveys",
        "question_attributes", "surveys_languagesettings", "languages", "LimeSurveyDocType", "DBVersion", "themes",
        "themes_inherited", "questions_attributes", "question_themes", "plugin_settings", "surveys_groupsettings",
    }  # fmt: skip
    rest = {name: len(rows) for name, rows in sections.items() if name not in known and rows}
    return Structure(
        file=file,
        version=(root.findtext("DBVersion") or "").strip(),
        base=base,
        languages=languages,
        settings=settings,
        titles=titles,
        groups=_groups(sections, base),
        questions=questions,
        other_sections=rest,
    )


def _rows(section: Element) -> list[Row]:
    return [{cell.tag: cell.text or "" for cell in row} for row in section.findall("rows/row")]


def _groups(sections: Mapping[str, list[Row]], base: str) -> list[Group]:
    found: dict[str, Group] = {}
    for row in sections.get("groups", []):
        group = found.setdefault(
            row.get("gid", ""),
            Group(
                row.get("gid", ""),
                _order(row, "group_order"),
                row.get("grelevance", ""),
                row.get("randomization_group", ""),
            ),
        )
        _say(group.words, row, "group_name", base)
        _say(group.description, row, "description", base)
    for row in sections.get("group_l10ns", []):
        if row.get("gid", "") in found:
            _say(found[row["gid"]].words, row, "group_name", base)
            _say(found[row["gid"]].description, row, "description", base)
    return sorted(found.values(), key=lambda group: group.order)


def _questions(sections: Mapping[str, list[Row]], base: str) -> list[Question]:
    everything: dict[str, Question] = {}
    for row in (*sections.get("questions", []), *sections.get("subquestions", [])):
        ident = row.get("qid", "")
        question = everything.get(ident)
        if question is None:
            question = everything[ident] = Question(
                id=ident,
                parent=row.get("parent_qid", "0") or "0",
                group=row.get("gid", ""),
                type=row.get("type", ""),
                title=row.get("title", ""),
                order=_order(row, "question_order"),
                scale=row.get("scale_id", "0") or "0",
                other=row.get("other") == "Y",
                mandatory=row.get("mandatory", "N") or "N",
                relevance=row.get("relevance", ""),
            )
        _say(question.words, row, "question", base)
        _say(question.help, row, "help", base)
    for row in sections.get("question_l10ns", []):
        if row.get("qid", "") in everything:
            _say(everything[row["qid"]].words, row, "question", base)
            _say(everything[row["qid"]].help, row, "help", base)
    for row in sections.get("question_attributes", []):
        if row.get("qid", "") in everything:
            values = everything[row["qid"]].attributes.setdefault(row.get("attribute", ""), {})
            values[language_code(row.get("language", "")) if row.get("language") else ""] = row.get("value", "")
    _answers(sections, everything, base)
    for question in everything.values():
        if question.parent in everything and question.parent != question.id:
            everything[question.parent].subquestions.append(question)
    for question in everything.values():
        question.subquestions.sort(
            key=lambda inner: (inner.scale, inner.order, int(inner.id) if inner.id.isdigit() else 0)
        )
    return [question for question in everything.values() if question.parent == "0"]


def _answers(sections: Mapping[str, list[Row]], questions: Mapping[str, Question], base: str) -> None:
    by_id: dict[str, Answer] = {}
    placed: dict[tuple[str, str, str], Answer] = {}
    for row in sections.get("answers", []):
        question = questions.get(row.get("qid", ""))
        if question is None:
            continue
        key = (question.id, row.get("scale_id", "0") or "0", row.get("code", ""))
        answer = placed.get(key)
        if answer is None:
            answer = Answer(key[2], key[1], _order(row, "sortorder"), row.get("assessment_value", ""))
            placed[key] = answer
            question.answers.append(answer)
        _say(answer.words, row, "answer", base)
        if row.get("aid"):
            by_id[row["aid"]] = answer
    for row in sections.get("answer_l10ns", []):
        if row.get("aid", "") in by_id:
            _say(by_id[row["aid"]].words, row, "answer", base)
    for question in questions.values():
        question.answers.sort(key=lambda answer: (answer.scale, answer.order))


def _say(words: dict[str, str], row: Row, name: str, base: str) -> None:
    """Keep the words of a row under its language, the base language where it has none."""
    if row.get(name):
        words[language_code(row.get("language", "")) or base] = row[name]


def _order(row: Row, name: str) -> int:
    text = row.get(name, "")
    return int(text) if text.lstrip("-").isdigit() and len(text) < 10 else 0
