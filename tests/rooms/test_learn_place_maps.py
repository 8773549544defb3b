"""Maps and plans: who makes them, what a wrong file is told, and that nothing of a file is served as it came."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.rooms.conftest import NOW, Cast, signed_in

from headwater.formats.places import Surface
from headwater.rooms.house.audit import verify
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.learn import place_services as services
from headwater.rooms.learn.models import PlaceMap, UnitPlace
from headwater.rooms.learn.place_services import PlacesRefusedError
from headwater.vocab import InputError

GOOD = b"unit,latitude,longitude\nnorth1-t,53.5,-2.2\nTeam south1,51.5,-0.1\n"
PLAN = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><script>alert(1)</script>'
    b'<rect width="90" height="40" onclick="alert(2)"/><image href="http://elsewhere.example/a.png"/></svg>'
)
OUTLINE = b'{"type": "Polygon", "coordinates": [[[-3, 51], [0, 51], [0, 54], [-3, 51]]]}'


def a_map(cast: Cast, surface: Surface = "earth") -> PlaceMap:
    return services.create_place_map(title="Branches", surface=surface, actor=cast.administrator, now=NOW)


def sent(client: Client, kept: PlaceMap, do: str, field: str = "", name: str = "", content: bytes = b"") -> Any:
    files = {field: SimpleUploadedFile(name, content)} if field else {}
    return client.post(f"/learn/places/{kept.pk}/", {"do": do, **files})


def actions() -> list[str]:
    return list(AuditEntry.objects.filter(action__startswith="place").order_by("pk").values_list("action", flat=True))


def test_it_opens_to_administrators_and_experience_leads_alone(cast: Cast) -> None:
    kept = a_map(cast)
    for path in ("/learn/places/", f"/learn/places/{kept.pk}/"):
        assert Client().get(path).status_code == 302
        for user in (
            cast.outsider,
            cast.employee,
            cast.analyst,
            cast.privacy_officer,
            cast.top_leader,
            cast.north_leader,
        ):
            assert signed_in(user).get(path).status_code == 403, path
            assert signed_in(user).post(path, {"do": "remove-map"}).status_code == 403, path
        for user in (cast.administrator, cast.experience_lead):
            assert signed_in(user).get(path).status_code == 200, path
    assert PlaceMap.objects.count() == 1


def test_a_map_is_made_once_by_name(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    for _twice in range(2):
        answer = client.post("/learn/places/", {"title": "  Second   floor ", "surface": "plan"})
        assert answer.status_code == 302
    assert [one.title for one in PlaceMap.objects.all()] == ["Second floor"]
    again = client.post("/learn/places/", {"title": "Second floor", "surface": "earth"})
    assert again.status_code == 422
    assert "There is a map of this name already" in again.content.decode()
    assert actions() == ["place_map.made"]
    assert "Second floor" in client.get("/learn/places/").content.decode()


def test_places_come_from_a_file_as_a_whole_and_once(cast: Cast) -> None:
    kept, client = a_map(cast), signed_in(cast.experience_lead)
    assert sent(client, kept, "places", "places-file", "p.csv", GOOD).status_code == 302
    assert dict(UnitPlace.objects.values_list("unit", "x")) == {"north1-t": -2.2, "south1-t": -0.1}
    assert sent(client, kept, "places", "places-file", "p.csv", GOOD).status_code == 302
    assert actions() == ["place_map.made", "places.brought"]
    other = b"unit,lat,lon\nnorth1-t,53.6,-2.2\n"
    assert sent(client, kept, "places", "places-file", "p.csv", other).status_code == 302
    assert list(UnitPlace.objects.values_list("unit", "y")) == [("north1-t", 53.6)]
    page = client.get(f"/learn/places/{kept.pk}/").content.decode()
    assert "1 unit has its place here." in page
    assert "6 have none." in page
    assert verify().broken_at is None


def test_a_wrong_file_is_told_row_by_row_and_changes_nothing(cast: Cast) -> None:
    kept, client = a_map(cast), signed_in(cast.administrator)
    sent(client, kept, "places", "places-file", "p.csv", GOOD)
    bad = b"unit,latitude,longitude\nnorth1-t,91,0\nnowhere,5,x\nsouth1-t,,1\nsouth1-t,1,1\n"
    answer = sent(client, kept, "places", "places-file", "p.csv", bad)
    text = answer.content.decode()
    assert answer.status_code == 422
    for said in ("No place changed", "Row 2, latitude", "outside -90 to 90", "Row 3, longitude", "is not a number",
                 "has no unit", "the cell is empty", "stands in several rows"):  # fmt: skip
        assert said in text, said
    assert UnitPlace.objects.count() == 2
    with pytest.raises(InputError, match="takes latitude and longitude"):
        services.bring_places(
            map_id=kept.pk, content=b"unit,x,y\nnorth1-t,1,1\n", file_name="p.csv", actor=cast.administrator, now=NOW
        )
    wrong = sent(client, kept, "places", "places-file", "p.pdf", b"%PDF")
    assert wrong.status_code == 422
    assert UnitPlace.objects.count() == 2


def test_a_unit_is_placed_and_taken_off_by_hand(cast: Cast) -> None:
    kept, client = a_map(cast, "plan"), signed_in(cast.administrator)
    path = f"/learn/places/{kept.pk}/"
    given = {"do": "place", "place-unit": "Team north1", "place-across": "12.5", "place-down": "30"}
    assert client.post(path, given).status_code == 302
    assert client.post(path, given).status_code == 302
    assert list(UnitPlace.objects.values_list("unit", "x", "y")) == [("north1-t", 12.5, 30.0)]
    assert actions() == ["place_map.made", "place.set"]
    unknown = client.post(path, {**given, "place-unit": "Team nowhere"})
    assert unknown.status_code == 422
    assert "No unit has this id" in unknown.content.decode()
    assert client.post(path, {**given, "place-across": "1e9"}).status_code == 422
    assert client.post(path, {**given, "place-across": "nan"}).status_code == 422
    for _twice in range(2):
        assert client.post(path, {"do": "remove-place", "unit": "north1-t"}).status_code == 302
    assert not UnitPlace.objects.exists()
    assert actions()[-1] == "place.removed"
    with pytest.raises(PlacesRefusedError, match="no such unit"):
        services.set_place(map_id=kept.pk, unit="elsewhere", x=1, y=1, actor=cast.administrator, now=NOW)


def test_a_drawing_becomes_shapes_and_nothing_of_the_file_is_served(cast: Cast) -> None:
    kept, client = a_map(cast, "plan"), signed_in(cast.administrator)
    assert sent(client, kept, "plan", "plan-plan", "floor.svg", PLAN).status_code == 302
    kept.refresh_from_db()
    assert (kept.width, kept.height, len(kept.shapes), kept.image) == (200.0, 100.0, 1, None)
    text = client.get(f"/learn/places/{kept.pk}/").content.decode()
    assert "What is no shape was left out: image, script." in text
    assert 'class="po"' in text
    for never in ("alert(", "elsewhere.example", "onclick"):
        assert never not in text
    bomb = b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">&a;</svg>'
    for name, content in (
        ("a.svg", bomb),
        ("b.svg", b"<html></html>"),
        ("c.png", b"\x89PNG\r\n\x1a\nno"),
        ("d.exe", b"MZ"),
    ):
        assert sent(client, kept, "plan", "plan-plan", name, content).status_code == 422, name
    kept.refresh_from_db()
    assert len(kept.shapes) == 1


def test_a_picture_is_written_anew_and_shown_to_those_who_see_maps(cast: Cast) -> None:
    from PIL import Image, PngImagePlugin

    secret = PngImagePlugin.PngInfo()
    secret.add_text("Comment", "made at home")
    stream = io.BytesIO()
    Image.new("RGBA", (3000, 1000), (20, 90, 90, 128)).save(stream, "PNG", pnginfo=secret)
    kept, client = a_map(cast, "plan"), signed_in(cast.administrator)
    assert (
        sent(client, kept, "plan", "plan-plan", "floor.png", stream.getvalue() + b"<script>tail</script>").status_code
        == 302
    )
    kept.refresh_from_db()
    assert (kept.width, kept.height) == (3000.0, 1000.0)
    path = f"/learn/places/{kept.pk}/plan-{kept.image_sha256[:16]}.png"
    assert path in client.get(f"/learn/places/{kept.pk}/").content.decode()
    answer = client.get(path)
    assert answer["Content-Type"] == "image/png"
    for never in (b"made at home", b"script"):
        assert never not in answer.content
    with Image.open(io.BytesIO(answer.content)) as opened:
        assert opened.size == (1600, 533)
    assert signed_in(cast.analyst).get(path).status_code == 200
    for user in (cast.outsider, cast.employee, cast.top_leader, cast.privacy_officer):
        assert signed_in(user).get(path).status_code == 403
    assert Client().get(path).status_code == 302
    assert client.get(f"/learn/places/{kept.pk}/plan-0000.png").status_code == 404
    assert client.post(f"/learn/places/{kept.pk}/", {"do": "remove-plan"}).status_code == 302
    assert client.get(path).status_code == 404


def test_an_outline_on_earth_is_drawn_and_taken_away(cast: Cast) -> None:
    kept, client = a_map(cast), signed_in(cast.administrator)
    sent(client, kept, "places", "places-file", "p.csv", GOOD)
    for _twice in range(2):
        assert sent(client, kept, "plan", "plan-plan", "coast.geojson", OUTLINE).status_code == 302
    assert actions().count("plan.brought") == 0
    assert AuditEntry.objects.filter(action="plan.brought").count() == 1
    assert 'class="po"' in client.get(f"/learn/places/{kept.pk}/").content.decode()
    assert sent(client, kept, "plan", "plan-plan", "coast.geojson", b"{}").status_code == 422
    assert sent(client, kept, "plan", "plan-plan", "coast.svg", PLAN).status_code == 422
    for _twice in range(2):
        services.remove_plan(map_id=kept.pk, actor=cast.administrator, now=NOW)
    kept.refresh_from_db()
    assert kept.shapes == []
    assert UnitPlace.objects.count() == 2


def test_a_map_is_deleted_with_its_places(cast: Cast) -> None:
    kept, client = a_map(cast), signed_in(cast.administrator)
    sent(client, kept, "places", "places-file", "p.csv", GOOD)
    path = f"/learn/places/{kept.pk}/"
    assert "Delete this map" in client.get(f"{path}?remove").content.decode()
    assert client.post(path, {"do": "remove-map"}).status_code == 302
    assert not PlaceMap.objects.exists()
    assert not UnitPlace.objects.exists()
    assert actions()[-1] == "place_map.removed"
    assert client.get(path).status_code == 404
    services.remove_place_map(map_id=kept.pk, actor=cast.administrator, now=NOW)
    assert actions().count("place_map.removed") == 1
    assert client.post("/learn/places/", {"title": "  ", "surface": "plan"}).status_code == 422
