"""One place an account in an anonymous team, and nothing that tells who took theirs."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.test import TestCase
from tests.rooms.conftest import Cast, signed_in
from tests.rooms.discovery_cast import (
    LATER,
    by_code,
    joined,
    joined_keeping,
    locked,
    opened,
    path_of,
    talked_wave,
)

from headwater.rooms.engage.discovery.codes import code_of
from headwater.rooms.engage.discovery.leading import close_discovery
from headwater.rooms.engage.models import Discovery, DiscoveryParticipant, DiscoveryPlace
from headwater.rooms.listen.logic.wave_keys import has_key
from headwater.rooms.listen.models import Wave

pytestmark = pytest.mark.usefixtures("own_folders")


@pytest.fixture
def wave(cast: Cast) -> Wave:
    """A released wave with comments."""
    return talked_wave(cast)


def test_everybody_joins_an_anonymous_team_once_and_nothing_tells_who_did(cast: Cast, wave: Wave) -> None:
    discovery = opened(cast, cast.top_leader, is_team=True, is_anonymous=True)
    Discovery.objects.filter(pk=discovery.pk).update(code_until="2200-01-01T00:00:00Z")
    discovery.refresh_from_db()
    stranger, invited = by_code(discovery), joined(cast.top_leader, discovery)
    for client in (stranger, invited):
        assert by_code(discovery, client).get(path_of(discovery)).status_code == 200
    assert DiscoveryParticipant.objects.count() == 2
    # On another device, by the door and by the code, with and without keeping it: the place is taken.
    for keeps in ({}, {"keeps": "on"}):
        again = signed_in(cast.top_leader)
        assert "You take part already" in again.post(path_of(discovery), keeps, follow=True).content.decode()
        given = {"code": code_of(discovery.pk, discovery.code_number), **keeps}
        assert "You take part already" in again.post("/engage/discovery/join/", given, follow=True).content.decode()
    assert DiscoveryParticipant.objects.count() == 2
    keeper = joined_keeping(cast.north_leader, discovery)
    assert joined_keeping(cast.north_leader, discovery).get(path_of(discovery)).status_code == 200
    locked(discovery, keeper)
    # What keeps the places names nobody, and is gone with its key when it ends.
    places = json.dumps(list(DiscoveryPlace.objects.values()), default=str)
    assert DiscoveryPlace.objects.count() == 2
    assert not {str(cast.top_leader.pk), cast.top_leader.pk.hex} & set(places.split('"'))
    assert has_key(settings.KEYS, f"discovery-{discovery.pk}")
    with TestCase.captureOnCommitCallbacks(execute=True):
        close_discovery(discovery_id=discovery.pk, actor=cast.experience_lead, now=LATER)
    assert not has_key(settings.KEYS, f"discovery-{discovery.pk}")
    assert not DiscoveryPlace.objects.exists()
