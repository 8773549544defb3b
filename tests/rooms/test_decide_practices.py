"""The library of practices: shared, found, taken up, and what happened, said beside a change without comparison."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from tests.rooms.conftest import NOW, Cast, signed_in, unit
from tests.rooms.explorer_cast import explored_wave, leader_of, next_wave

from headwater.rooms.decide.models import Practice, PracticeUse
from headwater.rooms.decide.structure.practice_services import adopt_practice, share_practice, tell_outcome
from headwater.rooms.decide.structure.services import TeamError
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.books import book_of
from headwater.rooms.people.models import User
from headwater.vocab import Estimate

pytestmark = pytest.mark.usefixtures("own_folders")

LIBRARY = "/decide/team/practices/"
WHAT = "Every Monday we ask one question and mend one thing."


def text_of(user: User, path: str) -> str:
    answer = signed_in(user).get(path)
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def shared(cast: Cast, title: str = "One question on Monday") -> Practice:
    return share_practice(title=title, what=WHAT, unit=unit("north-d"), finding=None, actor=cast.north_leader, now=NOW)


def test_the_library_is_for_leaders_and_those_who_support_them(cast: Cast) -> None:
    made = shared(cast)
    for path in (LIBRARY, f"{LIBRARY}new/", f"{LIBRARY}{made.pk}/"):
        for user in (cast.outsider, cast.employee, cast.administrator, cast.privacy_officer):
            assert signed_in(user).get(path).status_code == 403, path
        for user in (cast.experience_lead, cast.analyst, cast.top_leader, cast.north_leader):
            assert signed_in(user).get(path).status_code == 200, path


def test_a_leader_shares_for_their_own_units_alone(cast: Cast) -> None:
    client = signed_in(cast.north_leader)
    assert "Team south1" not in client.get(f"{LIBRARY}new/").content.decode()
    said = {"title": "Stand at the gate", "what": WHAT, "score": ""}
    assert client.post(f"{LIBRARY}new/?unit=north1-t", {**said, "what": ""}).status_code == 422
    for _again in range(2):
        assert client.post(f"{LIBRARY}new/?unit=north1-t", said).status_code == 302
    assert Practice.objects.get().unit == unit("north1-t")
    with pytest.raises(PermissionDenied):
        share_practice(title="x", what=WHAT, unit=unit("south-d"), finding=None, actor=cast.north_leader, now=NOW)
    with pytest.raises(TeamError):
        share_practice(
            title="x", what=WHAT, unit=unit("north-d"), finding=Finding("a", "b", "north-d", "c"),
            actor=cast.north_leader, now=NOW,
        )  # fmt: skip


def test_practices_are_found_by_their_words_and_never_ranked(cast: Cast) -> None:
    for title in ("Stand at the gate", "Two thank-you notes"):
        shared(cast, title)
    text = text_of(cast.top_leader, f"{LIBRARY}?find=gate")
    assert "Stand at the gate" in text
    assert "Two thank-you notes" not in text
    assert "Nothing here is ranked" in text
    assert "Nothing holds these words." in text_of(cast.top_leader, f"{LIBRARY}?find=submarine")
    assert "Two thank-you notes" in text_of(cast.top_leader, f"{LIBRARY}?find=north&page=x")


def test_a_practice_is_taken_up_and_told_about(cast: Cast) -> None:
    made = shared(cast)
    page = f"{LIBRARY}{made.pk}/"
    top, north = signed_in(cast.top_leader), signed_in(cast.north_leader)
    assert north.post(f"{page}adopt/", {"unit": "south-d"}).status_code == 302
    assert not PracticeUse.objects.exists()
    for _again in range(2):
        assert top.post(f"{page}adopt/", {"unit": "south-d"}).status_code == 302
    use = PracticeUse.objects.get()
    assert "You took these up" in text_of(cast.top_leader, LIBRARY)
    told = f"{LIBRARY}uses/{use.pk}/"
    assert north.get(told).status_code == 404
    assert top.post(told, {"outcome": " "}).status_code == 422
    assert top.post(told, {"outcome": "Slow at first."}).status_code == 302
    assert "Slow at first." in text_of(cast.north_leader, page)
    assert "You took these up" not in text_of(cast.top_leader, LIBRARY)
    with pytest.raises(PermissionDenied):
        tell_outcome(use_id=use.pk, outcome="no", actor=cast.north_leader, now=NOW)
    with pytest.raises(TeamError):
        adopt_practice(practice_id=made.pk, unit=unit("north-d"), actor=cast.north_leader, now=NOW)


def test_a_practice_is_withdrawn_by_who_shared_it(cast: Cast) -> None:
    made = shared(cast)
    page = f"{LIBRARY}{made.pk}/"
    assert signed_in(cast.top_leader).post(f"{page}withdraw/").status_code == 403
    assert signed_in(cast.north_leader).post(f"{page}withdraw/").status_code == 302
    assert signed_in(cast.north_leader).get(page).status_code == 404
    assert signed_in(cast.north_leader).post(f"{LIBRARY}{uuid4()}/withdraw/").status_code == 404


def test_a_score_is_frozen_and_its_change_is_said_without_comparison(cast: Cast) -> None:
    wave = explored_wave(cast)
    book = book_of(wave)
    score = book.columns[0].subject
    giver, taker = leader_of("d2t1-t", cast.administrator), leader_of("d2t2-t", cast.administrator)
    found = Finding(wave.study.key, wave.key, "d2t1-t", score)
    now = wave.late_until + timedelta(days=1)
    made = share_practice(title="Gate", what=WHAT, unit=unit("d2t1-t"), finding=found, actor=giver, now=now)
    assert made.evidence is not None
    assert made.evidence["value"] is not None
    use = adopt_practice(practice_id=made.pk, unit=unit("d2t2-t"), actor=taker, now=now)
    assert use.before is not None
    assert use.before["wave"] == wave.key
    page = f"{LIBRARY}{made.pk}/"
    assert "Looked at without comparison" not in text_of(taker, page)
    later = next_wave(cast, wave)
    text = text_of(taker, page)
    assert f"from {wave.title} to {later.title}:" in text
    assert "Looked at without comparison: alone it says little." in text
    found_now = book_of(later).at(book.tree.index_of["d2t2-t"], 0)
    assert isinstance(found_now, Estimate)
    moved = found_now.versus_previous
    assert moved is not None
    assert f"{moved.low:+.1f}".replace("-", "−") in text
    theirs = text_of(giver, page)
    assert "Looked at without comparison" not in theirs
    assert "As it stood in" in theirs
    assert "The figure is for those who see the results of that unit." in text
    use.refresh_from_db()
    assert use.before is not None
    assert use.before["wave"] == wave.key
