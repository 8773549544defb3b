"""More of decks on a schedule: views that name another part, changes while they run, the sample organisation."""

from __future__ import annotations

from datetime import timedelta

from tests.rooms.conftest import NOW, Cast, signed_in
from tests.rooms.deck_cast import asker, mails, receiver_of, receivers, sent, set_up, states, waking

from headwater.rooms.engage.decks import demo, services
from headwater.rooms.engage.decks.sending import send_decks
from headwater.rooms.engage.decks.services import Wanted, change_schedule
from headwater.rooms.engage.models import DeckFile, DeckIssue, DeckReceiver, DeckSchedule
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import User


def check_a_view_that_names_a_part_they_may_not_see_is_not_made(cast: Cast, wave: Wave) -> None:
    """Compared with a unit of another division: the leader of the whole gets it, the leader of one does not."""
    top, division = receivers(cast)
    made = set_up(cast, wave, top, division, kind="compare", query={"other": "d1-d"})
    assert send_decks(now=waking(wave)) == 1
    assert dict(DeckIssue.objects.values_list("receiver", "reason")) == {
        receiver_of(made, top).pk: "", receiver_of(made, division).pk: "unit",
    }  # fmt: skip
    looked = signed_in(cast.experience_lead).get(f"/engage/decks/preview/{receiver_of(made, division).pk}/")
    assert looked.status_code == 302
    assert DeckFile.objects.count() == 1


def check_what_was_sent_stays_when_it_is_changed_and_who_is_taken_off_gets_no_more(cast: Cast, wave: Wave) -> None:
    """A change of who gets it and of the file counts from then on; what is of other results is new."""
    top, division = receivers(cast)
    first = sent(cast, wave, division)
    made, before = first.receiver.schedule, bytes(DeckFile.objects.get(issue=first).content)
    wanted = Wanted(
        title="Another", kind="levels", rhythm="month", receivers=(top,), study=wave.study, form="pdf", day=2
    )  # fmt: skip
    values = {"actor": cast.experience_lead, "viewer": asker(cast.experience_lead), "now": waking(wave)}
    for _again in range(2):
        change_schedule(schedule_id=made.pk, wanted=wanted, **values)
    assert DeckReceiver.objects.get(pk=first.receiver_id).removed_at is not None
    assert send_decks(now=waking(wave).replace(month=4, day=2)) == 1
    assert (len(mails(division)), len(mails(top))) == (1, 1)
    second = DeckIssue.objects.get(receiver=receiver_of(made, top))
    assert (second.form, bytes(DeckFile.objects.get(issue=second).content)[:4]) == ("pdf", b"%PDF")
    assert bytes(DeckFile.objects.get(issue=first).content) == before
    assert DeckIssue.objects.get(pk=first.pk).title == first.title
    page = signed_in(division).get("/engage/decks/").content.decode()
    assert "You were taken off the list. What you got stays here." in page


def check_the_sample_organisation_has_one_in_every_state(cast: Cast, wave: Wave) -> None:
    """Sent and opened, ended by a receiver, nothing new by hand; one that waits for its day, one not started."""
    receivers(cast)
    User.objects.filter(pk=cast.experience_lead.pk).update(email="experience.lead@demo.example")
    now = waking(wave) + timedelta(days=3)
    for _again in range(2):
        assert list(demo.build_demo(people=500, seed=1, now=now)) == []
    started = dict(DeckSchedule.objects.values_list("kind", "since_at"))
    assert {kind for kind, at in started.items() if at is not None} == {"report", "river"}
    assert set(started) == {"report", "river", "heat"}
    report = DeckSchedule.objects.get(kind="report")
    assert {("sent", ""), ("nothing", "same")} == set(states(report))
    assert DeckIssue.objects.exclude(opened_at=None).count() == 1
    assert DeckReceiver.objects.exclude(declined_at=None).count() == 1
    assert services.may_receive(cast.top_leader, now=NOW)
