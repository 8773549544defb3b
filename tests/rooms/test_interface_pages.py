"""The page of interfaces, and the tokens made there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from tests.rooms.conftest import NOW, Cast, signed_in

from headwater.rooms.house import outward
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.house.webhook_models import WebhookEndpoint
from headwater.rooms.people.token_models import ApiToken
from headwater.rooms.people.tokens import TokenRefusedError, end_token, find_token, make_token

PAGE = "/people/interfaces/"


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["outsider", "employee", "experience_lead", "analyst", "privacy_officer", "top_leader"])
def test_only_administrators_see_it(cast: Cast, who: str) -> None:
    client = signed_in(getattr(cast, who))
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}tokens", {"name": "x", "scopes": ["scores:read"]}).status_code == 403
    assert not ApiToken.objects.exists()


@pytest.mark.django_db
def test_a_token_is_shown_once_and_kept_as_a_digest(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    shown = client.post(f"{PAGE}tokens", {"name": "HR portal", "scopes": ["scores:read"], "studies": "people, safety"})
    text = re.search(r'<code class="secret">(hw_[\w-]+)</code>', shown.content.decode())
    assert text is not None
    token = ApiToken.objects.get()
    assert text[1] not in str(token.__dict__)
    assert token.studies == ["people", "safety"]
    again = client.get(PAGE).content.decode()
    assert "HR portal" in again
    assert text[1] not in again
    found = find_token(text=text[1], now=NOW)
    assert found is not None
    assert found.pk == token.pk
    client.post(f"{PAGE}tokens/{token.pk}/end")
    assert find_token(text=text[1], now=NOW) is None
    trail = AuditEntry.objects.filter(subject=str(token.pk)).order_by("sequence").values_list("action", flat=True)
    assert list(trail) == ["token.made", "token.ended"]


@pytest.mark.django_db
def test_a_token_ends_by_itself(cast: Cast) -> None:
    made = make_token(
        name="x", scopes=["scores:read"], expires_at=NOW + timedelta(days=1), actor=cast.administrator, now=NOW
    )
    assert find_token(text=made.text, now=NOW) is not None
    assert find_token(text=made.text, now=NOW + timedelta(days=1)) is None
    assert find_token(text=made.text + "x", now=NOW) is None
    end_token(token=made.token, actor=cast.administrator, now=NOW)
    end_token(token=made.token, actor=cast.administrator, now=NOW)
    assert find_token(text=made.text, now=NOW) is None


@pytest.mark.django_db
@pytest.mark.parametrize("values", [{"scopes": []}, {"scopes": ["all"]}, {"name": " "}, {"expires_at": NOW}])
def test_tokens_without_bounds_are_refused(cast: Cast, values: dict[str, object]) -> None:
    given: dict[str, object] = {"name": "x", "scopes": ["scores:read"], "actor": cast.administrator, "now": NOW}
    with pytest.raises(TokenRefusedError):
        make_token(**{**given, **values})  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_webhook_is_added_and_its_secret_shown_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(cast.administrator)
    inside = client.post(f"{PAGE}webhooks", {"url": "https://127.0.0.1/hook", "events": ["wave.released"]})
    assert inside.status_code == 422
    assert "inside the network" in inside.content.decode()
    monkeypatch.setenv(outward.INSIDE, "1")
    shown = client.post(f"{PAGE}webhooks", {"url": "https://127.0.0.1/hook", "events": ["wave.released"]})
    assert "whsec_" in shown.content.decode()
    endpoint = WebhookEndpoint.objects.get()
    assert "whsec_" not in client.get(PAGE).content.decode()
    assert "whsec_" in client.post(f"{PAGE}webhooks/{endpoint.pk}", {"do": "secret"}).content.decode()
    client.post(f"{PAGE}webhooks/{endpoint.pk}", {"do": "end"})
    endpoint.refresh_from_db()
    assert endpoint.ended_at is not None
