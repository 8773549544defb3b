"""Charts on pages, and the style page that shows every part."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation
from tests.rooms.conftest import Cast, signed_in

from headwater.reports.charts.markup import text
from headwater.rooms.house.figures import Figure, dot_figure, heat_figure, trend_figure
from headwater.rooms.house.sample_charts import DOTS, HEAT, TREND, sample_figures
from headwater.rooms.house.stylesheet import build_stylesheet
from headwater.vocab import WITHHELD_REASON

FIGURES = {call.partition("(")[0]: figure for call, _, figure in sample_figures()}
PARTS = "/house/parts/"


class Page(HTMLParser):
    """What a page is made of: elements with their attributes, and whether they nest."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "br", "input", "img", "hr"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_names_its_picture_and_says_the_same_as_a_table(name: str) -> None:
    figure = FIGURES[name]
    page = Page(Template("{% load charts %}{% chart figure %}").render(Context({"figure": figure})))
    assert page.wrong == []
    assert page.open == []
    assert page.found[0][0] == "figure"
    assert page.found[0][1]["aria-label"] == figure.title
    tags = [tag for tag, _ in page.found]
    assert "table" in tags
    assert "caption" in tags
    pictures = [attributes for tag, attributes in page.found if tag == "svg" and attributes.get("role") == "img"]
    assert pictures
    ids = {attributes.get("id") for _, attributes in page.found}
    for attributes in pictures:
        assert set(str(attributes["aria-labelledby"]).split()) <= ids
    for tag, attributes in page.found:
        if tag == "svg" and attributes.get("role") != "img":
            hidden = attributes.get("aria-hidden") == "true"
            assert hidden or "aria-hidden" in figure.foot, (name, attributes)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_brings_no_style_and_no_script_of_its_own(name: str) -> None:
    made = FIGURES[name].markup()
    assert not re.search(r"<(?:style|script|foreignObject|image)|\sstyle=|\son[a-z]+=|javascript:", made)
    assert not re.search(r'(?:fill|stroke)="(?!none|url\(#)', made.replace('stop-color="#', ""))


@pytest.mark.parametrize("name", FIGURES)
def test_what_scrolls_takes_the_keyboard_and_has_a_name(name: str) -> None:
    regions = re.findall(r'<div class="scroll"[^>]*>', FIGURES[name].markup())
    assert regions or name == "dot_figure"
    for region in regions:
        assert 'tabindex="0"' in region
        assert 'role="group"' in region
        assert re.search(r'aria-label="[^"]+"', region)


def test_ids_are_used_once_on_the_style_page(cast: Cast) -> None:
    source = signed_in(cast.administrator).get(PARTS).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', source)
    assert len(ids) > 50
    assert sorted(name for name in set(ids) if ids.count(name) > 1) == []
    assert Page(source).wrong == []


def test_every_class_of_a_figure_has_a_rule() -> None:
    sheet = build_stylesheet()
    ours = {
        "scroll",
        "plain",
        "lt",
        "legend",
        "withheld",
        "dots",
        "heat",
        "river",
        "evidence",
        "heat-key",
        "chart-title",
    }
    used = {
        name
        for made in FIGURES.values()
        for found in re.findall(r'class="([^"]*)"', made.markup())
        for name in found.split()
    }
    for name in ours & used:
        assert f".{name}" in sheet, name
    assert {"scroll", "dots", "heat", "river", "legend"} <= used


def test_only_a_figure_is_written_unescaped() -> None:
    page = Template("{% load charts %}{% chart figure %}")
    with pytest.raises(TypeError, match="str is no Figure"):
        page.render(Context({"figure": "<script>"}))


def test_words_of_people_stay_words() -> None:
    figure = Figure("<script>alert(1)</script>", text("<b>"), text(""), is_titled=True)
    made = Template("{% load charts %}{% chart figure %}").render(Context({"figure": figure}))
    assert "<script>" not in made
    assert "&lt;b&gt;" in made
    assert "<figcaption" not in made


def test_what_is_withheld_says_the_one_reason_and_no_number() -> None:
    with translation.override("en"):
        made, heat = dot_figure(DOTS, "k").markup(), heat_figure(HEAT, "k").markup()
    assert WITHHELD_REASON in made
    row = heat[heat.index("Night cleaning") :].partition("</tr>")[0]
    assert row.count(WITHHELD_REASON) == 4
    assert not re.search(r">\d", row)


def test_the_table_is_offered_in_spanish_too() -> None:
    with translation.override("es"):
        made = trend_figure(TREND, "k").markup()
    assert "Lo mismo en una tabla" in made
    assert "The same as a table" not in made


def test_charts_speak_the_language_of_the_page() -> None:
    english = {"Answers", "too close to call", "95% range", "Needs you", "not shown", WITHHELD_REASON}
    with translation.override("es"):
        figures = (dot_figure(DOTS, "a"), heat_figure(HEAT, "b"), trend_figure(TREND, "c"))
        spanish = "".join(figure.markup() for figure in figures)
    assert "Muy pocas o muy parecidas" in spanish
    assert "rango del 95%" in spanish
    assert [word for word in english if f">{word}<" in spanish or f": {word}<" in spanish] == []
    with translation.override("en"):
        assert "Answers" in dot_figure(DOTS, "a").markup()


def test_the_style_page_is_the_administrators(cast: Cast) -> None:
    assert Client().get(PARTS)["Location"].startswith("/account/login/")
    for user in (cast.outsider, cast.employee, cast.experience_lead, cast.top_leader):
        assert signed_in(user).get(PARTS).status_code == 403
    assert signed_in(cast.administrator).get(PARTS).status_code == 200


def test_the_style_page_shows_every_figure_under_the_strict_policy(cast: Cast) -> None:
    answer = signed_in(cast.administrator).get(PARTS, {"direction": "rtl"})
    page = answer.content.decode()
    assert 'dir="rtl"' in page
    assert page.count('<figure class="chart') == len(FIGURES) == 8
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert not re.search(r"\sstyle=|<style", page)
    assert 'dir="rtl"' not in signed_in(cast.administrator).get(PARTS, {"direction": "<x"}).content.decode()
