"""The team's pages: the adviser, adoption, members, what is private, and who is refused."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from tests.rooms.conftest import NOW, Cast, signed_in, unit
from tests.rooms.structure_cast import REASON, SITUATION, person, stand_up

from headwater.rooms.decide.logic.competencies import COMPETENCIES
from headwater.rooms.decide.models import (
    CompetencyRating,
    MemberExperience,
    PracticeConsensus,
    Responsibility,
    StructureDecision,
    TeamActivity,
    TeamMember,
)
from headwater.rooms.decide.models import MaturityAssessment as Assessment
from headwater.rooms.decide.structure.adviser import known_situation, maturity_level
from headwater.rooms.decide.structure.competency_services import rate_member, say_experience
from headwater.rooms.decide.structure.queries import adopted_structure, team_members
from headwater.rooms.decide.structure.services import TeamError, add_member, adopt_structure, change_member, end_member
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.house.slots import erase_everywhere, export_everywhere
from headwater.rooms.people.models import Person, User

pytestmark = pytest.mark.django_db

PAGES = ("", "adviser/", "adviser/compare/", "mandate/", "duties/", "matrix/", "matrix.xlsx")


def query_of(*values: int) -> str:
    """Seven answers as they stand in an address."""
    return urlencode(dict(zip(SITUATION.as_plain(), values, strict=True)))


ASKED = query_of(*SITUATION.as_plain().values())


def text_of(user: User, path: str) -> str:
    answer = signed_in(user).get(path)
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_outsiders_are_refused_and_leaders_and_members_let_in(cast: Cast) -> None:
    team = stand_up(cast)
    for page in PAGES:
        path = f"/decide/team/{page}"
        assert Client().get(path).status_code == 302
        for user in (cast.outsider, cast.administrator, cast.privacy_officer):
            assert signed_in(user).get(path).status_code == 403, path
        for user in (cast.experience_lead, cast.analyst, cast.top_leader, cast.north_leader, cast.employee):
            assert signed_in(user).get(path).status_code == 200, path
    for page in (f"members/{team.lead.pk}/", f"members/{team.lead.pk}/duties/", "members/new/", "abilities/"):
        assert signed_in(cast.outsider).get(f"/decide/team/{page}").status_code == 403, page


def test_an_employee_who_is_not_on_the_team_is_refused(cast: Cast) -> None:
    assert signed_in(cast.employee).get("/decide/team/").status_code == 403
    stand_up(cast)
    assert signed_in(cast.employee).get("/decide/team/").status_code == 200


def test_only_the_experience_lead_sets_up(cast: Cast) -> None:
    team = stand_up(cast)
    activity = TeamActivity.objects.get(key="studies")
    posts = [
        f"adopt/hybrid/?{ASKED}", "members/new/", f"members/{team.lead.pk}/change/", f"members/{team.lead.pk}/end/",
        "matrix/limit/", "matrix/new/", f"matrix/{activity.pk}/", f"matrix/{activity.pk}/end/", "mandate/ask/",
        "duties/team/",
    ]  # fmt: skip
    for user in (cast.analyst, cast.top_leader, cast.employee, cast.administrator, cast.outsider):
        for path in posts:
            assert signed_in(user).post(f"/decide/team/{path}").status_code == 403, path
    assert StructureDecision.objects.count() == 1


def test_the_adviser_begins_with_what_the_records_know(cast: Cast) -> None:
    known = known_situation()
    assert (known.situation.people, known.situation.units) == (23, 7)
    text = text_of(cast.experience_lead, "/decide/team/adviser/")
    assert "From the organisation as it stands." in text
    assert "Where you are" not in text
    assert 'value="23"' in signed_in(cast.experience_lead).get("/decide/team/adviser/").content.decode()


def test_all_structures_that_are_just_as_good_are_named(cast: Cast) -> None:
    even = "?people=400&units=48&places=1&together=2&uniformity=2&access=2&maturity=3"
    text = text_of(cast.experience_lead, f"/decide/team/adviser/{even}")
    assert "Hybrid and Committee are just as good: they have the same points. Each can be right." in text


def test_places_are_counted_from_the_organisation_file(cast: Cast) -> None:
    for at, one in enumerate(Person.objects.all()):
        one.attributes = {"Site": f"site {at % 6}"}
        one.save()
    known = known_situation()
    assert known.situation.places == 6
    assert "Site" in known.sources["places"]


def test_maturity_comes_from_the_latest_assessment(cast: Cast) -> None:
    assert maturity_level() is None
    made = Assessment.objects.create(
        title="First", library="1.0", bands=[25, 50, 75], due_date=NOW.date(), begun_by=cast.experience_lead,
        begun_at=NOW, state="done", validated_at=NOW,
    )  # fmt: skip
    for practice, score in (("a", 3), ("b", 4), ("c", 3)):
        PracticeConsensus.objects.create(
            assessment=made, practice=practice, score=score, saved_at=NOW, saved_by=cast.experience_lead
        )
    assert maturity_level() == 3
    assert known_situation(maturity_level()).situation.maturity == 3


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ((60, 4, 1, 3, 3, 4, 1), "One team beside the top leaders fits you."),
        ((6000, 430, 400, 1, 3, 2, 2), "One direction with a partner in each division fits you."),
        ((3500, 24, 12, 3, 1, 3, 1), "A committee of the leaders who decide fits you."),
        ((900, 120, 110, 0, 0, 1, 2), "Units that work on it by themselves, with a core that guides, fit you."),
    ],
)
def test_four_organisations_get_four_pieces_of_advice(cast: Cast, asked: tuple[int, ...], said: str) -> None:
    query = query_of(*asked)
    text = text_of(cast.experience_lead, f"/decide/team/adviser/?{query}")
    assert said in text
    assert "What would turn the advice" in text
    assert "Who would sit where" in text
    compared = signed_in(cast.experience_lead).get(f"/decide/team/adviser/compare/?{query}").content.decode()
    assert all(f'id="s-{one}"' in compared for one in ("centralised", "decentralised", "hybrid", "committee"))
    assert compared.count("<svg") >= 4


def test_the_bank_is_told_the_one_answer_that_turns_it(cast: Cast) -> None:
    query = query_of(6000, 430, 400, 1, 3, 2, 2)
    text = text_of(cast.experience_lead, f"/decide/team/adviser/?{query}")
    assert "How alike the experience has to be everywhere”: partly instead of mostly makes it Decentralised" in text


def test_another_structure_can_be_looked_at(cast: Cast) -> None:
    text = text_of(cast.experience_lead, f"/decide/team/adviser/?{ASKED}&structure=committee")
    assert "Leaders of the divisions guide together." in text
    assert "leaders on the committee" in text


def test_an_impossible_answer_is_said_and_refused(cast: Cast) -> None:
    answer = signed_in(cast.experience_lead).get(f"/decide/team/adviser/?{ASKED.replace('people=23', 'people=0')}")
    assert answer.status_code == 422
    assert "greater than or equal to 1" in answer.content.decode()
    assert signed_in(cast.experience_lead).get("/decide/team/adopt/anarchic/").status_code == 404


def test_a_structure_is_adopted_with_a_reason_and_kept_by_version(cast: Cast) -> None:
    client = signed_in(cast.experience_lead)
    path = f"/decide/team/adopt/hybrid/?{ASKED}"
    assert "The adviser says: Centralised." in client.get(path).content.decode()
    assert client.post(path, {"reason": "because"}).status_code == 422
    assert not StructureDecision.objects.exists()
    for _again in range(2):
        assert client.post(path, {"reason": REASON}).status_code == 302
    assert adopted_structure() == "hybrid"
    assert StructureDecision.objects.get().advised == "centralised"
    client.post(f"/decide/team/adopt/centralised/?{ASKED}", {"reason": REASON})
    assert [one.number for one in StructureDecision.objects.order_by("number")] == [1, 2]
    assert AuditEntry.objects.filter(action="team.structure_adopted").count() == 2
    text = text_of(cast.experience_lead, "/decide/team/")
    assert "Version 2" in text
    assert "The adviser said the same." in text
    assert "Earlier versions" in text


def test_adopting_another_structure_keeps_what_the_team_wrote(cast: Cast) -> None:
    stand_up(cast)
    activity = TeamActivity.objects.get(key="studies")
    activity.title, activity.hours = "Our own words", 3
    activity.save()
    before = TeamActivity.objects.count()
    adopt_structure(structure="committee", situation=SITUATION, reason=REASON, actor=cast.experience_lead, now=NOW)
    assert TeamActivity.objects.count() == before
    assert TeamActivity.objects.get(key="studies").title == "Our own words"
    keys = Responsibility.objects.filter(member=None, ended_at=None, key__startswith="structure:")
    assert [one.key for one in keys] == ["structure:committee"]
    with pytest.raises(TeamError):
        adopt_structure(structure="hybrid", situation=SITUATION, reason="no", actor=cast.experience_lead, now=NOW)


def test_members_join_once_with_sentences_and_letters(cast: Cast) -> None:
    team = stand_up(cast)
    assert [str(one) for one in team_members()] == ["Ada Top", "Lea North", "Per north1a"]
    again = add_member(
        person=team.lead.person, part="voice", seat=None, rater=None, actor=cast.experience_lead, now=NOW
    )
    assert again.pk == team.lead.pk
    assert TeamMember.objects.count() == 3
    assert Responsibility.objects.filter(member=team.lead).count() == 3
    with pytest.raises(TeamError):
        change_member(
            member_id=team.lead.pk, part="lead", seat=None, rater=team.lead.person, actor=cast.experience_lead, now=NOW
        )


def test_a_member_is_taken_on_by_the_form(cast: Cast) -> None:
    stand_up(cast)
    client = signed_in(cast.experience_lead)
    said = {"person": "Lea South", "part": "partner", "seat": "South", "rater": "Ada Top"}
    assert client.post("/decide/team/members/new/", {**said, "seat": "Nowhere"}).status_code == 422
    assert client.post("/decide/team/members/new/", {**said, "rater": "Lea South"}).status_code == 422
    assert client.post("/decide/team/members/new/", said).status_code == 302
    made = TeamMember.objects.get(person__key="south")
    assert (made.part, made.seat, made.rater) == ("partner", unit("south-d"), person("top"))
    page = f"/decide/team/members/{made.pk}/"
    assert client.post(f"{page}change/", {"part": "voice", "seat": "", "rater": ""}).status_code == 302
    made.refresh_from_db()
    assert (made.part, made.seat, made.rater) == ("voice", None, None)
    assert client.post(f"{page}end/").status_code == 302
    assert client.get(page).status_code == 404


LEVELS: dict[str, int] = dict.fromkeys(map(str, COMPETENCIES), 3)


def test_ratings_are_seen_by_the_member_and_the_experience_lead_alone(cast: Cast) -> None:
    team = stand_up(cast)
    rate_member(member_id=team.analyst.pk, levels=LEVELS, actor=cast.employee, now=NOW)
    page = f"/decide/team/members/{team.analyst.pk}/"
    for user in (cast.employee, cast.experience_lead):
        assert "Rating by one other" in text_of(user, page)
    for user in (cast.top_leader, cast.north_leader, cast.analyst):
        text = text_of(user, page)
        assert "Rating by one other" not in text
        assert "Years here" not in text
    for user in (cast.top_leader, cast.north_leader, cast.analyst, cast.employee, cast.administrator, cast.outsider):
        assert signed_in(user).get("/decide/team/abilities/").status_code == 403
    for user in (cast.top_leader, cast.experience_lead, cast.analyst, cast.administrator, cast.outsider):
        assert signed_in(user).get(f"{page}rate/").status_code == 403
        assert signed_in(user).post(f"{page}rate/", {"analysis": "4"}).status_code == 403


def test_the_two_ratings_are_kept_apart(cast: Cast) -> None:
    team = stand_up(cast)
    page = f"/decide/team/members/{team.analyst.pk}/"
    other, own = signed_in(cast.north_leader), signed_in(cast.employee)
    assert other.post(f"{page}rate/", {"analysis": "1"}).status_code == 302
    assert "Somebody else has rated you" in text_of(cast.employee, page)
    assert own.post(f"{page}rate/", {"analysis": "4"}).status_code == 302
    assert 'value="4" checked' not in other.get(f"{page}rate/").content.decode()
    assert 'value="1" checked' not in own.get(f"{page}rate/").content.decode()
    levels = set(CompetencyRating.objects.values_list("by", "level"))
    assert levels == {("own", 4), ("other", 1)}
    assert "the two ratings lie far apart in Analysis" in text_of(cast.experience_lead, "/decide/team/abilities/")
    assert own.post(f"{page}rate/", {"analysis": "5"}).status_code == 404
    assert own.post(f"{page}rate/", {}).status_code == 302
    assert not CompetencyRating.objects.filter(by="own").exists()


def test_another_rater_begins_anew(cast: Cast) -> None:
    team = stand_up(cast)
    rate_member(member_id=team.analyst.pk, levels=LEVELS, actor=cast.north_leader, now=NOW)
    change_member(
        member_id=team.analyst.pk, part="analyst", seat=None, rater=person("top"), actor=cast.experience_lead, now=NOW
    )
    assert not CompetencyRating.objects.exists()
    with pytest.raises(PermissionDenied):
        rate_member(member_id=team.analyst.pk, levels=LEVELS, actor=cast.north_leader, now=NOW)


def test_gaps_say_who_is_nearest_and_how_to_close_them(cast: Cast) -> None:
    team = stand_up(cast)
    assert "No ability is known to be missing." in text_of(cast.experience_lead, "/decide/team/abilities/")
    rate_member(member_id=team.analyst.pk, levels={**LEVELS, "analysis": 2}, actor=cast.employee, now=NOW)
    text = text_of(cast.experience_lead, "/decide/team/abilities/")
    assert "One ability is covered by nobody." in text
    assert "Per north1a is nearest" in text
    assert "Closing all gaps takes about 20 hours" in text
    assert "Covered by Per north1a alone" in text


def test_experience_is_said_in_words(cast: Cast) -> None:
    team = stand_up(cast)
    page = f"/decide/team/members/{team.analyst.pk}/experience/"
    said = {"functions": "driving, planning", "lenses": ["employees"], "front_line": "never", "years_here": "1"}
    assert signed_in(cast.employee).post(page, said).status_code == 302
    assert signed_in(cast.north_leader).get(page).status_code == 403
    assert signed_in(cast.employee).post(page, {**said, "years_here": "200"}).status_code == 422
    kept = MemberExperience.objects.get()
    assert (kept.functions, kept.lenses, kept.years_here) == (["driving", "planning"], ["employees"], 1)
    text = text_of(cast.experience_lead, "/decide/team/abilities/")
    assert "Nobody has worked with customers directly" in text
    assert "What customers live through" in text
    assert "All are new here" in text


def test_needs_ask_those_whom_they_concern(cast: Cast) -> None:
    team = stand_up(cast)
    assert "Say what you are able to do" in text_of(cast.employee, "/")
    assert "Say what Per north1a is able to do" in text_of(cast.north_leader, "/")
    assert "able to do" not in text_of(cast.outsider, "/")
    rate_member(member_id=team.analyst.pk, levels=LEVELS, actor=cast.employee, now=NOW)
    assert "Say what you are able to do" not in text_of(cast.employee, "/")
    assert "orphaned" not in text_of(cast.experience_lead, "/")
    end_member(member_id=team.analyst.pk, actor=cast.experience_lead, now=NOW)
    assert "orphaned" in text_of(cast.experience_lead, "/")


def test_erasing_and_exporting_a_person(cast: Cast) -> None:
    team = stand_up(cast)
    rate_member(member_id=team.analyst.pk, levels=LEVELS, actor=cast.employee, now=NOW)
    say_experience(
        member_id=team.analyst.pk, functions=["driving"], lenses=["employees"], front_line="now", years_here=4,
        actor=cast.employee, now=NOW,
    )  # fmt: skip
    key = str(team.analyst.person_id)
    files = {file.name: file.content for file in export_everywhere(person=key, now=NOW)}
    told = json.loads(files["team/team.json"])
    assert len(told["places"][0]["ratings"]) == len(COMPETENCIES)
    assert told["places"][0]["lived_through"][0]["functions"] == ["driving"]
    assert len(told["places"][0]["sentences"]) == 2
    done = erase_everywhere(person=key, actor=str(cast.privacy_officer.pk), now=NOW)["team"]
    assert sum(one.count for one in done) == len(COMPETENCIES) + 1 + 2 + 1
    assert not CompetencyRating.objects.exists()
    assert not MemberExperience.objects.exists()
    assert TeamMember.objects.get(pk=team.analyst.pk).left_at == NOW
    again = erase_everywhere(person=key, actor=str(cast.privacy_officer.pk), now=NOW + timedelta(days=1))["team"]
    assert sum(one.count for one in again) == 0
    assert "orphaned" in text_of(cast.experience_lead, "/decide/team/matrix/")


def test_unknown_things_are_not_found(cast: Cast) -> None:
    stand_up(cast)
    client = signed_in(cast.experience_lead)
    for path in (f"members/{uuid4()}/", f"members/{uuid4()}/rate/", f"matrix/{uuid4()}/", f"members/{uuid4()}/duties/"):
        assert client.get(f"/decide/team/{path}").status_code == 404, path
    assert client.post(f"/decide/team/members/{uuid4()}/end/").status_code == 404
