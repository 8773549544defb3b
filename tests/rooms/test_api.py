"""The API: its description, its tokens, and every operation with who is refused."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.rooms.conftest import NOW, Cast
from tests.rooms.study_cast import OPENS, answer, answers_for, asked, enlarge, launched, study_of

from headwater.rooms.house.webhook_models import WebhookEndpoint, WebhookMessage
from headwater.rooms.listen.models import SealedResponse, Wave
from headwater.rooms.listen.sealing import count_by_unit
from headwater.rooms.listen.waves import advance_waves
from headwater.rooms.people.tokens import SCOPES, make_token

API = "/api/v1"
OPERATIONS = {
    f"{API}/organisation/units": "organisation:read",
    f"{API}/organisation/units/all": "organisation:read",
    f"{API}/studies": "studies:read",
    f"{API}/studies/x": "studies:read",
    f"{API}/studies/x/waves/y": "studies:read",
    f"{API}/scores/x/y": "scores:read",
}


def bearer(cast: Cast, *scopes: str, studies: tuple[str, ...] = ()) -> dict[str, str]:
    made = make_token(name="t", scopes=scopes, studies=studies, actor=cast.administrator, now=timezone.now())
    return {"Authorization": f"Bearer {made.text}"}


def batch_of(wave: Wave, count: int, *, unit: str = "d0t0-t", first: int = 0, **more: Any) -> dict[str, Any]:
    responses = [
        {"id": f"r{number}", "unit": unit, "answers": answers_for(wave, seed=number), **more}
        for number in range(first, first + count)
    ]
    return {"study": study_of(wave).key, "wave": wave.key, "responses": responses}


def hand_in(batch: dict[str, Any], token: dict[str, str], key: str = "a-key-of-ours") -> Any:
    return Client().post(
        f"{API}/responses",
        json.dumps(batch),
        content_type="application/json",
        headers={"Idempotency-Key": key, **token},
    )


@pytest.fixture
def open_wave(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Wave:
    """An open wave that anybody may answer, and a clock that stands in it."""
    enlarge(cast.administrator)
    monkeypatch.setattr("headwater.rooms.listen.api.timezone.now", lambda: OPENS + timedelta(hours=1))
    return launched(cast.experience_lead, channel="open")


def test_the_description_is_openapi_3_1() -> None:
    described = Client().get(f"{API}/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert {path.rsplit("/", 1)[-1] for path in described["paths"]} >= {"units", "studies", "responses"}
    schema = described["paths"][f"{API}/responses"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert schema["properties"]["responses"]["type"] == "array"
    for operations in described["paths"].values():
        assert all(operation["security"] for operation in operations.values())


@pytest.mark.django_db
@pytest.mark.parametrize("path", OPERATIONS)
def test_nothing_opens_without_its_scope(cast: Cast, path: str) -> None:
    assert Client().get(path).status_code == 401
    assert Client().get(path, headers={"Authorization": "Bearer hw_forged"}).status_code == 401
    others = [scope for scope in SCOPES if scope != OPERATIONS[path]]
    assert Client().get(path, headers=bearer(cast, *others)).status_code == 403
    assert Client().get(path, headers=bearer(cast, OPERATIONS[path])).status_code in (200, 404)


@pytest.mark.django_db
def test_a_signed_in_session_opens_nothing(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.administrator)
    assert client.get(f"{API}/studies").status_code == 401


@pytest.mark.django_db
def test_units_come_in_preorder_page_by_page(cast: Cast) -> None:
    token = bearer(cast, "organisation:read")
    whole = Client().get(f"{API}/organisation/units", headers=token).json()
    assert [unit["place"] for unit in whole["units"]] == list(range(7))
    assert whole["next"] is None
    first = Client().get(f"{API}/organisation/units?limit=3", headers=token).json()
    second = Client().get(f"{API}/organisation/units?limit=4&after={first['next']}", headers=token).json()
    assert first["units"] + second["units"] == whole["units"]
    key = whole["units"][3]["key"]
    assert Client().get(f"{API}/organisation/units/{key}", headers=token).json() == whole["units"][3]
    assert Client().get(f"{API}/organisation/units?limit=0", headers=token).status_code == 422


@pytest.mark.django_db
def test_studies_and_waves(cast: Cast, open_wave: Wave) -> None:
    token = bearer(cast, "studies:read")
    study = study_of(open_wave)
    (found,) = Client().get(f"{API}/studies", headers=token).json()
    assert found["key"] == study.key
    assert found["waves"] == [open_wave.key]
    wave = Client().get(f"{API}/studies/{study.key}/waves/{open_wave.key}", headers=token).json()
    assert wave["state"] == "open"
    assert len(wave["plan"]) == 64
    assert {item["key"] for item in wave["questions"]} >= set(answers_for(open_wave))
    assert wave["rates"] == []
    bound = bearer(cast, "studies:read", studies=("another",))
    assert Client().get(f"{API}/studies", headers=bound).json() == []
    assert Client().get(f"{API}/studies/{study.key}", headers=bound).status_code == 404


@pytest.mark.django_db
def test_a_batch_is_stored_once_however_often_it_comes(cast: Cast, open_wave: Wave) -> None:
    token = bearer(cast, "responses:write")
    batch = batch_of(open_wave, 20)
    first = hand_in(batch, token)
    assert first.status_code == 200, first.content
    assert first.json()["stored"] == 20
    assert hand_in(batch, token).json() == first.json()
    again = hand_in(batch, token, key="another-key")
    assert again.json()["stored"] == 0
    assert {verdict["kind"] for verdict in again.json()["verdicts"]} == {"same"}
    assert SealedResponse.objects.count() == 20
    changed = batch_of(open_wave, 20, first=1)
    assert hand_in(changed, token).status_code == 422
    assert hand_in(changed, token, key="a-third-key").json()["stored"] == 1
    assert count_by_unit(open_wave) == {"d0t0-t": 21}


@pytest.mark.django_db
def test_one_wrong_response_does_not_hold_the_others_back(cast: Cast, open_wave: Wave) -> None:
    token = bearer(cast, "responses:write")
    batch = batch_of(open_wave, 6)
    item = next(iter(batch["responses"][0]["answers"]))
    batch["responses"][0]["answers"][item] = 99
    batch["responses"][1]["answers"]["no_such_item"] = 1
    batch["responses"][2]["unit"] = "nowhere"
    batch["responses"][3]["respondent"] = "somebody"
    batch["responses"][4]["cuts"] = {"tenure": "eternal"}
    verdicts = hand_in(batch, token).json()["verdicts"]
    assert [verdict["kind"] for verdict in verdicts] == ["refused"] * 5 + ["stored"]
    assert verdicts[0]["problems"] == [{"item": item, "problem": "not_offered"}]
    assert [verdict["problems"][0]["item"] for verdict in verdicts[2:5]] == ["unit", "respondent", "cuts.tenure"]
    assert SealedResponse.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "status"),
    [("", 422), ("{", 422), ("[]", 422), ('{"study": 1}', 422), ('{"a":' * 5_000, 422), ("\x00", 422)],
)
def test_what_is_no_batch_is_refused(cast: Cast, open_wave: Wave, body: str, status: int) -> None:
    token = bearer(cast, "responses:write")
    found = Client().post(
        f"{API}/responses", body, content_type="application/json", headers={"Idempotency-Key": "a-key-of-ours", **token}
    )
    assert found.status_code == status
    assert not SealedResponse.objects.exists()


@pytest.mark.django_db
def test_batches_keep_their_limits(cast: Cast, open_wave: Wave) -> None:
    token = bearer(cast, "responses:write")
    batch = batch_of(open_wave, 1)
    assert hand_in({**batch, "responses": batch["responses"] * 501}, token).status_code == 413
    without = Client().post(f"{API}/responses", json.dumps(batch), content_type="application/json", headers=token)
    assert without.status_code == 422
    assert hand_in({**batch, "wave": "nowhere"}, token).status_code == 404
    assert hand_in(batch, bearer(cast, "responses:write", studies=("another",))).status_code == 404
    advance_waves(now=OPENS + timedelta(days=20))
    assert hand_in(batch, token, key="after-closing").status_code == 409


@pytest.mark.django_db
def test_a_token_cannot_speak_for_the_invited(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="mail")
    assert hand_in(batch_of(wave, 1), bearer(cast, "responses:write")).status_code == 409
    assert not SealedResponse.objects.exists()


@pytest.mark.django_db
def test_webhooks_tell_responses_of_identified_studies_only(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headwater.rooms.listen.api.timezone.now", lambda: OPENS + timedelta(hours=1))
    enlarge(cast.administrator)
    WebhookEndpoint.objects.create(url="https://example.org", events=["response.received"], secret=b"", made_at=NOW)
    token = bearer(cast, "responses:write")
    for promise in ("anonymous", "confidential", "identified"):
        wave = launched(cast.experience_lead, channel="customers", promise=promise, title=promise)
        more: dict[str, Any] = {} if promise == "anonymous" else {"respondent": "customer-7"}
        assert hand_in(batch_of(wave, 1, **more), token, key=f"key-of-{promise}").json()["stored"] == 1
    (message,) = WebhookMessage.objects.all()
    told = json.loads(message.body)
    assert told["type"] == "response.received"
    assert told["data"]["study"] == "identified"
    assert told["data"]["respondent"] == "customer-7"


@pytest.mark.django_db
def test_scores_are_released_or_withheld_with_the_one_reason(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead)
    people = asked(wave)
    for invitation in people:
        if not invitation.unit_key.startswith("d0t1") or invitation.pk % 4 == 0:
            answer(wave, invitation, at=OPENS + timedelta(days=1))
    for days in (15, 18, 19):
        advance_waves(now=OPENS + timedelta(days=days))
    wave.refresh_from_db()
    assert wave.state == Wave.State.RELEASED
    token = bearer(cast, "scores:read")
    where = f"{API}/scores/{study_of(wave).key}/{wave.key}"
    found = Client().get(where, headers=token).json()
    units = {unit["unit"]: unit["numbers"] for unit in found["units"]}
    top = units[found["units"][0]["unit"]]
    assert {number["status"] for number in top} == {"released"}
    assert all(number["n"] >= found["k"] and number["low"] <= number["value"] <= number["high"] for number in top)
    withheld = [number for number in units["d0t1-t"] if number["status"] == "withheld"]
    assert len(withheld) == len(units["d0t1-t"])
    assert all(number["n"] is None and number["value"] is None for number in withheld)
    assert {number["reason"] for number in withheld} == {"Too few or too alike to show safely"}
    one = Client().get(f"{where}?unit=d0t1-t", headers=token).json()
    assert [unit["unit"] for unit in one["units"]] == ["d0t1-t"]
    assert Client().get(f"{where}?unit=nowhere", headers=token).status_code == 404
    assert Client().get(where, headers=bearer(cast, "scores:read", studies=("another",))).status_code == 404
