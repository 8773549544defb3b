"""The explorer: who may open it, what each view shows, and that each has a link, a sheet and a deck."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest
from django.test import Client
from django.utils.translation import override
from tests.rooms.conftest import NOW, Cast, signed_in, unit
from tests.rooms.explorer_cast import FEW, LOW, explored_wave, leader_of, next_wave

from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.reports import leader_document
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Role
from headwater.rooms.people.services import give_role

pytestmark = pytest.mark.usefixtures("own_folders")

VIEWS = ("", "levels/", "score/", "compare/")


@pytest.fixture
def wave(cast: Cast) -> Wave:
    return explored_wave(cast)


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_it_opens_to_analysts_and_experience_leads_alone(cast: Cast, wave: Wave) -> None:
    paths = [f"/learn/explorer/{view}" for view in VIEWS]
    paths += [f"/learn/explorer/files/{kind}.{form}" for kind in ("heat", "compare") for form in ("csv", "pptx")]
    for path in paths:
        assert Client().get(path).status_code == 302
        for user in (cast.outsider, cast.employee, cast.administrator, cast.privacy_officer, cast.top_leader):
            assert signed_in(user).get(path).status_code == 403, path
        for user in (cast.experience_lead, cast.analyst):
            assert signed_in(user).get(path).status_code == 200, path


def test_before_anything_was_released_it_says_so(cast: Cast) -> None:
    assert "Nothing was released yet" in text_of(signed_in(cast.analyst), "/learn/explorer/")
    assert signed_in(cast.analyst).get("/learn/explorer/files/heat.csv").status_code == 404


def test_the_heat_map_shows_units_by_scales_and_hatches_what_is_withheld(cast: Cast, wave: Wave) -> None:
    text = text_of(signed_in(cast.analyst), "/learn/explorer/")
    assert re.search(r"<h1>Team d1t0 stands apart most: lower in", text), text[:3000]
    assert text.count('<th scope="row">') == len(book_of(wave).tree)
    assert 'class="x"' in text
    heads = re.findall(r'<a class="sort" href="[^"]*">([^<]+)</a>', text)
    assert re.findall(r'data-label="([^"]*)"', text) == heads * len(book_of(wave).tree)
    assert "too few or too alike to show safely" in text
    assert 'tabindex="0" role="region"' in text
    assert wave.outcome["inputs_hash"] in text
    assert "style=" not in text.replace('rel="stylesheet"', "")


def names(text: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]+)</a>', text)


def test_rows_are_found_by_name_by_subtree_and_by_depth(cast: Cast, wave: Wave) -> None:
    client = signed_in(cast.analyst)
    assert names(text_of(client, "/learn/explorer/?q=TEAM+D1")) == [f"Team d1t{at}" for at in range(5)]
    assert names(text_of(client, "/learn/explorer/?unit=d0-d"))[0] == "Division 0"
    assert names(text_of(client, "/learn/explorer/?depth=1")) == [
        "Works",
        *(f"Division {at}" for at in range(5)),
    ]
    assert "No unit of this name is here" in text_of(client, "/learn/explorer/?q=zebra")
    assert names(text_of(client, "/learn/explorer/?order=name"))[:2] == ["Division 0", "Division 1"]


def test_the_clearest_difference_comes_first_and_noise_keeps_its_place(cast: Cast, wave: Wave) -> None:
    found = names(text_of(signed_in(cast.analyst), "/learn/explorer/?order=clear"))
    assert found[0] == "Team d1t0"
    usual = names(text_of(signed_in(cast.analyst), "/learn/explorer/"))
    division = [name for name in usual if name.startswith("Team d4")]
    assert [name for name in found if name.startswith("Team d4")] == division
    column = book_of(wave).columns[0].key
    below = text_of(signed_in(cast.analyst), f"/learn/explorer/?order=below&by={column}")
    assert names(below)[0] == "Team d1t0"
    assert 'aria-sort="ascending"' in below


def test_only_a_window_of_rows_is_served_and_the_rest_by_links(
    cast: Cast, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headwater.rooms.learn.explorer_heat.WINDOW", 4)
    client = signed_in(cast.analyst)
    first = text_of(client, "/learn/explorer/")
    assert len(names(first)) == 4
    further = re.search(r'<a href="([^"]*start=4[^"]*)">Next 4 units', first)
    assert further
    second = text_of(client, further.group(1).replace("&amp;", "&"))
    assert len(names(second)) == 4
    assert not set(names(second)) & set(names(first))
    assert "Units before" in second
    more = re.search(r'hx-get="([^"]*rows=1)"', first)
    assert more
    rows = text_of(client, more.group(1).replace("&amp;", "&"))
    assert rows.lstrip().startswith("<tr")
    assert names(rows) == names(second)
    assert "<h1" not in rows


def test_every_view_has_a_sheet_and_a_deck_of_the_same_numbers(cast: Cast, wave: Wave) -> None:
    client = signed_in(cast.analyst)
    for kind in ("heat", "levels", "score", "compare"):
        query = "?unit=d0-d&other=d1-d" if kind == "compare" else ""
        table = client.get(f"/learn/explorer/files/{kind}.csv{query}")
        rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
        assert len(rows) > 2, kind
        for form in ("xlsx", "pptx"):
            answer = client.get(f"/learn/explorer/files/{kind}.{form}{query}")
            assert answer.status_code == 200
            assert answer.content.startswith(b"PK")
            assert f'.{form}"' in answer["Content-Disposition"]
    assert client.get("/learn/explorer/files/heat.exe").status_code == 404
    assert client.get("/learn/explorer/files/weather.csv").status_code == 404


def test_a_sheet_holds_all_units_in_the_order_asked_for(cast: Cast, wave: Wave) -> None:
    answer = signed_in(cast.analyst).get("/learn/explorer/files/heat.csv?order=clear")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == len(book_of(wave).tree) + 1
    assert rows[1][0] == "Team d1t0"
    few = next(row for row in rows if row[1] == FEW)
    assert "Too few or too alike to show safely" in few
    assert not any(re.fullmatch(r"[\d.]+", cell) for cell in few[3:])


def test_a_score_says_its_sentence_its_neighbours_its_answers_and_its_questions(cast: Cast, wave: Wave) -> None:
    book = book_of(wave)
    item = next(column for column in book.columns if column.role == "item")
    text = text_of(signed_in(cast.analyst), f"/learn/explorer/score/?unit=d0-d&score={item.key}")
    for name in ("Division 0", "Works", "Team d0t0"):
        assert name in text
    assert "How answers spread" in text
    assert "There is no earlier wave" in text
    assert "the rest of the unit above" in text
    assert signed_in(cast.analyst).get("/learn/explorer/score/?score=mean:nothing").status_code == 404
    hidden = text_of(signed_in(cast.analyst), f"/learn/explorer/score/?unit={FEW}")
    assert "Too few or too alike to show safely" in hidden


def test_two_units_are_compared_with_the_test_that_fits(cast: Cast, wave: Wave) -> None:
    client = signed_in(cast.analyst)
    apart = text_of(client, f"/learn/explorer/compare/?unit={LOW}&other=d0t0-t")
    assert "differs clearly from" in apart
    inside = text_of(client, f"/learn/explorer/compare/?unit={LOW}&other=all")
    assert "the rest of Works" in inside
    around = text_of(client, f"/learn/explorer/compare/?unit=all&other={LOW}")
    assert "the rest of Works" in around
    assert "Choose a second unit" in text_of(client, "/learn/explorer/compare/?unit=d0-d&other=d0-d")
    assert "no such unit" in text_of(client, "/learn/explorer/compare/?unit=d0-d&other=elsewhere")


def test_in_a_large_organisation_units_are_found_by_name(
    cast: Cast, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headwater.rooms.learn.explorer_compare.MOST_UNITS", 3)
    client = signed_in(cast.analyst)
    option = '<option value="d4t3-t">Team d4t3 (Division 4)</option>'
    assert option not in text_of(client, "/learn/explorer/compare/")
    assert option in text_of(client, "/learn/explorer/compare/?q=d4T3")


def test_parts_of_a_declared_cut_are_explored_and_compared(cast: Cast, wave: Wave) -> None:
    client = signed_in(cast.analyst)
    book = book_of(wave)
    assert ("tenure", "short") in book.panel_of
    rows = names(text_of(client, "/learn/explorer/?cut=tenure~short"))
    assert rows
    assert len(rows) == len(book.panel_of["tenure", "short"].rows)
    text = text_of(client, "/learn/explorer/compare/?cut=tenure~short&part=tenure~long")
    assert "Works, short" in text
    assert "Works, long" in text


def test_levels_stand_side_by_side_with_the_gap(cast: Cast, wave: Wave) -> None:
    text = text_of(signed_in(cast.analyst), "/learn/explorer/levels/")
    assert "Gap: front line less top" in text
    assert "Front line" in text
    assert "of the answers of Works" in text
    assert "nothing to set side by side" in text_of(signed_in(cast.analyst), "/learn/explorer/levels/?unit=d0t0-t")


def test_history_and_change_follow_the_unit_over_waves(cast: Cast, wave: Wave) -> None:
    later = next_wave(cast, wave)
    client = signed_in(cast.analyst)
    text = text_of(client, f"/learn/explorer/score/?wave={later.pk}&unit=d0-d")
    assert "over waves" in text
    assert "Since the wave before" in text
    change = text_of(client, f"/learn/explorer/compare/?wave={later.pk}&unit=d0-d&then={wave.pk}")
    assert wave.title in change
    assert "nobody is followed" in change
    row = book_of(later).tree.index_of["d0-d"]
    for language, said in (("en", "Change since "), ("es", "Cambio desde ")):
        with override(language):
            written = repr(leader_document(later, row))
        assert f"{said}{wave.title}" in written
        assert f"{said}{wave.key}" not in written
    refused = text_of(client, f"/learn/explorer/compare/?wave={wave.pk}&unit=d0-d&then={later.pk}")
    assert "not there in the other wave" in refused


def test_an_analyst_of_a_part_sees_that_part_alone(cast: Cast, wave: Wave) -> None:
    give_role(user=cast.outsider, role=Role.ANALYST, unit=unit("d0-d"), actor="test", now=NOW)
    client = signed_in(cast.outsider)
    text = text_of(client, "/learn/explorer/")
    assert names(text) == ["Division 0", *(f"Team d0t{at}" for at in range(5))]
    assert "Division 1" not in text
    for path in ("/learn/explorer/?unit=d1-d", "/learn/explorer/score/?unit=all", "/learn/explorer/compare/?unit=d1-d"):
        assert client.get(path).status_code == 403, path
    assert "no such unit" in text_of(client, "/learn/explorer/compare/?unit=d0-d&other=d1-d")
    sheet = client.get("/learn/explorer/files/heat.csv").content.decode()
    assert "Division 1" not in sheet
    assert "Works" not in sheet.splitlines()[1]


def test_it_speaks_spanish(cast: Cast, wave: Wave) -> None:
    client = signed_in(cast.analyst)
    client.cookies["language"] = "es"
    for view in VIEWS:
        text = text_of(client, f"/learn/explorer/{view}")
        assert '<html lang="es"' in text
        for english in ("Too close to call", "How was this made", ">Show<", "the rest of the unit above", "Answers<"):
            assert english not in text, (view, english)
        deck = client.get(f"/learn/explorer/files/{view.strip('/') or 'heat'}.csv").content.decode()
        assert "Answers" not in deck


def test_leaders_have_no_explorer_tab(cast: Cast, wave: Wave) -> None:
    north = signed_in(leader_of("d0-d", cast.administrator))
    assert "Explorer" not in text_of(north, "/learn/")
    assert "Explorer" in text_of(signed_in(cast.analyst), "/learn/")


def test_a_deck_never_calls_own_answers_steadied(cast: Cast, wave: Wave) -> None:
    client = signed_in(cast.analyst)
    for kind, query, steadied in (
        ("score", "", True),
        ("levels", "", False),
        ("compare", "?unit=d0-d&other=d1-d", False),
    ):
        deck = client.get(f"/learn/explorer/files/{kind}.pptx{query}").content
        with zipfile.ZipFile(io.BytesIO(deck)) as parts:
            slides = [parts.read(name).decode() for name in parts.namelist() if name.startswith("ppt/slides/slide")]
        assert any("Dot: score, steadied" in slide for slide in slides) is steadied, kind
        assert any("Own answers with its 95% range" in slide for slide in slides) is not steadied, kind
