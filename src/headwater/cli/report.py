"""`headwater report`: reports from what `analyse` released."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headwater.reports.brand import Brand
    from headwater.vocab import ScoreBook

EPILOG = """examples:
  headwater report results                          every leader's deck
  headwater report results --unit depot-north --form pptx,pdf
  headwater report results --kind workbook --form xlsx
"""

WORKERS = 2
MANY = 40
"""From this many reports on, a second process pays."""

KINDS = ("leader", "actions", "workbook", "river")

BESIDE = ("leader", "workbook")
"""Kinds of report that also speak of internal service and injuries."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = EPILOG
    parser.add_argument("result", type=Path, help="folder made by `analyse` or `demo`")
    parser.add_argument("--unit", action="append", default=[], help="id or name of a unit; again for more")
    parser.add_argument("--kind", choices=KINDS, default="leader", help="what kind of report (leader)")
    parser.add_argument("--form", default="pptx", help="pptx, xlsx, pdf, html; comma-separated for more (pptx)")
    parser.add_argument("--study", help="study key; needed when the result holds several")
    parser.add_argument("--wave", help="wave key; the last by default")
    parser.add_argument("--brand", type=Path, help="brand file: name, colours, logo, fonts, words")
    parser.add_argument("--out", type=Path, help="folder for the reports (RESULT/reports)")


def run(arguments: argparse.Namespace) -> int:
    """Make the reports. Returns 0."""
    from headwater.cli.analyse import forms_of
    from headwater.cli.branding import brand_of
    from headwater.cli.results import REPORTS, read_project
    from headwater.cli.saying import say, say_json

    project = read_project(arguments.result)
    brand_path = arguments.brand or (Path(project["brand"]) if project.get("brand") else None)
    brand = brand_of(brand_path)
    out = arguments.out or arguments.result / REPORTS
    forms = forms_of(arguments.form)
    if arguments.kind == "river":
        files = _river(arguments.result, brand, forms, out)
    else:
        book = choose_book(arguments.result, arguments.study, arguments.wave)
        rows = [find_unit(book, name) for name in arguments.unit] or list(range(len(book.tree)))
        if arguments.kind == "workbook" and not arguments.unit:
            rows = [0]
        files = make_reports(
            book,
            rows,
            kind=arguments.kind,
            forms=forms,
            brand=brand,
            out=out,
            quiet=arguments.json,
            beside=beside(arguments.result, book),
        )
    if arguments.json:
        say_json({"ok": True, "files": [str(path) for path in files]})
    else:
        say(f"{len(files)} files in {out}")
    return 0


def choose_book(result: Path, study: str | None, wave: str | None) -> ScoreBook:
    """Return a ScoreBook to make words of. Raises InputError when there is none, or several and none is named."""
    from headwater.cli.results import load_books
    from headwater.vocab import InputError

    books = load_books(result)
    if not books:
        raise InputError(f"{result} holds no ScoreBook: its tables came without single answers.")
    studies = sorted({book.study.key for book in books})
    if study is None and len(studies) > 1:
        study = "people" if "people" in studies else None
        if study is None:
            raise InputError(f"the result holds several studies. Name one with --study: {', '.join(studies)}.")
    chosen = [book for book in books if study in (None, book.study.key) and wave in (None, book.wave.key)]
    if not chosen:
        known = ", ".join(f"{book.study.key}/{book.wave.key}" for book in books)
        raise InputError(f"the result holds no such study and wave. It holds {known}.")
    return chosen[-1].told_beside(books)


def find_unit(book: ScoreBook, name: str) -> int:
    """Return a unit by id, else by its name. Raises InputError with the nearest names."""
    from difflib import get_close_matches

    from headwater.vocab import InputError

    if name in book.tree.index_of:
        return book.tree.index_of[name]
    rows = [row for row, title in enumerate(book.tree.names) if title.casefold() == name.casefold()]
    if len(rows) == 1:
        return rows[0]
    if rows:
        raise InputError(f"{len(rows)} units are called {name!r}. Name one by id: {book.tree.ids[rows[0]]}, ...")
    near = get_close_matches(name, (*book.tree.ids, *book.tree.names), 3)
    raise InputError(
        f"there is no unit {name!r}.{' Did you mean ' + ' or '.join(map(repr, near)) + '?' if near else ''}"
    )


def make_reports(
    book: ScoreBook,
    rows: Sequence[int],
    *,
    kind: str,
    forms: Sequence[str],
    brand: Brand,
    out: Path,
    quiet: bool = False,
    beside: Mapping[str, Any] | None = None,
) -> list[Path]:
    """Make one kind of report for some units in some forms. Returns the files, form by form.

    beside: what else leader reports and workbooks speak of, from the function of that name.
    A run that was stopped goes on where it was.
    """
    from headwater.cli.saying import progress
    from headwater.reports import REPORTS
    from headwater.reports.renderers.mass import render_many

    files: list[Path] = []
    more = dict(beside or {}) if kind in BESIDE else {}
    for form in forms:
        documents = (REPORTS[kind](book, row, brand, **more) for row in rows)
        shown = progress(documents, len(rows), f"{kind} reports as {form}", quiet=quiet)
        files += render_many(shown, out, form, workers=WORKERS if len(rows) >= MANY else 1)
    return files


def beside(result: Path, book: ScoreBook) -> dict[str, Any]:
    """Return what a result holds beside a study: how serving units are rated in the same wave, and injuries."""
    from headwater.cli.results import load_all_services, load_injury_rates

    services = [one for one in load_all_services(result) if one.wave.key == book.wave.key]
    return {"services": services[-1] if services else None, "injuries": load_injury_rates(result)}


def _river(result: Path, brand: Brand, forms: Sequence[str], out: Path) -> list[Path]:
    from headwater.chain import load_river
    from headwater.cli.results import RELEASED, RIVER
    from headwater.reports import RENDERERS, REPORTS

    document = REPORTS["river"](load_river(result / RELEASED / RIVER), brand)
    out.mkdir(parents=True, exist_ok=True)
    files = [out / f"river.{form}" for form in forms]
    for path, form in zip(files, forms, strict=True):
        RENDERERS[form](document, path)
    return files
