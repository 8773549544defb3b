"""What stakeholders say to the register themselves: by a link, and to what is kept about them."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.rooms.conftest import NOW, Cast, signed_in
from tests.rooms.stakeholder_cast import SECRET, asked, judged, rated, top

from headwater.rooms.engage.asks import cap_of
from headwater.rooms.engage.models import (
    Ask,
    AttitudeReading,
    OwnWordRequest,
    Remark,
    Stakeholder,
)
from headwater.rooms.engage.stakeholders import own_words, register, services
from headwater.rooms.engage.stakeholders.queries import profile_of
from headwater.rooms.house.models import Job
from headwater.rooms.people.models import Person


def test_they_are_asked_by_mail_and_say_it_by_a_link_in_their_language(cast: Cast) -> None:
    one = register.add_outsider(name="Maud", email="maud@reg.example", actor=cast.experience_lead, now=NOW)
    services.say_preference(
        stakeholder=one, kind="language", value="es", is_asked=False, actor=cast.experience_lead, now=NOW
    )
    client = signed_in(cast.experience_lead)
    act = reverse("engage:stakeholders_act", args=[one.pk])
    client.post(act, {"do": "ask"})
    client.post(act, {"do": "ask"})
    assert OwnWordRequest.objects.count() == 1
    job = Job.objects.get(name="send_mail")
    assert job.arguments["to"] == "maud@reg.example"
    assert Ask.objects.get(outsider=one).minutes == 1
    linked = re.search(r"/stakeholders/say/(\S+)/", job.arguments["text"])
    assert linked, job.arguments["text"]
    token = linked[1]
    page = reverse("engage:stakeholders_say", args=[token])
    assert Client().get(page).status_code == 200
    sent = Client().post(page, {"form": "action_list", "minutes": "10", "attitude": "supportive"})
    assert sent.status_code == 200
    found = profile_of(one)
    assert (found.form.value, found.form.is_asked, found.attitude) == ("action_list", True, "supportive")
    assert cap_of(one).is_own
    assert Ask.objects.get(outsider=one).done_at is not None
    assert Client().get(page.replace(token, token[:-1] + ("A" if token[-1] != "A" else "B"))).status_code == 404


def test_a_link_ends_after_its_days_and_when_asked_anew(cast: Cast) -> None:
    one = register.add_outsider(name="Maud", email="maud@reg.example", actor=cast.experience_lead, now=NOW)
    first = asked(cast, one)
    token = own_words.token_of(first)
    assert own_words.request_of(token=token, now=NOW + timedelta(days=29)) is not None
    assert own_words.request_of(token=token, now=NOW + timedelta(days=31)) is None
    asked(cast, one, NOW + timedelta(days=2))
    assert own_words.request_of(token=token, now=NOW + timedelta(days=2)) is None


def test_one_sees_everything_kept_about_oneself_and_its_source(cast: Cast) -> None:
    one = top(cast)
    judged(cast, one)
    rated(cast, one, power=4)
    text = signed_in(cast.top_leader).get(reverse("engage:stakeholders_own")).content.decode()
    assert SECRET in text
    assert "resistant" in text
    assert "signs every budget" in text
    assert "Judged by Lead" in text
    assert (
        "Nothing is kept about you" in signed_in(cast.employee).get(reverse("engage:stakeholders_own")).content.decode()
    )


def test_an_objection_reaches_who_manages_and_its_answer_comes_back(cast: Cast) -> None:
    one = top(cast)
    reading = judged(cast, one)
    client = signed_in(cast.top_leader)
    form = {"about": f"attitude:{reading.pk}", "kind": "object", "words": "That is not so.", "form_key": uuid.uuid4()}
    for _again in range(2):
        assert client.post(reverse("engage:stakeholders_speak"), form).status_code == 302
    remark = Remark.objects.get()
    lead = signed_in(cast.experience_lead)
    assert "That is not so." in lead.get(reverse("engage:stakeholders")).content.decode()
    assert "One remark waits" in lead.get(reverse("home")).content.decode()
    answer = {"outcome": "removed", "answer": "You are right, it is gone."}
    address = reverse("engage:stakeholders_answer", args=[remark.pk])
    assert client.post(address, answer).status_code == 403
    lead.post(address, answer)
    assert not AttitudeReading.objects.exists()
    remark.refresh_from_db()
    assert (remark.outcome, remark.answered_by) == ("removed", cast.experience_lead)
    assert SECRET not in client.get(reverse("engage:stakeholders_own")).content.decode()


def test_nobody_speaks_to_what_is_kept_about_somebody_else(cast: Cast) -> None:
    reading = judged(cast, top(cast))
    register.add_person(person=Person.objects.get(key="north"), actor=cast.experience_lead, now=NOW)
    form = {"about": f"attitude:{reading.pk}", "kind": "object", "words": "x", "form_key": uuid.uuid4()}
    signed_in(cast.north_leader).post(reverse("engage:stakeholders_speak"), form)
    signed_in(cast.north_leader).post(reverse("engage:stakeholders_speak"), {**form, "about": "attitude:nonsense"})
    assert not Remark.objects.exists()
    assert Client().post(reverse("engage:stakeholders_speak"), form).status_code == 403


def test_an_insider_sees_what_is_kept_only_signed_in(cast: Cast) -> None:
    one = top(cast)
    Person.objects.filter(key="top").update(email="ada@example.org")
    one = Stakeholder.objects.get(pk=one.pk)
    judged(cast, one)
    token = own_words.token_of(asked(cast, one, timezone.now()))
    assert SECRET not in Client().get(reverse("engage:stakeholders_say", args=[token])).content.decode()
    found = Client().get(reverse("engage:stakeholders_kept", args=[token]), follow=True)
    assert SECRET not in found.content.decode()
    form = {"about": "register", "kind": "comment", "words": "x", "form_key": uuid.uuid4()}
    assert Client().post(reverse("engage:stakeholders_speak_by_link", args=[token]), form).status_code == 403
    assert "How should we reach you?" in signed_in(cast.top_leader).get(reverse("home")).content.decode()


def test_an_outsider_sees_and_corrects_by_the_link(cast: Cast) -> None:
    one = register.add_outsider(name="Maud", email="maud@reg.example", actor=cast.experience_lead, now=NOW)
    judged(cast, one)
    token = own_words.token_of(asked(cast, one, timezone.now()))
    assert SECRET in Client().get(reverse("engage:stakeholders_kept", args=[token])).content.decode()
    entry = {"doing": "entry", "entry-name": "Maud Okafor", "entry-role": "inspector", "entry-email": "m@reg.example"}
    Client().post(reverse("engage:stakeholders_speak_by_link", args=[token]), entry)
    one.refresh_from_db()
    assert (one.name, one.role, one.email) == ("Maud Okafor", "inspector", "m@reg.example")
