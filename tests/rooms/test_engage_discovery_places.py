"""One place an account in an anonymous team, and nothing that tells who took theirs."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.test import Client, TestCase
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
from headwater.rooms.engage.discovery.leading import close_discovery, let_guests_in
from headwater.rooms.engage.discovery.preparing import DiscoveryRefusedError
from headwater.rooms.engage.models import Discovery, DiscoveryParticipant, DiscoveryPlace
from headwater.rooms.listen.logic.wave_keys import has_key
from headwater.rooms.listen.models import Wave

pytestmark = pytest.mark.usefixtures("own_folders")


@pytest.fixture
def wave(cast: Cast) -> Wave:
    """A released wave with comments."""
    return talked_wave(cast)


def test_everybody_joins_an_anonymous_team_once_and_nothing_tells_who_did(cast: Cast, wave: Wave) -> None:
    discovery = opened(cast, cast.top_leader, guests=1, is_team=True, is_anonymous=True)
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


def test_without_an_account_there_are_as_many_places_as_guests_were_counted_in(cast: Cast, wave: Wave) -> None:
    discovery = opened(cast, cast.top_leader, is_team=True, is_anonymous=True)
    Discovery.objects.filter(pk=discovery.pk).update(code_until="2200-01-01T00:00:00Z")
    code = code_of(discovery.pk, discovery.code_number)
    # Nobody was counted in: the code asks to sign in, and a second device without an account takes no second place.
    joined(cast.top_leader, discovery)
    sent = Client().post("/engage/discovery/join/", {"code": code})
    assert sent.status_code == 302
    assert sent["Location"].endswith(f"next=/engage/discovery/join/{code}/")
    assert DiscoveryParticipant.objects.count() == 1
    lead = signed_in(cast.experience_lead)
    for given in ("-1", "201", "x"):
        lead.post(path_of(discovery, "lead/act/"), {"do": "guests", "guests": given})
        assert Discovery.objects.get(pk=discovery.pk).guests == 0
    assert signed_in(cast.top_leader).post(path_of(discovery, "lead/act/"), {"do": "guests"}).status_code == 403
    lead.post(path_of(discovery, "lead/act/"), {"do": "guests", "guests": "2"})
    guests = [by_code(discovery) for _guest in range(2)]
    third = Client().post("/engage/discovery/join/", {"code": code}, follow=True).content.decode()
    assert "All places of guests are taken" in third
    assert DiscoveryParticipant.objects.count() == 3
    assert "2 are in." in lead.get(path_of(discovery, "lead/")).content.decode()
    # Who is in already comes back in, and an account still has its own place.
    assert by_code(discovery, guests[0]).get(path_of(discovery)).status_code == 200
    by_code(discovery, signed_in(cast.north_leader))
    assert DiscoveryParticipant.objects.count() == 4


def test_a_team_with_names_takes_no_guests(cast: Cast, wave: Wave) -> None:
    discovery = opened(cast, cast.top_leader, is_team=True)
    with pytest.raises(DiscoveryRefusedError, match="anonymous"):
        let_guests_in(discovery_id=discovery.pk, guests=3, actor=cast.experience_lead, now=LATER)
