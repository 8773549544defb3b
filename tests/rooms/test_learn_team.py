"""My team: who may see it, what a leader finds there, and what a team below k gets instead."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation
from tests.rooms.conftest import Cast, signed_in, unit
from tests.rooms.study_cast import OPENS
from tests.rooms.test_learn_pages import leader_of, released, row_of

from headwater.reports.builders.findings import findings_of
from headwater.rooms.house.models import Job
from headwater.rooms.learn import team_queries
from headwater.rooms.learn.announcing import announce_results
from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.comment_queries import ThemeShown
from headwater.rooms.learn.models import Look
from headwater.rooms.learn.team_queries import led_units, team_page
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Unit
from headwater.rooms.people.viewers import viewer_of
from headwater.vocab import CitedComment, Withheld, speaking

pytestmark = pytest.mark.usefixtures("own_folders")

__all__ = ["released"]


def page(wave: Wave, key: str) -> str:
    return f"/learn/team/{wave.pk}/{row_of(wave, key)}/"


def test_a_leader_sees_own_team_and_those_below_and_nobody_else_s(cast: Cast, released: Wave) -> None:
    north = signed_in(leader_of("d0-d", cast.administrator))
    assert north.get(page(released, "d0-d")).status_code == 200
    assert north.get(page(released, "d0t1-t")).status_code == 200
    for key in ("all", "d1-d", "d1t0-t"):
        assert north.get(page(released, key)).status_code == 403, key
    for path in ("/learn/team/", page(released, "all")):
        assert Client().get(path).status_code == 302
        for user in (cast.outsider, cast.employee, cast.administrator, cast.privacy_officer):
            assert signed_in(user).get(path).status_code == 403, path
        for user in (cast.experience_lead, cast.analyst, cast.top_leader):
            assert signed_in(user).get(path, follow=True).status_code == 200, path
    assert north.get(f"/learn/team/{released.pk}/999/").status_code == 404
    assert north.get(f"/learn/team/{released.study_id}/0/").status_code == 404


def test_the_page_says_a_sentence_how_sure_and_what_to_do_next(cast: Cast, released: Wave) -> None:
    text = signed_in(leader_of("d0t0-t", cast.administrator)).get(page(released, "d0t0-t")).content.decode()
    book, row = book_of(released), row_of(released, "d0t0-t")
    assert re.search(r"<h1>[^<]{10,}</h1>", text)
    assert re.search(r'class="tag( good)?">(Sure|Fairly sure|Too close to call)<', text)
    assert "people answered in March 2026" in text
    assert "A score could be about" in text
    assert "What to do next" in text
    assert "Tell everybody what they said" in text
    assert "Twenty minutes with them" in text
    assert f"/learn/waves/{released.pk}/{row}/" in text
    assert "How was this made" in text
    for found in findings_of(book, row):
        if found.flag in ("strong", "needs"):
            assert found.label in text
    assert "style=" not in text.replace('rel="stylesheet"', "")


def test_every_number_of_the_page_is_a_released_one(cast: Cast, released: Wave) -> None:
    text = signed_in(leader_of("d0t0-t", cast.administrator)).get(page(released, "d0t0-t")).content.decode()
    book, row = book_of(released), row_of(released, "d0t0-t")
    scores = re.findall(r'<td class="sc">([^<]*)<', text)
    shown = {
        f"{found.estimate.shrunken:.{found.decimals}f}"
        for found in findings_of(book, row)
        if found.estimate is not None
    }
    assert scores
    assert {score.split(" ")[0] for score in scores if score[0].isdigit()} <= shown


def test_a_team_below_k_gets_the_picture_above_and_a_guide_never_an_empty_page(cast: Cast, released: Wave) -> None:
    book, row = book_of(released), row_of(released, "d1t3-t")
    assert book.nearest_shown(row) != row
    text = signed_in(leader_of("d1t3-t", cast.administrator)).get(page(released, "d1t3-t")).content.decode()
    assert "Team d1t3 is not shown by itself." in text
    assert "Too few or too alike to show safely" in text
    nearest = book.nearest_shown(row)
    assert nearest is not None
    assert f"Here is the picture of {book.tree.names[nearest]}, and a conversation to have with your team." in text
    assert "Fifteen minutes with your team" in text
    assert "Tell them why no numbers are shown" in text
    assert "people answered" not in text
    assert all(isinstance(found, Withheld) for _column, found in book.of_unit(row))


def test_a_leader_of_one_team_lands_on_it_and_a_leader_of_several_chooses(cast: Cast, released: Wave) -> None:
    team = leader_of("d0t0-t", cast.administrator)
    answer = signed_in(team).get("/learn/team/")
    assert (answer.status_code, answer["Location"]) == (302, page(released, "d0t0-t"))
    Unit.objects.filter(key="d1t1-t").update(leader=team.person)
    text = signed_in(team).get("/learn/team/").content.decode()
    assert "Which of your teams do you want to look at?" in text
    assert page(released, "d0t0-t") in text
    assert page(released, "d1t1-t") in text
    assert "Another of my teams" in signed_in(team).get(page(released, "d0t0-t")).content.decode()
    assert [one.key for one in led_units(viewer_of(team, today=OPENS.date()))] == ["d0t0-t", "d1t1-t"]


def test_home_and_the_message_lead_leaders_to_their_page(cast: Cast, released: Wave) -> None:
    Wave.objects.filter(pk=released.pk).update(released_at=OPENS.replace(year=2100))
    team = leader_of("d0t0-t", cast.administrator)
    assert page(released, "d0t0-t") in signed_in(team).get("/").content.decode()
    assert f"/learn/waves/{released.pk}/" in signed_in(cast.analyst).get("/").content.decode()
    signed_in(team).get(page(released, "d0t0-t"))
    assert Look.objects.filter(user=team).count() == 1
    assert page(released, "d0t0-t") not in signed_in(team).get("/").content.decode()
    Job.objects.filter(once_key__startswith="results:").delete()
    announce_results(wave_id=str(released.pk), now=OPENS + timedelta(days=40))
    sent = Job.objects.get(once_key=f"results:{released.pk}:{team.pk}")
    assert page(released, "d0t0-t") in sent.arguments["text"]
    words = " ".join(word for word in sent.arguments["text"].split() if "://" not in word)
    assert not re.search(r"\d\.\d", words)


def test_questionnaires_go_by_title_and_version(cast: Cast, released: Wave) -> None:
    text = signed_in(leader_of("d0t0-t", cast.administrator)).get(page(released, "d0t0-t")).content.decode()
    made = text[text.index("How was this made") :]
    assert "Pulse: five short questions, version 1.0" in made
    assert "pulse@" not in made
    report = signed_in(cast.top_leader).get(f"/learn/waves/{released.pk}/0/").content.decode()
    assert "Pulse: five short questions, version 1.0" in report
    assert "pulse@" not in report


def test_findings_close_together_lead_on_in_a_row_of_links(cast: Cast) -> None:
    request = signed_in(cast.north_leader).get("/learn/team/").wsgi_request
    drawn = "{% load learn %}{% next_steps 's' 'w' 'north1-t' 'x' brief=brief about=about %}"
    brief, whole = (
        Template(drawn).render(Context({"request": request, "brief": is_brief, "about": "Being <led>"}))
        for is_brief in (True, False)
    )
    assert "What to do about “Being &lt;led&gt;”" in brief
    assert 'class="btn"' not in brief
    assert 'class="btn"' in whole
    hrefs = [re.findall(r'href="([^"]+)"', made) for made in (brief, whole)]
    assert hrefs[0] == hrefs[1] != []


def test_the_page_is_spanish_throughout(cast: Cast, released: Wave) -> None:
    client = signed_in(leader_of("d0t0-t", cast.administrator))
    client.cookies["language"] = "es"
    text = client.get(page(released, "d0t0-t")).content.decode()
    assert '<html lang="es"' in text
    for english in ("What to do next", "people answered", "How was this made", "Worth saying", "Within 2 weeks"):
        assert english not in text


def test_without_anything_released_nothing_is_shown_and_nobody_fails(cast: Cast) -> None:
    text = signed_in(cast.top_leader).get("/learn/team/").content.decode()
    assert "Nothing was released of your team yet." in text


def test_the_whole_organisation_is_compared_with_nothing_that_is_not_there(cast: Cast, released: Wave) -> None:
    found = team_page(viewer=viewer_of(cast.top_leader, today=OPENS.date()), wave_id=released.pk, row=0)
    assert found.sure == ""
    assert [group.kind for group in found.groups][:1] == ["all"]
    assert found.trend is None
    assert "here" in found.sentence
    assert "stands clear" not in found.sentence
    assert unit("all").name == found.unit


def test_words_of_scores_follow_the_language(cast: Cast, released: Wave) -> None:
    with translation.override("es"), speaking("es"):
        found = team_page(viewer=viewer_of(cast.top_leader, today=OPENS.date()), wave_id=released.pk, row=0)
    assert "here" not in found.sentence


def test_what_people_wrote_stands_there_with_where_it_is_from(
    cast: Cast, released: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme = ThemeShown(
        key="tools", label="Tools and systems", sentence="Tools and systems: spoken of by 25 to 49%.", tones=(),
        cited=tuple(CitedComment(words, "en", "negative") for words in ("The <lamp> is out.", "Two.", "Third one.")),
        item="tell", row=0, unit="Works", is_from_above=True, band=2,
    )  # fmt: skip
    monkeypatch.setattr(team_queries, "themes_of_unit", lambda **_values: (theme,))
    text = signed_in(leader_of("d0t0-t", cast.administrator)).get(page(released, "d0t0-t")).content.decode()
    assert "so this is from all of Works" in text
    assert "“The &lt;lamp&gt; is out.”" in text
    assert "Third one." not in text
    monkeypatch.setattr(team_queries, "themes_of_unit", lambda **_values: ())
    text = signed_in(leader_of("d0t0-t", cast.administrator)).get(page(released, "d0t0-t")).content.decode()
    assert "What people wrote" not in text
