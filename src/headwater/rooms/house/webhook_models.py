"""Webhooks: who wants to hear of what, what was said, and whether it arrived."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class WebhookEndpoint(models.Model):
    """An address of another system. secret: encrypted; the one before it still signs until `old_secret_until`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    url = models.URLField(max_length=500)
    events = models.JSONField(default=list)
    secret = models.BinaryField()
    old_secret = models.BinaryField(null=True)
    old_secret_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=200, blank=True)


class WebhookMessage(models.Model):
    """One thing said, as the exact text that is signed."""

    id = models.CharField(primary_key=True, max_length=40)
    event = models.CharField(max_length=60)
    body = models.TextField()
    said_at = models.DateTimeField()


class WebhookDelivery(models.Model):
    """One message on its way to one endpoint."""

    message = models.ForeignKey(WebhookMessage, models.PROTECT, related_name="+")
    endpoint = models.ForeignKey(WebhookEndpoint, models.PROTECT, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    tried_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        """Each message goes to an endpoint once; a replay is the same delivery again."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["message", "endpoint"], name="webhook_delivery_once")]
