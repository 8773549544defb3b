"""Themes over time on the page of comments: what changed for sure, since when, and that nothing exact is said."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pytest
from tests.rooms.conftest import Cast, signed_in
from tests.rooms.explorer_cast import explored_wave, leader_of, next_wave
from tests.rooms.test_learn_comments import SAYINGS
from tests.rooms.test_learn_pages import row_of

from headwater.rooms.learn import comment_changes
from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.comment_changes import with_change
from headwater.rooms.learn.comment_finding import work_out_comments
from headwater.rooms.learn.comment_queries import comments_of, themes_of_unit
from headwater.rooms.listen.models import Wave

pytestmark = pytest.mark.usefixtures("own_folders")

PAY = ("The pay is an insult, my salary is far too low", "My salary is far too low for this work")
LATER = (*PAY * 5, "Great team, my colleagues always help")


@pytest.fixture
def waves(cast: Cast) -> tuple[Wave, Wave]:
    """Two released waves: pay is one theme of many in the first, and what nearly everybody writes of in the second."""
    first = explored_wave(cast, said=SAYINGS)
    second = next_wave(cast, first, said=LATER)
    assert work_out_comments(first)
    assert work_out_comments(second)
    return first, second


def test_a_theme_that_grew_is_told_with_the_wave_before_in_page_and_files(cast: Cast, waves: tuple[Wave, Wave]) -> None:
    first, second = waves
    analyst = signed_in(cast.analyst)
    query = {"wave": str(second.pk), "unit": "all"}
    text = analyst.get("/learn/comments/", query).content.decode()
    told = f"Surely more often than in {first.title}, when 25 to 49% of those who commented spoke of it."
    assert text.count(told) == 1
    article = next(part for part in text.split("<article") if told in part)
    assert ">Pay and benefits</h3>" in article
    assert f"Surely spoken of more or less often than in {first.title}: 1 of 2 comparable themes." in text
    assert "any false one among a unit" in text
    sheet = openpyxl.load_workbook(io.BytesIO(analyst.get("/learn/comments/file.xlsx", query).getvalue()))["Table"]
    rows = list(sheet.iter_rows(values_only=True))
    head = next(row for row in rows if "Since the wave before" in row)
    assert any(row[head.index("Since the wave before")] == told for row in rows)
    assert analyst.get("/learn/comments/file.pptx", query).content.startswith(b"PK")
    spanish = analyst.get("/learn/comments/", query, headers={"accept-language": "es"}).content.decode()
    assert "Con seguridad más a menudo que en" in spanish
    assert f"Con seguridad se habla más o menos a menudo que en {first.title} de 1 de 2 temas comparables." in spanish
    asked = analyst.get("/learn/ask/", {"q": "where did pay change?"}).content.decode()
    assert "Pay and benefits, Works: spoken of by" in asked
    assert told.lower() in asked.lower()


def test_leaders_see_the_change_in_their_own_unit_and_that_nothing_changed_where_it_did_not(
    cast: Cast, waves: tuple[Wave, Wave], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = waves
    leader, query = signed_in(leader_of("d0-d", cast.administrator)), {"wave": str(second.pk), "unit": "d0-d"}
    assert "Surely more often than in" in leader.get("/learn/comments/", query).content.decode()
    assert leader.get("/learn/comments/", {**query, "unit": "all"}).status_code == 403
    monkeypatch.setattr(comment_changes, "comments_of", lambda wave: comments_of(second))
    text = leader.get("/learn/comments/", query).content.decode()
    assert "Pay and benefits" in text
    assert "Surely more often than in" not in text
    assert f"Compared with {first.title}, no theme is surely spoken of more or less often." in text
    assert "more or less often" not in leader.get("/learn/comments/", {**query, "wave": str(first.pk)}).content.decode()
    monkeypatch.setattr(comment_changes, "comments_of", lambda wave: None)
    assert "more or less often" not in leader.get("/learn/comments/", query).content.decode()


def test_my_team_says_one_change_and_shows_the_theme_that_changed(cast: Cast, waves: tuple[Wave, Wave]) -> None:
    first, second = waves
    told = f"Surely more often than in {first.title}, when 25 to 49% of those who commented spoke of it."
    leader = signed_in(leader_of("d0-d", cast.administrator))
    text = leader.get(f"/learn/team/{second.pk}/{row_of(second, 'd0-d')}/").content.decode()
    assert text.count(told) == 1
    assert ">Pay and benefits</h3>" in next(part for part in text.split("<article") if told in part)
    before = leader.get(f"/learn/team/{first.pk}/{row_of(first, 'd0-d')}/").content.decode()
    assert "What people wrote" in before
    assert "Surely more often" not in before
    # A theme that changed stands there even where others are spoken of more; no more than one says so.
    shown = themes_of_unit(wave=second, row=row_of(second, "d0-d"), most=40)
    others = tuple(replace(shown[0], key=key) for key in ("one", "two", "three"))
    found = with_change((*others, *shown, shown[0]), wave=second, scores=book_of(second), most=3)
    assert [one.key for one in found] == ["one", "two", "pay"]
    assert [bool(one.change) for one in found] == [False, False, True]
    assert with_change(others, wave=second, scores=book_of(second), most=2) == others[:2]
