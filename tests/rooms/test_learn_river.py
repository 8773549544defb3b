"""The River page: with public figures brought in through the pages, and with the organisation's own studies."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.rooms.conftest import NOW, PASSWORD, Cast, signed_in, unit
from tests.rooms.river_cast import release_work_study, results_csv, work_out_rivers

from headwater.rooms.learn import results_services
from headwater.rooms.learn.models import Chain, ChainStation, ResultImport
from headwater.rooms.learn.river_making import river_step
from headwater.rooms.learn.river_store import index_of, river_of, rivers_folder
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import User
from headwater.rooms.people.services import create_account
from headwater.vocab import Certainty, Design

pytestmark = pytest.mark.usefixtures("own_folders")

SURVEY, WAITS = "staff_survey_by_organisation_2021_2024.csv", "ae_waits_by_trust_month.csv"
TRUSTS = "/learn/river/nhs-trusts-in-england/"


@pytest.fixture
def trusts(cast: Cast, shared: Path) -> Client:
    """The NHS data imported through the pages, as an analyst does."""
    analyst = signed_in(cast.analyst)
    made = analyst.post("/learn/results/", {"title": "NHS trusts in England"})
    assert made["Location"] == "/learn/results/nhs-trusts-in-england/"
    for name in (SURVEY, WAITS):
        content = (shared / "data/nhs" / name).read_bytes()
        answer = analyst.post("/learn/results/nhs-trusts-in-england/", {"file": SimpleUploadedFile(name, content)})
        path = str(answer["Location"])
        assert "recognised by its columns" in analyst.get(path).content.decode()
        assert analyst.post(f"{path}decide/", {"decision": "apply"}).status_code == 302
    work_out_rivers()
    return analyst


@pytest.fixture
def own(cast: Cast) -> Wave:
    """The organisation's own River: a released study and a file of results."""
    wave = release_work_study(cast)
    assert river_step(wave)
    chain = Chain.objects.get(is_own=True)
    made = results_services.check_results(
        chain_id=chain.pk, content=results_csv(), file_name="results.csv", actor=cast.analyst, now=NOW
    )
    results_services.apply_results(import_id=made.pk, actor=cast.analyst, now=NOW)
    work_out_rivers()
    return wave


def leader_of(key: str) -> User:
    leader = unit(key).leader
    assert leader is not None
    known = User.objects.filter(person=leader).first()
    return known or create_account(
        email=f"{leader.key}@leads.org", name=leader.name, person=leader, actor="test", now=NOW, password=PASSWORD
    )


def test_public_figures_give_their_river_in_the_browser(trusts: Client) -> None:
    page = trusts.get(TRUSTS).content.decode()
    assert "The first water is clear. The second bed is nearly dry." in page
    assert "In years when fewer staff of a trust report being bullied by managers" in page
    assert ".48 (.38 to .58)" in page
    assert "Open Government Licence" in page
    assert "Emergency staff alone." in page
    assert "style=" not in page.replace('rel="stylesheet"', "")
    assert [made.state for made in ResultImport.objects.all()] == ["applied", "applied"]
    assert ChainStation.objects.filter(chain__key="nhs-trusts-in-england").count() == 6


def test_a_stream_opens_into_its_evidence_by_a_link(trusts: Client) -> None:
    page = trusts.get(f"{TRUSTS}?stream=5").content.decode()
    assert "Chosen stream: Less stress to patients seen within four hours" in page
    assert "The same trust in its calmer years hardly does." in page
    assert "138 trusts, 516 observations" in page
    assert "What would overturn it" in page
    assert 'aria-current="true"><span>Less stress to patients' in page
    assert trusts.get(f"{TRUSTS}?stream=999").status_code == 200


def test_on_a_phone_streams_stand_under_where_they_come_from(trusts: Client) -> None:
    page = trusts.get(f"{TRUSTS}?stream=5").content.decode()
    down = page.partition('class="river-down"')[2].partition("</nav>")[0]
    assert down.count("<li>") == page.partition('class="streams"')[2].partition("</nav>")[0].count("<li>")
    stress = down.partition("<h2>Less stress</h2>")[2].partition("</section>")[0]
    assert 'aria-current="true"><span>to ' in stress
    assert "The same trust in its calmer years hardly does." in stress
    widths = [int(width) for width in re.findall(r'class="water" width="(\d+)"', down)]
    assert len(widths) == down.count("<li>")
    assert 48 in widths
    assert max(widths) <= 100


def test_the_river_stands_as_of_each_year(trusts: Client) -> None:
    first = trusts.get(f"{TRUSTS}?period=2021").content.decode()
    assert "The first and second waters are clear." in first
    assert f'href="{TRUSTS}?period=2022"' in first
    assert trusts.get(f"{TRUSTS}?period=1999").status_code == 404
    index = index_of(Chain.objects.get(key="nhs-trusts-in-england"))
    assert index is not None
    assert index.periods == ("2021", "2022", "2023", "2024")


def test_a_what_if_shows_the_range_downstream_and_its_limits(trusts: Client) -> None:
    page = trusts.get(f"{TRUSTS}?station=abuse&change=1").content.decode()
    asked = page[page.index('id="what-if"') :]
    assert "+.48" in asked
    assert "If these links are causes, which is not shown" in asked
    assert "Do not promise anything of it in: Patients seen within four hours." in asked
    only = trusts.get(f"{TRUSTS}?period=2021&station=abuse").content.decode()
    assert "Nothing can be said of a change here" in only


def test_the_same_river_goes_to_slides_paper_and_sheets(trusts: Client) -> None:
    for form, start in {"pptx": b"PK", "pdf": b"%PDF"}.items():
        answer = trusts.get(f"{TRUSTS}report.{form}")
        assert answer.status_code == 200
        assert answer.getvalue().startswith(start)
        assert trusts.get(f"{TRUSTS}report.{form}").getvalue().startswith(start)
    table = trusts.get(f"{TRUSTS}table.csv").content.decode("utf-8-sig")
    assert "Managers who do not bully to less stress" in table
    assert trusts.get(f"{TRUSTS}table.xlsx").content.startswith(b"PK")
    assert trusts.get(f"{TRUSTS}table.exe").status_code == 404
    assert trusts.get(f"{TRUSTS}report.exe").status_code == 404


def test_outsiders_are_refused_and_leaders_may_read_public_figures(trusts: Client, cast: Cast) -> None:
    for path in (TRUSTS, f"{TRUSTS}table.csv", f"{TRUSTS}report.pdf", "/learn/river/"):
        assert Client().get(path).status_code == 302
        for user in (cast.outsider, cast.employee, cast.administrator):
            assert signed_in(user).get(path).status_code == 403, path
    assert signed_in(cast.north_leader).get(TRUSTS).status_code == 200
    assert signed_in(cast.north_leader).get("/learn/river/nowhere/").status_code == 404


def test_a_planted_link_is_found_and_none_where_none_is(own: Wave, cast: Cast) -> None:
    chain = Chain.objects.get(is_own=True)
    index = index_of(chain)
    assert index is not None
    last = index.last(0)
    assert last is not None
    river = river_of(chain, 0, last, "en")
    streams = {(stream.source, stream.target): stream for stream in river.streams}
    planted = streams["lx_behaviours", "ex_engagement"]
    assert planted.certainty is not Certainty.UNCLEAR
    assert planted.water is not None
    assert planted.water.design is Design.SOURCE_FREE
    assert planted.water.effect > 0.5
    nothing = streams["ex_engagement", "on_time"]
    assert nothing.certainty is Certainty.UNCLEAR
    page = signed_in(cast.top_leader).get("/learn/river/").content.decode()
    assert "also once people&#x27;s own moods are taken out" in page or "moods are taken out" in page
    assert "On time" in page


def test_numbers_of_people_are_never_given_to_the_person(own: Wave) -> None:
    found = [
        estimate
        for path in rivers_folder(Chain.objects.get(is_own=True)).glob("*.en.json")
        for stream in json.loads(path.read_text(encoding="utf-8"))["streams"]
        for estimate in (stream["dry_bed"], stream["water"], *stream["others"])
        if estimate is not None and estimate["design"] in ("same source", "same source taken out")
    ]
    assert found
    assert all(one["n_observations"] % 10 == 0 and one["n_units"] >= 8 for one in found)


def test_a_leader_sees_own_part_and_a_small_one_the_nearest_larger(own: Wave, cast: Cast) -> None:
    division = signed_in(leader_of("d0-d"))
    page = division.get("/learn/river/").content.decode()
    assert "The River of Division 0" in page
    assert division.get("/learn/river/?unit=d1-d").status_code == 403
    assert division.get("/learn/river/?unit=all").status_code == 403
    assert division.get("/learn/river/table.csv?unit=d1-d").status_code == 404
    assert division.get("/learn/river/organisation/table.csv?unit=d1-d").status_code == 403
    team = signed_in(leader_of("d0t0-t")).get("/learn/river/").content.decode()
    assert "Team d0t0 has too few units for a River of its own: a link needs at least 8." in team
    assert "This is the River of Division 0." in team
    top = signed_in(cast.top_leader).get("/learn/river/?unit=d1-d").content.decode()
    assert "The River of Division 1" in top
    assert signed_in(cast.top_leader).get("/learn/river/?unit=nowhere").status_code == 404


def test_the_page_speaks_spanish(own: Wave, cast: Cast) -> None:
    client = signed_in(cast.top_leader)
    page = client.get("/learn/river/", headers={"accept-language": "es"}).content.decode()
    assert 'lang="es"' in page
    assert "líderes que actúan" in page


def test_without_studies_the_page_says_what_is_missing(cast: Cast) -> None:
    page = signed_in(cast.experience_lead).get("/learn/river/").content.decode()
    assert "There is no River to draw yet." in page
    assert "/learn/results/" in page
