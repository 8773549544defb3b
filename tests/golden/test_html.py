"""The HTML file: whole in itself, heard as well as seen, and closed to whatever people write."""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html as reader
from tests.golden.blocks import HOSTILE, every_block
from tests.golden.books import CANARY_TEXTS, LEADERS, make_book, make_river
from tests.golden.rivers import hospital_river, transit_river

from headwater.reports.brand import Brand, Logo
from headwater.reports.builders.leader import leader_report
from headwater.reports.builders.river import river_report
from headwater.reports.document import Document, Section
from headwater.reports.palette import LIGHT
from headwater.reports.renderers.html import page, render
from headwater.reports.renderers.page_blocks import DRAWERS, draw_block
from headwater.reports.renderers.page_river import chosen_stream
from headwater.vocab import WITHHELD_REASON


def documents() -> dict[str, Document]:
    book = make_book()
    return {
        "every block": every_block(),
        "leader": leader_report(book, "trams", Brand(), people=LEADERS, river=make_river()),
        "river": river_report(hospital_river(), Brand()),
        "four stages": river_report(transit_river(), Brand()),
    }


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: page(document) for name, document in documents().items()}


NAMES = ("every block", "leader", "river", "four stages")


@pytest.mark.parametrize("name", NAMES)
def test_the_file_is_whole_in_itself(pages: dict[str, str], name: str) -> None:
    text = pages[name]
    tree = reader.fromstring(text)
    assert not tree.xpath("//script | //link | //iframe | //object | //embed | //form | //base")
    assert not tree.xpath("//@style")
    assert not [key for node in tree.iter() for key in node.attrib if str(key).startswith("on")]
    assert all(str(href).startswith("#") for href in tree.xpath("//@href"))
    assert all(str(source).startswith("data:") for source in tree.xpath("//@src"))
    assert not re.findall(r"url\((?!\"?data:|#)", text)
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert len(tree.xpath("//style")) == 1


@pytest.mark.parametrize("name", NAMES)
def test_the_policy_allows_this_style_and_nothing_else(pages: dict[str, str], name: str) -> None:
    tree = reader.fromstring(pages[name])
    policy = tree.xpath('//meta[@http-equiv="Content-Security-Policy"]/@content')[0]
    style = re.search(r"<style>(.*?)</style>", pages[name], re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style.group(1).encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", NAMES)
def test_landmarks_headings_and_names(pages: dict[str, str], name: str) -> None:
    tree = reader.fromstring(pages[name])
    assert tree.get("lang") == "en"
    assert len(tree.xpath("//main")) == len(tree.xpath("//h1")) == 1
    assert tree.xpath("//header")
    assert tree.xpath("//footer")
    assert tree.xpath("//a[@class='skip']/@href") == ["#main"]
    assert tree.xpath("//title/text()")
    levels = [int(node.tag[1]) for node in tree.iter("h1", "h2", "h3")]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    for refer in tree.xpath("//@aria-labelledby"):
        assert set(str(refer).split()) <= set(ids)
    for svg in tree.xpath("//svg"):
        assert svg.xpath("ancestor-or-self::*[@aria-hidden='true']") or svg.get("role") == "img"
    for table in tree.xpath("//table"):
        assert table.xpath("./caption")
        assert table.xpath("./thead//th[@scope='col']")
        assert table.xpath("./tbody//th[@scope='row']")
    names = [str(name) for name in tree.xpath("//section/@aria-labelledby | //section/@aria-label")]
    assert len(names) == len(set(names))


def test_every_kind_of_block_is_drawn() -> None:
    drawn = {type(block) for block in every_block().blocks()}
    assert drawn == set(DRAWERS)
    with pytest.raises(TypeError, match="is not a block"):
        draw_block("words", "k")  # type: ignore[arg-type]


def test_words_cannot_become_markup() -> None:
    text = page(every_block(HOSTILE))
    assert "<script" not in text
    assert "\x07" not in text
    assert text.count("</style>") == 1
    tree = reader.fromstring(text)
    assert "alert(1)" in tree.text_content()
    assert not tree.xpath("//script | //i[text()] | //*[@style]")


def test_withheld_numbers_are_nowhere() -> None:
    book = make_book(canary=True)
    for unit in ("ht", "ferries", "night-cleaning"):
        text = page(leader_report(book, unit, Brand(), people=LEADERS))
        shown = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
        assert WITHHELD_REASON in shown or unit == "ht"
        assert not [canary for canary in CANARY_TEXTS if canary in shown]


def test_the_same_document_gives_the_same_bytes(tmp_path: Path) -> None:
    document = every_block()
    render(document, tmp_path / "one.html")
    stream = io.BytesIO()
    render(every_block(), stream)
    assert (tmp_path / "one.html").read_bytes() == stream.getvalue() == page(document).encode()


def test_a_brand_changes_colours_fonts_and_mark() -> None:
    logo = Logo("png", b"\x89PNG\r\n\x1a\nnot drawn here", 120, 40)
    brand = Brand("Ferry & Sons", logo, {**LIGHT, "teal": "#123456"}, sans="Work Sans", sans_fallback="Verdana")
    text = page(replace(every_block(), brand=brand))
    assert "--teal:#123456" in text
    assert '--sans:"Work Sans","Verdana",sans-serif' in text
    assert "Ferry &amp; Sons" in text
    assert "data:image/png;base64," in text


def test_right_to_left_languages_turn_the_page() -> None:
    tree = reader.fromstring(page(replace(every_block(), language="ar")))
    assert tree.get("dir") == "rtl"
    assert tree.get("lang") == "ar"


def test_pages_with_the_same_heading_are_told_apart() -> None:
    document = replace(every_block(), sections=(Section("Same", (), "One"), Section("Same", (), "One")))
    names = reader.fromstring(page(document)).xpath("//section[starts-with(@id, 'page')]/@aria-label")
    assert names == ["One Same (1)", "One Same (2)"]


def test_the_river_stands_beside_the_evidence_of_the_stream_that_loses_most() -> None:
    river = hospital_river()
    assert chosen_stream(river) == 4
    assert chosen_stream(replace(river, streams=())) is None
    tree = reader.fromstring(page(river_report(river, Brand())))
    aside = tree.xpath("//aside")[0].text_content()
    for words in (
        "Less burnout",
        ".07",
        "Within trusts",
        "138 trusts",
        "What would overturn it",
        "Published",
        ".85 and .97",
    ):
        assert words in aside
    region = tree.xpath("//svg[@class='river']/..")[0]
    assert region.get("tabindex") == "0"
    assert region.get("aria-label")
    table = tree.xpath("//details//table")[0]
    assert len(table.xpath("./tbody/tr")) == 6


def test_the_river_report_says_what_it_rests_on() -> None:
    river = hospital_river()
    document = river_report(river, Brand())
    headings = [section.heading for section in document.sections]
    assert headings[0] == river.title
    assert "All 3 streams are clear" in headings[1]
    assert headings[2] == "None of the 3 streams here is clear of nothing"
    text = reader.fromstring(page(document)).text_content()
    for stream in river.streams:
        assert stream.sentence in text
        assert stream.overturn in text
    for what, why in river.unknowns:
        assert what in text
        assert why in text
    assert all(source in text for source in river.sources)
