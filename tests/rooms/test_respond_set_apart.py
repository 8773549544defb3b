"""Spam: what it is known by, what is set apart, and who decides without reading it. Posters and customers' keys."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.rooms.conftest import Cast, signed_in
from tests.rooms.respond_cast import EVERY_KIND, WHOLE, Round, make_round, send

from headwater.instruments import read_instrument
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.listen.logic.answers import read_form
from headwater.rooms.listen.logic.links import OpenLink, Place, kiosk_token
from headwater.rooms.listen.logic.spam import Traces, is_set_apart, spam_reasons
from headwater.rooms.listen.models import SealedResponse, Wave
from headwater.rooms.listen.respond_stamps import make_stamp
from headwater.rooms.listen.responding import submit_response
from headwater.rooms.listen.sealing import count_by_unit, open_responses

FORM = read_form([read_instrument(EVERY_KIND, "every")])
RATINGS = {f"item_{number}": 3 for number in range(1, 61)}


@pytest.mark.parametrize(
    ("answers", "traces", "reasons"),
    [
        (WHOLE, Traces(90.0), ()),
        (WHOLE, Traces(1.0), ("too_fast",)),
        (WHOLE, Traces(90.0, fills_honeypot=True), ("honeypot",)),
        (WHOLE, Traces(None), ("no_page",)),
        (WHOLE, Traces(90.0, is_copy=True), ("copied",)),
        ({"more": "see https://a.example"}, Traces(90.0), ("links",)),
        ({"more": "www.a.xyz https://b.example http://c.example"}, Traces(90.0), ("links", "many_links")),
        ({"more": "The bus to Hull is late. Fix it."}, Traces(90.0), ()),
    ],
)
def test_reasons(answers: dict[str, Any], traces: Traces, reasons: tuple[str, ...]) -> None:
    assert spam_reasons(FORM, answers, traces) == reasons


def test_one_answer_to_everything_is_a_reason_and_not_enough() -> None:
    from benchmarks._served_wave import sixty_items

    form = read_form([read_instrument(sixty_items(), "sixty")])
    reasons = spam_reasons(form, RATINGS, Traces(300.0))
    assert reasons == ("straight",)
    assert not is_set_apart(reasons, is_invited=False)
    assert spam_reasons(form, {**RATINGS, "item_4": 2}, Traces(300.0)) == ()


def test_the_invited_must_look_much_worse() -> None:
    assert is_set_apart(("honeypot",), is_invited=False)
    assert not is_set_apart(("too_fast", "links"), is_invited=True)
    assert is_set_apart(("honeypot", "too_fast"), is_invited=True)


@pytest.fixture
def round_(db: None, tmp_path: Path) -> Round:
    return make_round((tmp_path / "keys", tmp_path / "other"), study="open", channel="open")


def post(client: Client, round_: Round, answers: dict[str, Any], *, age: float, website: str = "") -> bytes:
    path = f"/q/{kiosk_token(round_.live.secrets, round_.live.frozen, 'south')}/"
    stamp = make_stamp(round_.live.secrets, timezone.now().timestamp() - age)
    answer = send(client, path, answers, more=(("_page", stamp), ("_website", website)))
    content: bytes = answer.content
    return content


def test_spam_is_thanked_kept_and_does_not_count(client: Client, round_: Round) -> None:
    good = post(client, round_, {**WHOLE, "more": "All well here."}, age=200)
    spam = post(client, round_, {**WHOLE, "more": "buy at https://spam.example"}, age=0, website="x")
    assert b"Your answers are in" in good
    assert good == spam  # a spammer learns nothing
    assert count_by_unit(round_.wave) == {"south": 1}
    apart = SealedResponse.objects.get(standing="quarantined")
    assert apart.reasons == ["honeypot", "too_fast", "links"]
    assert b"spam" not in bytes(apart.body)


def test_the_same_words_again_are_known(client: Client, round_: Round) -> None:
    words = {**WHOLE, "more": "A long enough sentence on the matter, www.a.example"}
    post(client, round_, words, age=200)
    post(client, round_, words, age=200)
    assert [row.reasons for row in SealedResponse.objects.filter(standing="quarantined")] == [["links", "copied"]]


def set_apart(round_: Round, count: int) -> list[SealedResponse]:
    for number in range(count):
        link = OpenLink(2, Place("south"), bytes([number]) * 32)
        submit_response(wave=round_.wave, link=link, answers=WHOLE, now=timezone.now(), reasons=("too_fast", "links"))
    return list(SealedResponse.objects.filter(standing="quarantined").order_by("pk"))


def test_the_desk_sees_reasons_and_decides_with_a_reason(cast: Cast, round_: Round) -> None:
    first, second, _third = set_apart(round_, 3)
    client = signed_in(cast.experience_lead)
    path = f"/listen/waves/{round_.wave.pk}/set-apart"
    page = client.get(path).content.decode()
    assert page.count("Sent faster than the questions can be read") == 3
    assert "The dock is cold." not in page
    assert "south" not in page.casefold()
    short = client.post(path, {"response": [str(first.pk)], "verdict": "release", "reason": "ok"}, follow=True)
    assert "shorter than 10 characters" in short.content.decode()
    reason = "Two colleagues share one tablet."
    client.post(path, {"response": [str(first.pk)], "verdict": "release", "reason": reason})
    client.post(path, {"response": [str(second.pk)], "verdict": "reject", "reason": "Advertising, plainly."})
    assert count_by_unit(round_.wave) == {"south": 1}
    shown = re.sub(r"<[^>]+>", " ", client.get(path).content.decode())
    assert re.search(r"1\s+set apart\s+1\s+rejected", shown)
    assert Wave.objects.get().outcome["rejected"] == 1
    entries = AuditEntry.objects.filter(action__in=("answers.released", "answers.rejected"))
    assert entries.count() == 2
    client.post(path, {"response": [str(second.pk)], "verdict": "release", "reason": "It was a colleague after all."})
    assert count_by_unit(round_.wave) == {"south": 2}
    assert Wave.objects.get().outcome["rejected"] == 0
    Wave.objects.update(state=Wave.State.CLOSED)
    assert len(list(open_responses(round_.wave))) == 2
    assert len(list(open_responses(round_.wave, standing="quarantined"))) == 1


def test_nothing_is_decided_after_sealing(cast: Cast, round_: Round) -> None:
    (only,) = set_apart(round_, 1)
    Wave.objects.update(state=Wave.State.SEALED)
    client = signed_in(cast.experience_lead)
    path = f"/listen/waves/{round_.wave.pk}/set-apart"
    client.post(path, {"response": [str(only.pk)], "verdict": "release", "reason": "Much too late for that."})
    assert SealedResponse.objects.get().standing == "quarantined"


@pytest.mark.parametrize("page", ["set-apart", "posters", "posters/1", "customers"])
def test_outsiders_are_refused(cast: Cast, round_: Round, page: str) -> None:
    path = f"/listen/waves/{round_.wave.pk}/{page}"
    assert signed_in(cast.outsider).get(path).status_code == 403
    assert signed_in(cast.north_leader).get(path).status_code == 403
    assert Client().get(path).status_code == 302
    assert signed_in(cast.analyst).get(path).status_code == 200


def test_an_analyst_looks_and_does_not_decide(cast: Cast, round_: Round) -> None:
    (only,) = set_apart(round_, 1)
    client = signed_in(cast.analyst)
    path = f"/listen/waves/{round_.wave.pk}/set-apart"
    assert "Let the chosen count" not in client.get(path).content.decode()
    refused = client.post(path, {"response": [str(only.pk)], "verdict": "release", "reason": "I think it is fine."})
    assert refused.status_code == 403
    assert client.post(f"/listen/waves/{round_.wave.pk}/customers").status_code == 403


def test_a_poster_shows_a_code_of_the_units_own_link(cast: Cast, round_: Round) -> None:
    import segno

    client = signed_in(cast.experience_lead)
    listed = client.get(f"/listen/waves/{round_.wave.pk}/posters?q=sou").content.decode()
    assert "South" in listed
    assert "North" not in listed
    page = client.get(f"/listen/waves/{round_.wave.pk}/posters/2").content.decode()
    token = kiosk_token(round_.live.secrets, round_.live.frozen, "south")
    drawn = segno.make(f"http://127.0.0.1:8000/q/{token}/", error="m", micro=False)
    path = re.search(r'd="(M4 4[^"]+)"', page)
    assert path is not None
    assert path[1] in drawn.svg_inline(scale=6, border=4)
    assert f"/q/{token}/" in page.replace("<wbr>", "")
    assert "style=" not in page
    assert client.get(f"/listen/waves/{round_.wave.pk}/posters/99").status_code == 404


def test_the_customers_key_is_shown_on_request_and_noted(cast: Cast, tmp_path: Path) -> None:
    made = make_round((tmp_path / "a", tmp_path / "b"), study="cust", channel="customers")
    client = signed_in(cast.experience_lead)
    path = f"/listen/waves/{made.wave.pk}/customers"
    page = client.get(path).content.decode()
    example = re.findall(r"http://127\.0\.0\.1:8000(/c/cust\.[\w.-]+)", page)[-1]
    assert Client().get(example).status_code == 200
    from headwater.rooms.listen.logic.links import customer_key

    key = customer_key(made.live.study_key).hex()
    assert key not in page
    assert key in client.post(path).content.decode()
    assert AuditEntry.objects.filter(action="study.customer_key_shown").count() == 1
