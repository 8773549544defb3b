"""Files made to harm, and processes killed between steps: a clear page, and nothing half-written."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from tests.rooms.conftest import NOW, Cast, signed_in
from tests.rooms.moving_cast import act, decide, left_behind, page, upload

from headwater.rooms.listen import moving_applying, moving_reading, moving_services
from headwater.rooms.listen.models import MovingImport, Questionnaire, Study, Wave

State = MovingImport.State
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]

GOOD = "\n".join(["unit,mood", *(f"u{n % 2},{1 + n % 5}" for n in range(40))]).encode()


class KilledError(BaseException):
    """Stands for a process that ends here and now."""


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return stream.getvalue()


def cut_parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    pq.write_table(pa.table({"a": [1, 2, 3]}), stream)
    return stream.getvalue()[:-40]


HOSTILE = {
    "bomb.xlsx": (bomb(), "zip bomb"),
    "wide.csv": (("a," * 1_000_000 + "b\n1\n").encode(), "columns"),
    "cut.parquet": (cut_parquet(), "Parquet"),
    "mixed.csv": ("unit,said\nu1,café\n".encode() + "u2,naïve\n".encode("cp1252"), "two encodings are mixed"),
    "empty.csv": (b"   \n", "empty"),
    "program": (b"\x7fELF" + b"\x00" * 100, "a program"),
    "nul.csv": (b"unit,mood\nu1,\x003\n", "NUL"),
    "archive.zip": (b"PK\x03\x04 broken", "damaged"),
    "half.qsf": (b'{"SurveyEntry": {"SurveyID": "SV_1"}, "SurveyElements": [', "breaks off"),
    "half.sav": (b"$FL2" + b"\x00" * 50, ""),
    "entity.lss": (
        b'<!DOCTYPE x [<!ENTITY a "b">]><document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>',
        "entities",
    ),
    "twice.csv": (b"unit,unit\nu1,u2\n", "2 times"),
    "header.csv": (b"unit,mood\n", "no row"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_give_a_clear_page_and_leave_nothing(cast: Cast, name: str) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    content, words = HOSTILE[name]
    client = signed_in(cast.analyst)
    response = client.post(reverse("listen:moving"), {"file": SimpleUploadedFile(name, content)}, follow=True)
    assert response.status_code in (200, 422)
    said = response.content.decode()
    assert 'class="errorlist' in said or "This file cannot be used" in said
    assert words in said
    assert left_behind() == []
    assert not Study.objects.exists()


def test_formulas_and_markup_are_shown_as_words(cast: Cast) -> None:
    lines = ["unit,mood,=HYPERLINK(1),<script>alert(1)</script>"]
    lines += [f"u{n % 2},{1 + n % 5},=1+1,<img src=x onerror=alert(1)>" for n in range(40)]
    client = signed_in(cast.analyst)
    made = upload(client, ("x.csv", "\n".join(lines).encode()))
    said = page(client, made)
    assert "<script>alert" not in said
    assert "<img src=x" not in said
    assert "&lt;script&gt;" in said


def test_a_file_past_the_limit_is_not_kept(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from django.core.files.uploadedfile import SimpleUploadedFile

    from headwater.rooms.listen import moving_files

    monkeypatch.setattr(moving_files, "LIMITS", replace(moving_reading.LIMITS, file_bytes=100))
    response = signed_in(cast.analyst).post(reverse("listen:moving"), {"file": SimpleUploadedFile("x.csv", GOOD)})
    assert response.status_code == 422
    assert "larger than" in response.content.decode()
    assert left_behind() == []


def test_a_name_with_a_path_stays_a_name(cast: Cast) -> None:
    made = upload(signed_in(cast.analyst), ("../../etc/passwd.csv", GOOD))
    assert made.file_name == "passwd.csv"
    assert left_behind() == [f"{made.pk}/answers"]


def sealed(folder: Path) -> list[Path]:
    return sorted((folder / "sealed").rglob("*.parquet"))


def ready(cast: Cast) -> tuple[Any, MovingImport]:
    client = signed_in(cast.analyst)
    return client, decide(client, upload(client, ("pulse.csv", GOOD)))


@pytest.mark.parametrize("step", ["seal", "_keep", "remove_files", "make_questionnaire"])
def test_killed_while_bringing_in(cast: Cast, own_folders: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    client, made = ready(cast)
    true = getattr(moving_applying, step)

    def killed(*args: Any, **values: Any) -> Any:
        if step == "seal":
            true(*args, **values)
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(moving_applying, step, killed)
        with pytest.raises(KilledError):
            moving_services.bring_in(import_id=made.pk, leave_out=False, actor=cast.analyst, now=NOW)
    made.refresh_from_db()
    assert made.state == (State.APPLIED if step == "remove_files" else State.APPLYING)
    assert Wave.objects.exists() == (step == "remove_files")
    assert Questionnaire.objects.exists() == (step == "remove_files")
    moving_services.work(import_id=made.pk, actor="system", now=NOW)
    made.refresh_from_db()
    assert made.state == State.APPLIED, made.problems
    assert Wave.objects.get().responses == 40
    assert len(sealed(own_folders)) == 1
    act(client, made, "release")
    assert Wave.objects.get().outcome["figures"] > 0


def test_what_was_begun_and_did_not_end_is_begun_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from headwater.rooms.house.jobs import run_job
    from headwater.rooms.house.models import Job

    _client, made = ready(cast)
    with monkeypatch.context() as patched:
        patched.setattr(moving_applying, "_keep", lambda *_: (_ for _ in ()).throw(KilledError()))
        with pytest.raises(KilledError):
            moving_services.bring_in(import_id=made.pk, leave_out=False, actor=cast.analyst, now=NOW)
    later = NOW + timedelta(minutes=11)
    moving_services.tidy(now=later)
    job = Job.objects.get(name=moving_services.JOB)
    assert run_job(job_id=job.pk, now=later) == Job.State.DONE
    made.refresh_from_db()
    assert made.state == State.APPLIED


def test_an_organisation_that_changed_sends_it_back_to_the_dry_run(cast: Cast, own_folders: Path) -> None:
    from headwater.rooms.people.models import Unit

    client = signed_in(cast.analyst)
    content = GOOD.replace(b"u0,", b"north1-t,").replace(b"u1,", b"south1-t,")
    made = decide(client, upload(client, ("pulse.csv", content)), units="organisation")
    Unit.objects.filter(key="south1-t").update(key="south9-t")
    made = act(client, made, "apply")
    assert made.state == State.CHECKED
    assert "changed since the dry run" in page(client, made)
    assert sealed(own_folders) == []


def test_a_full_disk_leaves_a_dry_run_that_can_be_tried_again(
    cast: Cast, own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _client, made = ready(cast)

    def full(*_args: Any, **_values: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(moving_applying, "seal", full)
        with pytest.raises(OSError, match="No space"):
            moving_services.bring_in(import_id=made.pk, leave_out=False, actor=cast.analyst, now=NOW)
    assert sealed(own_folders) == []
    assert not Wave.objects.exists()
    moving_services.work(import_id=UUID(str(made.pk)), actor="system", now=NOW)
    assert Wave.objects.get().responses == 40


def test_folders_no_import_names_are_removed(cast: Cast, own_folders: Path) -> None:
    import os
    from datetime import timedelta

    stray = own_folders / "incoming" / "00000000-0000-4000-8000-000000000000"
    stray.mkdir(parents=True)
    (stray / "answers").write_bytes(GOOD)
    part = own_folders / "incoming" / ".part-abc"
    part.write_bytes(b"x")
    for path in (stray, part):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    moving_services.tidy(now=NOW + timedelta(hours=1))
    assert left_behind() == []
