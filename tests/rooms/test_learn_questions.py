"""Questions in plain words: who is answered, from what, and that nothing is told of what somebody may not see."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from django.utils.translation import override
from tests.rooms.conftest import NOW, Cast, signed_in
from tests.rooms.explorer_cast import FEW, LOW, explored_wave, leader_of, next_wave

from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.question_queries import ANSWERED, Asked, question_page, read_question
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import viewer_of
from headwater.scoring.questions import KINDS, MOST_LETTERS
from headwater.scoring.sentences import say_estimate

pytestmark = pytest.mark.usefixtures("own_folders")

PATH = "/learn/ask/"


@pytest.fixture
def wave(cast: Cast) -> Wave:
    return explored_wave(cast)


def asked(user: User, question: str, **more: str) -> tuple[str, str]:
    """The page of a question: its main part as text, and as it is."""
    answer = signed_in(user).get(PATH, {"q": question, **more})
    assert answer.status_code == 200, question
    whole = answer.content.decode()
    main = whole[whole.index("<main") : whole.index("</main>")]
    return html.unescape(re.sub(r"<[^>]+>", " ", main)), whole


def told(user: User, question: str, **more: str) -> list[str]:
    """The sentences that answer a question."""
    whole = asked(user, question, **more)[1]
    return [html.unescape(one) for one in re.findall(r'<p class="said">(.*?)</p>', whole)]


def test_it_opens_to_those_who_see_results_and_to_nobody_else(cast: Cast, wave: Wave) -> None:
    assert Client().get(PATH).status_code == 302
    for user in (cast.outsider, cast.employee, cast.administrator, cast.privacy_officer, cast.safety_officer):
        assert signed_in(user).get(PATH, {"q": "recognition"}).status_code == 403
    for user in (cast.experience_lead, cast.analyst, cast.top_leader, leader_of("d1-d", cast.administrator)):
        assert signed_in(user).get(PATH, {"q": "how is being led?"}).status_code == 200


def test_before_anything_was_released_it_says_so(cast: Cast) -> None:
    text, _whole = asked(cast.analyst, "recognition")
    assert "Nothing was released yet." in text


def test_a_score_of_a_unit_is_said_as_everywhere_in_both_languages(cast: Cast, wave: Wave) -> None:
    sentences = told(cast.analyst, "How is morale in Division 1?")
    book = book_of(wave)
    number = next(at for at, one in enumerate(book.columns) if one.subject == "lx_morale" and one.unit == "points")
    assert sentences == [say_estimate(book, "d1-d", number, language="en")]
    text, whole = asked(cast.analyst, "How is morale in Division 1?")
    assert "Understood as" in text
    assert "“Morale of the team” · Division 1" in text
    href = html.unescape(re.search(r'href="(/learn/explorer/score/[^"]+)"', whole).group(1))  # type: ignore[union-attr]
    assert signed_in(cast.analyst).get(href).status_code == 200
    with override("es"):
        page = question_page(
            viewer=viewer_of(cast.analyst, today=NOW.date()), asked=Asked("¿cómo está el ánimo en Division 1?"), now=NOW
        )
    assert page.understood == "Puntuación · “Ánimo del equipo” · Division 1"
    assert "respuestas" in page.answers[0].sentence


def test_units_are_listed_by_what_stands_clear_and_what_is_withheld_stays_so(cast: Cast, wave: Wave) -> None:
    sentences = told(cast.analyst, "Which teams have the lowest morale?")
    assert sentences
    assert "Team d1t0" in sentences[0]
    assert all("below the rest of" in one for one in sentences)
    text, _whole = asked(cast.analyst, "Which teams have the highest morale?")
    assert "No unit that you may see stands clearly above the rest" in text or "above the rest of" in text
    (sentence,) = told(cast.analyst, "morale in Team d1t3")
    assert "Team d1t3: not shown" in sentence
    assert not any("Team d1t3:" in one for one in told(cast.analyst, "which teams have the lowest morale"))
    assert FEW == "d1t3-t"


def test_changes_are_those_that_were_released_and_examples_are_answered(cast: Cast, wave: Wave) -> None:
    assert "No earlier wave of" in asked(cast.analyst, "where did morale get better?")[0]
    later = next_wave(cast, wave)
    sentences = told(cast.analyst, "where did morale get better?")
    assert sentences
    assert all("higher" in one and f"since {wave.title}" in one for one in sentences)
    assert "clearly get worse" in asked(cast.analyst, "where did morale get worse?")[0]
    assert told(cast.analyst, f"how was morale in Division 1 in {wave.title}?") == [
        say_estimate(book_of(wave), "d1-d", _number(wave, "lx_morale"), language="en")
    ]
    assert f"changed clearly since {wave.title}" in asked(cast.analyst, "what changed in Division 1?")[0]
    assert later.title in asked(cast.analyst, f"morale in {later.title}")[0]
    # The examples on the page are questions that it answers.
    for user in (cast.analyst, leader_of("d1-d", cast.administrator)):
        viewer = viewer_of(user, today=NOW.date())
        examples = question_page(viewer=viewer, asked=Asked(), now=NOW).examples
        assert len(examples) >= 2
        for one in examples:
            assert question_page(viewer=viewer, asked=Asked(one.label), now=NOW).answers, one.label


def _number(wave: Wave, subject: str) -> int:
    columns = book_of(wave).columns
    return next(at for at, one in enumerate(columns) if one.subject == subject and one.unit == "points")


def test_a_leader_is_told_of_own_units_alone_not_even_that_another_is_there(cast: Cast, wave: Wave) -> None:
    leader = leader_of("d1-d", cast.administrator)
    own = told(leader, "how is morale in Division 1?")
    assert own
    assert "Division 1" in own[0]
    for question in ("how is morale in Division 2?", "morale in Team d2t0", "compare Division 2 and Division 3"):
        text, _whole = asked(leader, question)
        there = text.replace(question, "")
        assert told(leader, question) == [], question
        assert "There is no unit called" in there
    # Another's unit and one that does not exist are answered alike.
    hidden, missing = asked(leader, "morale in Team d2t0")[0], asked(leader, "morale in Team d9t9")[0]
    assert hidden.replace("d2t0", "X") == missing.replace("d9t9", "X")
    chosen, nowhere = asked(leader, "morale", unit="d2-d")[0], asked(leader, "morale", unit="d9-d")[0]
    assert chosen == nowhere
    assert "no such unit" in chosen
    other = leader_of("d2-d", cast.administrator)
    for question in ("which teams have the lowest morale?", "where is being led worst?", "which units stand out?"):
        assert not any(re.search(r"(Team d[01345]t|Division [01345])", one) for one in told(other, question)), question
    assert any("Team d1t0" in one for one in told(leader, "which teams have the lowest morale?"))
    assert LOW == "d1t0-t"


def test_every_kind_of_question_is_answered_or_says_why_not(cast: Cast, wave: Wave) -> None:
    questions = {
        "score": "how is morale?",
        "change": "what changed?",
        "gap": "is there a gap between top and front line?",
        "drivers": "what drives morale?",
        "importance": "what matters most to people?",
        "themes": "what do people say?",
        "contacts": "which contact weighs most?",
        "services": "who is served worst?",
        "river": "does leadership affect customers?",
        "benchmark": "how do we compare with the benchmark?",
        "notes": "any surprises?",
        "response": "how many people answered?",
    }
    assert set(questions) == set(KINDS) == set(ANSWERED)
    for user in (cast.analyst, leader_of("d1-d", cast.administrator)):
        viewer = viewer_of(user, today=NOW.date())
        for kind, question in questions.items():
            page = question_page(viewer=viewer, asked=Asked(question), now=NOW)
            assert page.answers or page.notice, kind
            for one in page.answers:
                assert one.sentence, kind
                assert signed_in(user).get(one.href).status_code == 200, one.href


def test_what_was_understood_is_said_and_can_be_corrected_and_questions_are_only_text(cast: Cast, wave: Wave) -> None:
    assert "This was not understood" in asked(cast.analyst, "blorp")[0]
    assert "Not understood: “zorbing”" in asked(cast.analyst, "morale zorbing")[0]
    assert "For example" in asked(cast.analyst, "blorp")[0]
    _text, whole = asked(cast.analyst, "morale in Division 1")
    href = html.unescape(re.search(r'href="(/learn/ask/[^"]*kind=change[^"]*)"', whole).group(1))  # type: ignore[union-attr]
    text = signed_in(cast.analyst).get(href).content.decode()
    assert "Change · “Morale of the team” · Division 1" in html.unescape(text)
    chosen = asked(cast.analyst, "morale", unit="d2-d", about="lx_skills")[0]
    assert "“What my leader can do” · Division 2" in chosen
    assert asked(cast.analyst, "morale", kind="nonsense", about="nothing")[0]
    assert len(read_question({"q": "x" * 5000}).question) == MOST_LETTERS
    _text, whole = asked(cast.analyst, "<script>alert(1)</script> morale")
    assert "<script>alert(1)" not in whole
    assert f'maxlength="{MOST_LETTERS}"' in whole
    head = signed_in(cast.analyst).get("/learn/").content.decode()
    assert 'action="/learn/ask/"' in head
    assert f'maxlength="{MOST_LETTERS}"' in head
