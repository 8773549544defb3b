"""The page of interfaces: tokens of the API and webhooks."""

from __future__ import annotations

from datetime import datetime, time
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.rooms.house import webhooks
from headwater.rooms.house.outward import AddressRefusedError
from headwater.rooms.house.webhook_models import WebhookDelivery, WebhookEndpoint
from headwater.rooms.people.interface_forms import TokenForm, WebhookForm
from headwater.rooms.people.interfaces import interfaces_page
from headwater.rooms.people.token_models import ApiToken
from headwater.rooms.people.tokens import TokenRefusedError, end_token, make_token
from headwater.rooms.people.viewers import permitted, user_of, viewer


@permitted("interfaces.manage")
@require_safe
def interfaces(request: HttpRequest) -> HttpResponse:
    """Which systems may speak to Headwater, and which hear from it."""
    return _show(request)


@permitted("interfaces.manage")
@require_POST
def add_token(request: HttpRequest) -> HttpResponse:
    """Make a token and show its text, this once."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _show(request, tokens=form, status=422)
    until = form.cleaned_data["until_date"]
    expires_at = None if until is None else timezone.make_aware(datetime.combine(until, time.max))
    try:
        made = make_token(
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            studies=form.cleaned_data["studies"],
            expires_at=expires_at,
            actor=user_of(request),
            now=timezone.now(),
        )
    except TokenRefusedError as error:
        form.add_error(None, str(error))
        return _show(request, tokens=form, status=422)
    return _show(request, secret=made.text, secret_of=made.token.name)


@permitted("interfaces.manage")
@require_POST
def remove_token(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """End a token."""
    token = get_object_or_404(ApiToken, pk=token_id)
    end_token(token=token, actor=user_of(request), now=timezone.now())
    messages.success(request, _("The token ended. Whatever used it is refused from now on."))
    return redirect("people:interfaces")


@permitted("interfaces.manage")
@require_POST
def add_webhook(request: HttpRequest) -> HttpResponse:
    """Subscribe an address and show its secret, this once."""
    form = WebhookForm(request.POST)
    if not form.is_valid():
        return _show(request, hooks=form, status=422)
    try:
        made = webhooks.add_endpoint(
            url=form.cleaned_data["url"],
            events=form.cleaned_data["events"],
            actor=str(user_of(request).pk),
            now=timezone.now(),
        )
    except (webhooks.WebhookRefusedError, AddressRefusedError) as error:
        form.add_error("url", str(error))
        return _show(request, hooks=form, status=422)
    return _show(request, secret=made.secret, secret_of=made.endpoint.url)


@permitted("interfaces.manage")
@require_POST
def change_webhook(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """End a webhook, or give it a new secret."""
    endpoint = get_object_or_404(WebhookEndpoint, pk=webhook_id)
    actor, now = str(user_of(request).pk), timezone.now()
    if request.POST.get("do") == "secret" and endpoint.ended_at is None:
        made = webhooks.change_secret(endpoint=endpoint, actor=actor, now=now)
        return _show(request, secret=made.secret, secret_of=made.endpoint.url)
    webhooks.end_endpoint(endpoint=endpoint, actor=actor, now=now)
    messages.success(request, _("The webhook ended."))
    return redirect("people:interfaces")


@permitted("interfaces.manage")
@require_POST
def replay(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Send a message again."""
    delivery = get_object_or_404(WebhookDelivery.objects.select_related("endpoint"), pk=delivery_id)
    try:
        webhooks.replay(delivery=delivery, actor=str(user_of(request).pk), now=timezone.now())
    except webhooks.WebhookRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The message is on its way again."))
    return redirect("people:interfaces")


def _show(
    request: HttpRequest,
    *,
    tokens: TokenForm | None = None,
    hooks: WebhookForm | None = None,
    secret: str = "",
    secret_of: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "page": interfaces_page(viewer=viewer(request)),
        "token_form": tokens or TokenForm(),
        "webhook_form": hooks or WebhookForm(),
        "secret": secret,
        "secret_of": secret_of,
    }
    return render(request, "people/interfaces.html", context, status=status)
