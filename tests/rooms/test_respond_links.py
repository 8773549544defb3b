"""Keys, links, codes, posters and customers: who can open what, and what a forger learns."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.test import Client
from tests.rooms.conftest import Cast
from tests.rooms.respond_cast import WHOLE, Round, fresh_process, make_round, send, stamp_of

from headwater.rooms.house.models import Count
from headwater.rooms.listen.logic import boxes, wave_keys
from headwater.rooms.listen.logic.links import (
    LETTERS,
    ForgedLinkError,
    Place,
    WaveSecrets,
    access_code,
    code_place,
    customer_key,
    customer_token,
    kiosk_token,
    link_token,
    plain_code,
    pseudonym,
    read_token,
    sign_payload,
    slip_of_code,
)
from headwater.rooms.listen.models import AccessCode, CallBack, Invitation, SealedResponse, Wave
from headwater.rooms.listen.respond_stamps import make_stamp, read_stamp
from headwater.rooms.listen.responding import submit_response
from headwater.rooms.listen.sealing import open_responses

FORM = "application/x-www-form-urlencoded"
Folders = tuple[Path, Path]


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return tmp_path / "keys", tmp_path / "elsewhere" / "keys"


def test_a_key_lies_twice_for_its_owner_alone(folders: Folders) -> None:
    public = wave_keys.make_key(folders, "w")
    private = wave_keys.private_key(folders, "w")
    assert wave_keys.public_of(private) == public
    for folder in folders:
        assert (folder / "w.key").stat().st_mode & 0o777 == 0o600
        assert [path.name for path in folder.iterdir()] == ["w.key"]
    assert wave_keys.make_key(folders, "w") == public


@pytest.mark.parametrize("harm", ["gone", "cut", "flipped"])
def test_one_copy_is_enough(folders: Folders, harm: str) -> None:
    public = wave_keys.make_key(folders, "w")
    path = folders[0] / "w.key"
    content = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(content[:20] if harm == "cut" else bytes([content[0] ^ 1]) + content[1:])
    assert wave_keys.public_of(wave_keys.private_key(folders, "w")) == public
    assert wave_keys.make_key(folders, "w") == public
    assert path.read_bytes() == content


def test_a_destroyed_key_is_nowhere(folders: Folders) -> None:
    wave_keys.make_key(folders, "w")
    (folders[0] / ".w.key.left").write_bytes(b"k" * 64)
    wave_keys.destroy_key(folders, "w")
    wave_keys.destroy_key(folders, "w")
    assert not wave_keys.has_key(folders, "w")
    assert [list(folder.iterdir()) for folder in folders] == [[], []]
    with pytest.raises(wave_keys.MissingKeyError):
        wave_keys.private_key(folders, "w")


def test_boxes_have_few_sizes_and_open_with_their_key_alone() -> None:
    key, other = os.urandom(32), os.urandom(32)
    public = wave_keys.public_of(key)
    sizes = {len(boxes.lock(public, {"a": "x" * length})) for length in (0, 1, 500, 1_900, 5_000)}
    assert sizes == set(boxes.SIZES[:2])
    box = boxes.lock(public, {"a": "é"})
    assert boxes.unlock(key, box) == {"a": "é"}
    assert boxes.lock(public, {"a": "é"}) != box
    with pytest.raises(boxes.DamagedBoxError):
        boxes.unlock(other, box)
    with pytest.raises(boxes.DamagedBoxError):
        boxes.unlock(key, box[:-1] + bytes([box[-1] ^ 1]))
    with pytest.raises(boxes.TooLargeError):
        boxes.lock(public, {"a": "x" * boxes.SIZES[-1]})


@pytest.mark.django_db
def test_a_link_is_the_same_each_time_and_says_nothing(folders: Folders) -> None:
    made = make_round(folders)
    number = os.urandom(16)
    token = made.token(number, cuts={"tenure": "long"}, language="ar")
    assert token == made.token(number, cuts={"tenure": "long"}, language="ar")
    link = made.link(number, cuts={"tenure": "long"}, language="ar")
    assert link.place == Place("north", {"tenure": "long"}, "ar")
    assert (link.respondent, link.number) == ("", b"")
    raw = base64.urlsafe_b64decode(token + "==")
    assert number not in raw
    assert b"north" not in raw
    assert made.token(os.urandom(16)) != token
    assert len(token) < 64


@pytest.mark.django_db
def test_every_forgery_gets_the_same_page(client: Client, folders: Folders) -> None:
    made = make_round(folders)
    token = made.token()
    other = WaveSecrets.of(os.urandom(32))
    forged = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        "A" + token[1:],
        token + "A",
        token[:20],
        "x" * 54,
        "",
        "../../etc/passwd",
        "é" * 54,
        link_token(other, made.live.frozen, Place("north"), os.urandom(16)),
        kiosk_token(made.live.secrets, made.live.frozen, "north"),
    ]
    pages = [client.get(f"/r/{one}") for one in forged]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages[:5]}) == 1
    assert pages[8].content == pages[9].content == pages[0].content
    assert client.post(f"/r/{forged[0]}", "q2=4", content_type=FORM).content == pages[0].content
    assert not SealedResponse.objects.exists()


@pytest.mark.django_db
def test_no_single_changed_sign_opens_a_link(folders: Folders) -> None:
    made = make_round(folders)
    token = made.token()
    for place, sign in enumerate(token):
        changed = token[:place] + ("A" if sign != "A" else "B") + token[place + 1 :]
        with pytest.raises(ForgedLinkError):
            read_token(made.live.secrets, made.live.frozen, changed)


@pytest.mark.django_db
def test_links_open_as_the_wave_stands(client: Client, folders: Folders) -> None:
    made = make_round(folders)
    path = f"/r/{made.token()}"
    for state, status in ((Wave.State.PLANNED, 200), (Wave.State.CLOSED, 410), (Wave.State.OPEN, 200)):
        Wave.objects.update(state=state)
        fresh_process()
        page = client.get(path)
        assert page.status_code == status
        assert ("My days are calm." in page.content.decode()) is (state == Wave.State.OPEN)
    Wave.objects.update(state=Wave.State.CLOSED)
    late = send(client, path, WHOLE)  # this process still thinks the wave is open
    assert late.status_code == 410
    assert "was not stored" in late.content.decode()
    assert not SealedResponse.objects.exists()
    wave_keys.destroy_key(folders, made.wave.pk)
    fresh_process()
    assert client.get(path).status_code == 404


def test_codes_find_slips_of_the_pen() -> None:
    keys = WaveSecrets.of(b"k" * 32)
    code = access_code(keys, b"n" * 16)
    assert access_code(keys, b"n" * 16) == code
    assert [len(part) for part in code.split("-")] == [4, 4, 4]
    assert plain_code(f" {code.lower().replace('-', ' ')} ") == code.replace("-", "")
    plain = code.replace("-", "")
    for place in range(12):
        for sign in LETTERS.replace(plain[place], ""):
            with pytest.raises(ForgedLinkError):
                slip_of_code(keys, plain[:place] + sign + plain[place + 1 :])
    for place in range(11):
        swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
        if swapped != plain:
            with pytest.raises(ForgedLinkError):
                plain_code(swapped)


def coded(folders: Folders) -> tuple[Round, list[str]]:
    made = make_round(folders, study="codes", channel="code")
    codes = []
    for number in (b"a" * 16, b"b" * 16):
        codes.append(access_code(made.live.secrets, number))
        AccessCode.objects.create(
            wave=made.wave,
            slip=slip_of_code(made.live.secrets, codes[-1]),
            place=code_place(made.live.secrets, made.token(number)),
        )
    return made, codes


@pytest.mark.django_db
def test_a_code_opens_ones_own_page(client: Client, folders: Folders) -> None:
    made, codes = coded(folders)
    assert "The code on your card" in client.get("/w/codes-w1/").content.decode()
    answer = client.post("/w/codes-w1/", urlencode({"code": codes[1].lower()}), content_type=FORM)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"/r/{made.token(b'b' * 16)}")
    assert client.get(answer.headers["Location"]).status_code == 200
    assert client.get("/w/other-w1/").status_code == 404


@pytest.mark.django_db
def test_wrong_codes_of_one_person_do_not_lock_out_the_office(client: Client, folders: Folders) -> None:
    made, codes = coded(folders)
    stamp = stamp_of(client.get("/w/codes-w1/").content)
    wrong = access_code(made.live.secrets, b"z" * 16)
    statuses = [
        client.post("/w/codes-w1/", urlencode({"code": wrong, "_page": stamp}), content_type=FORM).status_code
        for _ in range(12)
    ]
    assert statuses == [422] * 10 + [429] * 2
    for code in codes:
        assert client.post("/w/codes-w1/", urlencode({"code": code}), content_type=FORM).status_code == 303
    assert client.post("/w/codes-w1/", urlencode({"code": wrong}), content_type=FORM).status_code == 422
    # a slip of the pen is no wrong code, and is not counted
    before = sum(Count.objects.values_list("count", flat=True))
    assert client.post("/w/codes-w1/", urlencode({"code": "AAAA"}), content_type=FORM).status_code == 422
    assert sum(Count.objects.values_list("count", flat=True)) == before
    cache.clear()


@pytest.mark.django_db
def test_a_poster_answers_once_a_page(client: Client, folders: Folders) -> None:
    made = make_round(folders, study="open", channel="open")
    path = f"/q/{kiosk_token(made.live.secrets, made.live.frozen, 'south')}/"
    first, second = (stamp_of(client.get(path).content) for _ in range(2))
    for stamp in (first, first, second):
        assert "Your answers are in" in send(client, path, WHOLE, more=(("_page", stamp),)).content.decode()
    assert SealedResponse.objects.count() == 2
    unstamped = send(client, path, WHOLE)
    assert unstamped.status_code == 400
    assert "The dock is cold." in unstamped.content.decode()
    assert SealedResponse.objects.count() == 2
    half = send(client, path, {"calm": 3}, more=(("_page", stamp_of(client.get(path).content)),))
    assert half.status_code == 422
    assert SealedResponse.objects.count() == 2
    assert "Save, go on later" not in client.get(path).content.decode()


@pytest.mark.django_db
def test_a_kiosk_begins_anew_by_itself(client: Client, folders: Folders) -> None:
    made = make_round(folders, study="open", channel="open")
    path = f"/q/{kiosk_token(made.live.secrets, made.live.frozen, 'south')}/kiosk/"
    page = client.get(path)
    assert page.headers["Refresh"] == "600"
    assert page.headers["Cache-Control"] == "no-store"
    done = send(client, path, WHOLE, more=(("_page", stamp_of(page.content)),))
    assert done.headers["Refresh"] == f"12; url={path}"
    assert 'class="kiosk"' in done.content.decode()
    assert "The dock is cold." not in client.get(path).content.decode()


def test_stamps_tell_age_and_survive_clocks_that_jump() -> None:
    keys = WaveSecrets.of(b"k" * 32)
    stamp = make_stamp(keys, 1_000.0, b"n" * 9)
    found = read_stamp(keys, stamp, 1_060.5)
    assert found is not None
    assert (found.age, found.number) == (60.5, b"n" * 9)
    back = read_stamp(keys, stamp, 10.0)
    assert back is not None
    assert back.age == 0
    assert read_stamp(WaveSecrets.of(b"x" * 32), stamp, 1_060.0) is None
    assert read_stamp(keys, stamp[:-2] + "AA", 1_060.0) is None
    assert read_stamp(keys, "é", 1_060.0) is None


def customers(folders: Folders, **changed: Any) -> Round:
    return make_round(folders, study="cust", channel="customers", **changed)


@pytest.mark.django_db
@pytest.mark.parametrize("promise", ["anonymous", "confidential", "identified"])
def test_a_customers_link_carries_its_context_as_promised(client: Client, folders: Folders, promise: str) -> None:
    made = customers(folders, promise=promise)
    context = {"tenure": "short", "touchpoint": "phone", "date": "2026-03-02"}
    token = customer_token(made.live.secrets, made.live.frozen, "west", context, "customer-77")
    assert "Your answers are in" in send(client, f"/c/{token}", WHOLE).content.decode()
    assert send(client, f"/c/{token}", {**WHOLE, "calm": 1}).status_code == 409
    Wave.objects.update(state=Wave.State.CLOSED)
    (opened,) = open_responses(made.wave)
    assert opened.place == Place("west", {"tenure": "short"}, "en")
    expected = {
        "anonymous": "",
        "confidential": pseudonym(made.live.study_key, "customer-77"),
        "identified": "customer-77",
    }
    assert opened.respondent == expected[promise]
    assert opened.context == ({} if promise == "anonymous" else {"touchpoint": "phone", "date": "2026-03-02"})
    if promise == "anonymous":
        assert b"customer-77" not in base64.urlsafe_b64decode(token + "==")


@pytest.mark.django_db
def test_a_customer_system_signs_links_itself(client: Client, folders: Folders) -> None:
    made = customers(folders)
    key = customer_key(made.live.study_key)
    content = {"unit": "west", "contact": "c-1", "context": {"touchpoint": "phone"}}
    payload, signature = sign_payload(key, content)
    good = f"/c/cust.{payload}.{signature}"
    assert client.get(good).status_code == 200
    assert "Your answers are in" in send(client, good, WHOLE).content.decode()
    own = customer_token(made.live.secrets, made.live.frozen, "west", {"touchpoint": "phone"}, "c-1")
    assert send(client, f"/c/{own}", {**WHOLE, "calm": 1}).status_code == 409  # the same contact answers once
    tampered = base64.urlsafe_b64encode(json.dumps({**content, "unit": "north"}).encode()).rstrip(b"=").decode()
    bad = [
        f"/c/cust.{tampered}.{signature}",
        *(f"/c/cust.{payload}.{signature[:-1]}{letter}" for letter in "ABCDEFGH" if letter != signature[-1]),
        f"/c/cust.{payload}",
        f"/c/none.{payload}.{signature}",
        "/c/cust." + ".".join(sign_payload(os.urandom(32), content)),
        "/c/cust." + ".".join(sign_payload(key, {**content, "unit": "nowhere"})),
        "/c/cust." + ".".join(sign_payload(key, {**content, "context": ["x"]})),
        "/c/cust." + ".".join(sign_payload(key, {**content, "contact": "x" * 300})),
        "/c/cust." + ".".join(sign_payload(key, {**content, "contact": "a\u202eb"})),
    ]
    pages = [client.get(path) for path in bad]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1
    assert SealedResponse.objects.count() == 1


@pytest.mark.django_db
def test_a_call_back_shares_nothing_with_the_answer(client: Client, folders: Folders) -> None:
    made = customers(folders)
    token = customer_token(made.live.secrets, made.live.frozen, "west", {"touchpoint": "phone"}, "c-1")
    thanked = send(client, f"/c/{token}", WHOLE)
    assert f'href="/c/{token}/call"' in thanked.content.decode()
    assert client.get(f"/c/{token}/call").status_code == 200
    wrong = client.post(f"/c/{token}/call", urlencode({"name": "", "contact": "soon"}), content_type=FORM)
    assert wrong.status_code == 422
    assert not CallBack.objects.exists()
    case = {"name": "Cleo Customer", "contact": "+44 20 7946 0000", "words": "Lost parcel"}
    for _ in range(2):
        assert client.post(f"/c/{token}/call", urlencode(case), content_type=FORM).status_code == 200
    kept = CallBack.objects.get()
    response = SealedResponse.objects.get()
    assert (kept.name, kept.unit_key, kept.contact) == ("Cleo Customer", "west", "+44 20 7946 0000")
    assert kept.pk.hex not in bytes(response.slip).hex()
    assert {field.name for field in CallBack._meta.get_fields()} == {
        "id", "wave", "unit_key", "name", "contact", "words", "asked_date", "done_at", "done_by", "outcome",
    }  # fmt: skip
    assert client.get(f"/r/{made.token()}/call").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("promise", ["anonymous", "confidential", "identified"])
def test_who_answered_is_known_as_promised(cast: Cast, folders: Folders, promise: str) -> None:
    from django.utils import timezone

    from headwater.rooms.people.models import Person

    made = make_round(folders, promise=promise)
    person = Person.objects.get(key="north1a")
    number = os.urandom(16)
    Invitation.objects.create(wave=made.wave, number=number, person=person, unit_key="north")
    link = made.link(number)
    assert submit_response(wave=made.wave, link=link, answers=WHOLE, now=timezone.now()).is_in
    Wave.objects.update(state=Wave.State.CLOSED)
    (opened,) = open_responses(made.wave)
    known = {
        "anonymous": "",
        "confidential": pseudonym(made.live.study_key, str(person.pk)),
        "identified": str(person.pk),
    }
    assert opened.respondent == known[promise]
    assert (Invitation.objects.get().answered_at is None) is (promise == "anonymous")


@pytest.mark.django_db
def test_links_survive_a_cut_that_was_dropped_later(client: Client, folders: Folders) -> None:
    made = make_round(folders)
    token = made.token(cuts={"tenure": "long"})
    Wave.objects.update(stricter={"dropped_cuts": ["tenure"]})
    fresh_process()
    assert client.get(f"/r/{token}").status_code == 200
    tightened = replace(made.live.frozen, cuts=())
    with pytest.raises(ForgedLinkError):
        read_token(made.live.secrets, tightened, token)
