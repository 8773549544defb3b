"""What leaves: released tables in every form, rows of identified studies, approved rows of confidential ones."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.rooms.conftest import NOW, Cast, signed_in
from tests.rooms.moving_cast import act, decide, upload

from headwater.rooms.house.models import AuditEntry
from headwater.rooms.listen import moving_exports, moving_slots, rows
from headwater.rooms.listen.exporting import stream_rows_csv, write_approved_rows
from headwater.rooms.listen.models import ExportRequest, Wave
from headwater.rooms.listen.studies import plan_in_force
from headwater.rooms.people.models import Person
from headwater.vocab import RefusedError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]
REASON = "A model of repeated contacts for the board."


def moved(cast: Cast, promise: str, *, release: bool = True) -> Wave:
    """A wave of 48 responses of four teams, with tenure, words, and who answered."""
    client = signed_in(cast.experience_lead)
    lines = ["team,person_id,mood,tenure,why"]
    for number in range(48):
        who, team = "abcd"[number % 4], ("north1", "north2", "south1", "south2")[number // 4 % 4]
        words = (
            f"=cmd|calc number {number} in rather many words"
            if number % 2
            else f"plain words about number {number} again"
        )
        lines.append(f"{team}-t,{team}{who},{1 + number % 5},{'long' if number % 3 else 'short'},{words}")
    made = upload(client, ("people.csv", "\n".join(lines).encode()))
    place = {one["name"]: number for number, one in enumerate(made.seen["columns"])}
    changed = {f"role_{place['tenure']}": "cut", f"key_{place['tenure']}": "tenure"}
    changed |= {f"role_{place['why']}": "comment", f"key_{place['why']}": "why"}
    made = decide(client, made, promise=promise, units="organisation", **changed)
    assert not made.summary["errors"], made.problems
    made = act(client, made, "apply")
    if release:
        act(client, made, "release")
    return Wave.objects.select_related("study").get()


def content_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def fetch(client: Client, wave: Wave, name: str, form: str) -> Any:
    return client.post(reverse(f"listen:{name}", args=[wave.pk]), {"form": form})


@pytest.mark.parametrize("promise", ["anonymous", "confidential", "identified"])
def test_released_tables_as_csv(cast: Cast, promise: str) -> None:
    wave = moved(cast, promise)
    response = fetch(signed_in(cast.analyst), wave, "export_released", "csv")
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment; filename=")
    assert response["Cache-Control"] == "no-store"
    lines = list(csv.DictReader(io.StringIO(content_of(response).decode("utf-8-sig"))))
    means = {line["unit"]: line for line in lines if line["measure"] == "mean" and not line["cut"]}
    assert float(means["all"]["value"]) == pytest.approx(sum(1 + n % 5 for n in range(48)) / 48, abs=1e-4)
    assert {line["withheld"] for line in lines} <= {"", "Too few or too alike to show safely"}
    withheld = [line for line in lines if line["withheld"]]
    assert all(line["n"] == line["value"] == "" for line in withheld)
    assert AuditEntry.objects.filter(action="export.released").count() == 1


def test_every_form_of_released_tables_can_be_read_back(cast: Cast, tmp_path: Path) -> None:
    import openpyxl
    import pyarrow.parquet as pq
    import pyreadstat
    import yaml

    wave, client = moved(cast, "anonymous"), signed_in(cast.analyst)
    found = {}
    for form in ("csv", "xlsx", "spss", "parquet", "yaml"):
        response = fetch(client, wave, "export_released", form)
        assert response.status_code == 200
        found[form] = content_of(response)
    count = len(found["csv"].decode("utf-8-sig").splitlines()) - 1
    assert pq.read_table(io.BytesIO(found["parquet"])).num_rows == count
    book = openpyxl.load_workbook(io.BytesIO(found["xlsx"]), read_only=True)
    assert sum(1 for _ in book.worksheets[0].iter_rows()) == count + 1
    book.close()
    path = tmp_path / "x.sav"
    path.write_bytes(found["spss"])
    assert pyreadstat.read_sav(str(path), output_format="dict")[1].number_rows == count
    document = yaml.safe_load(found["yaml"])
    assert len(document["numbers"]) == count
    assert document["study"]["promise"] == "anonymous"
    assert list((Path(path).parents[0] / "outgoing").glob("*")) == []


@pytest.mark.parametrize("promise", ["anonymous", "confidential"])
@pytest.mark.parametrize("form", ["csv", "xlsx", "spss", "parquet"])
def test_rows_of_other_studies_do_not_leave(cast: Cast, promise: str, form: str) -> None:
    wave = moved(cast, promise, release=False)
    response = fetch(signed_in(cast.experience_lead), wave, "export_rows", form)
    assert response.status_code == 409
    assert "identified studies only" in response.content.decode()
    with pytest.raises(RefusedError):
        next(stream_rows_csv(plan_in_force(wave)))
    assert not AuditEntry.objects.filter(action="export.rows").exists()


def test_rows_of_an_identified_study(cast: Cast, tmp_path: Path) -> None:
    import openpyxl
    import pyarrow.parquet as pq
    import pyreadstat

    wave, client = moved(cast, "identified", release=False), signed_in(cast.analyst)
    response = fetch(client, wave, "export_rows", "csv")
    assert response.streaming
    lines = list(csv.DictReader(io.StringIO(content_of(response).decode("utf-8-sig"))))
    assert len(lines) == 48
    assert {line["mood"] for line in lines} == set("12345")
    assert {line["tenure"] for line in lines} == {"long", "short"}
    persons = set(map(str, Person.objects.values_list("pk", flat=True)))
    assert {line["respondent"] for line in lines} <= persons
    table = pq.read_table(io.BytesIO(content_of(fetch(client, wave, "export_rows", "parquet"))))
    assert table.num_rows == 48
    book = openpyxl.load_workbook(io.BytesIO(content_of(fetch(client, wave, "export_rows", "xlsx"))), read_only=True)
    assert sum(1 for _ in book.worksheets[0].iter_rows()) == 49
    book.close()
    path = tmp_path / "x.sav"
    path.write_bytes(content_of(fetch(client, wave, "export_rows", "spss")))
    assert pyreadstat.read_sav(str(path), output_format="dict")[1].number_rows == 48
    assert AuditEntry.objects.filter(action="export.rows").count() == 4


def test_texts_cannot_become_formulas(cast: Cast) -> None:
    from headwater.rooms.listen.exporting import _safe_texts

    pa = pytest.importorskip("pyarrow")
    texts = ["=1+1", "+cmd", "-5", "-5,5", "@x", "plain", "＝1", "\t=1", None]
    made = _safe_texts(pa.array(texts)).to_pylist()
    assert made == ["'=1+1", "'+cmd", "-5", "-5,5", "'@x", "plain", "'＝1", "'\t=1", None]


def ask(client: Client, wave: Wave, cut: str = "tenure", reason: str = REASON, form: str = "csv") -> Any:
    return client.post(reverse("listen:export_ask", args=[wave.pk]), {"cut": cut, "form": form, "reason": reason})


def choose(client: Client, made: ExportRequest, decision: str) -> Any:
    return client.post(reverse("listen:export_decide", args=[made.pk]), {"decision": decision})


def test_two_others_approve_rows_of_a_confidential_study(cast: Cast) -> None:
    wave = moved(cast, "confidential", release=False)
    analyst, lead, officer = map(signed_in, (cast.analyst, cast.experience_lead, cast.privacy_officer))
    assert ask(analyst, wave, reason="short").status_code == 422
    assert ask(analyst, wave).status_code == 302
    made = ExportRequest.objects.get()
    address = reverse("listen:export_fetch", args=[made.pk])
    assert analyst.post(address).status_code == 302
    assert choose(analyst, made, "approve").status_code == 403
    choose(lead, made, "approve")
    choose(lead, made, "approve")
    made.refresh_from_db()
    assert made.approved_at is None
    assert analyst.post(address).status_code == 302
    choose(officer, made, "approve")
    assert lead.post(address).status_code == 302
    response = analyst.post(address)
    lines = list(csv.DictReader(io.StringIO(content_of(response).decode("utf-8-sig"))))
    assert len(lines) == 48
    assert set(lines[0]) == {"unit", "tenure", "mood"}
    places = {(line["unit"], line["tenure"]) for line in lines}
    for place in places:
        assert sum((line["unit"], line["tenure"]) == place for line in lines) >= wave.study.k
    fetched = AuditEntry.objects.filter(action="export.rows", actor=str(cast.analyst.pk))
    assert fetched.count() == 1
    assert content_of(analyst.post(address))
    assert fetched.count() == 2
    assert ask(analyst, wave, cut="").status_code == 422


def test_nobody_approves_their_own_request_and_a_refusal_is_final(cast: Cast) -> None:
    wave = moved(cast, "confidential", release=False)
    lead, officer = signed_in(cast.experience_lead), signed_in(cast.privacy_officer)
    ask(lead, wave)
    made = ExportRequest.objects.get()
    choose(lead, made, "approve")
    choose(officer, made, "refuse")
    made.refresh_from_db()
    assert made.refused_by == cast.privacy_officer
    assert made.approved_at is None
    with pytest.raises(moving_exports.ExportRefusedError):
        moving_exports.approve(request_id=made.pk, actor=cast.privacy_officer, now=NOW)


def test_an_approved_file_closes_after_a_week(cast: Cast) -> None:
    wave = moved(cast, "confidential", release=False)
    values: dict[str, Any] = {
        "wave_id": wave.pk,
        "cut": "",
        "form": "csv",
        "reason": REASON,
        "actor": cast.analyst,
        "now": NOW,
    }
    made = moving_exports.ask_for_rows(**values)
    for actor in (cast.experience_lead, cast.privacy_officer):
        moving_exports.approve(request_id=made.pk, actor=actor, now=NOW)
    late = NOW + timedelta(days=7)
    with pytest.raises(moving_exports.ExportRefusedError):
        moving_exports.fetch_approved(request_id=made.pk, actor=cast.analyst, now=late)
    path = moving_exports.fetch_approved(request_id=made.pk, actor=cast.analyst, now=late - timedelta(minutes=1))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_anonymous_rows_cannot_even_be_asked_for(cast: Cast, tmp_path: Path) -> None:
    wave = moved(cast, "anonymous", release=False)
    assert ask(signed_in(cast.analyst), wave).status_code == 422
    assert not rows.has_rows(wave.study.key, wave.key)
    with pytest.raises(RefusedError):
        write_approved_rows(plan_in_force(wave), "", "csv", tmp_path / "x.csv")
    with pytest.raises(RefusedError):
        rows.keep_rows(plan_in_force(wave), [])


def test_erasing_and_exporting_one_person(cast: Cast) -> None:
    wave = moved(cast, "identified", release=False)
    person = Person.objects.get(key="north1a")
    files = list(moving_slots.export_rows(person=str(person.pk), now=NOW))
    assert len(files) == 1
    assert b"mood" in files[0].content
    assert [one.count for one in moving_slots.erase_rows(person=str(person.pk), actor="test", now=NOW)] == [3]
    assert rows.count_rows(wave.study.key, wave.key) == 45
    assert [one.count for one in moving_slots.erase_rows(person=str(person.pk), actor="test", now=NOW)] == [0]
    assert list(moving_slots.export_rows(person=str(person.pk), now=NOW)) == []


def test_erasing_reaches_pseudonyms_and_export_does_not(cast: Cast) -> None:
    wave = moved(cast, "confidential", release=False)
    person = Person.objects.get(key="south2b")
    assert list(moving_slots.export_rows(person=str(person.pk), now=NOW)) == []
    assert [one.count for one in moving_slots.erase_rows(person=str(person.pk), actor="test", now=NOW)] == [3]
    assert rows.count_rows(wave.study.key, wave.key) == 45


def test_rows_go_when_their_days_are_over(cast: Cast) -> None:
    wave = moved(cast, "confidential", release=False)
    now = timezone.now()
    moving_slots.forget_old_rows(now=now + timedelta(days=729))
    assert rows.has_rows(wave.study.key, wave.key)
    moving_slots.forget_old_rows(now=now + timedelta(days=731))
    assert not rows.has_rows(wave.study.key, wave.key)


def test_the_page_of_a_wave_shows_what_was_released(cast: Cast) -> None:
    wave = moved(cast, "anonymous")
    said = signed_in(cast.analyst).get(reverse("listen:export_wave", args=[wave.pk])).content.decode()
    assert "mood" in said
    assert "No row of it ever leaves" in said


@pytest.mark.parametrize("who", ["administrator", "top_leader", "employee", "outsider"])
def test_outsiders_are_refused(cast: Cast, who: str) -> None:
    wave = moved(cast, "confidential", release=False)
    ask(signed_in(cast.analyst), wave)
    made, client = ExportRequest.objects.get(), signed_in(getattr(cast, who))
    assert client.get(reverse("listen:exports")).status_code == 403
    assert client.get(reverse("listen:export_wave", args=[wave.pk])).status_code == 403
    for name in ("export_released", "export_rows"):
        assert fetch(client, wave, name, "csv").status_code == 403
    assert ask(client, wave).status_code == 403
    assert client.get(reverse("listen:export_request", args=[made.pk])).status_code == 403
    for decision in ("approve", "refuse"):
        assert choose(client, made, decision).status_code == 403
    assert client.post(reverse("listen:export_fetch", args=[made.pk])).status_code == 403


def test_the_approver_finds_the_request_on_the_first_page(cast: Cast) -> None:
    wave = moved(cast, "confidential", release=False)
    ask(signed_in(cast.analyst), wave)
    client = signed_in(cast.privacy_officer)
    assert "asks for rows of" in client.get(reverse("home")).content.decode()
    assert client.get(reverse("listen:exports")).status_code == 200
    made = ExportRequest.objects.get()
    assert "What would leave" in client.get(reverse("listen:export_request", args=[made.pk])).content.decode()
