"""What tends to work elsewhere: brought, pooled, given, removed; only by who may, and each step in the audit trail."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html import unescape
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.rooms.conftest import Cast, signed_in, unit
from tests.rooms.sharing_cast import FAMILY, YEAR, actions, content, file, key_of, row

from headwater.rooms.house.models import AuditEntry
from headwater.rooms.people.viewers import viewer_of
from headwater.rooms.prove.elsewhere import gathering
from headwater.rooms.prove.elsewhere.gathering import Choices, ready_summary
from headwater.rooms.prove.elsewhere.queries import counted_summaries, elsewhere_page
from headwater.rooms.prove.elsewhere.reading import SummaryRefusedError, read_summary
from headwater.rooms.prove.elsewhere.services import bring_summary, remove_summary, share_summary
from headwater.rooms.prove.elsewhere.signing import file_of, own_key
from headwater.rooms.prove.models import BroughtSummary, SharedSummary

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]
NOW = datetime(YEAR, 6, 1, 9, 0, tzinfo=UTC)
ROOT = "/prove/effects/elsewhere/"


def bring(cast: Cast, raw: bytes, label: str = "") -> BroughtSummary:
    made, _is_new = bring_summary(raw=raw, label=label, actor=cast.experience_lead, now=NOW)
    return made


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return unescape(answer.content.decode())


@pytest.fixture
def enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if twelve commitments had been checked in units with people enough."""
    monkeypatch.setattr(gathering, "_actions", lambda now: actions(12))
    monkeypatch.setattr(gathering, "_people_of", lambda units: 120)


def test_who_may_open_what(cast: Cast) -> None:
    made = bring(cast, file("a"))
    for path in ("files/", "share/", f"files/{made.pk}/remove/"):
        for user in (
            cast.outsider,
            cast.employee,
            cast.analyst,
            cast.north_leader,
            cast.top_leader,
            cast.administrator,
        ):
            answer = signed_in(user).post(ROOT + path) if "remove" in path else signed_in(user).get(ROOT + path)
            assert answer.status_code == 403, (path, user)
        assert Client().get(ROOT + path).status_code in (302, 405)
    for user in (cast.outsider, cast.employee, cast.administrator):
        assert signed_in(user).get(ROOT).status_code == 403
    for user in (cast.analyst, cast.north_leader, cast.experience_lead):
        assert signed_in(user).get(ROOT).status_code == 200
    assert "Give a summary" in text_of(signed_in(cast.experience_lead), ROOT)
    assert "Give a summary" not in text_of(signed_in(cast.analyst), ROOT)
    for user in (cast.analyst, cast.outsider):
        with pytest.raises(PermissionDenied):
            bring_summary(raw=file("b"), label="", actor=user, now=NOW)
        with pytest.raises(PermissionDenied):
            remove_summary(summary_id=made.pk, actor=user, now=NOW)
        with pytest.raises(PermissionDenied):
            share_summary(choices=Choices(), seen="", actor=user, now=NOW)
        with pytest.raises(PermissionDenied):
            elsewhere_page(viewer=viewer_of(cast.outsider, today=NOW.date()), now=NOW)
    assert BroughtSummary.objects.count() == 1


def test_a_file_is_brought_once_and_can_be_removed(cast: Cast) -> None:
    client = signed_in(cast.experience_lead)
    for label in ("Friends in the north", "again"):
        sent = {"file": SimpleUploadedFile("effects-1.json", file("a")), "label": label}
        assert client.post(f"{ROOT}files/", sent).status_code == 302
    made = BroughtSummary.objects.get()
    assert made.label == "Friends in the north"
    assert "Friends in the north" in text_of(client, f"{ROOT}files/")
    for _time in range(2):
        assert client.post(f"{ROOT}files/{made.pk}/remove/").status_code == 302
    assert not BroughtSummary.objects.exists()
    done = list(AuditEntry.objects.filter(action__startswith="effects.").values_list("action", flat=True))
    assert done == ["effects.brought", "effects.removed"]
    assert bring(cast, file("a")).pk != made.pk


def test_a_refused_file_says_why_and_changes_nothing(cast: Cast) -> None:
    client = signed_in(cast.experience_lead)
    sent = {"file": SimpleUploadedFile("effects-1.json", file("a", row(error=0), row(mean=99)))}
    answer = client.post(f"{ROOT}files/", sent)
    assert answer.status_code == 422
    said = unescape(answer.content.decode())
    assert "rows[1].error: has to be a number from 0.01 to 4" in said
    assert "rows[2].mean" in said
    assert client.post(f"{ROOT}files/", {}).status_code == 422
    large = {"file": SimpleUploadedFile("large.json", b" " * 300_000)}
    assert "256 KB" in client.post(f"{ROOT}files/", large).content.decode()
    with pytest.raises(SummaryRefusedError, match="your own"):
        bring(cast, file_of(content(), own_key()))
    assert not BroughtSummary.objects.exists()
    assert not AuditEntry.objects.filter(action="effects.brought").exists()


def test_an_organisation_counts_once_with_its_latest(cast: Cast) -> None:
    bring(cast, file("a", row(0.1), edition=2))
    bring(cast, file("a", row(0.5), edition=1))
    bring(cast, file("b"))
    counted, left_out = counted_summaries()
    assert [one.edition for one in counted if one.content["rows"][0]["mean"] == 0.1] == [2]
    assert (len(counted), left_out) == (2, 0)
    with pytest.raises(SummaryRefusedError, match="edition"):
        bring(cast, file("a", row(0.3), edition=2))
    assert "replaced by a later one" in text_of(signed_in(cast.experience_lead), f"{ROOT}files/")


def test_the_page_is_honest_about_one_two_and_three(cast: Cast) -> None:
    client = signed_in(cast.analyst)
    assert "No other organisation’s summary" in text_of(client, ROOT)
    for name, mean, said in (
        ("a", 0.3, "One organisation alone"),
        ("b", 0.34, "Two organisations: too few"),
        ("c", 0.32, "tends to help elsewhere"),
    ):
        bring(cast, file(name, row(mean, 0.04)))
        assert said in text_of(client, ROOT)
    told = text_of(client, ROOT)
    assert "may find anything from" in told
    assert "3 organisations are few" in told
    assert "3 of 3 organisations say that some of it did harm." in told
    assert "Nothing of this kind was registered here." in told


def test_invented_files_never_count_beside_real_ones(cast: Cast) -> None:
    bring(cast, file("x", invented=True), "Example (invented)")
    client = signed_in(cast.analyst)
    assert "These summaries are invented" in text_of(client, ROOT)
    bring(cast, file("a"), "Real")
    told = text_of(client, ROOT)
    assert "1 invented summary is left out." in told
    assert "Example (invented)" not in told


@pytest.mark.usefixtures("enough")
def test_what_leaves_is_what_was_shown(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headwater.rooms.prove.elsewhere.views.timezone", SimpleNamespace(now=lambda: NOW))
    client = signed_in(cast.experience_lead)
    page = text_of(client, f"{ROOT}share/?licence=CC-BY-4.0&sector=transport&with_size=on")
    seen = page.split('name="seen" value="')[1].split('"')[0]
    chosen = {"licence": "CC-BY-4.0", "sector": "transport", "with_size": "on", "seen": seen}
    assert client.post(f"{ROOT}share/", chosen).status_code == 422
    assert client.post(f"{ROOT}share/", {**chosen, "sector": "retail", "looked": "on"}).status_code == 422
    assert not SharedSummary.objects.exists()
    for _time in range(2):
        assert client.post(f"{ROOT}share/", {**chosen, "looked": "on"}).status_code == 302
    made = SharedSummary.objects.get()
    answer = client.get(f"{ROOT}ours/{made.pk}.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="effects-1.json"'
    raw = answer.content
    assert raw.decode() in page
    assert read_summary(raw, NOW).digest == made.digest == seen
    for word in ("North", "Team", "Lea", "Tom", "u1", "Works"):
        assert word not in raw.decode()
    entry = AuditEntry.objects.get(action="effects.shared")
    assert entry.actor == str(cast.experience_lead.pk)
    assert "Nothing has changed since number 1." in text_of(
        client, f"{ROOT}share/?licence=CC-BY-4.0&sector=transport&with_size=on"
    )
    assert signed_in(cast.analyst).get(f"{ROOT}ours/{made.pk}.json").status_code == 403


@pytest.mark.usefixtures("enough")
def test_a_later_summary_repeats_rows_until_five_more_joined(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = ready_summary(choices=Choices(), now=NOW).digest
    first = share_summary(choices=Choices(), seen=seen, actor=cast.experience_lead, now=NOW)
    monkeypatch.setattr(gathering, "_actions", lambda now: actions(16, value=lambda at: 2.0 * (at > 11)))
    assert not ready_summary(choices=Choices(), now=NOW).may_leave
    same = ready_summary(choices=Choices(), now=NOW).digest
    with pytest.raises(SummaryRefusedError, match="nothing new"):
        share_summary(choices=Choices(), seen=same, actor=cast.experience_lead, now=NOW)
    monkeypatch.setattr(gathering, "_actions", lambda now: actions(17))
    ready = ready_summary(choices=Choices(), now=NOW)
    second = share_summary(choices=Choices(), seen=ready.digest, actor=cast.experience_lead, now=NOW)
    assert (first.edition, second.edition) == (1, 2)
    assert second.effects == {"|".join(FAMILY): 17}
    assert json.loads(file_of(second.content, own_key()))["content"] == second.content


def test_nothing_leaves_from_a_small_house(cast: Cast) -> None:
    told = text_of(signed_in(cast.experience_lead), f"{ROOT}share/")
    assert "Nothing may leave yet." in told
    assert "Make this summary" not in told
    seen = ready_summary(choices=Choices(), now=NOW).digest
    with pytest.raises(SummaryRefusedError):
        share_summary(choices=Choices(), seen=seen, actor=cast.experience_lead, now=NOW)


def test_people_are_counted_once_though_units_lie_within_one_another(cast: Cast) -> None:
    whole = gathering._people_of(frozenset({unit("north-d").key}))
    assert whole == unit("north-d").people_below
    assert gathering._people_of(frozenset({"north-d", "north1-t", "north2-t"})) == whole
    assert gathering._people_of(frozenset({"north1-t", "south1-t"})) == 8
    assert gathering._people_of(frozenset()) == 0


def test_a_key_is_the_same_each_time_and_nobody_elses(cast: Cast) -> None:
    assert file_of(content(), own_key()) == file_of(content(), own_key())
    assert file_of(content(), own_key()) != file_of(content(), key_of("a"))
