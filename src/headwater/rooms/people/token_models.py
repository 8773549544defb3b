"""Tokens by which other systems speak to the API."""

from __future__ import annotations

import uuid

from django.db import models


class ApiToken(models.Model):
    """A token: only its SHA-256 is kept, which 256 random bits make enough. studies: keys it is bound to, or all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, unique=True)
    begins = models.CharField(max_length=12)
    scopes = models.JSONField()
    studies = models.JSONField(default=list)
    made_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_date = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
