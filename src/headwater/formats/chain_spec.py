"""Stations and links of a chain as a file declares them: read from projects and from recipes for known public files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from headwater.formats.specs import Spec, read_spec
from headwater.vocab import Lens

RECIPES = Path(__file__).parent / "recipes"
"""Project files for well-known public files."""

WORDS = ("label", "more", "note", "does", "better", "when", "then")
"""The words of a station that are said again in other languages."""


@dataclass(frozen=True)
class PlaceSpec:
    """A station of the River: its words and what a rise is called.

    translations: by language other than English, any of label, more, note, does, better, when and then.
    """

    key: str
    label: str
    lens: Lens
    more: str
    higher_is_better: bool = True
    low: float = 1.0
    high: float = 5.0
    note: str = ""
    items: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    does: str = ""
    better: str = ""
    when: str = ""
    then: str = ""
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class LinkSpec:
    """A link of the chain to be estimated, by place keys."""

    source: str
    target: str

    @property
    def ends(self) -> tuple[str, str]:
        """Both place keys."""
        return self.source, self.target


@dataclass(frozen=True)
class PanelRecipe:
    """One table of a recipe: the columns it is known by, and how it is read."""

    file: str
    columns: frozenset[str]
    mapping: Mapping[str, Any]


@dataclass(frozen=True)
class Recipe:
    """What is known of public tables by unit and period: how to read them, and the chain they make."""

    key: str
    organisation: str
    period: str
    words: Mapping[str, Any]
    """What a unit and a period are called, in another language than English under its code."""
    panels: tuple[PanelRecipe, ...]
    places: tuple[PlaceSpec, ...]
    links: tuple[LinkSpec, ...]
    same_survey: tuple[str, ...]
    complete: tuple[str, ...]
    unknowns: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]


def panel_recipes() -> tuple[Recipe, ...]:
    """Return the recipes that are made of tables by unit and period alone, in the order of their keys."""
    found = []
    for path in sorted(RECIPES.glob("*.yaml")):
        content = read_spec(path)
        panels = content.take("panels", [])
        if panels:
            found.append(_recipe(path.stem, content, panels))
    return tuple(found)


def _recipe(key: str, spec: Spec, panels: list[Mapping[str, Any]]) -> Recipe:
    unknowns = spec.take_mapping("unknowns")
    return Recipe(
        key=key,
        organisation=spec.need_text("organisation", "Name the organisation."),
        period=spec.take_text("period"),
        words=_words(spec.take_mapping("words")),
        panels=tuple(PanelRecipe(one["file"], _columns(one["mapping"]), one["mapping"]) for one in panels),
        places=tuple(take_place(spec, name, content) for name, content in spec.take_mapping("places").items()),
        links=take_links(spec, "links"),
        same_survey=spec.take_texts("same_survey"),
        complete=spec.take_texts("complete"),
        unknowns=tuple((name, str(why)) for name, why in unknowns.items()),
        sources=spec.take_texts("sources"),
    )


def _words(content: dict[str, Any]) -> dict[str, Any]:
    translations = content.pop("translations", {})
    return {name: str(word) for name, word in content.items()} | dict(translations)


def _columns(mapping: Mapping[str, Any]) -> frozenset[str]:
    """Return every column a mapping reads."""
    found = {str(mapping[name]) for name in ("unit", "name", "period") if mapping.get(name)}
    date = mapping.get("date")
    if isinstance(date, Mapping):
        found.add(str(date["column"]))
    for kind, names in (("values", ("column", "base")), ("ratios", ("numerator", "denominator"))):
        for figure in (mapping.get(kind) or {}).values():
            found |= {str(figure[name]) for name in names if isinstance(figure, Mapping) and figure.get(name)}
            found |= {figure} if isinstance(figure, str) else set()
    return frozenset(found)


def take_place(spec: Spec, key: str, content: Any) -> PlaceSpec:
    """Take one station. Raises InputError naming the key that is wrong."""
    if not isinstance(content, Mapping):
        raise spec.error("must hold `label`, `lens` and `more`.", "", f"places.{key}")
    inner = Spec(content, spec.file, f"places.{key}")
    lens = inner.need_text("lens", f"Say one of {', '.join(Lens)}.")
    if lens not in tuple(Lens):
        raise inner.error(f"is {lens!r}.", f"Say one of {', '.join(Lens)}.", "lens")
    label = inner.need_text("label", "Name the place as the River should.")
    low, high = inner.take_number("low"), inner.take_number("high")
    made = PlaceSpec(
        key=key,
        label=label,
        lens=Lens(lens),
        more=inner.take_text("more") or f"more of {label[:1].lower()}{label[1:]}",
        higher_is_better=inner.take_flag("higher_is_better", True),
        low=1.0 if low is None else low,
        high=5.0 if high is None else high,
        note=inner.take_text("note"),
        items=inner.take_texts("items"),
        parts=inner.take_texts("parts"),
        does=inner.take_text("does"),
        better=inner.take_text("better"),
        when=inner.take_text("when"),
        then=inner.take_text("then"),
        translations=_take_translations(inner),
    )
    inner.finish()
    return made


def _take_translations(place: Spec) -> dict[str, dict[str, str]]:
    """Take the words of a station in other languages. Raises InputError naming the key that is wrong."""
    found = {}
    for language, content in place.take_mapping("translations").items():
        if not isinstance(content, Mapping):
            raise place.error("must hold the words of the station by language.", "", f"translations.{language}")
        inner = Spec(content, place.file, f"{place.place}.translations.{language}")
        found[language] = {name: text for name in WORDS if (text := inner.take_text(name))}
        inner.finish()
    return found


def take_links(spec: Spec, key: str) -> tuple[LinkSpec, ...]:
    """Take a list of pairs of places. Raises InputError when it is none."""
    value = spec.take(key, [])
    ends = 2
    if not isinstance(value, list) or not all(isinstance(pair, list) and len(pair) == ends for pair in value):
        raise spec.error("must be a list of pairs.", f"Write `{key}: [[source, target]]`.", key)
    return tuple(LinkSpec(str(source), str(target)) for source, target in value)
