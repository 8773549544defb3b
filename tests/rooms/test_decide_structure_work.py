"""The team's work: sentences, the matrix and its workbook, the mandate and its signature."""

from __future__ import annotations

import io
import re
import zlib
from contextlib import suppress
from html import unescape
from typing import Any

import openpyxl
import pytest
from tests.rooms.conftest import NOW, Cast, signed_in, unit
from tests.rooms.structure_cast import Team, person, stand_up

from headwater.reports.document import Paragraph, Table
from headwater.rooms.decide.models import (
    ActivityLetter,
    ActivityRight,
    Mandate,
    Practice,
    Responsibility,
    TeamActivity,
)
from headwater.rooms.decide.structure.competency_queries import abilities_page
from headwater.rooms.decide.structure.demo import build_demo
from headwater.rooms.decide.structure.duty_services import RightWanted, write_activity, write_duties
from headwater.rooms.decide.structure.mandate_queries import mandate_document
from headwater.rooms.decide.structure.mandate_services import ask_signature, mandate_content, sign_mandate
from headwater.rooms.decide.structure.matrix import standing_matrix
from headwater.rooms.decide.structure.services import TeamError, end_member, set_limit
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.people.demo import seed_demo
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(cast: Cast) -> Team:
    return stand_up(cast)


def text_of(user: User, path: str) -> str:
    answer = signed_in(user).get(path)
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def pages_of(data: bytes) -> int:
    """How many pages a PDF has, its compressed streams opened."""
    parts = [data]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        with suppress(zlib.error):
            parts.append(zlib.decompress(stream))
    return len(re.findall(rb"/Type\s*/Page\b", b"\n".join(parts)))


def write(cast: Cast, key: str, **changed: Any) -> TeamActivity:
    """Write one of the activities the team begins with, changed."""
    activity = TeamActivity.objects.get(key=key)
    standing = standing_matrix()
    values: dict[str, Any] = {
        "title": activity.title,
        "hours": activity.hours,
        "letters": standing.letters[activity.pk],
        "rights": [RightWanted(one.kind, one.words, True, None) for one in standing.rights[activity.pk]],
    }
    return write_activity(activity_id=activity.pk, actor=cast.experience_lead, now=NOW, **{**values, **changed})


def test_sentences_are_changed_line_by_line(cast: Cast, team: Team) -> None:
    page = f"/decide/team/members/{team.analyst.pk}/duties/"
    client = signed_in(cast.employee)
    first, second = Responsibility.objects.filter(member=team.analyst).order_by("position")
    said = f"I ask twice before I conclude.\n\n{first.text}"
    for _again in range(2):
        assert client.post(page, {"lines": said}).status_code == 302
    kept = Responsibility.objects.filter(member=team.analyst, ended_at=None).order_by("position")
    assert [one.text for one in kept] == ["I ask twice before I conclude.", first.text]
    assert kept[1].pk == first.pk
    second.refresh_from_db()
    assert second.ended_at is not None
    assert AuditEntry.objects.filter(action="team.duties_written").count() == 1
    assert client.post(page, {"lines": "\n".join(map(str, range(13)))}).status_code == 422
    assert client.post(page, {"lines": "x" * 301}).status_code == 422
    assert signed_in(cast.north_leader).get(page).status_code == 403
    assert "I ask twice before I conclude." in text_of(cast.north_leader, "/decide/team/duties/")


def test_the_sentences_of_the_team_are_for_the_experience_lead(cast: Cast, team: Team) -> None:
    write_duties(member_id=None, lines=["We keep it short."], actor=cast.experience_lead, now=NOW)
    assert "We keep it short." in text_of(cast.analyst, "/decide/team/duties/")
    with pytest.raises(TeamError):
        write_duties(member_id=None, lines=list("abcdefghijklm"), actor=cast.experience_lead, now=NOW)


def test_what_lacks_is_flagged_with_who_can_mend_it(cast: Cast, team: Team) -> None:
    text = text_of(cast.north_leader, "/decide/team/matrix/")
    assert "Lea North answers for “Spend the budget of the programme” without the authority: budget" in text
    assert "It can be given by Ada Top, who leads Works." in text
    rights = [RightWanted("budget", "20,000 a year", False, unit("north-d")), RightWanted("decision", "", True, None)]
    write(cast, "spending", rights=rights)
    text = text_of(cast.north_leader, "/decide/team/matrix/")
    assert "“Spend the budget of the programme” without the authority: budget." in text
    assert "It can be given by Lea North, who leads North." in text
    write(cast, "spending", rights=[RightWanted("budget", "20,000 a year", True, None)])
    assert "“Spend the budget of the programme” without" not in text_of(cast.analyst, "/decide/team/matrix/")


def test_nothing_is_lost_unseen_when_somebody_leaves(cast: Cast, team: Team) -> None:
    end_member(member_id=team.analyst.pk, actor=cast.experience_lead, now=NOW)
    text = text_of(cast.experience_lead, "/decide/team/matrix/")
    assert "“Run the studies and protect the answers” is orphaned: Per north1a is no longer here." in text
    write(cast, "studies", letters={team.lead.pk: "AR"})
    text = text_of(cast.experience_lead, "/decide/team/matrix/")
    assert "“Run the studies and protect the answers” is orphaned" not in text
    assert not ActivityLetter.objects.filter(activity__key="studies", member=team.analyst).exists()


def test_somebody_who_leaves_the_organisation_leaves_an_orphan_too(cast: Cast, team: Team) -> None:
    gone = team.analyst.person
    gone.is_active = False
    gone.save()
    assert "is orphaned: Per north1a" in text_of(cast.experience_lead, "/decide/team/")


def test_a_row_is_written_without_script(cast: Cast, team: Team) -> None:
    activity = TeamActivity.objects.get(key="reading")
    page = f"/decide/team/matrix/{activity.pk}/"
    client = signed_in(cast.experience_lead)
    shown = client.get(page).content.decode()
    assert f'name="letter-{team.analyst.pk}"' in shown
    said = {
        "title": "Read the scores aloud", "hours": "8",
        f"letter-{team.lead.pk}": "A", f"letter-{team.analyst.pk}": "R", f"letter-{team.sponsor.pk}": "",
        "state-data": "given", "words-data": "all units", "held-data": "North", "state-time": "missing",
    }  # fmt: skip
    assert client.post(page, {**said, f"letter-{team.lead.pk}": "X"}).status_code == 422
    assert client.post(page, {**said, "held-data": "Nowhere"}).status_code == 422
    for _again in range(2):
        assert client.post(page, said).status_code == 302
    activity.refresh_from_db()
    assert (activity.title, activity.hours) == ("Read the scores aloud", 8)
    assert dict(ActivityLetter.objects.filter(activity=activity).values_list("member", "letter")) == {
        team.lead.pk: "A", team.analyst.pk: "R",
    }  # fmt: skip
    rights = {one.kind: one for one in ActivityRight.objects.filter(activity=activity)}
    assert set(rights) == {"data", "time"}
    assert (rights["data"].is_given, rights["data"].held_by) == (True, unit("north-d"))
    assert not rights["time"].is_given
    assert client.post(f"{page}end/").status_code == 302
    assert client.get(page).status_code == 404


def test_a_new_row_that_nobody_holds_is_said(cast: Cast, team: Team) -> None:
    client = signed_in(cast.experience_lead)
    for _again in range(2):
        said = {"title": "Thank people", "hours": "2"}
        assert client.post("/decide/team/matrix/new/", said).status_code == 302
    assert TeamActivity.objects.filter(title="Thank people").count() == 1
    text = text_of(cast.experience_lead, "/decide/team/matrix/")
    assert "Nobody answers for “Thank people”." in text
    assert "Nobody does “Thank people”." in text


def test_the_limit_is_by_hours_or_by_count(cast: Cast, team: Team) -> None:
    client = signed_in(cast.experience_lead)
    assert client.post("/decide/team/matrix/limit/", {"kind": "hours", "most": "30"}).status_code == 302
    text = text_of(cast.experience_lead, "/decide/team/matrix/")
    assert "Per north1a carries 44 hours a month; the limit is 30." in text
    set_limit(kind="count", most=2, actor=cast.experience_lead, now=NOW)
    text = text_of(cast.experience_lead, "/decide/team/matrix/")
    assert "At most 2 activities" in text
    assert "Per north1a" not in re.findall(r"(\S+ \S+) does or answers for \d+ activities", text)
    with pytest.raises(TeamError):
        set_limit(kind="hours", most=0, actor=cast.experience_lead, now=NOW)


def test_the_workbook_checks_itself(cast: Cast, team: Team) -> None:
    write(cast, "reading", letters={team.lead.pk: "A", team.sponsor.pk: "A"})
    content = signed_in(cast.analyst).get("/decide/team/matrix.xlsx").content
    sheets = [openpyxl.load_workbook(io.BytesIO(content), data_only=kept) for kept in (False, True)]
    formulas, values = (book.worksheets[0] for book in sheets)
    heads = [cell.value for cell in values[5]]
    assert heads[:5] == ["Activity", "Hours a month", "Ada Top", "Lea North", "Per north1a"]
    rows = {row[0].value: row for row in values.iter_rows(min_row=6)}
    reading = rows["Read the scores and say what they mean"]
    assert [cell.value for cell in reading][5:9] == [2, 0, "", "one has to answer"]
    studies = rows["Run the studies and protect the answers"]
    assert [cell.value for cell in studies][5:7] == [1, 1]
    place = reading[0].row
    assert formulas.cell(place, 6).value == f'=COUNTIF(C{place}:E{place},"*A*")'
    assert formulas.cell(place, 9).value.startswith("=IF(F")
    hours = {cell.value: rows["Hours a month"][at].value for at, cell in enumerate(values[5]) if 2 <= at <= 4}
    matrix = standing_matrix()
    assert hours == {str(one): pytest.approx(matrix.matrix.hours_of(str(one.pk))) for one in matrix.here}


def test_the_mandate_is_put_frozen_and_signed_by_its_sponsor_alone(cast: Cast, team: Team) -> None:
    lead, sponsor = signed_in(cast.experience_lead), signed_in(cast.top_leader)
    for _again in range(2):
        assert lead.post("/decide/team/mandate/ask/", {"sponsor": "Ada Top"}).status_code == 302
    mandate = Mandate.objects.get()
    assert "asks you for its mandate" in text_of(cast.top_leader, "/")
    assert "You are asked to sign" not in text_of(cast.north_leader, "/decide/team/mandate/")
    sign = f"/decide/team/mandate/{mandate.pk}/sign/"
    for user in (cast.experience_lead, cast.north_leader, cast.outsider, cast.administrator):
        assert signed_in(user).post(sign, {"name": "Ada Top"}).status_code == 403
    write_duties(member_id=None, lines=["We do something else."], actor=cast.experience_lead, now=NOW)
    assert "We do something else." not in text_of(cast.top_leader, "/decide/team/mandate/")
    assert sponsor.post(sign, {"name": " "}).status_code == 302
    mandate.refresh_from_db()
    assert mandate.signed_at is None
    for _again in range(2):
        assert sponsor.post(sign, {"name": "A. Top"}).status_code == 302
    mandate.refresh_from_db()
    assert (mandate.signed_name, mandate.signed_at is not None) == ("A. Top", True)
    assert AuditEntry.objects.filter(action="team.mandate_signed").count() == 1
    text = text_of(cast.experience_lead, "/decide/team/mandate/")
    assert "signed by A. Top" in text
    assert "What stands now differs" in text


def test_a_mandate_put_anew_withdraws_the_one_that_waits(cast: Cast, team: Team) -> None:
    first = ask_signature(sponsor=person("top"), actor=cast.experience_lead, now=NOW)
    write_duties(member_id=None, lines=["We keep it short."], actor=cast.experience_lead, now=NOW)
    second = ask_signature(sponsor=person("top"), actor=cast.experience_lead, now=NOW)
    assert (first.number, second.number) == (1, 2)
    with pytest.raises(Mandate.DoesNotExist):
        sign_mandate(mandate_id=first.pk, name="Ada", actor=cast.top_leader, now=NOW)
    assert "Ada Top" not in str(mandate_content())


def test_the_mandate_is_one_page_of_paper(cast: Cast, team: Team) -> None:
    ask_signature(sponsor=person("top"), actor=cast.experience_lead, now=NOW)
    answer = signed_in(cast.north_leader).get("/decide/team/mandate.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert pages_of(answer.content) == 1
    made = mandate_document(viewer=viewer_of(cast.north_leader, today=NOW.date()))
    assert made is not None
    table = next(block for block in made.blocks() if isinstance(block, Table))
    spending = next(row for row in table.rows if row[0] == "Spend the budget of the programme")
    assert spending[1:] == ("Lea North", "–", "Budget; Decision rights")
    signature = [block.text for block in made.blocks() if isinstance(block, Paragraph)][-1]
    assert signature.startswith("Ada Top, on ____")
    sign_mandate(mandate_id=Mandate.objects.get().pk, name="A. Top", actor=cast.top_leader, now=NOW)
    signed = mandate_document(viewer=viewer_of(cast.north_leader, today=NOW.date()))
    assert signed is not None
    assert "Signed by A. Top on" in [block.text for block in signed.blocks() if isinstance(block, Paragraph)][-1]
    assert signed_in(cast.outsider).get("/decide/team/mandate.pdf").status_code == 403


def test_before_a_structure_there_is_no_mandate(cast: Cast) -> None:
    assert "A mandate needs a structure first." in text_of(cast.experience_lead, "/decide/team/mandate/")
    assert signed_in(cast.experience_lead).get("/decide/team/mandate.pdf").status_code == 404
    assert "Begin with the structure" in text_of(cast.experience_lead, "/decide/team/")
    with pytest.raises(TeamError):
        ask_signature(sponsor=person("top"), actor=cast.experience_lead, now=NOW)


def test_the_demonstration_has_one_gap_one_orphan_and_one_flag(db: None) -> None:
    seed_demo(people=400, seed=1, now=NOW)
    for _again in range(2):
        assert list(build_demo(people=400, seed=1, now=NOW)) == []
    faults = [fault.kind for fault in standing_matrix().faults]
    assert sorted(faults) == ["no_authority", "orphaned"]
    lead = User.objects.get(email="experience.lead@demo.example")
    page = abilities_page(viewer=viewer_of(lead, today=NOW.date()))
    assert page.gaps == 1
    assert Mandate.objects.get().signed_at is not None
    assert Practice.objects.count() == 1
