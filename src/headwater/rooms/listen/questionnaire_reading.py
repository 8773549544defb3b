"""A questionnaire laid out for reading: by scale, in one language, with how it is answered and scored."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.instruments import design_balance
from headwater.rooms.house.catalogues import own_name
from headwater.rooms.house.languages import direction_of
from headwater.rooms.listen.logic.drafts import Draft
from headwater.rooms.listen.logic.translating import Completeness, completeness
from headwater.rooms.listen.questionnaire_words import KINDS, ROLES, answers_in_words, condition_in_words, labels_of
from headwater.rooms.listen.questionnaires import minutes_of
from headwater.vocab import Instrument, Item, Scale, say


@dataclass(frozen=True)
class Tongue:
    """A language of a questionnaire as pages name it."""

    how_far: Completeness
    name: str
    direction: str

    @property
    def code(self) -> str:
        """Its code."""
        return self.how_far.language


@dataclass(frozen=True)
class ItemLine:
    """A question as respondents read it, and how it counts."""

    item: Item
    number: int
    text: str
    kind: str
    condition: str
    choices: tuple[str, ...]
    design: str = ""
    is_balanced: bool = True
    scales: tuple[str, ...] = ()
    is_new: bool = False


@dataclass(frozen=True)
class Block:
    """Questions of one scale, or those outside scales (scale is None). answers: what they are answered on."""

    scale: Scale | None
    name: str
    role: str
    lines: tuple[ItemLine, ...]
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One answer of a response scale. sort: "favourable", "unfavourable" or "neutral"."""

    code: int
    label: str
    sort: str


@dataclass(frozen=True)
class Answers:
    """A response scale in words."""

    key: str
    name: str
    steps: tuple[Step, ...]
    skip: str

    @property
    def favourable_words(self) -> str:
        """The labels that count as favourable."""
        return ", ".join(step.label for step in self.steps if step.sort == "favourable")

    @property
    def unfavourable_words(self) -> str:
        """The labels that count as unfavourable."""
        return ", ".join(step.label for step in self.steps if step.sort == "unfavourable")


@dataclass(frozen=True)
class Reading:
    """A questionnaire laid out for reading in one language."""

    instrument: Instrument
    language: str
    direction: str
    title: str
    purpose: str
    notes: str
    blocks: tuple[Block, ...]
    answers: tuple[Answers, ...]
    minutes: int
    tongues: tuple[Tongue, ...]


def reading_of(draft: Draft, language: str) -> Reading:
    """Lay a questionnaire out for reading: by scale, then what is asked outside scales."""
    instrument = draft.instrument
    if language not in instrument.languages:
        base = language.partition("-")[0]
        language = next((code for code in instrument.languages if code.partition("-")[0] == base), draft.source)
    number_of = {item.key: number for number, item in enumerate(instrument.items, 1)}
    blocks = []
    placed: set[str] = set()
    for scale in instrument.scales:
        lines = [] if scale.parts else [instrument.item(key) for key in scale.items]
        placed |= {item.key for item in lines}
        blocks.append(
            Block(
                scale,
                say(scale.name, language),
                str(ROLES[scale.role]),
                tuple(item_line(instrument, item, language, number_of[item.key]) for item in lines),
                tuple(say(instrument.scale(part).name, language) for part in scale.parts),
            )
        )
    others = [item for item in instrument.items if item.key not in placed]
    if others:
        lines_of = tuple(item_line(instrument, item, language, number_of[item.key]) for item in others)
        blocks.append(Block(None, "", "", lines_of))
    return Reading(
        instrument=instrument,
        language=language,
        direction=direction_of(language),
        title=say(instrument.title, language),
        purpose=say(instrument.purpose, language),
        notes=say(instrument.notes, language) if instrument.notes else "",
        blocks=tuple(blocks),
        answers=tuple(_answers(instrument, key, language) for key in instrument.response_scales),
        minutes=minutes_of(instrument),
        tongues=tongues_of(draft),
    )


def item_line(instrument: Instrument, item: Item, language: str, number: int = 0) -> ItemLine:
    """Say a question in words."""
    design, balanced = "", True
    if item.kind == "best_worst":
        balance = design_balance(item)
        design, balanced = f"{len(item.sets)} × {balance.set_size}", balance.balanced
    return ItemLine(
        item=item,
        number=number or next(place for place, one in enumerate(instrument.items, 1) if one.key == item.key),
        text=say(item.text, language),
        kind=str(KINDS[item.kind]),
        condition=condition_in_words(instrument, item, language),
        choices=tuple(say(choice.text, language) for choice in item.choices),
        design=design,
        is_balanced=balanced,
    )


def tongues_of(draft: Draft) -> tuple[Tongue, ...]:
    """Return every language with its name and how far it is."""
    return tuple(Tongue(one, own_name(one.language), direction_of(one.language)) for one in completeness(draft))


def _answers(instrument: Instrument, key: str, language: str) -> Answers:
    scale = instrument.response_scales[key]

    def sort(code: int) -> str:
        if code >= scale.favourable_from:
            return "favourable"
        return "unfavourable" if code <= scale.unfavourable_to else "neutral"

    return Answers(
        key=key,
        name=answers_in_words(scale, language),
        steps=tuple(Step(code, label, sort(code)) for code, label in enumerate(labels_of(scale, language), scale.low)),
        skip=say(scale.may_skip, language) if scale.may_skip else "",
    )
