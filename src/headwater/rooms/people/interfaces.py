"""What the page of interfaces shows."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.rooms.house.webhook_models import WebhookDelivery, WebhookEndpoint
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.token_models import ApiToken
from headwater.rooms.people.viewers import require

RECENT = 30


@dataclass(frozen=True)
class InterfacesPage:
    """Tokens that stand, webhooks that stand, and the latest deliveries.

    can_import, can_manage_roles: which tabs of the room the viewer has.
    """

    tokens: tuple[ApiToken, ...]
    webhooks: tuple[WebhookEndpoint, ...]
    deliveries: tuple[WebhookDelivery, ...]
    can_import: bool = True
    can_manage_roles: bool = True


def interfaces_page(*, viewer: Viewer) -> InterfacesPage:
    """Return the page. Raises PermissionDenied."""
    require(viewer, "interfaces.manage")
    deliveries = WebhookDelivery.objects.select_related("message", "endpoint").order_by("-message__said_at", "-pk")
    return InterfacesPage(
        tuple(ApiToken.objects.filter(ended_at=None).select_related("made_by").order_by("-made_at")),
        tuple(WebhookEndpoint.objects.filter(ended_at=None).order_by("-made_at")),
        tuple(deliveries[:RECENT]),
    )
