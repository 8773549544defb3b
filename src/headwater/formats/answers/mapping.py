"""The mapping file of answers: which column is the unit, which are items, scores, cuts, the weight, comments."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from headwater.formats.numerals import MISSING, Decimal
from headwater.formats.specs import Spec, SpecSource, read_spec
from headwater.vocab import InputError, Instrument, Problem

KEY = re.compile(r"[A-Za-z0-9_]+")
"""What item, score and cut keys are made of."""

WAVE_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")

UNIT_HEADERS = ("unit", "unit_id", "unit id", "team", "team_id", "unidad", "id_unidad", "equipo", "department")
RESPONSE_HEADERS = ("response", "response_id", "response id", "respuesta", "id_respuesta")
WAVE_HEADERS = ("wave", "ola", "oleada")
WEIGHT_HEADERS = ("weight", "peso", "ponderación", "ponderacion")


@dataclass(frozen=True)
class ItemMapping:
    """One item. codes: answer as written (folded) -> code at rest; empty when the file holds the codes themselves.

    low, high: the codes at rest; None to take them from the instrument or from `codes`.
    """

    key: str
    column: str
    codes: Mapping[str, int] = field(default_factory=dict)
    not_applicable: frozenset[str] = frozenset()
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class ScoreMapping:
    """One ready-made score, a number within low..high where these are given."""

    key: str
    column: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class CutMapping:
    """One cut. levels: in order. relabel: text in the file (folded) -> level.

    bands: (level, lower bound or None, upper bound or None), lower included, upper not; numbers are sorted into them.
    """

    key: str
    column: str
    levels: tuple[str, ...] = ()
    relabel: Mapping[str, str] = field(default_factory=dict)
    bands: tuple[tuple[str, float | None, float | None], ...] = ()


@dataclass(frozen=True)
class AnswerMapping:
    """What the columns of a file of answers mean. See docs/how-to/bring-your-answers.md."""

    unit: str
    items: tuple[ItemMapping, ...] = ()
    scores: tuple[ScoreMapping, ...] = ()
    cuts: tuple[CutMapping, ...] = ()
    comments: Mapping[str, str] = field(default_factory=dict)
    """Column of comments by item key."""
    response: str = ""
    wave: str = ""
    waves: Mapping[str, str] = field(default_factory=dict)
    """Wave key by the text in the wave column. Each wave named here must have answers."""
    wave_key: str = ""
    """The wave of all rows, when no column says it."""
    makes_wave_keys: bool = False
    """Whether a text in the wave column that cannot be a key is turned into one: `2024 Q1` becomes `2024-Q1`."""
    weight: str = ""
    person: str = ""
    """The column that says who answered. Only studies that are not anonymous may read it."""
    missing: frozenset[str] = MISSING
    decimal: Decimal = ""
    sheet: str = ""
    file: str = "mapping"


def fold(text: str) -> str:
    """Reduce an answer to what two spellings of it share: case and blanks do not count."""
    return " ".join(text.casefold().split())


def load_answer_mapping(source: SpecSource) -> AnswerMapping:
    """Read a mapping file (YAML or dict). Raises InputError naming the key that is wrong."""
    spec = read_spec(source)
    shared = {name: _codes(spec, f"answers.{name}", codes) for name, codes in spec.take_mapping("answers").items()}
    applies = spec.take_texts("not_applicable")
    scale = Spec(spec.take_mapping("scale"), spec.file, "scale")
    bounds = _whole(scale, "low"), _whole(scale, "high")
    scale.finish()
    decimal = spec.take_text("decimal")
    if decimal not in ("", ".", ","):
        raise spec.error("must be a comma or a point.", "", "decimal")
    missing = spec.take_texts("missing")
    made = AnswerMapping(
        unit=spec.need_text("unit", "Name the column of the unit."),
        items=tuple(
            _item(spec, key, content, shared=shared, applies=applies, bounds=bounds)
            for key, content in spec.take_mapping("items").items()
        ),
        scores=tuple(_score(spec, key, content) for key, content in spec.take_mapping("scores").items()),
        cuts=tuple(_cut(spec, key, content) for key, content in spec.take_mapping("cuts").items()),
        comments={_key(spec, "comments", key): str(column) for key, column in spec.take_mapping("comments").items()},
        response=spec.take_text("response"),
        wave=spec.take_text("wave"),
        waves={text: str(key) for text, key in spec.take_mapping("waves").items()},
        wave_key=spec.take_text("wave_key"),
        weight=spec.take_text("weight"),
        person=spec.take_text("person"),
        missing=frozenset({"", *missing}) if missing else MISSING,
        decimal=decimal,  # type: ignore[arg-type]
        sheet=spec.take_text("sheet"),
        file=spec.file,
    )
    spec.finish()
    _check(spec, made)
    return made


def guess_mapping(
    header: Sequence[str], instruments: Sequence[Instrument], file: str, given: AnswerMapping | None = None
) -> tuple[AnswerMapping, tuple[Problem, ...]]:
    """Map columns whose header is an item key of an instrument, and well-known headers of unit, response, wave, weight.

    `given` is kept where it says something. Columns nobody knows are named in notes and left out. Raises InputError
    when no unit column or no item is found.
    """
    by_name = {name.casefold(): name for name in header}

    def first(names: Sequence[str]) -> str:
        return next((by_name[name] for name in names if name in by_name), "")

    unit = given.unit if given else first(UNIT_HEADERS)
    if not unit:
        message = f"no column is the unit; looked for {', '.join(UNIT_HEADERS)}."
        raise InputError(Problem(message, "Write a mapping file with `unit: <column>`.", file, 1))
    items: list[ItemMapping] = []
    comments: dict[str, str] = dict(given.comments) if given else {}
    problems = []
    for item in (item for instrument in instruments for item in instrument.items):
        column = by_name.get(item.key.casefold())
        if column is None or any(known.key == item.key for known in items):
            continue
        if item.kind == "text":
            comments.setdefault(item.key, column)
        elif item.kind in ("scale", "recommend", "single"):
            items.append(ItemMapping(item.key, column))
        else:
            message = f"answers to {item.kind} items such as {item.key!r} are not read from files."
            problems.append(Problem(message, "They are left out.", file, 1, column, "warning"))
    if not items:
        message = "no column is named as an item of the questionnaires given."
        raise InputError(Problem(message, "Write a mapping file with `items:`.", file, 1))
    base = given or AnswerMapping(
        unit, response=first(RESPONSE_HEADERS), wave=first(WAVE_HEADERS), weight=first(WEIGHT_HEADERS)
    )
    used = {unit, base.response, base.wave, base.weight, base.person, *comments.values()}
    used |= {item.column for item in items} | {cut.column for cut in base.cuts}
    left = [name for name in header if name not in used]
    if left:
        listed = ", ".join(left[:10]) + (" ..." if len(left) > 10 else "")
        message = f"{len(left)} columns are left out: {listed}"
        problems.append(Problem(message, "Name them in a mapping file to use them.", file, 1, severity="note"))
    made = AnswerMapping(
        unit,
        tuple(items),
        cuts=base.cuts,
        comments=comments,
        response=base.response,
        wave=base.wave,
        waves=base.waves,
        wave_key=base.wave_key,
        weight=base.weight,
        person=base.person,
        missing=base.missing,
        decimal=base.decimal,
        sheet=base.sheet,
        file=base.file,
    )
    return made, tuple(problems)


def _key(spec: Spec, kind: str, key: str) -> str:
    if not KEY.fullmatch(key):
        raise spec.error("may hold letters, digits and underscores only.", "", f"{kind}.{key}")
    return key


def _whole(spec: Spec, key: str) -> int | None:
    value = spec.take_number(key)
    if value is not None and (not float(value).is_integer() or not -127 <= value <= 127):
        raise spec.error("must be a whole number from -127 to 127.", "Longer scales go under `scores`.", key)
    return None if value is None else int(value)


def _codes(spec: Spec, place: str, content: Any) -> dict[str, int]:
    if not isinstance(content, Mapping) or not content:
        raise spec.error("must hold `answer: code` lines.", "", place)
    codes: dict[str, int] = {}
    for answer, code in content.items():
        if isinstance(answer, bool):
            raise spec.error(f"has the answer {answer!r}.", "Put Yes and No between double quotes.", place)
        if isinstance(code, bool) or not isinstance(code, int) or not -127 <= code <= 127:
            raise spec.error(f"gives {answer!r} the code {code!r}; codes are whole, -127 to 127.", "", place)
        folded = fold(str(answer))
        if codes.get(folded, code) != code:
            raise spec.error(f"gives {answer!r} two codes.", "", place)
        codes[folded] = code
    return codes


def _inner(spec: Spec, kind: str, key: str, content: Any) -> Spec:
    _key(spec, kind, key)
    if isinstance(content, str | int | float) and not isinstance(content, bool):
        content = {"column": str(content)}
    if not isinstance(content, Mapping):
        raise spec.error("must name a column, or hold `name: value` lines.", "", f"{kind}.{key}")
    return Spec(content, spec.file, f"{kind}.{key}")


def _item(
    spec: Spec,
    key: str,
    content: Any,
    *,
    shared: Mapping[str, dict[str, int]],
    applies: tuple[str, ...],
    bounds: tuple[int | None, int | None],
) -> ItemMapping:
    inner = _inner(spec, "items", key, content)
    column = inner.need_text("column", "Name the column of the answers.")
    codes = inner.take("codes")
    name = inner.take_text("answers")
    if codes is not None and name:
        raise inner.error("has both `codes` and `answers`.", "Keep one.")
    if name and name not in shared:
        raise inner.error(f"names the answers {name!r}, which the file does not list.", "", "answers")
    made = {} if codes is None else _codes(spec, f"items.{key}.codes", codes)
    own = inner.take_texts("not_applicable")
    low, high = _whole(inner, "low"), _whole(inner, "high")
    inner.finish()
    coded = shared[name] if name else made
    if not coded:
        low = bounds[0] if low is None else low
        high = bounds[1] if high is None else high
    if low is not None and high is not None and low >= high:
        raise inner.error(f"runs from {low} to {high}.", "`low` must be below `high`.")
    return ItemMapping(key, column, coded, frozenset(map(fold, (*applies, *own))), low, high)


def _score(spec: Spec, key: str, content: Any) -> ScoreMapping:
    inner = _inner(spec, "scores", key, content)
    column = inner.need_text("column", "Name the column of the score.")
    made = ScoreMapping(key, column, inner.take_number("low"), inner.take_number("high"))
    inner.finish()
    return made


def _cut(spec: Spec, key: str, content: Any) -> CutMapping:
    inner = _inner(spec, "cuts", key, content)
    column, levels = inner.need_text("column", "Name the column of the cut."), inner.take_texts("levels")
    relabel = {fold(text): str(level) for text, level in inner.take_mapping("relabel").items()}
    bands: list[tuple[str, float | None, float | None]] = []
    for level, bounds in inner.take_mapping("bands").items():
        if not isinstance(bounds, list | tuple) or len(bounds) != 2:
            raise inner.error("must be [lower, upper], with null for none.", "", f"bands.{level}")
        for bound in bounds:
            if bound is not None and (isinstance(bound, bool) or not isinstance(bound, int | float)):
                raise inner.error("must hold numbers or null.", "", f"bands.{level}")
        bands.append((level, bounds[0], bounds[1]))
    inner.finish()
    if bands and (levels or relabel):
        raise inner.error("has `bands` and also `levels` or `relabel`.", "Bands name their own levels.")
    for (level, low, high), (after, low_after, high_after) in itertools.pairwise(bands):
        if high is None or low_after is None or low_after < high or (low is not None and low >= high):
            raise inner.error(
                f"has bands {level!r} and {after!r} that overlap or stand in the wrong order.", "", "bands"
            )
        if high_after is not None and low_after >= high_after:
            raise inner.error(f"has an empty band {after!r}.", "", "bands")
    unknown = sorted(set(relabel.values()) - set(levels)) if levels else []
    if unknown:
        raise inner.error(f"relabels to {unknown[0]!r}, which is not among its levels.", "", "relabel")
    return CutMapping(key, column, tuple(level for level, _, _ in bands) or levels, relabel, tuple(bands))


def _check(spec: Spec, made: AnswerMapping) -> None:
    if made.wave and made.wave_key:
        raise spec.error("names `wave` (a column) and `wave_key` (one wave for all).", "Keep one.")
    for key in (*made.waves.values(), *([made.wave_key] if made.wave_key else [])):
        if not WAVE_KEY.fullmatch(key):
            raise spec.error(f"has the wave key {key!r}; use letters, digits, - _ and . only.", "", "waves")
    both = sorted({item.key for item in made.items} & {score.key for score in made.scores})
    if both:
        raise spec.error(f"names {both[0]!r} as an item and as a score.", "Keep one.")
