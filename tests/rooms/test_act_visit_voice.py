"""Dictating on a visit: the microphone is for that page alone, and what cannot stay on the phone is not offered."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from tests.rooms.conftest import Cast, signed_in
from tests.rooms.test_act_visits import planned

pytestmark = pytest.mark.django_db


def script() -> str:
    return files("headwater.rooms.act").joinpath("static/act/visit-voice.js").read_text(encoding="utf-8")


def test_the_microphone_is_for_the_phone_page_of_a_visit_alone(cast: Cast) -> None:
    visit = planned(cast.north_leader)
    client = signed_in(cast.north_leader)
    page = client.get(f"/act/visits/{visit.pk}/go/")
    assert page.status_code == 200
    policy = page.headers["Permissions-Policy"].split(", ")
    assert "microphone=(self)" in policy
    assert {"camera=()", "geolocation=()"} <= set(policy)
    for path in ("/act/visits/", f"/act/visits/{visit.pk}/", f"/act/visits/{visit.pk}/sync/", "/"):
        assert "microphone=()" in client.get(path).headers["Permissions-Policy"].split(", "), path
    refused = signed_in(cast.outsider).get(f"/act/visits/{visit.pk}/go/")
    assert refused.status_code == 403
    assert "microphone=()" in refused.headers["Permissions-Policy"].split(", ")


def test_a_form_with_an_error_may_still_be_dictated_to(cast: Cast) -> None:
    visit = planned(cast.north_leader)
    answer = signed_in(cast.north_leader).post(
        f"/act/visits/{visit.pk}/go/", {"doing": "note", "kind": "moment", "key": "", "words": ""}
    )
    assert answer.status_code == 422
    assert "microphone=(self)" in answer.headers["Permissions-Policy"]


def test_without_script_nothing_of_it_shows_and_the_forms_stay(cast: Cast) -> None:
    visit = planned(cast.north_leader)
    body = signed_in(cast.north_leader).get(f"/act/visits/{visit.pk}/go/").content.decode()
    section = re.search(r'<section class="card" id="voice"[^>]*>', body)
    assert section is not None
    assert " hidden" in section.group()
    assert "Everybody who can be heard knows" in body
    assert 'id="o-words"' in body
    assert ">Speak<" not in body


def test_the_script_hears_on_the_device_or_not_at_all() -> None:
    found = script()
    assert "processLocally = true" in found
    assert found.index("processLocally = true") < found.index("recognition.start()")
    assert "processLocally: false" not in found
    assert found.count("new Recogniser()") == 1
    for sends_or_keeps in ("fetch(", "XMLHttpRequest", "sendBeacon", "MediaRecorder", "getUserMedia", "localStorage"):
        assert sends_or_keeps not in found, sends_or_keeps
