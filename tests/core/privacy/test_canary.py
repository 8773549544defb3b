"""A canary in a withheld cell is found wherever it comes out, and comes out nowhere."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

from headwater.privacy.audit import find_canary

NUMBER = 3.141592653589793
WORD = "Zoë & Søren"


def zipped(*members: tuple[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return held.getvalue()


def parquet(**columns: object) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    held = io.BytesIO()
    pq.write_table(pa.table(columns), held, compression="zstd")
    return held.getvalue()


def arrays() -> bytes:
    held = io.BytesIO()
    np.savez_compressed(held, value=np.array([1.0, NUMBER]))
    return held.getvalue()


def pdf(page: bytes) -> bytes:
    return b"%PDF-1.7\n4 0 obj <<>>\nstream\n" + zlib.compress(page) + b"\nendstream\n"


NUMBERS = {
    "page.html": b"<td>3.1416</td>",
    "comma.csv": b"a;3,14159\n",
    "sixteen.json": b'{"v": 3.141592653589793}',
    "wide.txt": "3.14159265".encode("utf-16-le"),
    "book.parquet": parquet(value=[1.0, NUMBER]),
    "arrays.npz": arrays(),
    "text.json.gz": gzip.compress(b"[3.14159]"),
    "deck.pptx": zipped(("ppt/embeddings/s.xlsx", zipped(("xl/worksheets/sheet1.xml", b"<v>3.14159</v>")))),
    "leader.pdf": pdf(b"BT [(3.1) -20 (4159)] TJ ET"),
    "leader-3.14159.txt": b"",
    "raw.bin": b"abc" + np.float64(NUMBER).tobytes(),
}

WORDS = {
    "page.html": "<p>Zoë &amp; Søren</p>".encode(),
    "numeric.xml": b"<a:t>Zo&#235; &amp; S&#248;ren</a:t>",
    "split.xml": "<a:r><a:t>Zoë &amp;</a:t></a:r><a:r><a:t> Søren</a:t></a:r>".encode(),
    "data.json": json.dumps({"name": WORD}).encode(),
    "wide.txt": WORD.encode("utf-16-be"),
    "names.parquet": parquet(name=["x", WORD]),
    "deck.pptx": zipped(("ppt/notesSlides/n.xml", "<a:t>Zoë &amp; Søren</a:t>".encode())),
    "link.html": b'<a href="?q=Zo%C3%AB%20%26%20S%C3%B8ren">x</a>',
    "leader.pdf": pdf(b"BT <0001000200030004> Tj ET") + pdf(
        b"4 beginbfchar <0001> <005A006F> <0002> <00EB00200026> <0003> <002000530 0F8> <0004> <00720065006E> endbfchar"
        .replace(b"530 0", b"5300")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_found(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(NUMBERS[name])
    (tmp_path / "other.txt").write_bytes(b"3.2 and 2.71828")
    found = find_canary(NUMBER, [tmp_path])
    assert {place.file.name for place in found} == {name}


@pytest.mark.parametrize("name", WORDS)
def test_a_word_is_found(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(WORDS[name])
    (tmp_path / "other.txt").write_text("Zoe and Soren")
    found = find_canary(WORD, [tmp_path])
    assert {place.file.name for place in found} == {name}


def test_the_place_names_every_layer(tmp_path: Path) -> None:
    (tmp_path / "deck.pptx").write_bytes(NUMBERS["deck.pptx"])
    (place,) = find_canary(NUMBER, [tmp_path / "deck.pptx"])
    assert place.inside == ("ppt/embeddings/s.xlsx", "xl/worksheets/sheet1.xml")
    assert str(place).endswith("deck.pptx!ppt/embeddings/s.xlsx!xl/worksheets/sheet1.xml")


def test_few_digits_are_no_accident_only_when_asked(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("3.14")
    assert find_canary(NUMBER, [tmp_path]) == ()
    assert len(find_canary(NUMBER, [tmp_path], fewest_digits=3)) == 1
    with pytest.raises(ValueError, match="everywhere"):
        find_canary("", [tmp_path])


CANARY_TEAM, CANARY = "sable", 3.14159


def planted_book(folder: Path):  # type: ignore[no-untyped-def]
    """A book of four teams; in the withheld one, of three people, everybody's ready-made score is the canary."""
    from headwater.instruments import load_instrument
    from headwater.intake import seal
    from headwater.org import number_units
    from headwater.scoring import RatedScale, Specification, score_wave, specify
    from headwater.vocab import AnswerTable, Lens, Study, Wave
    from headwater.vocab.answers import SCORE_ONE

    tree = number_units(["top", "amber", "birch", "cedar", CANARY_TEAM], ["", "top", "top", "top", "top"])
    asked = specify([load_instrument("lx_core")])
    ready = RatedScale("pace", {"en": "Pace of work"}, Lens.EX, "outcome", (), 1.0, 5.0)
    specification = Specification(asked.items, (*asked.scales, ready), asked.titles)
    rng = np.random.default_rng(5)
    unit = np.repeat(np.arange(1, 5, dtype=np.int32), [14, 12, 11, 3])
    scores = np.round(rng.uniform(1, 5, len(unit)) * SCORE_ONE).astype(np.int64)
    scores[unit == 4] = round(CANARY * SCORE_ONE)
    items = {item.key: rng.integers(item.low, item.high + 1, len(unit)).astype(np.int8) for item in asked.items}
    answers = AnswerTable(tree.ids, unit, items, {"pace": scores})
    study, wave = Study("people", "People survey", instruments=("lx_core",)), Wave("people", "w1", "Spring", 0)
    seal(folder, study, wave, answers, seed=1)
    book, _ = score_wave(folder, study=study, wave=wave, tree=tree, specification=specification)
    return book


def test_a_canary_in_a_withheld_cell_comes_out_nowhere(tmp_path: Path) -> None:
    from headwater.privacy.releases import write_release_folder
    from headwater.reports import RENDERERS, REPORTS
    from headwater.reports.brand import Brand
    from headwater.scoring import save_book
    from headwater.vocab import Withheld
    from headwater.vocab.answers import SCORE_ONE

    book = planted_book(tmp_path / "sealed")
    assert isinstance(book.find(CANARY_TEAM, "score", "pace"), Withheld)
    out = tmp_path / "result"
    save_book(book, out / "released" / "books" / "people" / "w1")
    write_release_folder([book], out / "released")
    (out / "reports").mkdir()
    for row, unit in enumerate(book.tree.ids):
        for form, render in RENDERERS.items():
            render(REPORTS["leader"](book, row, Brand()), out / "reports" / f"leader-{unit}.{form}")
    render_workbook = RENDERERS["xlsx"]
    render_workbook(REPORTS["workbook"](book, 0, Brand()), out / "reports" / "workbook.xlsx")
    exact = round(CANARY * SCORE_ONE) / SCORE_ONE
    for needle in (exact, CANARY):
        assert find_canary(needle, [out]) == ()
    # The search does find what was released: the same number of a team that is shown.
    shown = book.find("amber", "score", "pace")
    assert not isinstance(shown, Withheld)
    endings = {place.file.suffix for place in find_canary(shown.value, [out])}
    assert ".parquet" in endings
    pdfs = find_canary("amber", [out / "reports" / "leader-amber.pdf"])
    assert any(place.inside and place.inside[-1].startswith("text") for place in pdfs)
