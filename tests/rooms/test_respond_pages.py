"""The questionnaire on a respondent's device."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from tests.rooms.respond_cast import FIELD, WHOLE, Round, make_round, send, stamp_of

from headwater.instruments import load_instrument, to_yaml
from headwater.rooms.house import slots
from headwater.rooms.listen.models import SealedResponse, Wave
from headwater.rooms.listen.respond_pages import render_page, render_questionnaire
from headwater.rooms.listen.sealing import open_responses

pytestmark = pytest.mark.django_db
KEPT = "Your answers are kept, and not sent yet."


@pytest.fixture
def round_(db: None, tmp_path: Path) -> Round:
    return make_round((tmp_path / "keys", tmp_path / "other"))


def test_the_page_asks_every_question_and_promises_first(client: Client, round_: Round) -> None:
    page = client.get(f"/r/{round_.token()}")
    words = page.content.decode()
    assert page.status_code == 200
    assert words.index("Before you start") < words.index("My days are calm.")
    for asked in ("Would you recommend us?", "Most and least?", "Anything else?", "5 people or more", "Anonymous:"):
        assert asked in words
    assert "how long you have been here" in words
    assert "Someone who runs the server itself could look in" in words


def test_a_page_has_no_cookie_no_session_and_strict_headers(client: Client, round_: Round) -> None:
    for path in (f"/r/{round_.token()}", "/r/forged"):
        page = client.get(path)
        assert not page.cookies
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Frame-Options"] == "DENY"
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        assert "Vary" not in page.headers


@pytest.mark.parametrize("promise", ["anonymous", "confidential", "identified"])
def test_each_promise_is_said(client: Client, tmp_path: Path, promise: str) -> None:
    made = make_round((tmp_path / "a", tmp_path / "b"), promise=promise)
    words = render_page(made.live.plan, "en").decode()
    said = {"anonymous": "Anonymous:", "confidential": "Confidential:", "identified": "With your name:"}
    assert [name for name, head in said.items() if head in words] == [promise]


def test_whole_answers_are_stored_once_and_thanked_with_ones_own_ranking(client: Client, round_: Round) -> None:
    path = f"/r/{round_.token(cuts={'tenure': 'long'})}"
    first = send(client, path, WHOLE)
    again = send(client, path, WHOLE)
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert first.content.decode().index("Hours") < first.content.decode().index("Mates")
    Wave.objects.update(state=Wave.State.CLOSED)
    (opened,) = open_responses(round_.wave)
    assert opened.answers == WHOLE
    assert opened.place.unit == "north"
    assert opened.place.cuts == {"tenure": "long"}
    assert opened.respondent == ""


def test_other_answers_from_an_answered_link_are_refused(client: Client, round_: Round) -> None:
    path = f"/r/{round_.token()}"
    send(client, path, WHOLE)
    later = send(client, path, {**WHOLE, "calm": 1})
    assert later.status_code == 409
    assert "was not stored" in later.content.decode()
    assert "Your answers are in" in client.get(path).content.decode()
    assert SealedResponse.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_a_page_stores_nothing(client: Client, round_: Round, method: str) -> None:
    answer = getattr(client, method)(f"/r/{round_.token()}", HTTP_SEC_PURPOSE="prefetch")
    assert answer.status_code == 200
    assert SealedResponse.objects.count() == 0


def test_other_methods_are_refused(client: Client, round_: Round) -> None:
    assert client.put(f"/r/{round_.token()}").status_code == 405
    assert client.delete(f"/r/{round_.token()}").status_code == 405


def test_what_is_saved_is_resumed_on_another_device(client: Client, round_: Round) -> None:
    path = f"/r/{round_.token()}"
    some = {"calm": 2, "helps": [2], "order": [1, 0, 0], "matters": [[1, 0], [0, 0], [0, 0], [0, 0]], "more": "So far."}
    saved = send(client, path, some, do="save")
    assert saved.status_code == 200
    assert KEPT in saved.content.decode()
    page = Client().get(path).content.decode()
    assert f"name={FIELD['calm']} value=2 checked" in page
    assert f"name={FIELD['helps']} value=2 checked" in page
    assert f"name={FIELD['matters']}.1.b value=1 checked" in page
    assert "So far.</textarea>" in page
    assert "5 of 10 answered." in page
    Wave.objects.update(state=Wave.State.CLOSED)
    assert list(open_responses(round_.wave)) == []


def test_the_script_saves_without_a_page(client: Client, round_: Round) -> None:
    path = f"/r/{round_.token()}"
    kept = send(client, path, {"calm": 2}, do="keep")
    assert (kept.status_code, kept.content) == (204, b"")
    assert SealedResponse.objects.get().is_complete is False


def test_a_required_question_is_asked_again_and_the_rest_is_kept(client: Client, round_: Round) -> None:
    path = f"/r/{round_.token()}"
    answer = send(client, path, {key: value for key, value in WHOLE.items() if key != "clear"})
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "Please answer this." in words
    assert f'<a href="#{FIELD["clear"]}">' in words
    assert f"id={FIELD['clear']} " in words
    assert "The dock is cold.</textarea>" in Client().get(path).content.decode()


def test_an_answer_opens_a_question_without_script(client: Client, round_: Round) -> None:
    path = f"/r/{round_.token()}"
    blank = client.get(path).content.decode()
    assert re.search(rf'hidden><label for="{FIELD["vehicle"]}"', blank)
    asked = send(client, path, {**WHOLE, "place": 2})
    words = asked.content.decode()
    assert asked.status_code == 200
    assert "open a few more questions" in words
    assert not re.search(rf'hidden><label for="{FIELD["vehicle"]}"', words)
    assert "The dock is cold.</textarea>" in words
    seen = (("_seen", FIELD["vehicle"]),)
    done = send(client, path, {**WHOLE, "place": 2, "vehicle": "It rattles."}, more=seen)
    assert "Your answers are in" in done.content.decode()
    Wave.objects.update(state=Wave.State.CLOSED)
    (opened,) = open_responses(round_.wave)
    assert opened.answers["vehicle"] == "It rattles."


def test_answers_to_what_no_longer_applies_are_kept_in_drafts_alone(client: Client, round_: Round) -> None:
    path = f"/r/{round_.token()}"
    seen = (("_seen", FIELD["vehicle"]),)
    send(client, path, {"clear": 3, "place": 2, "vehicle": "It rattles."}, do="save", more=seen)
    send(client, path, {"clear": 3, "place": 1}, do="save")
    assert "It rattles." in client.get(path).content.decode()
    assert "Your answers are in" in send(client, path, {"clear": 3, "place": 1}).content.decode()
    Wave.objects.update(state=Wave.State.CLOSED)
    (opened,) = open_responses(round_.wave)
    assert opened.answers == {"clear": 3, "place": 1}


def test_does_not_apply_is_an_answer_that_no_score_sees(client: Client, round_: Round) -> None:
    from headwater.rooms.listen.sealing import answer_table
    from headwater.vocab.answers import ITEM_MISSING

    send(client, f"/r/{round_.token()}", {"clear": "na"})
    Wave.objects.update(state=Wave.State.CLOSED)
    table = answer_table(round_.live.plan, open_responses(round_.wave))
    assert table.items["clear"].tolist() == [ITEM_MISSING]


def test_every_cell_has_a_label_and_every_field_a_name(client: Client, round_: Round) -> None:
    words = client.get(f"/r/{round_.token()}").content.decode()
    cells = re.findall(r"<label[^>]*><input type=(?:radio|checkbox)[^>]*>(.*?)</label>", words)
    assert len(cells) == len(re.findall(r"type=(?:radio|checkbox)", words)) > 50
    assert all(re.sub(r"<[^>]+>", "", cell).strip() for cell in cells)
    for field in re.findall(r'<(?:select|textarea|input type="(?:number|date)")[^>]* id="([^"]+)"', words):
        assert f'<label for="{field}"' in words
    ids = re.findall(r'\sid="?([\w.-]+)', words)
    assert len(ids) == len(set(ids))


def test_languages_and_directions(client: Client, round_: Round) -> None:
    path = f"/r/{round_.token()}"
    arabic = client.get(f"{path}?lang=ar").content.decode()
    assert '<html lang="ar" dir="rtl">' in arabic
    assert "قبل البدء" in arabic
    assert "<b>٤</b>" in arabic
    spanish = Client(HTTP_ACCEPT_LANGUAGE="es-MX,es;q=0.9").get(f"/r/{round_.token(language='')}").content.decode()
    assert "Antes de empezar" in spanish
    usual = Client(HTTP_ACCEPT_LANGUAGE="es").get(f"/r/{round_.token(language='ar')}").content.decode()
    assert '<html lang="ar"' in usual
    assert '<html lang="en"' in client.get(f"{path}?lang=xx").content.decode()


def test_a_language_without_a_catalogue_says_so() -> None:
    instrument = load_instrument("lx_core")
    words = render_questionnaire([instrument], "de").decode()
    assert '<html lang="de"' in words
    assert 'role="region" aria-label="Send or save" lang="en" dir="ltr"' in words


def test_a_page_of_sixty_items_stays_under_fifty_kilobytes(tmp_path: Path) -> None:
    from benchmarks._served_wave import sixty_items

    made = make_round((tmp_path / "a", tmp_path / "b"), instruments=(sixty_items(),), languages=("en",))
    page = render_page(made.live.plan, "en")
    besides = sum(Path(str(finders.find(name))).stat().st_size for name in ("house/plain.css", "listen/respond.js"))
    assert page.count(b"<fieldset") == 60
    assert len(page) + besides < 50_000


def test_every_questionnaire_of_the_library_can_be_asked(client: Client, tmp_path: Path) -> None:
    from headwater.instruments import library

    for number, name in enumerate(library()):
        instrument = load_instrument(name.partition("@")[0] if isinstance(name, str) else name)
        words = render_questionnaire([instrument], "en").decode()
        assert words.count('class="q"') + words.count("class=q>") + words.count("class=q ") >= len(instrument.items)
        made = make_round(
            (tmp_path / f"a{number}", tmp_path / f"b{number}"),
            study=f"s{number}",
            instruments=(to_yaml(instrument),),
            languages=instrument.languages,
        )
        assert client.get(f"/r/{made.token()}").status_code == 200


def test_a_preview_can_send_nothing() -> None:
    words = render_questionnaire([load_instrument("pulse")], "en").decode()
    assert "A preview" in words
    assert 'method="post"' not in words
    assert 'type="submit"' not in words


def test_a_questionnaire_edited_during_a_wave_changes_nothing(client: Client, round_: Round) -> None:
    path = f"/r/{round_.token()}"
    before = client.get(path).content.replace(stamp_of(client.get(path).content).encode(), b"")
    frozen = Wave.objects.get().plan
    Wave.objects.update(title="Renamed")
    from headwater.rooms.listen.models import Study

    Study.objects.update(title="Renamed too", k=9)
    words = client.get(path).content
    assert b"Renamed" not in words
    assert Wave.objects.get().plan == frozen
    assert re.sub(rb'_page" value="[^"]*"', b"", words) == re.sub(
        rb'_page" value="[^"]*"', b"", client.get(path).content
    )
    assert b"5 people or more" in before


def test_a_wave_made_stricter_says_so(client: Client, round_: Round) -> None:
    from tests.rooms.respond_cast import fresh_process

    path = f"/r/{round_.token()}"
    Wave.objects.update(stricter={"k": 8, "dropped_cuts": ["tenure"]})
    fresh_process()
    words = client.get(path).content.decode()
    assert "8 people or more" in words
    assert "how long you have been here" not in words
    send(client, f"/r/{round_.token(cuts={'tenure': 'long'})}", WHOLE)
    Wave.objects.update(state=Wave.State.CLOSED)
    from headwater.rooms.listen.sealing import answer_table
    from headwater.rooms.listen.studies import plan_in_force

    wave = Wave.objects.get()
    plan = plan_in_force(wave)
    assert plan is not None
    assert answer_table(plan, open_responses(wave)).cuts == {}


def test_what_was_done_since_last_time_stands_first(
    client: Client, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(slots.FIRST_PAGE, "act", lambda **asked: [f"Rosters are fixed for {asked['unit']}."])
    words = client.get(f"/r/{round_.token()}").content.decode()
    assert "Since last time:" in words
    assert "Rosters are fixed for north." in words
    assert "Rosters are fixed for south." in client.get(f"/r/{round_.token(unit='south')}").content.decode()
