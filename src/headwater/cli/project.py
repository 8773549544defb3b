"""The project file: what `headwater analyse` is given and what to make of it. See docs/reference/project-file.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from headwater.cli.consistency import check_project
from headwater.cli.injuring import InjuriesSpec, take_injuries
from headwater.cli.reorganising import ReorganisationSpec, take_reorganisations
from headwater.formats.chain_spec import RECIPES, LinkSpec, PlaceSpec, take_links, take_place
from headwater.formats.specs import Spec, read_spec
from headwater.vocab import DEFAULT_COMMENT_K, DEFAULT_K, InputError, Promise

PROJECT_FILE = "headwater.yaml"
MOST = 1_000_000
"""The largest k that is taken for a number of people."""

PROMISES: tuple[Promise, ...] = ("anonymous", "confidential", "identified")


@dataclass(frozen=True)
class AnswersSpec:
    """One study's file of answers. scales: by key, for scores that came ready-made."""

    study: str
    title: str
    file: str
    mapping: Mapping[str, Any]
    instruments: tuple[str, ...] = ()
    cuts: Mapping[str, str] = field(default_factory=dict)
    """Label by cut key."""
    server: str = ""
    """For internal service: the column that names the unit rated."""


@dataclass(frozen=True)
class TableSpec:
    """A table that came without single answers, and how to read it."""

    file: str
    mapping: Mapping[str, Any]


@dataclass(frozen=True)
class Project:
    """All of a project file."""

    folder: Path
    file: str
    organisation: str
    period: str
    unit: str
    units: str
    period_word: str
    periods: str
    k: int
    comment_k: int
    promise: Promise
    people: str
    answers: tuple[AnswersSpec, ...]
    distributions: tuple[TableSpec, ...]
    panels: tuple[TableSpec, ...]
    places: tuple[PlaceSpec, ...]
    links: tuple[LinkSpec, ...]
    refuse: tuple[LinkSpec, ...]
    """Links named so that the refusal is shown, with its reason."""
    sources: tuple[str, ...]
    unknowns: tuple[tuple[str, str], ...]
    same_survey: tuple[str, ...]
    """Places measured by one survey: links among them say so."""
    minimum_base: float
    complete: tuple[str, ...]
    """Figures that a unit and period must have to count in any link, so that all links speak of the same ones."""
    brand: str
    benchmark: str
    reorganisations: tuple[ReorganisationSpec, ...] = ()
    home: Path = Path()
    """The folder of the project file itself."""
    indexes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Composite figures, by place key: the items they are the unrounded mean of."""
    services: tuple[AnswersSpec, ...] = ()
    """Studies in which units rate the units that serve them."""
    injuries: InjuriesSpec | None = None

    def place(self, key: str) -> PlaceSpec:
        """Return a place. Raises InputError when the file names none of that key."""
        for place in self.places:
            if place.key == key:
                return place
        raise InputError(f"{self.file}: a link names {key!r}, which is not under `places`. Add it there.")


def find_project(path: Path) -> Path:
    """Return the project file for a path: the file itself, `headwater.yaml` in a folder, or a recipe for known files.

    Raises InputError when there is none.
    """
    if path.is_file():
        return path
    if not path.is_dir():
        raise InputError(f"{path} is neither a file nor a folder. Check the path.")
    if (path / PROJECT_FILE).is_file():
        return path / PROJECT_FILE
    for recipe in sorted(RECIPES.glob("*.yaml")):
        if _recognises(recipe, path):
            return recipe
    raise InputError(
        f"{path} holds no {PROJECT_FILE} and no files that a recipe knows. "
        "Write one (docs/how-to/bring-your-answers.md), or name a recipe with --recipe."
    )


def find_recipe(name: str) -> Path:
    """Return a recipe by name. Raises InputError with the names there are."""
    path = RECIPES / f"{name}.yaml"
    if path.parent != RECIPES or not path.is_file():
        known = ", ".join(sorted(recipe.stem for recipe in RECIPES.glob("*.yaml")))
        raise InputError(f"there is no recipe {name!r}. There are: {known}.")
    return path


def _recognises(recipe: Path, folder: Path) -> bool:
    """Whether a folder holds the files a recipe names, with the columns it expects."""
    spec = read_spec(recipe)
    wanted = spec.take_texts("recognise")
    if not wanted or not all((folder / name).is_file() for name in wanted):
        return False
    for name, columns in spec.take_mapping("recognise_columns").items():
        with (folder / name).open("rb") as handle:
            header = handle.readline(65_536).decode("utf-8", "replace").replace('"', "").strip().split(",")
        if not set(columns) <= set(header):
            return False
    return True


def load_project(path: Path, *, data: Path | None = None) -> Project:
    """Read a project file. data: the folder its file names start from, by default the project file's own.

    Raises InputError naming the key that is wrong.
    """
    spec = read_spec(path)
    spec.take_texts("recognise")
    spec.take_mapping("recognise_columns")
    promise = spec.take_text("promise", "confidential")
    if promise not in PROMISES:
        raise spec.error(f"must be one of {', '.join(PROMISES)}.", "", "promise")
    words = Spec(spec.take_mapping("words"), spec.file, "words")
    words.take_mapping("translations")  # for pages; the command line speaks English
    unknown_keys = spec.take_mapping("unknowns")
    unknowns = Spec(unknown_keys, spec.file, "unknowns")
    index_keys = spec.take_mapping("indexes")
    indexes = Spec(index_keys, spec.file, "indexes")
    places = tuple(take_place(spec, key, content) for key, content in spec.take_mapping("places").items())
    made = Project(
        folder=data if data is not None else path.parent,
        file=path.name,
        home=path.parent,
        organisation=spec.need_text("organisation", "Name the organisation as reports should."),
        period=spec.take_text("period"),
        unit=words.take_text("unit", "unit"),
        units=words.take_text("units", "units"),
        period_word=words.take_text("period", "period"),
        periods=words.take_text("periods", "periods"),
        k=_count(spec, "k", DEFAULT_K),
        comment_k=_count(spec, "comment_k", 0),
        promise=next(known for known in PROMISES if known == promise),
        people=spec.take_text("people"),
        reorganisations=take_reorganisations(spec, _parts(spec, "reorganisations")),
        answers=tuple(_answers(spec, number, part) for number, part in enumerate(_parts(spec, "answers"))),
        distributions=tuple(_table(spec, "distributions", part) for part in _parts(spec, "distributions")),
        panels=tuple(_table(spec, "panels", part) for part in _parts(spec, "panels")),
        places=places,
        links=take_links(spec, "links"),
        refuse=take_links(spec, "refuse"),
        sources=spec.take_texts("sources"),
        unknowns=tuple((key, unknowns.take_text(key)) for key in unknown_keys),
        same_survey=spec.take_texts("same_survey"),
        minimum_base=spec.take_number("minimum_base") or 0.0,
        complete=spec.take_texts("complete"),
        brand=spec.take_text("brand"),
        benchmark=spec.take_text("benchmark"),
        indexes={key: indexes.take_texts(key) for key in index_keys},
        services=tuple(_services(spec, number, part) for number, part in enumerate(_parts(spec, "services"))),
        injuries=_injuries(spec),
    )
    words.finish()
    unknowns.finish()
    spec.finish()
    if not made.comment_k:
        made = replace(made, comment_k=max(DEFAULT_COMMENT_K, made.k))
    check_project(made)
    return made


def _count(spec: Spec, key: str, default: int) -> int:
    value = spec.take_number(key)
    if value is None:
        return default
    if not float(value).is_integer() or not 1 <= value <= MOST:
        raise spec.error("must be a whole number of people.", f"Write `{key}: 5`.", key)
    return int(value)


def _parts(spec: Spec, key: str) -> list[Mapping[str, Any]]:
    value = spec.take(key, [])
    if isinstance(value, Mapping):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(part, Mapping) for part in value):
        raise spec.error("must be a list of `name: value` blocks.", "Begin each block with a dash.", key)
    return value


def _answers(spec: Spec, number: int, content: Mapping[str, Any]) -> AnswersSpec:
    inner = Spec(content, spec.file, f"answers.{number + 1}")
    made = AnswersSpec(
        study=inner.take_text("study", "people"),
        title=inner.take_text("title") or inner.take_text("study", "people"),
        file=inner.need_text("file", "Name the file of answers."),
        mapping=inner.take_mapping("mapping"),
        instruments=inner.take_texts("instruments"),
        cuts={key: str(label) for key, label in inner.take_mapping("cuts").items()},
    )
    inner.finish()
    return made


def _services(spec: Spec, number: int, content: Mapping[str, Any]) -> AnswersSpec:
    inner = Spec(content, spec.file, f"services.{number + 1}")
    made = AnswersSpec(
        study=inner.take_text("study", "service"),
        title=inner.take_text("title") or inner.take_text("study", "service"),
        file=inner.need_text("file", "Name the file of ratings."),
        mapping=inner.take_mapping("mapping"),
        instruments=inner.take_texts("instruments"),
        server=inner.need_text("server", "Name the column that says which unit is rated."),
    )
    inner.finish()
    return made


def _injuries(spec: Spec) -> InjuriesSpec | None:
    content = spec.take_mapping("injuries")
    return take_injuries(spec, content) if content else None


def _table(spec: Spec, kind: str, content: Mapping[str, Any]) -> TableSpec:
    inner = Spec(content, spec.file, kind)
    made = TableSpec(inner.need_text("file", "Name the file."), inner.take_mapping("mapping"))
    inner.finish()
    return made
