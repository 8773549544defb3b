"""Authenticator apps, recovery codes and passkeys: a second factor asked for, secrets encrypted at rest."""

from __future__ import annotations

import re

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from tests.rooms.conftest import PASSWORD, Cast

from headwater.rooms.house.models import AuditEntry
from headwater.rooms.people.models import User


def sign_in(user: User) -> Client:
    client = Client()
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    return client


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def activate(client: Client) -> str:
    assert "/account/reauthenticate/" in client.get("/account/2fa/totp/activate/")["Location"]
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/2fa/totp/activate/", follow=True).content.decode()
    found = re.search(r'value="([A-Z2-7]{32})"', page)
    assert found, page
    answer = client.post("/account/2fa/totp/activate/", {"code": code_of(found[1])})
    assert answer.status_code == 302
    return found[1]


def test_an_app_is_asked_for_at_the_next_sign_in(cast: Cast) -> None:
    secret = activate(sign_in(cast.employee))
    client = sign_in(cast.employee)
    assert client.get("/").status_code == 302
    wrong = client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert client.get("/").status_code == 302
    from django.core.cache import cache

    cache.clear()  # a code counts once; the one of the activation is still the current one
    client.post("/account/2fa/authenticate/", {"code": code_of(secret)})
    assert client.get("/").status_code == 200


def test_a_recovery_code_opens_once(cast: Cast) -> None:
    activate(sign_in(cast.employee))
    codes = Authenticator.objects.get(type="recovery_codes").wrap().generate_codes()
    first, second = sign_in(cast.employee), sign_in(cast.employee)
    first.post("/account/2fa/authenticate/", {"code": codes[0]})
    assert first.get("/").status_code == 200
    second.post("/account/2fa/authenticate/", {"code": codes[0]})
    assert second.get("/").status_code == 302


def test_secrets_are_not_readable_in_the_table(cast: Cast) -> None:
    secret = activate(sign_in(cast.employee))
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored


def test_a_passkey_is_offered_and_a_false_one_refused(cast: Cast) -> None:
    page = Client().get("/account/login/").content.decode()
    assert "Sign in with a passkey" in page
    client = Client()
    options = client.get("/account/2fa/webauthn/login/", HTTP_X_REQUESTED_WITH="XMLHttpRequest").json()
    assert options["request_options"]["publicKey"]["challenge"]
    client.post("/account/2fa/webauthn/login/", {"credential": "{}"})
    assert client.get("/").status_code == 302


def test_every_sign_in_is_recorded(cast: Cast) -> None:
    sign_in(cast.employee)
    assert AuditEntry.objects.filter(action="account.signed_in", actor=str(cast.employee.pk)).count() == 1


def test_the_account_of_somebody_who_left_is_refused(cast: Cast) -> None:
    assert cast.employee.person is not None
    cast.employee.person.is_active = False
    cast.employee.person.save()
    assert sign_in(cast.employee).get("/").status_code == 302


def test_pages_of_signing_in_say_in_both_languages_what_they_are_for(cast: Cast) -> None:
    client = sign_in(cast.employee)
    said = {
        "/account/password/change/": ("Change the password", "Cambiar la contraseña"),
        "/account/reauthenticate/": ("Say once more who you are", "Diga otra vez quién es"),
        "/account/password/reset/": ("A mail brings a link", "Recibirá un correo con un enlace"),
        "/account/password/reset/done/": ("a link is on its way", "el enlace va en camino"),
    }
    for address, words in said.items():
        for language, expected in zip(("en", "es"), words, strict=True):
            answer = client.get(address, headers={"accept-language": language})
            assert answer.status_code == 200, address
            assert expected in answer.content.decode(), (address, language)
    assert client.post("/account/password/reset/", {"email": "nobody@example.org"}).status_code == 302
