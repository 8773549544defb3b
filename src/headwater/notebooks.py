"""Released results in a notebook: `import headwater`, open a folder, and have data frames and pictures.

    house = headwater.open("demo")
    house.scores("climate")           # every released number of the newest wave, one a row
    house.drivers("climate")          # what moves the outcomes
    house.river()                     # the chain, drawn
    house.report("leader", "ops", "climate").save("ops.pptx")

A folder of the web application and one that `headwater analyse` made are read alike. Only what passed the privacy gate
is read from it. Raw answers open to whoever holds the data key (`house.answers`). Data frames need pandas (extra
`notebook`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headwater.vocab import Estimate, InputError, Problem, River, ScoreBook, say
from headwater.vocab.estimates import Difference

if TYPE_CHECKING:
    import pandas as pd

    from headwater.reports.document import Document

FINDINGS = ".findings"
"""Ending of the folder beside a book in which the web application keeps what it worked out of the wave."""
COMPARED = ("rest", "previous", "benchmark")


@dataclass(frozen=True)
class Picture:
    """A drawing that a notebook shows inline. svg: the drawing, whole."""

    title: str
    svg: str

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: str | Path) -> Path:
        """Write the drawing as an SVG file and return its path."""
        target = Path(path)
        target.write_text(self.svg, encoding="utf-8")
        return target


@dataclass(frozen=True)
class Report:
    """A document that a notebook shows inline and that is saved in any form."""

    document: Document

    def _repr_html_(self) -> str:
        from html import escape
        from io import BytesIO

        from headwater.reports import RENDERERS

        made = BytesIO()
        RENDERERS["html"](self.document, made)
        page = escape(made.getvalue().decode("utf-8"), quote=True)
        title = escape(self.document.title, quote=True)
        return f'<iframe title="{title}" sandbox="" width="100%" height="720" srcdoc="{page}"></iframe>'

    def save(self, path: str | Path) -> Path:
        """Write the document; the ending chooses the form: pptx, pdf, xlsx or html. Raises InputError for another."""
        from headwater.reports import RENDERERS

        target = Path(path)
        form = target.suffix.removeprefix(".").lower()
        if form not in RENDERERS:
            raise InputError(Problem(f"a report cannot be a {form!r} file.", f"Use one of {', '.join(RENDERERS)}."))
        RENDERERS[form](self.document, target)
        return target


@dataclass(frozen=True)
class House:
    """What was released in a folder. study, wave: keys; without a wave the study's newest is meant.

    Where only one study was released it need not be named.
    """

    folder: Path

    @cached_property
    def _places(self) -> tuple[Path, ...]:
        released = self.folder / "released"
        found = sorted([*released.glob("books/*/*/book.json"), *released.glob("*/*/book.json")])
        return tuple(path.parent for path in found)

    @cached_property
    def books(self) -> tuple[ScoreBook, ...]:
        """All ScoreBooks, by study and then in the order of waves."""
        from headwater.scoring import load_book

        loaded = [load_book(place) for place in self._places]
        return tuple(sorted(loaded, key=lambda book: (book.study.key, book.wave.order)))

    def book(self, study: str = "", wave: str = "") -> ScoreBook:
        """Return one ScoreBook. Raises InputError where the names do not name one that was released."""
        named = [book for book in self.books if study in ("", book.study.key) and wave in ("", book.wave.key)]
        if len({book.study.key for book in named}) != 1:
            asked = f"{study}/{wave}".strip("/") or "no study"
            there = ", ".join(f"{book.study.key}/{book.wave.key}" for book in self.books)
            raise InputError(Problem(f"{asked} does not name one released wave.", f"There are: {there}."))
        return named[-1]

    def waves(self) -> pd.DataFrame:
        """Return the released waves: study, wave, titles, units in the tree and units with a number shown."""
        return _frame(
            [
                {
                    "study": book.study.key,
                    "wave": book.wave.key,
                    "title": book.study.title,
                    "wave_title": book.wave.title,
                    "k": book.study.k,
                    "units": len(book.tree),
                    "units_shown": int(book.everybody.shown.any(axis=1).sum()),
                    "inputs": book.inputs_hash,
                }
                for book in self.books
            ]
        )

    def scores(self, study: str = "", wave: str = "", *, language: str = "") -> pd.DataFrame:
        """Return every number of a wave, one a row: unit, cut, measure, value with n and 95% range, differences.

        A withheld number is a row too, with nothing but its place and the nearest unit that shows it.
        """
        return _frame(list(_numbers(self.book(study, wave), language)))

    def drivers(self, study: str = "", wave: str = "", *, language: str = "") -> pd.DataFrame:
        """Return what moves each outcome, one driver, outcome and group a row: share of R2 with its 95% range.

        Raises InputError where no drivers were worked out of the wave.
        """
        from headwater.scoring.driver_storage import load_drivers

        book = self._with_finding(study, wave, "drivers")
        found = load_drivers(self._finding(book, "drivers"))
        rows: list[dict[str, Any]] = []
        for group, unit in enumerate(found.unit.tolist()):
            for number, outcome in enumerate(found.outcomes):
                if not found.shown[group, number]:
                    continue
                for place in found.order(group, number):
                    row = {"unit": book.tree.ids[unit], "name": book.tree.names[unit]}
                    row |= {"cut": found.cut[group], "level": found.level[group]}
                    row |= {"outcome": outcome.key, "driver": found.drivers[place].key}
                    row["label"] = say(found.drivers[place].label, language)
                    for name in ("share", "share_low", "share_high", "first", "within", "between"):
                        row[name] = float(found.fields[name][group, number, place])
                    row["clear_of_noise"] = bool(found.clear_of_noise[group, number, place])
                    row["r2"] = float(found.fields["explained"][group, number])
                    rows.append(row)
        return _frame(rows)

    def sameness(self, study: str = "", wave: str = "", *, language: str = "") -> pd.DataFrame:
        """Return whether questions mean the same, one scale and cut a row; more where several questions stand apart.

        verdict: see `headwater.vocab.SameVerdict`. shift, moved, size: as in `headwater.vocab.QuestionApart`. Raises
        InputError where no verdicts were worked out of the wave.
        """
        from headwater.scoring.sameness_storage import load_sameness

        book = self._with_finding(study, wave, "sameness", called="verdicts on questions")
        found = load_sameness(self._finding(book, "sameness"))
        rows: list[dict[str, Any]] = []
        for one in found.verdicts:
            row: dict[str, Any] = {"scale": one.scale, "label": say(found.scale_of[one.scale].label, language)}
            row |= {"cut": one.cut, "verdict": one.verdict, "levels": ", ".join(one.levels)}
            for each in one.apart or (None,):
                told = {} if each is None else asdict(each) | {"gap": one.gaps.get(each.level)}
                rows.append(row | told)
        return _frame(rows)

    def rivers(self, *, language: str = "en") -> tuple[River, ...]:
        """Return the Rivers of the whole organisation, one a period, oldest first."""
        from headwater.chain import load_river

        released = self.folder / "released"
        dated = sorted(
            (folder.name, int(path.name.partition("-")[2].partition(".")[0]), path)
            for folder in released.glob("rivers/*")
            for path in folder.glob(f"0-*.{language}.json")
        )
        found = [released / "river.json", *(path for _, _, path in dated)]
        return tuple(load_river(path) for path in found if path.is_file())

    def river(self, number: int = -1) -> Picture:
        """Return the picture of a River, the newest by default. Raises InputError where there is none."""
        from headwater.reports.charts import draw

        rivers = self.rivers()
        if not rivers:
            raise InputError(
                Problem("there is no River in this folder.", "Link leadership, work, customers or results.")
            )
        chosen = rivers[number]
        return Picture(chosen.title, str(draw(chosen).standalone()))

    def answers(self, study: str, wave: str, *, data_key: str | Path, store: str | Path = "") -> pd.DataFrame:
        """Return the raw answers of a sealed wave, one response a row: unit, cuts, items, scores and weight.

        Nothing of it has passed the privacy gate: it is for whoever answers for the data, and never for a page or a
        report. Rows lie in random order; no person and no time is in them. data_key: the file of the data key. store:
        where the sealed answers lie; by default `sealed` in the folder. Raises InputError without the right key, also
        where a wave was sealed without one.
        """
        from headwater.scoring.raw_answers import read_raw_answers

        place = Path(store) if store else self.folder / "sealed"
        return _frame(read_raw_answers(place, study, wave, data_key=Path(data_key)))

    def report(self, kind: str, unit: str = "", study: str = "", wave: str = "") -> Report:
        """Return a report of a unit, by default of the whole organisation: "leader", "actions" or "workbook".

        Raises KeyError for a unit the wave does not know, InputError for a kind there is not.
        """
        from headwater.reports import REPORTS
        from headwater.reports.brand import Brand

        kinds = [name for name in REPORTS if name in {"leader", "actions", "workbook"}]
        if kind not in kinds:
            raise InputError(Problem(f"there is no report {kind!r} of a unit.", f"Use one of {', '.join(kinds)}."))
        book = self.book(study, wave).told_beside(self.books)
        return Report(REPORTS[kind](book, unit or book.tree.ids[0], Brand(name=book.tree.names[0])))

    def _finding(self, book: ScoreBook, name: str) -> Path:
        for place in self._places:
            if place.parent.name == book.study.key and place.name == book.wave.key:
                return place.parent / f"{place.name}{FINDINGS}" / name
        return self.folder / FINDINGS

    def _with_finding(self, study: str, wave: str, name: str, *, called: str = "") -> ScoreBook:
        """Return the newest book asked for that has a finding. called: what it is called, where not by its name."""
        study = self.book(study, wave).study.key
        for book in reversed(self.books):
            if book.study.key == study and wave in ("", book.wave.key) and self._finding(book, name).is_dir():
                return book
        remedy = "The organisation may be too small for them."
        raise InputError(Problem(f"no {called or name} were worked out of {study}.", remedy))


def open_house(folder: str | Path) -> House:
    """Open a folder with released results. Raises InputError where nothing was released."""
    house = House(Path(folder))
    if not house._places:
        raise InputError(
            Problem(
                "nothing was released in this folder.",
                "Give the folder of the web application, or one that `headwater analyse` made.",
                str(folder),
            )
        )
    return house


def _numbers(book: ScoreBook, language: str) -> Iterator[dict[str, Any]]:
    tree = book.tree
    for panel in book.panels:
        for row in panel.rows.tolist():
            place = {"unit": tree.ids[row], "name": tree.names[row], "depth": int(tree.depth[row])}
            place |= {"cut": panel.cut, "level": panel.level}
            for column, found in book.of_unit(row, panel):
                noun = {**place, "measure": column.measure, "subject": column.subject, "role": column.role}
                noun["label"] = say(column.label, language)
                if not isinstance(found, Estimate):
                    yield {**noun, "withheld": True, "nearest": found.nearest}
                    continue
                differences: dict[str, Any] = {}
                for kind in COMPARED:
                    differences |= _difference(kind, getattr(found, f"versus_{kind}"))
                yield {
                    **noun,
                    "withheld": False,
                    "n": found.n,
                    "value": found.value,
                    "low": found.low,
                    "high": found.high,
                    "steadied": found.shrunken,
                    "steadied_low": found.shrunken_low,
                    "steadied_high": found.shrunken_high,
                    "bound": found.bound.name.lower().replace("_", " "),
                    **differences,
                }


def _difference(kind: str, found: Difference | None) -> dict[str, Any]:
    if found is None:
        return {}
    return {
        f"versus_{kind}": found.value,
        f"versus_{kind}_low": found.low,
        f"versus_{kind}_high": found.high,
        f"versus_{kind}_sure": found.sureness.name.lower().replace("_", " "),
    }


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    try:
        import pandas as pd
    except ModuleNotFoundError as error:
        raise InputError(Problem("data frames need pandas.", "Install headwater[notebook].")) from error
    return pd.DataFrame(rows)
