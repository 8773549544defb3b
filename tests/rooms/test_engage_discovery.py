"""Taking part in a Discovery: locked predictions, nothing of the truth before the reveal, and who is refused."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils.timezone import localdate
from tests.rooms.conftest import Cast, signed_in
from tests.rooms.discovery_cast import (
    LATER,
    READING,
    asker,
    form_of,
    joined,
    leader_account,
    locked,
    onward,
    opened,
    path_of,
    saw_all,
    talked_wave,
)

from headwater.rooms.engage.discovery.queries import commitments_of
from headwater.rooms.engage.models import (
    Discovery,
    DiscoveryCommitment,
    DiscoveryNote,
    DiscoveryParticipant,
    DiscoveryPrediction,
    DiscoveryQuestion,
    DiscoverySelfView,
)
from headwater.rooms.learn.evidence import Evidence
from headwater.rooms.learn.looking import note_look
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import User

pytestmark = pytest.mark.usefixtures("own_folders")

WORDS = "They are paid late and thanked never. I had not seen it."


@pytest.fixture
def wave(cast: Cast) -> Wave:
    """A released wave with comments."""
    return talked_wave(cast)


def truths(discovery: Discovery) -> list[str]:
    """Every way in which the truth could stand in an answer."""
    found = []
    for question in DiscoveryQuestion.objects.filter(discovery=discovery):
        if question.options:
            found.append(question.truth["sentence"])
            continue
        evidence = Evidence(**question.truth)
        for number in (evidence.value, evidence.low, evidence.high):
            assert number is not None
            found += [f"{number:.2f}", f"{number:.3f}", str(number)]
        found += [evidence.range_text, evidence.sentence, f">{evidence.value_text}<", f" {evidence.value_text} "]
    return found


def tells(answered: Any, discovery: Discovery) -> list[str]:
    """What of the truth an answer holds, headers and cookies included."""
    whole = answered.content.decode() + str(answered.headers) + str(answered.cookies)
    return [one for one in truths(discovery) if one in whole]


def commitment(client: Client, discovery: Discovery, **changed: str) -> Any:
    given = {
        "sentence": "Thank one crew by name each week",
        "first_step": "Ride along on Monday",
        "first_step_date": (localdate() + timedelta(days=3)).isoformat(),
        "tells": "My team",
        **changed,
    }
    return client.post(path_of(discovery, "commit/"), given)


def test_one_leader_goes_from_foreseeing_to_a_commitment(cast: Cast, wave: Wave) -> None:
    leader = leader_account("d0-d", cast.administrator)
    discovery = opened(cast, leader, where="d0-d")
    client = signed_in(leader)
    assert "What do you think they said" in client.get(path_of(discovery)).content.decode()
    locked(discovery, client, self_view="4")
    first = client.get(path_of(discovery)).content.decode()
    assert "1 of " in first
    assert "What do you notice" in first
    saw_all(discovery, client)
    asked = client.get(path_of(discovery)).content.decode()
    assert "Show me what they said" in asked
    client.post(path_of(discovery, "reveal/"))
    shown = client.get(path_of(discovery)).content.decode()
    for words in ("Here is what they said", "than you expected", "<svg", "noticed 0", "In your own words"):
        assert words in shown, words
    assert READING not in shown
    client.post(path_of(discovery, "conclude/"), {"words": WORDS})
    after = client.get(path_of(discovery)).content.decode()
    assert WORDS in after
    assert READING in after
    assert commitment(client, discovery).status_code == 302
    end = client.get(path_of(discovery)).content.decode()
    assert "Thank one crew by name each week" in end
    sheet = client.get(path_of(discovery, "print/")).content.decode()
    for words in (WORDS, "Thank one crew by name each week", "They said"):
        assert words in sheet
    assert "style=" not in end.replace('rel="stylesheet"', "")
    discovery.refresh_from_db()
    assert discovery.stage == Discovery.Stage.CLOSED


def test_nothing_of_the_truth_is_in_any_answer_before_one_leader_locked(cast: Cast, wave: Wave) -> None:
    leader = leader_account("d0-d", cast.administrator)
    discovery = opened(cast, leader, where="d0-d")
    client = signed_in(leader)
    answers = [
        client.get("/engage/discovery/"),
        client.get("/"),
        client.get(path_of(discovery)),
        client.get(path_of(discovery, "pulse/")),
        client.get(path_of(discovery, "print/")),
        client.get(path_of(discovery, "together/")),
        client.post(path_of(discovery, "reveal/")),
        client.post(path_of(discovery, "conclude/"), {"words": "early"}),
        client.post(path_of(discovery, "see/"), {"card": "0"}),
        client.post(path_of(discovery, "predict/"), {"value_0": "9"}),
        client.get(path_of(discovery), headers={"accept-language": "es"}),
    ]
    for answered in answers:
        assert not tells(answered, discovery), answered.request["PATH_INFO"]
    # The same search finds the truth where it may stand, so it can fail.
    locked(discovery, client)
    saw_all(discovery, client)
    assert not tells(client.get(path_of(discovery)), discovery)
    client.post(path_of(discovery, "reveal/"))
    assert tells(client.get(path_of(discovery)), discovery)


def test_a_team_sees_nothing_before_all_see_it(cast: Cast, wave: Wave) -> None:
    people = [leader_account(key, cast.administrator) for key in ("all", "d0-d", "d1-d")]
    discovery = opened(cast, *people, is_team=True)
    clients = [locked(discovery, joined(user, discovery)) for user in people]
    onward(cast, discovery)
    for client in clients:
        saw_all(discovery, client)
        for part in ("", "pulse/", "print/", "together/"):
            assert not tells(client.get(path_of(discovery, part)), discovery), part
    assert "You wait for the others" in clients[0].get(path_of(discovery)).content.decode()
    mark = re.search(r"pulse/\?mark=([\d-]+)", clients[0].get(path_of(discovery)).content.decode())
    assert mark is not None
    pulse = f"{path_of(discovery, 'pulse/')}?mark={mark[1]}"
    assert "HX-Refresh" not in clients[0].get(pulse).headers
    onward(cast, discovery)
    assert clients[0].get(pulse).headers["HX-Refresh"] == "true"
    for client in clients:
        assert tells(client.get(path_of(discovery)), discovery)
    together = clients[0].get(path_of(discovery, "together/")).content.decode()
    assert "than the middle of the team expected" in together


def test_everybody_else_is_refused_page_by_page(cast: Cast, wave: Wave) -> None:
    leader, other = (leader_account(key, cast.administrator) for key in ("d0-d", "d1-d"))
    discovery = opened(cast, leader, where="d0-d")
    locked(discovery, signed_in(leader))
    for user in (other, cast.administrator, cast.privacy_officer, cast.employee, cast.outsider, cast.top_leader):
        client = signed_in(user)
        for part in ("", "pulse/", "print/", "together/", "lead/", "wall/"):
            assert client.get(path_of(discovery, part)).status_code == 403, (user.email, part)
        for part in ("predict/", "see/", "reveal/", "conclude/", "share/", "commit/", "lead/act/"):
            assert client.post(path_of(discovery, part)).status_code == 403, (user.email, part)
    for lead in (cast.experience_lead, cast.analyst):
        client = signed_in(lead)
        assert client.get(path_of(discovery)).status_code == 302
        for part in ("pulse/", "print/"):
            assert client.get(path_of(discovery, part)).status_code == 403, part
        told = client.get(path_of(discovery, "lead/")).content.decode()
        assert "Who is in" in told
        assert "4.2" not in told
    assert Client().get(path_of(discovery)).status_code == 302
    assert signed_in(leader).get(path_of(uuid4())).status_code == 404


def test_a_leader_s_own_is_closed_to_everybody_else(cast: Cast, wave: Wave) -> None:
    leader = leader_account("d0-d", cast.administrator)
    finding = {"study": wave.study.key, "wave": wave.key, "unit": "d0-d"}
    made = opened(cast, leader, where="d0-d")
    finding["score"] = DiscoveryQuestion.objects.get(discovery=made, role="insight").truth["score"]
    client = signed_in(leader)
    door = client.get("/engage/discovery/own/", finding)
    assert door.status_code == 200
    assert not tells(door, made)
    first = client.post("/engage/discovery/own/", finding)
    again = client.post("/engage/discovery/own/", finding)
    assert first["Location"] == again["Location"]
    own = Discovery.objects.get(is_own=True)
    for user in (cast.experience_lead, cast.analyst, cast.administrator, cast.top_leader, cast.privacy_officer):
        for part in ("", "lead/", "wall/", "print/"):
            assert signed_in(user).get(path_of(own, part)).status_code == 403, (user.email, part)
        assert str(own.pk) not in signed_in(user).get("/engage/discovery/").content.decode()
    for user in (leader_account("d1-d", cast.administrator), cast.experience_lead):
        assert signed_in(user).get("/engage/discovery/own/", finding).status_code == 403
        assert signed_in(user).post("/engage/discovery/own/", finding).status_code == 403
    assert client.get("/engage/discovery/own/", finding | {"score": "nothing"}).status_code == 404


def test_the_first_prediction_stands_and_the_database_refuses_another(cast: Cast, wave: Wave) -> None:
    leader = leader_account("d0-d", cast.administrator)
    discovery = opened(cast, leader, where="d0-d")
    client = locked(discovery, signed_in(leader), value=2.0)
    client.post(path_of(discovery, "predict/"), form_of(discovery, value=4.4))
    kept = DiscoveryPrediction.objects.get(participant__user=leader, question__role="insight")
    assert kept.value == 2.0
    participant = DiscoveryParticipant.objects.get(user=leader)
    question = kept.question

    def refuses(act: object, message: str) -> None:
        with pytest.raises(DatabaseError, match=message), transaction.atomic():
            act()  # type: ignore[operator]

    everyone = DiscoveryPrediction.objects.filter(pk=kept.pk)
    refuses(lambda: everyone.update(value=3.0, high=4.0), "never changed")
    refuses(everyone.delete, "stays")
    refuses(lambda: DiscoveryParticipant.objects.filter(pk=participant.pk).update(locked_at=None), "never undone")
    refuses(lambda: DiscoveryQuestion.objects.filter(pk=question.pk).update(truth={}), "does not change")
    refuses(lambda: Discovery.objects.filter(pk=discovery.pk).update(opened_at=None), "never undone")
    with connection.cursor() as raw:
        refuses(lambda: raw.execute("UPDATE engage_discoveryprediction SET sure = 1"), "never changed")
        refuses(lambda: raw.execute("DELETE FROM engage_discoveryquestion"), "does not change")
    refuses(
        lambda: DiscoverySelfView.objects.create(participant=participant, value=3.0), "made with the prediction, once"
    )


def test_nothing_is_foreseen_after_the_reveal(cast: Cast, wave: Wave) -> None:
    people = [leader_account(key, cast.administrator) for key in ("all", "d0-d")]
    discovery = opened(cast, *people, is_team=True)
    first, late = (joined(user, discovery) for user in people)
    locked(discovery, first)
    onward(cast, discovery)
    onward(cast, discovery)
    late.post(path_of(discovery, "predict/"), form_of(discovery))
    assert DiscoveryPrediction.objects.filter(participant__user=people[1]).count() == 0
    participant = DiscoveryParticipant.objects.get(user=people[1])
    question = DiscoveryQuestion.objects.get(discovery=discovery, role="insight")
    with pytest.raises(DatabaseError, match="before the reveal"), transaction.atomic():
        DiscoveryPrediction.objects.create(participant=participant, question=question, value=3, low=2, high=4, sure=9)
    shown = late.get(path_of(discovery)).content.decode()
    assert "You came after the lock" in shown


MISFITS: tuple[dict[str, Any], ...] = (
    {"value_0": ""},
    {"value_0": "7"},
    {"low_0": "4.9"},
    {"sure_0": "101"},
    {"choice_1": "nothing"},
    {"choice_1": ""},
)


def test_what_does_not_fit_is_refused_and_nothing_is_locked(cast: Cast, wave: Wave) -> None:
    leader = leader_account("d0-d", cast.administrator)
    discovery = opened(cast, leader, where="d0-d")
    client = signed_in(leader)
    for changed in MISFITS:
        answered = client.post(path_of(discovery, "predict/"), form_of(discovery, **changed))
        assert answered.status_code == 422, changed
        assert not tells(answered, discovery)
    assert not DiscoveryPrediction.objects.exists()
    assert DiscoveryParticipant.objects.get(user=leader).locked_at is None


def test_notes_and_self_rating_stay_with_whom_they_are_of(cast: Cast, wave: Wave) -> None:
    people = [leader_account(key, cast.administrator) for key in ("all", "d0-d")]
    discovery = opened(cast, *people, is_team=True)
    first, second = (joined(user, discovery) for user in people)
    locked(discovery, first, self_view="4.7")
    locked(discovery, second)
    onward(cast, discovery)
    first.post(path_of(discovery, "see/"), {"card": "0", "words": "canary of a note"})
    onward(cast, discovery)
    assert DiscoveryNote.objects.get().words == "canary of a note"
    mine = first.get(path_of(discovery)).content.decode()
    assert "canary of a note" in mine
    assert "4.7. It stands here for you alone" in mine
    for client, part in (
        (second, ""), (second, "together/"), (second, "print/"), (first, "print/"), (first, "together/"),
        (signed_in(cast.experience_lead), "lead/"), (signed_in(cast.experience_lead), "wall/"),
        (signed_in(cast.experience_lead), "together/"),
    ):  # fmt: skip
        text = client.get(path_of(discovery, part)).content.decode()
        assert "canary of a note" not in text, part
        assert "4.7" not in text, part


def test_a_conclusion_is_read_by_others_only_when_it_is_shared(cast: Cast, wave: Wave) -> None:
    people = [leader_account(key, cast.administrator) for key in ("all", "d0-d")]
    discovery = opened(cast, *people, is_team=True)
    first, second = (joined(user, discovery) for user in people)
    locked(discovery, first)
    locked(discovery, second)
    for _step in range(3):
        onward(cast, discovery)
    first.post(path_of(discovery, "conclude/"), {"words": WORDS})
    second.post(path_of(discovery, "conclude/"), {"words": "Second words"})
    lead = signed_in(cast.experience_lead)

    def readers() -> list[str]:
        parts = (
            ("own", second, ""), ("together", second, "together/"), ("lead", lead, "lead/"), ("wall", lead, "wall/"),
        )  # fmt: skip
        return [name for name, who, part in parts if WORDS in who.get(path_of(discovery, part)).content.decode()]

    assert readers() == []
    first.post(path_of(discovery, "share/"), {"shares": "yes"})
    assert readers() == ["own", "together", "lead"]
    first.post(path_of(discovery, "share/"), {"shares": "no"})
    assert readers() == []
    first.post(path_of(discovery, "conclude/"), {"words": "Another"})
    assert DiscoveryParticipant.objects.get(user=people[0]).conclusion == WORDS


def test_a_commitment_is_one_with_a_first_step_within_a_week(cast: Cast, wave: Wave) -> None:
    leader = leader_account("d0-d", cast.administrator)
    discovery = opened(cast, leader, where="d0-d")
    client = locked(discovery, signed_in(leader))
    saw_all(discovery, client)
    client.post(path_of(discovery, "reveal/"))
    client.post(path_of(discovery, "conclude/"), {"words": WORDS})
    late = (localdate() + timedelta(days=8)).isoformat()
    refused = commitment(client, discovery, first_step_date=late)
    assert refused.status_code == 422
    assert "within a week" in refused.content.decode()
    assert not DiscoveryCommitment.objects.exists()
    commitment(client, discovery)
    commitment(client, discovery, sentence="Another one")
    made = commitments_of(viewer=asker(leader))
    assert [one.sentence for one in made] == ["Thank one crew by name each week"]
    assert made[0].finding[:3] == (wave.study.key, wave.key, "d0-d")
    with pytest.raises(PermissionDenied):
        commitments_of(viewer=asker(cast.experience_lead), user=leader)


def test_foresight_is_shown_to_its_owner_alone_and_counts_what_was_blind(cast: Cast, wave: Wave) -> None:
    leader = leader_account("d0-d", cast.administrator)

    def go_through(user: User, value: float) -> Discovery:
        discovery = opened(cast, user, where="d0-d", asks_theme=False)
        client = locked(discovery, signed_in(user), value=value)
        saw_all(discovery, client)
        client.post(path_of(discovery, "reveal/"))
        return discovery

    for value in (1.8, 2.6, 3.1, 4.4):
        go_through(leader, value)
    client = signed_in(leader)
    assert "Not enough yet" in client.get("/engage/discovery/foresight/").content.decode()
    go_through(leader, 3.0)
    text = client.get("/engage/discovery/foresight/").content.decode()
    assert "Of your 5 ranges" in text
    assert "Brier score" in text
    note_look(user=leader, wave=wave, now=LATER)
    go_through(leader, 3.0)
    text = client.get("/engage/discovery/foresight/").content.decode()
    assert "Of your 5 ranges" in text
    assert "opened before: not counted" in text
    for user in (cast.experience_lead, cast.analyst, cast.administrator, cast.privacy_officer, cast.top_leader):
        other = signed_in(user).get("/engage/discovery/foresight/").content.decode()
        assert "Of your" not in other
        assert "1.8" not in other
        assert leader.name not in other
    assert Client().get("/engage/discovery/foresight/").status_code == 302
