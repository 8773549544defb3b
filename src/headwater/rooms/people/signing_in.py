"""How people sign in: only invited accounts, by password, passkey or single sign-on; secrets encrypted at rest."""

from __future__ import annotations

import base64
import os
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from headwater.rooms.house import audit
from headwater.rooms.house.mail import send_mail_later
from headwater.rooms.people.models import User

NONCE = 12


def display_name(user: User) -> str:
    """Return how a user is addressed."""
    return user.name or user.email


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by administrators; every sign-in is recorded; mail goes through the queue."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves."""
        return False

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Refuse the account of somebody who left."""
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        if response is None and user.person is not None and not user.person.is_active:
            return self.respond_user_inactive(request, user)  # type: ignore[no-any-return]
        return response

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Record the sign-in."""
        identity = str(user.pk)
        audit.record(action="account.signed_in", actor=identity, subject=identity, payload={}, now=timezone.now())
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the message, so that a slow mail server delays no page."""
        message = self.render_mail(template_prefix, email, context)
        send_mail_later(to=email, subject=str(message.subject), text=str(message.body), now=timezone.now())


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on opens accounts that exist; it makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody signs up by themselves."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of authenticator apps and recovery codes encrypted (AES-256-GCM)."""

    def encrypt(self, text: str) -> str:
        """Encrypt one secret."""
        nonce = os.urandom(NONCE)
        sealed = nonce + AESGCM(audit.derived_key("second-factor")).encrypt(nonce, text.encode(), None)
        return base64.b64encode(sealed).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt one secret."""
        sealed = base64.b64decode(encrypted_text)
        key = AESGCM(audit.derived_key("second-factor"))
        return key.decrypt(sealed[:NONCE], sealed[NONCE:], None).decode()
