"""A view given to a leader: own units alone, without the withheld questions, in every form, until it is taken back."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.rooms.conftest import NOW, Cast, signed_in, unit
from tests.rooms.explorer_cast import explored_wave, leader_of

from headwater.privacy.audit import find_canary
from headwater.rooms.house import audit
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.learn import explorer_finding
from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.models import SharedView, SharedViewLook
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.releasing import book_folder
from headwater.rooms.people.models import Person
from headwater.scoring import save_book
from headwater.vocab import Bound, ScoreBook

pytestmark = pytest.mark.usefixtures("own_folders")

CANARY = 8731.739182
CANARY_TEXTS = ("8731.7", "8,731.7", "8.731,7", "8731,7")
"""How it would look rounded to a digit, or with all of them."""
FORMS = ("csv", "xlsx", "pptx")
KINDS = {
    "heat": "",
    "levels": "",
    "score": "",
    "compare": "?unit=d0t0-t&other=d0t1-t",
}


@pytest.fixture
def wave(cast: Cast) -> Wave:
    return explored_wave(cast)


def give(
    cast: Cast,
    kind: str = "heat",
    *,
    query: str = "",
    to: str = "d0-d",
    whom: str = "all",
    withheld: list[str] | None = None,
) -> SharedView:
    """Give a view through the page, and return it."""
    client = signed_in(cast.experience_lead)
    address = f"/learn/explorer/give/{kind}/{query}"
    assert client.get(address).status_code == 200
    key = str(uuid.uuid4())
    values = {
        "title": f"Look at this: {kind}",
        "note": "For our talk",
        "unit": to,
        "whom": whom,
        "withheld": withheld or [],
        "form_key": key,
    }
    assert client.post(address, values).status_code == 302
    return SharedView.objects.get(form_key=key)


def page(shared: SharedView) -> str:
    return f"/learn/explorer/given/{shared.pk}/"


def bodies(client: Client, shared: SharedView, query: str = "") -> Iterator[tuple[str, bytes]]:
    """The view in every form."""
    for path in (page(shared), *(f"{page(shared)}view.{form}" for form in FORMS)):
        answer = client.get(f"{path}{query}")
        assert answer.status_code == 200, path
        yield path, answer.content


def planted(book: ScoreBook, hidden: np.ndarray) -> ScoreBook:
    """The book with a canary in every number of some cells. hidden: bool[U, C]."""
    panels = []
    for panel in book.panels:
        cells = hidden[panel.rows]
        fields = {name: np.where(cells, CANARY, values) for name, values in panel.fields.items()}
        bound = np.where(cells, Bound.EXACT, panel.bound).astype(np.int8)
        panels.append(replace(panel, fields=fields, shown=panel.shown | cells, bound=bound))
    return replace(book, panels=tuple(panels))


def put(wave: Wave, book: ScoreBook) -> None:
    """Lay a changed book in the place of the wave's."""
    changed = replace(book, inputs_hash=f"sha256:{uuid.uuid4().hex}{uuid.uuid4().hex}")
    save_book(changed, book_folder(wave))
    wave.outcome = {**wave.outcome, "inputs_hash": changed.inputs_hash}
    wave.save()
    book_of(wave)


def found_in(tmp_path: Path, name: str, body: bytes) -> list[str]:
    """Where a canary stands in a file, archives opened."""
    file = tmp_path / f"look-{uuid.uuid4().hex}{Path(name).suffix or '.html'}"
    file.write_bytes(body)
    return [f"{name}: {place}" for text in CANARY_TEXTS for place in find_canary(text, [file])]


def test_outsiders_and_leaders_of_other_units_do_not_find_it(cast: Cast, wave: Wave) -> None:
    shared = give(cast)
    assert Client().get(page(shared)).status_code == 302
    others = (cast.outsider, cast.employee, cast.analyst, leader_of("d1-d", cast.administrator), cast.top_leader)
    for user in others:
        for path in (page(shared), *(f"{page(shared)}view.{form}" for form in FORMS)):
            assert signed_in(user).get(path).status_code == 404, path
        assert signed_in(user).get("/learn/explorer/given/").status_code == 403
        assert signed_in(user).post(f"{page(shared)}take-back/").status_code == 403
    for user in (cast.analyst, cast.administrator, leader_of("d0-d", cast.administrator)):
        assert signed_in(user).get("/learn/explorer/give/heat/").status_code == 403


def test_a_leader_gets_it_of_own_units_alone(cast: Cast, wave: Wave) -> None:
    shared = give(cast)
    division = signed_in(leader_of("d0-d", cast.administrator))
    text = division.get(page(shared)).content.decode()
    assert re.findall(r'<th scope="row"><a href="[^"]*">([^<]+)</a>', text) == [
        "Division 0",
        *(f"Team d0t{at}" for at in range(5)),
    ]
    team = signed_in(leader_of("d0t1-t", cast.administrator))
    text = team.get(f"{page(shared)}?unit=d0-d").content.decode()
    assert re.findall(r'<th scope="row"><a href="[^"]*">([^<]+)</a>', text) == ["Team d0t1"]
    assert "Team d0t0" not in text
    assert "For our talk" in text
    assert "Given views" in division.get("/learn/").content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_no_form_holds_a_number_or_name_of_another_unit(
    cast: Cast, wave: Wave, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = give(cast, kind, query=KINDS[kind])
    book = book_of(wave)
    inside = [row for row in range(len(book.tree)) if book.tree.is_within(row, book.tree.index_of["d0-d"])]
    outside = np.ones((len(book.tree), len(book.columns)), bool)
    outside[inside] = False
    put(wave, planted(book, outside))
    _plant_levels(wave, monkeypatch, keep="d0")
    reader = signed_in(leader_of("d0-d", cast.administrator))
    for path, body in bodies(reader, shared):
        assert found_in(tmp_path, path, body) == []
        assert b"Division 1" not in body
        assert b"d1t0" not in body
    seen = signed_in(cast.analyst).get(f"/learn/explorer/files/{kind}.csv{KINDS[kind] and '?unit=d1t0-t&other=d2t0-t'}")
    assert found_in(tmp_path, "all.csv", seen.content), "the canary is there for those who may see it"


@pytest.mark.parametrize("kind", KINDS)
def test_no_form_holds_a_withheld_question_or_a_score_made_of_it(
    cast: Cast, wave: Wave, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = book_of(wave)
    item = next(column for column in book.columns if column.role == "item" and column.scale)
    made_of = {item.subject, item.scale, *(column.subject for column in book.columns if column.role == "index")}
    show = f"show={item.scale}"
    query = f"{KINDS[kind]}{'&' if KINDS[kind] else '?'}{show}"
    shared = give(cast, kind, query=query, withheld=[item.subject])
    hidden = np.zeros((len(book.tree), len(book.columns)), bool)
    hidden[:, [column.subject in made_of for column in book.columns]] = True
    put(wave, planted(book, hidden))
    _plant_levels(wave, monkeypatch, subjects=made_of)
    reader = signed_in(leader_of("d0-d", cast.administrator))
    texts = []
    for path, body in bodies(reader, shared):
        assert found_in(tmp_path, path, body) == []
        assert item.label["en"].encode() not in body
        texts.append(body)
    others = [column.label["en"] for column in book.columns if column.scale == item.scale and column != item]
    assert any(label.encode() in texts[0] for label in others if label != item.label["en"])
    assert b"1 question is withheld for this audience" in texts[0]


def test_a_score_goes_with_its_question(cast: Cast, wave: Wave) -> None:
    book = book_of(wave)
    item = next(column for column in book.columns if column.role == "item" and column.scale)
    labels = {column.subject: column.label["en"] for column in book.columns if column.role != "item"}
    index = next(column.subject for column in book.columns if column.role == "index")
    shared = give(cast, withheld=[item.subject])
    text = signed_in(leader_of("d0-d", cast.administrator)).get(f"{page(shared)}view.csv").content.decode()
    assert labels[item.scale] not in text
    assert labels[index] not in text
    assert sum(label in text for label in labels.values()) == len(labels) - 2


def test_what_a_reader_asks_for_does_not_widen_a_view(cast: Cast, wave: Wave) -> None:
    book = book_of(wave)
    item = next(column for column in book.columns if column.role == "item" and column.scale)
    shared = give(cast, withheld=[item.subject])
    reader = signed_in(leader_of("d0-d", cast.administrator))
    for asked in (f"?show={item.scale}", f"?score={item.key}", "?unit=d1-d", "?unit=all", f"?wave={wave.pk}&lens=ex"):
        for _, body in bodies(reader, shared, asked):
            assert item.label["en"].encode() not in body
            assert b"Division 1" not in body


def test_a_score_that_is_withheld_leaves_nothing_to_look_at(cast: Cast, wave: Wave) -> None:
    item = next(column for column in book_of(wave).columns if column.role == "item")
    shared = give(cast, "score", query=f"?score={item.key}", withheld=[item.subject])
    reader = signed_in(leader_of("d0-d", cast.administrator))
    assert "Nothing of this view lies in the units that are yours" in reader.get(page(shared)).content.decode()
    assert reader.get(f"{page(shared)}view.csv").status_code == 404
    strange = give(cast, "compare", query="?unit=d1t0-t&other=d2t0-t")
    assert "Nothing of this view" in reader.get(page(strange)).content.decode()


def test_it_may_be_for_one_leader(cast: Cast, wave: Wave) -> None:
    leader = leader_of("d0-d", cast.administrator)
    shared = give(cast, whom="leader")
    assert (shared.user, shared.unit) == (leader, None)
    assert signed_in(leader).get(page(shared)).status_code == 200
    assert signed_in(leader_of("d0t0-t", cast.administrator)).get(page(shared)).status_code == 404
    refused = signed_in(cast.experience_lead).post(
        "/learn/explorer/give/heat/", {"title": "x", "unit": "d3-d", "whom": "leader", "form_key": str(uuid.uuid4())}
    )
    assert refused.status_code == 422
    assert "has no account yet" in refused.content.decode()
    assert leader.person_id is not None
    Person.objects.filter(pk=leader.person_id).update(is_active=False)
    assert signed_in(leader).get(page(shared)).status_code == 404


def test_home_points_at_it_until_it_was_opened(cast: Cast, wave: Wave) -> None:
    shared = give(cast)
    SharedView.objects.update(given_at=NOW.replace(year=2100))
    reader = signed_in(leader_of("d0-d", cast.administrator))
    assert "Look at this: heat" in reader.get("/").content.decode()
    reader.get(page(shared))
    assert "Look at this: heat" not in reader.get("/").content.decode()
    assert SharedViewLook.objects.count() == 1


def test_it_is_taken_back_and_both_are_written_down(cast: Cast, wave: Wave) -> None:
    shared = give(cast, withheld=[])
    reader = signed_in(leader_of("d0-d", cast.administrator))
    lead = signed_in(cast.experience_lead)
    assert "Look at this: heat" in lead.get("/learn/explorer/given/").content.decode()
    for _ in range(2):
        lead.post(f"{page(shared)}take-back/")
    for path in (page(shared), f"{page(shared)}view.xlsx"):
        assert reader.get(path).status_code == 404
    entries = AuditEntry.objects.filter(action__startswith="view.").order_by("sequence")
    assert [entry.action for entry in entries] == ["view.given", "view.taken_back"]
    assert audit.read_payload(entries[0])["to"] == "d0-d"
    assert audit.verify().is_whole


def test_sending_a_form_twice_gives_once_and_an_audience_is_one(cast: Cast, wave: Wave) -> None:
    key = str(uuid.uuid4())
    lead = signed_in(cast.experience_lead)
    values = {"title": "Twice", "unit": "d0-d", "whom": "all", "form_key": key}
    for _ in range(2):
        assert lead.post("/learn/explorer/give/heat/", values).status_code == 302
    assert SharedView.objects.count() == 1
    assert AuditEntry.objects.filter(action="view.given").count() == 1
    assert lead.post("/learn/explorer/give/heat/", {**values, "title": " ", "form_key": ""}).status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        SharedView.objects.update(user=cast.outsider)
    assert unit("d0-d").pk == SharedView.objects.get().unit_id


def test_a_form_says_no_finding_of_others_before_anybody_wrote_one(cast: Cast, wave: Wave) -> None:
    text = signed_in(cast.experience_lead).get("/learn/explorer/give/heat/").content.decode()
    title = re.search(r'name="title" value="([^"]*)"', text)
    assert title
    assert "d1t0" not in title.group(1)
    near = signed_in(cast.experience_lead).get("/learn/explorer/give/heat/?unit=d2-d").content.decode()
    assert '<option value="d2-d" selected>' in near
    assert '<option value="d2t4-t">' in near
    assert '<option value="d3t4-t">' not in near


def _plant_levels(
    wave: Wave, monkeypatch: pytest.MonkeyPatch, *, keep: str = "", subjects: set[str] | None = None
) -> None:
    """Put the canary into the levels of other units, or of some scores."""
    held = explorer_finding.levels_of(wave)
    assert held is not None
    rows = [bool(keep) and not unit.startswith(keep) for unit in held.tree.ids]
    columns = [subjects is not None and column.subject in subjects for column in held.columns]
    hidden = np.array(rows)[:, None] | np.array(columns)[None, :]
    changed = planted(held, hidden)
    monkeypatch.setattr("headwater.rooms.learn.explorer_levels.levels_of", lambda wave: changed)
