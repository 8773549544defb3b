"""Scores on a map: who may see it, what it shows, its files, and that what is withheld is in none of them."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest
from django.test import Client
from tests.rooms.conftest import NOW, Cast, signed_in, unit
from tests.rooms.explorer_cast import FEW, LOW, explored_wave, leader_of, next_wave

from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.models import PlaceMap, SharedView
from headwater.rooms.learn.place_services import bring_places, create_place_map
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Role
from headwater.rooms.people.services import give_role
from headwater.vocab import Withheld

pytestmark = pytest.mark.usefixtures("own_folders")

PATH = "/learn/explorer/places/"


@pytest.fixture
def wave(cast: Cast) -> Wave:
    return explored_wave(cast)


def placed(cast: Cast, wave: Wave, *, but: str = "") -> PlaceMap:
    """A map with all teams of the wave, on a grid over northern England."""
    made = create_place_map(title="Branches", surface="earth", actor=cast.experience_lead, now=NOW)
    teams = [key for key in book_of(wave).tree.ids if re.fullmatch(r"d\dt\d-t", key) and key != but]
    lines = [f"{key},{53 + int(key[1]) / 5},{-3 + int(key[3]) / 3}" for key in teams]
    content = "\n".join(["unit,latitude,longitude", *lines]).encode()
    bring_places(map_id=made.pk, content=content, file_name="places.csv", actor=cast.experience_lead, now=NOW)
    return made


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def names(text: str) -> list[str]:
    return re.findall(r'<th scope="row">(?:<a href="[^"]*">)?([^<]+)<', text)


def test_it_opens_to_those_who_explore_alone_and_says_who_makes_a_map(cast: Cast, wave: Wave) -> None:
    assert "Make a map" in text_of(signed_in(cast.experience_lead), PATH)
    text = text_of(signed_in(cast.analyst), PATH)
    assert "Make a map" not in text
    assert "An administrator or experience lead makes it." in text
    assert signed_in(cast.analyst).get("/learn/explorer/files/places.csv").status_code == 200
    placed(cast, wave)
    for path in (PATH, "/learn/explorer/files/places.csv"):
        assert Client().get(path).status_code == 302
        for user in (cast.outsider, cast.employee, cast.administrator, cast.privacy_officer, cast.top_leader):
            assert signed_in(user).get(path).status_code == 403, path
        for user in (cast.experience_lead, cast.analyst):
            assert signed_in(user).get(path).status_code == 200, path


def test_page_and_files_show_what_the_explorer_shows_and_nothing_withheld(cast: Cast, wave: Wave) -> None:
    placed(cast, wave)
    text = text_of(signed_in(cast.analyst), PATH)
    assert re.search(r"<h1>Team d1t0 stands apart most: lower in", text)
    assert names(text)[0] == "Team d1t0"
    assert len(names(text)) == 25
    assert text.count('tabindex="-1"') == 25
    assert f"unit={LOW}" in text
    book = book_of(wave)
    number = next(at for at, column in enumerate(book.columns) if column.role not in ("item", "response"))
    teams = [book.tree.index_of[key] for key in book.tree.ids if re.fullmatch(r"d\dt\d-t", key)]
    hidden = 25 - int(book.everybody.shown[teams, number].sum())
    assert hidden > 0
    assert text.count("Too few or too alike to show safely</td>") == hidden
    assert 'class="px"' in text
    # The picture is for the eye; a sentence and the table are for everybody.
    assert re.search(r'<figure class="chart of-places has-narrow" aria-label="“[^"]+” on a map of 25 places', text)
    assert text.count('aria-hidden="true"><rect class="pg"') == 2
    assert "style=" not in text.replace('rel="stylesheet"', "")
    assert wave.outcome["inputs_hash"] in text
    client = signed_in(cast.analyst)
    answer = client.get("/learn/explorer/files/places.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 26
    assert rows[0][:4] == ["Unit", "Id", "Longitude", "Latitude"]
    assert rows[1][0] == "Team d1t0"
    steadied = rows[0].index("Steadied")
    for row in rows[1:]:
        found = book.at(book.tree.index_of[row[1]], number)
        assert row[steadied] == ("" if isinstance(found, Withheld) else str(round(found.shrunken, 4)))
    few = next(row for row in rows if row[1] == FEW)
    assert "Too few or too alike to show safely" in few
    assert not any(re.fullmatch(r"[\d.]+", cell) for cell in few[4:])
    assert client.get("/learn/explorer/files/places.xlsx").content.startswith(b"PK")
    deck = zipfile.ZipFile(io.BytesIO(client.get("/learn/explorer/files/places.pptx").content))
    slides = "".join(
        deck.read(name).decode() for name in deck.namelist() if re.fullmatch(r"ppt/slides/slide\d+.xml", name)
    )
    assert "Team d1t0: " in slides
    assert "Triangle up: better" in slides
    held = re.findall(r'name="(Team d1t3[^"]*)"', slides)
    assert held
    assert not any(re.search(r"\d\.\d", line) for line in held)


def test_units_are_found_placed_or_counted(cast: Cast, wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    placed(cast, wave, but="d0t0-t")
    client = signed_in(cast.experience_lead)
    text = text_of(client, PATH)
    assert "1 unit has no place on this map." in text
    assert "Team d0t0" not in names(text)
    assert len(names(text_of(client, f"{PATH}?unit=d0-d"))) == 4
    assert names(text_of(client, f"{PATH}?q=d3t1")) == ["Team d3t1"]
    assert "No unit of this name has a place here" in text_of(client, f"{PATH}?q=zebra")
    assert names(text_of(client, f"{PATH}?order=name"))[:2] == ["Team d0t1", "Team d0t2"]
    assert client.get(f"{PATH}?score=mean:nothing").status_code == 404
    assert client.get(f"{PATH}?map=nothing").status_code == 404
    monkeypatch.setattr("headwater.rooms.learn.place_page.WINDOW", 10)
    first, second = text_of(client, PATH), text_of(client, f"{PATH}?start=10")
    assert len(names(first)) == len(names(second)) == 10
    assert not set(names(first)) & set(names(second))
    assert "Units before" in second
    assert names(text_of(client, f"{PATH}?start=999")) == names(first)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "es"
    text = text_of(client, PATH)
    for said in ("En un mapa", "Lo mismo en una tabla", "Respuestas", "Mejor: seguro, bastante seguro"):
        assert said in text
    for english in ("On a map", "The same as a table", "Difference from", "stands apart", "Colour and shape"):
        assert english not in text


def test_change_is_against_the_wave_before(cast: Cast, wave: Wave) -> None:
    placed(cast, wave)
    later = next_wave(cast, wave)
    client = signed_in(cast.analyst)
    text = text_of(client, f"{PATH}?wave={later.pk}&against=previous")
    assert "Difference from the wave before" in text
    assert "against the wave before" in text
    # Before there was another wave nothing is compared, and no mark stands clear.
    first = text_of(client, f"{PATH}?wave={wave.pk}&against=previous")
    assert "0 better, 0 worse" in first


def test_a_part_is_seen_alone_by_its_analyst_and_by_a_leader_it_was_given_to(cast: Cast, wave: Wave) -> None:
    placed(cast, wave)
    give_role(user=cast.outsider, role=Role.ANALYST, unit=unit("d0-d"), actor="test", now=NOW)
    client = signed_in(cast.outsider)
    text = text_of(client, PATH)
    assert sorted(names(text)) == [f"Team d0t{at}" for at in range(5)]
    assert "Team d1" not in text
    assert client.get(f"{PATH}?unit=d1-d").status_code == 403
    assert "Team d1" not in client.get("/learn/explorer/files/places.csv").content.decode()
    lead = signed_in(cast.experience_lead)
    leader = leader_of("d0-d", cast.administrator)
    page = text_of(lead, "/learn/explorer/give/places/")
    key = re.search(r'name="form_key" value="([^"]+)"', page)
    assert key
    given = {"form_key": key.group(1), "title": "Our places", "unit": "d0-d", "audience": "one", "note": ""}
    answer = lead.post("/learn/explorer/give/places/", given)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    shared = SharedView.objects.get()
    text = text_of(signed_in(leader), f"/learn/explorer/given/{shared.pk}/")
    assert sorted(names(text)) == [f"Team d0t{at}" for at in range(5)]
    assert "Team d1" not in text
    assert "/learn/explorer/score/" not in text
    assert signed_in(cast.outsider).get(f"/learn/explorer/given/{shared.pk}/").status_code == 404
