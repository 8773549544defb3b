"""One place an account in an anonymous team, without a record of who has taken theirs; guests by number alone.

A place is the HMAC-SHA-256 (RFC 2104) of an account under a key of this Discovery alone. The key lies with the keys of
waves, outside the records and every backup, and is destroyed with the places when the Discovery ends.
"""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.db import transaction

from headwater.rooms.engage.models import Discovery, DiscoveryParticipant, DiscoveryPlace
from headwater.rooms.listen.logic.wave_keys import destroy_key, make_key, private_key
from headwater.rooms.people.models import User


def take_place(discovery: Discovery, user: User) -> bool:
    """Take the one place of an account. Returns whether it was free. Call it with the Discovery held."""
    name = _name(discovery)
    make_key(settings.KEYS, name)
    digest = hmac.new(private_key(settings.KEYS, name), user.pk.bytes, hashlib.sha256).hexdigest()
    _place, is_new = DiscoveryPlace.objects.get_or_create(digest=digest, defaults={"discovery": discovery})
    return is_new


def guests_in(discovery: Discovery) -> int:
    """Return how many joined an anonymous team without an account: all who are in, less the places of accounts."""
    joined = DiscoveryParticipant.objects.filter(discovery=discovery).count()
    return max(0, joined - DiscoveryPlace.objects.filter(discovery=discovery).count())


def forget_places(discovery: Discovery) -> None:
    """Delete all places and destroy the key: from then on nothing tells who took part. Safe to repeat."""
    DiscoveryPlace.objects.filter(discovery=discovery).delete()
    transaction.on_commit(lambda: destroy_key(settings.KEYS, _name(discovery)))


def _name(discovery: Discovery) -> str:
    return f"discovery-{discovery.pk}"
