"""The API as an enemy, a broken sender or a lost line uses it: no error of ours, no response lost in silence."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.rooms.conftest import Cast
from tests.rooms.study_cast import OPENS, study_of
from tests.rooms.test_api import API, batch_of, bearer, hand_in, open_wave

from headwater.rooms.listen.models import SealedResponse, Study, Wave
from headwater.rooms.people.models import Person

__all__ = ["open_wave"]
HALF = timedelta(minutes=30)


@pytest.mark.django_db
def test_half_signs_and_nuls_are_refused_one_by_one(cast: Cast, open_wave: Wave) -> None:
    token = bearer(cast, "responses:write")
    batch = batch_of(open_wave, 6)
    item = next(iter(batch["responses"][0]["answers"]))
    batch["responses"][0]["answers"][item] = "half a sign: \ud800"
    batch["responses"][1]["id"] = "nul\x00"
    batch["responses"][2]["answers"]["no\x00such"] = 1
    batch["responses"][3]["cuts"] = {"tenure\x00": "\u202eeternal"}
    batch["responses"][4]["id"] = "\u202e=HYPERLINK(0)"
    answer = hand_in(batch, token)
    assert answer.status_code == 200, answer.content
    assert [verdict["kind"] for verdict in answer.json()["verdicts"]] == ["refused"] * 5 + ["stored"]
    assert b"\\u0000" not in answer.content
    assert SealedResponse.objects.count() == 1
    assert hand_in(batch, token).json() == answer.json()


@pytest.mark.django_db
def test_a_batch_that_was_stored_is_said_to_be_stored_after_closing_too(cast: Cast, open_wave: Wave) -> None:
    token = bearer(cast, "responses:write")
    batch = batch_of(open_wave, 3)
    first = hand_in(batch, token)
    assert first.json()["stored"] == 3
    Wave.objects.filter(pk=open_wave.pk).update(closes_at=OPENS + HALF, late_until=OPENS + HALF)
    assert hand_in(batch, token).json() == first.json()
    assert hand_in(batch, token, key="a-new-key").status_code == 409
    assert hand_in(batch_of(open_wave, 4), token).status_code == 422
    assert SealedResponse.objects.count() == 3


@pytest.mark.django_db
def test_a_leaders_own_study_is_nothing_for_the_api(cast: Cast, open_wave: Wave) -> None:
    study = study_of(open_wave)
    token = bearer(cast, "studies:read")
    paths = (f"{API}/studies/{study.key}", f"{API}/studies/{study.key}/waves/{open_wave.key}")
    assert [Client().get(path, headers=token).status_code for path in paths] == [200, 200]
    Study.objects.filter(pk=study.pk).update(kept_for=Person.objects.order_by("key").first())
    assert [Client().get(path, headers=token).status_code for path in paths] == [404, 404]
    assert hand_in(batch_of(open_wave, 1), bearer(cast, "responses:write")).status_code == 404
    assert not SealedResponse.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/studies/%00", "/organisation/units/a%00b", "/scores/x%00/y", "/studies/x/waves/y?language=%00", "/studies?%00"],
)
def test_an_address_with_a_nul_is_refused_before_anything_reads_it(cast: Cast, path: str) -> None:
    token = bearer(cast, "studies:read", "organisation:read", "scores:read")
    answer = Client().get(f"{API}{path}", headers=token)
    assert (answer.status_code, answer.json()) == (400, {"detail": "This address cannot be read."})
    assert Client().get("/listen/?find=%00").status_code == 400
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["-2", "1e9", "9" * 400, "", "NaN", "0x10"])
def test_numbers_no_page_has_are_refused(cast: Cast, number: str) -> None:
    token = bearer(cast, "organisation:read")
    answer = Client().get(f"{API}/organisation/units?after={number}", headers=token)
    assert answer.status_code == 422 or answer.json()["units"] == []


def test_the_description_holds_every_shape_and_every_refusal() -> None:
    described = Client().get(f"{API}/openapi.json").json()
    assert Client().get(f"{API}/openapi.json").json() == described
    shapes = set(described["components"]["schemas"])
    named = re.findall(r'"\$ref": "([^"]+)"', json.dumps(described))
    assert {"#/components/schemas/ResponseIn", "#/components/schemas/Trouble"} <= set(named)
    assert {name.removeprefix("#/components/schemas/") for name in named} <= shapes
    posted = described["paths"][f"{API}/responses"]["post"]
    assert [(one["name"], one["in"], one["required"]) for one in posted["parameters"]] == [
        ("Idempotency-Key", "header", True)
    ]
    assert set(posted["responses"]) == {"200", "400", "401", "403", "404", "409", "413", "422", "429"}
