"""The register of stakeholders: who sees it, and what it says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.rooms.conftest import NOW, Cast, signed_in
from tests.rooms.stakeholder_cast import SECRET, judged, rated, top

from headwater.rooms.engage.asks import set_cap
from headwater.rooms.engage.models import (
    AttitudeReading,
    Preference,
    Rating,
    Sponsorship,
    Stakeholder,
)
from headwater.rooms.engage.stakeholders import own_words, register, services, slots
from headwater.rooms.engage.stakeholders.queries import profile_of
from headwater.rooms.engage.stakeholders.register import StakeholderRefusedError
from headwater.rooms.house.audit import read_payload
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.people.models import Person


def addresses(one: Stakeholder) -> list[str]:
    return [
        reverse("engage:stakeholders"),
        reverse("engage:stakeholders_add"),
        reverse("engage:stakeholders_map"),
        reverse("engage:stakeholders_one", args=[one.pk]),
    ]


def test_the_register_is_for_who_manages_it_and_nobody_else(cast: Cast) -> None:
    one = top(cast)
    judged(cast, one)
    for user in (
        cast.top_leader,
        cast.north_leader,
        cast.analyst,
        cast.administrator,
        cast.privacy_officer,
        cast.employee,
        cast.outsider,
    ):
        client = signed_in(user)
        for address in addresses(one):
            assert client.get(address).status_code == 403
        for name in ("act", "note"):
            args = [one.pk, "rating"] if name == "note" else [one.pk]
            assert client.post(reverse(f"engage:stakeholders_{name}", args=args)).status_code == 403
        assert client.post(reverse("engage:stakeholders_upload")).status_code == 403
    for address in addresses(one):
        assert Client().get(address).status_code == 302
        assert signed_in(cast.experience_lead).get(address).status_code == 200


def test_no_leader_sees_anothers_attitude_on_any_page_of_their_own(cast: Cast) -> None:
    one = top(cast)
    judged(cast, one)
    client = signed_in(cast.north_leader)
    for name in ("home", "engage:asks", "engage:stakeholders_own"):
        assert SECRET not in client.get(reverse(name), follow=True).content.decode()
    assert client.get(reverse("engage:stakeholders_say_own")).status_code == 404


def test_leaders_are_fed_from_the_organisation_once(cast: Cast) -> None:
    first = register.feed_from_organisation(depth=1, actor=cast.experience_lead, now=NOW)
    assert sorted(str(one) for one in first.added) == ["Ada Top", "Lea North", "Lea South"]
    again = register.feed_from_organisation(depth=1, actor=cast.experience_lead, now=NOW)
    assert (again.added, again.standing) == ((), 3)
    register.put_away(stakeholder=first.added[1], actor=cast.experience_lead, now=NOW)
    deeper = register.feed_from_organisation(depth=2, actor=cast.experience_lead, now=NOW)
    assert len(deeper.added) == 4
    assert Stakeholder.objects.filter(archived_at=None).count() == 6


def test_an_outsider_added_twice_stands_once(cast: Cast) -> None:
    lead = cast.experience_lead
    one = register.add_outsider(name="Maud Okafor", email="maud@reg.example", actor=lead, now=NOW)
    again = register.add_outsider(name="M. Okafor", email="MAUD@reg.example", actor=lead, now=NOW)
    assert again.pk == one.pk
    assert Stakeholder.objects.count() == 1


def test_ratings_keep_history_and_want_a_reason(cast: Cast) -> None:
    one = top(cast)
    rated(cast, one, power=4)
    rated(cast, one, power=4)
    assert Rating.objects.count() == 1
    rated(cast, one, power=2)
    assert Rating.objects.count() == 2
    lead = cast.experience_lead
    for value, reason in ((5, "x"), (-1, "x"), (3, "  ")):
        with pytest.raises(StakeholderRefusedError):
            services.rate(stakeholder=one, aspect="power", value=value, reason=reason, actor=lead, now=NOW)


def test_the_register_says_why_somebody_matters_now(cast: Cast) -> None:
    one = top(cast)
    rated(cast, one, power=4, legitimacy=3, interest=4)
    day = timezone.localdate() + timedelta(days=12)
    services.note_decision(
        stakeholder=one, title="Budget", decide_date=day, actor=cast.experience_lead, now=timezone.now()
    )
    judged(cast, one)
    text = signed_in(cast.experience_lead).get(reverse("engage:stakeholders")).content.decode()
    assert "One person matters most right now." in text
    assert "Ada Top decides on “Budget” on" in text
    assert "in 12 days." in text
    assert "They have power, a rightful claim and urgency." in text
    assert "They stand resistant." in text
    assert "definitive" in text
    assert "manage closely" in text


def test_attitude_keeps_its_history_and_its_source_once(cast: Cast) -> None:
    one = top(cast)
    judged(cast, one)
    for level in ("neutral", "neutral", "supportive"):
        services.read_attitude(
            stakeholder=one, level=level, source="check", source_key="briefing:1:after", actor=None, now=NOW
        )
    assert [row.level for row in AttitudeReading.objects.order_by("read_at", "pk")].count("supportive") == 1
    assert AttitudeReading.objects.count() == 2
    assert profile_of(one).attitude in ("supportive", "resistant")
    services.read_attitude(
        stakeholder=one, level="leading", source="own", words="Count on me", actor=None, now=NOW + timedelta(1)
    )
    services.read_attitude(
        stakeholder=one, level="leading", aspect="desired", source="judged", words="why", actor=cast.experience_lead,
        now=NOW,
    )  # fmt: skip
    found = profile_of(one)
    assert (found.attitude, found.desired) == ("leading", "leading")
    with pytest.raises(StakeholderRefusedError):
        services.read_attitude(stakeholder=one, level="leading", source="judged", actor=cast.experience_lead, now=NOW)


def test_an_own_word_stands_above_every_assumption(cast: Cast) -> None:
    one = top(cast)
    lead = cast.experience_lead
    services.say_preference(stakeholder=one, kind="form", value="slides", is_asked=False, actor=lead, now=NOW)
    assert (profile_of(one).form.value, profile_of(one).form.is_asked) == ("slides", False)
    own_words.say_own_words(stakeholder=one, words=own_words.OwnWords(form="one_page", minutes=15), actor=None, now=NOW)
    found = profile_of(one)
    assert (found.form.value, found.form.is_asked, found.minutes.minutes) == ("one_page", True, 15)
    with pytest.raises(StakeholderRefusedError):
        services.say_preference(stakeholder=one, kind="form", value="slides", is_asked=False, actor=lead, now=NOW)
    with pytest.raises(StakeholderRefusedError):
        services.say_minutes(stakeholder=one, minutes=90, is_asked=False, actor=lead, now=NOW)
    assert profile_of(one).form.value == "one_page"


def test_everything_is_noted_on_the_page_of_one(cast: Cast) -> None:
    one = top(cast)
    other = register.add_outsider(name="Maud", actor=cast.experience_lead, now=NOW)
    client = signed_in(cast.experience_lead)

    def send(what: str, **values: str) -> int:
        address = reverse("engage:stakeholders_note", args=[one.pk, what])
        return client.post(address, {f"{what}-{key}": value for key, value in values.items()}).status_code

    assert send("rating", aspect="power", value="4", reason="signs budgets") == 302
    assert send("rating", aspect="power", value="4", reason="") == 422
    assert send("attitude", aspect="now", level="neutral", source="judged", words="said so") == 302
    assert send("reach", form="spreadsheet", language="es", minutes="20") == 302
    assert send("known", kind="drives", value="fewer leavers") == 302
    assert send("decision", title="Budget", decide_date="2030-01-01") == 302
    assert send("sponsor", side="sponsor", other=str(other.pk), strength="3", source="told me") == 302
    assert send("entry", role="chair", organisation="") == 302
    assert send("nothing") == 404
    found = profile_of(Stakeholder.objects.get(pk=one.pk))
    assert (found.form.value, found.language.value, found.minutes.minutes) == ("spreadsheet", "es", 20)
    assert (found.drives.value, found.attitude) == ("fewer leavers", "neutral")
    text = client.get(reverse("engage:stakeholders_one", args=[one.pk])).content.decode()
    for words in ("signs budgets", "Maud speaks up for them, 3 of 4.", "told me", "Budget", "fewer leavers", "chair"):
        assert words in text
    relation = Sponsorship.objects.get()
    client.post(reverse("engage:stakeholders_act", args=[one.pk]), {"do": f"end:{relation.pk}"})
    relation.refresh_from_db()
    assert relation.ended_at is not None


def test_the_map_shows_dots_a_table_and_who_opens_which_door(cast: Cast) -> None:
    one = top(cast)
    lea = register.add_person(person=Person.objects.get(key="north"), actor=cast.experience_lead, now=NOW)
    rated(cast, one, power=4, interest=2)
    rated(cast, lea, power=2, interest=4)
    judged(cast, lea, "supportive")
    client = signed_in(cast.experience_lead)
    text = client.get(reverse("engage:stakeholders_map")).content.decode()
    assert "Nobody known can open the door to Ada Top." in text
    services.note_sponsor(sponsor=one, sponsored=lea, strength=3, source="board", actor=cast.experience_lead, now=NOW)
    text = client.get(reverse("engage:stakeholders_map")).content.decode()
    assert "Ask Lea North first: Ada Top speaks up for Lea North (3 of 4)." in text
    assert text.count('class="person"') == 2
    assert "keep satisfied" in text
    assert 'class="thread s3"' in text
    in_words = text.partition("narrow-form")[2].partition("</dl>")[0]
    assert in_words.index("Keep satisfied") < in_words.index("Ada Top") < in_words.index("Keep informed")
    assert in_words.index("Keep informed") < in_words.index("Lea North")


def test_erasing_takes_everything_and_exporting_tells_everything(cast: Cast) -> None:
    one = top(cast)
    judged(cast, one)
    rated(cast, one, power=4)
    services.say_preference(
        stakeholder=one, kind="drives", value="the grandchildren", is_asked=True, actor=None, now=NOW
    )
    other = register.add_outsider(name="Maud", actor=cast.experience_lead, now=NOW)
    services.note_sponsor(
        sponsor=one, sponsored=other, strength=2, source="told me", actor=cast.experience_lead, now=NOW
    )
    person = str(one.person_id)
    (file,) = slots.export_stakeholders(person=person, now=NOW)
    for words in (SECRET, "signs every budget", "the grandchildren", "told me"):
        assert words in file.content.decode()
    (erased,) = slots.erase_stakeholders(person=person, actor="officer", now=NOW)
    assert erased.count == 5
    for model in (AttitudeReading, Rating, Preference, Sponsorship):
        assert not model.objects.filter().exists()
    (again,) = slots.erase_stakeholders(person=person, actor="officer", now=NOW)
    assert again.count == 0
    assert list(slots.export_stakeholders(person=person, now=NOW)) == []
    assert signed_in(cast.experience_lead).get(reverse("engage:stakeholders_one", args=[one.pk])).status_code == 404


def test_an_outsider_is_erased_on_their_page_after_a_tick(cast: Cast) -> None:
    one = register.add_outsider(name="Maud Okafor", actor=cast.experience_lead, now=NOW)
    set_cap(person=one, minutes=10, is_own=False, actor=cast.experience_lead, now=NOW)
    client = signed_in(cast.experience_lead)
    address = reverse("engage:stakeholders_act", args=[one.pk])
    client.post(address, {"do": "erase"})
    one.refresh_from_db()
    assert one.erased_at is None
    client.post(address, {"do": "erase", "sure": "1"})
    one.refresh_from_db()
    assert (one.erased_at is not None, one.name) == (True, "")
    assert "Maud" not in client.get(reverse("engage:stakeholders")).content.decode()


def test_stakeholders_put_away_are_erased_after_their_days(cast: Cast) -> None:
    one = register.add_outsider(name="Maud", actor=cast.experience_lead, now=NOW)
    register.put_away(stakeholder=one, actor=cast.experience_lead, now=NOW)
    assert slots.PUT_AWAY_KEPT.apply(NOW - timedelta(days=1), NOW) == 0
    assert slots.PUT_AWAY_KEPT.apply(NOW + timedelta(days=1), NOW) == 1
    assert slots.PUT_AWAY_KEPT.apply(NOW + timedelta(days=1), NOW) == 0


def test_every_note_stands_in_the_audit_trail_without_words_of_judgement(cast: Cast) -> None:
    one = top(cast)
    judged(cast, one)
    rated(cast, one, power=4)
    found = AuditEntry.objects.filter(subject=str(one.person_id), action__startswith="stakeholder.")
    assert {entry.action for entry in found} == {"stakeholder.added", "stakeholder.attitude", "stakeholder.rated"}
    assert all(SECRET not in str(read_payload(entry)) for entry in found)
