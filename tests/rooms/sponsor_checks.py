"""What goes through a sponsor: checks that share the released wave of tests/rooms/test_engage_briefings.py."""

from __future__ import annotations

import io
import re
import zipfile

from django.test import Client
from django.utils import timezone
from tests.rooms.briefing_cast import SITE, answered, asker, copy_for, prepared, receivers, sent
from tests.rooms.conftest import NOW, Cast, signed_in
from tests.rooms.explorer_cast import leader_of

from headwater.rooms.engage.briefings import slots
from headwater.rooms.engage.briefings.preparing import send_copy
from headwater.rooms.engage.models import Ask, BriefingCopy, Stakeholder
from headwater.rooms.engage.stakeholders.services import note_sponsor
from headwater.rooms.house.models import Job


def through(cast: Cast, to: list[Stakeholder]) -> BriefingCopy:
    """The third briefing to the last of them, who opened none: it goes through the first, who speaks up for them."""
    note_sponsor(
        sponsor=to[0], sponsored=to[2], strength=3, source="Said so.", actor=cast.experience_lead, now=timezone.now()
    )
    for days in (40, 20):
        sent(cast, prepared(cast, to[2:]), to[2], days=days)
    made = prepared(cast, to[2:], message="Two depots can try it before summer.")
    assert copy_for(made, to[2]).changed == ["other_form", "through_sponsor"]
    return copy_for(made, to[2])


def check_one_through_a_sponsor_writes_to_them_with_a_version_of_their_own(cast: Cast) -> None:
    """By mail, with minutes asked, and refused to everybody else."""
    to = receivers(cast)
    copy = through(cast, to)
    lead, top = signed_in(cast.experience_lead), signed_in(cast.top_leader)
    page = f"/engage/briefings/hand-on/{copy.pk}/"
    assert top.get(page).status_code == 403
    assert "is written to as well: 5 minutes" in lead.get(f"/engage/briefings/copies/{copy.pk}/").content.decode()
    for _again in range(2):
        send_copy(
            copy_id=copy.pk, over_reason="", site=SITE, actor=cast.experience_lead,
            viewer=asker(cast.experience_lead), now=timezone.now(),
        )  # fmt: skip
    mail = Job.objects.get(name="send_mail", arguments__to=to[0].address)
    assert f"{SITE}{page}" in mail.arguments["text"]
    assert "opened" not in mail.arguments["text"]
    assert Job.objects.filter(name="send_mail", arguments__to=to[2].address).count() == 3
    ask = Ask.objects.get(source=f"briefing:{copy.pk}:through")
    assert (ask.person, ask.minutes, ask.href) == (to[0].person, 5, page)
    assert "Hand on to" in top.get("/").content.decode()
    for user in (leader_of("d1-d", cast.administrator), cast.administrator, cast.analyst, cast.experience_lead):
        for path in (page, f"{page}save.pptx"):
            assert signed_in(user).get(path).status_code == 403, user.email
        assert signed_in(user).post(page).status_code == 403
    shown = top.get(page).content.decode()
    assert "Decide whether the hour is kept free." in shown
    with zipfile.ZipFile(io.BytesIO(top.get(f"{page}save.pptx").content)) as deck:
        text = "".join(deck.read(name).decode() for name in deck.namelist() if name.endswith((".xml", ".rels")))
    assert str(to[0]) in text
    assert cast.experience_lead.name not in text
    assert "Headwater" not in text
    for _again in range(2):
        assert top.post(page).status_code == 302
    copy.refresh_from_db()
    ask.refresh_from_db()
    assert copy.handed_on_at is not None
    assert ask.done_at is not None
    assert "Handed on by" in lead.get(f"/engage/briefings/copies/{copy.pk}/").content.decode()
    assert "Hand on to" not in top.get("/").content.decode()
    files = [one.name for one in slots.export_briefings(person=str(to[0].person_id), now=NOW)]
    assert files == ["briefings_handed_on.json"]
    list(slots.erase_briefings(person=str(to[0].person_id), actor="x", now=NOW))
    copy.refresh_from_db()
    assert BriefingCopy.objects.filter(pk=copy.pk, sponsor=None, handed_on_at=None).exists()


def check_an_answer_lets_the_minutes_of_a_sponsor_go(cast: Cast) -> None:
    """And a sponsor from outside opens it by a link of their own alone."""
    to = receivers(cast)
    copy = through(cast, to)
    Stakeholder.objects.filter(pk=to[0].pk).update(person=None, name="Sponsor Out", email="out@else.example")
    send_copy(
        copy_id=copy.pk, over_reason="", site=SITE, actor=cast.experience_lead, viewer=asker(cast.experience_lead),
        now=timezone.now(),
    )  # fmt: skip
    mail = Job.objects.get(name="send_mail", arguments__to="out@else.example")
    found = re.search(rf"{SITE}(/engage/briefings/hand-on/link/\S+)", mail.arguments["text"])
    assert found is not None
    assert Client().get(found[1][:-4] + "xxx/").status_code == 404
    assert "I handed it on" in Client().get(found[1]).content.decode()
    assert Client().get(f"{found[1]}save.pdf").content.startswith(b"%PDF")
    # The link of a receiver opens no sponsor's page, nor the other way round.
    assert Client().get(found[1].replace("hand-on/link", "link")).status_code == 404
    answered(copy, "yes")
    assert Ask.objects.get(source=f"briefing:{copy.pk}:through").cancelled_at is not None
    assert "Nothing is asked of you any more" in Client().get(found[1]).content.decode()
