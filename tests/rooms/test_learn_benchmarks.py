"""Benchmarks: versions that never change, public figures with their licence, own files, and where a unit stands."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.rooms.conftest import NOW, Cast, signed_in
from tests.rooms.study_cast import OPENS, answer, asked, enlarge, launched

from headwater.rooms.learn import benchmark_services as services
from headwater.rooms.learn.benchmark_services import BenchmarkRefusedError, read_benchmark
from headwater.rooms.learn.benchmark_sets import SHIPPED, benchmark_of, find_set, shipped_sets
from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.models import BenchmarkChoice, BenchmarkVersion
from headwater.rooms.listen.models import Study, Wave
from headwater.rooms.listen.waves import advance_waves

pytestmark = pytest.mark.usefixtures("own_folders")

OWN = b"measure,subject,organisation,value,se,label\n" + b"".join(
    f"score,pulse_mood,Company {place},{2.5 + place / 10:.1f},0.05,Mood\n".encode() for place in range(8)
)


def bring(cast: Cast, content: bytes = OWN, title: str = "Our peers") -> BenchmarkVersion:
    analyst = signed_in(cast.analyst)
    given = {"title": title, "source": "A round of peers", "licence": "By agreement", "year": "2025"}
    answer = analyst.post("/learn/benchmarks/", {**given, "file": SimpleUploadedFile("peers.csv", content)})
    assert answer.status_code == 302, answer.content.decode()
    made = BenchmarkVersion.objects.get(state="checked")
    assert analyst.post(str(answer["Location"]), {"decision": "keep"}).status_code == 302
    made.refresh_from_db()
    return made


@pytest.fixture
def released(cast: Cast) -> Wave:
    """A wave launched while its study was compared with version 1; version 2 was chosen while it was open."""
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, opened=False, channel="code")
    return _released(cast, wave)


def _released(cast: Cast, wave: Wave) -> Wave:
    first, second = bring(cast), bring(cast, OWN.replace(b"3.2", b"4.9"))
    assert wave.launched_at is not None
    BenchmarkChoice.objects.create(study=wave.study, name=str(first), chosen_at=wave.launched_at - timedelta(days=1))
    BenchmarkChoice.objects.create(study=wave.study, name=str(second), chosen_at=wave.launched_at + timedelta(days=1))
    advance_waves(now=OPENS)
    wave.refresh_from_db()
    for invitation in asked(wave):
        answer(wave, invitation, at=OPENS + timedelta(hours=2))
    advance_waves(now=wave.late_until + timedelta(minutes=1))
    wave.refresh_from_db()
    assert wave.state == Wave.State.RELEASED, wave.outcome
    return wave


def test_outsiders_are_refused(cast: Cast) -> None:
    paths = ["/learn/benchmarks/", "/learn/benchmarks/us-agencies@1/", "/learn/benchmarks/us-agencies@1/compare/"]
    for path in paths:
        assert Client().get(path).status_code == 302
        for user in (cast.outsider, cast.employee, cast.administrator):
            assert signed_in(user).get(path).status_code == 403, path
        assert signed_in(cast.north_leader).get(path).status_code == 200
    assert signed_in(cast.north_leader).post("/learn/benchmarks/", {}).status_code == 403
    assert signed_in(cast.analyst).get("/learn/benchmarks/nowhere@1/").status_code == 404


def test_public_figures_come_with_source_year_and_licence(cast: Cast) -> None:
    client = signed_in(cast.analyst)
    listed = client.get("/learn/benchmarks/").content.decode()
    for name, licence in (("nhs-england@1", "Open Government Licence v3.0"), ("us-agencies@1", "public domain")):
        assert name in listed
        page = client.get(f"/learn/benchmarks/{name}/").content.decode()
        assert licence in page
        assert "2024" in page
    injuries = find_set("bls-injuries@1")
    assert injuries is not None
    rates = {row.organisation: row.value for row in injuries.tables[0].rows}
    assert rates["Private industry, 2024"] == 2.3
    assert rates["Hospitals, 2021"] == 6.1


def test_what_was_published_is_what_is_shipped(shared: Path) -> None:
    import csv

    nhs = find_set("nhs-england@1")
    assert nhs is not None
    shipped = {row.organisation: row for row in nhs.table("published", "burnout").rows}  # type: ignore[union-attr]
    with (shared / "data/nhs/staff_survey_by_organisation_2021_2024.csv").open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["Year"] == "2024" and int(row["Burned_out_base"]) >= 200]
    found = [row for row in rows if row["Organisation name"] in shipped]
    assert len(found) == len(shipped) > 200
    for row in found:
        one = shipped[row["Organisation name"]]
        assert one.value == pytest.approx(float(row["Burned_out_rate"]), abs=0.051)
        assert one.n == int(row["Burned_out_base"])


def test_shipped_versions_never_change() -> None:
    known = {
        "bls-injuries.csv": "007a52015a15b695",
        "nhs-england-2024.csv": "53459ea79c0754b0",
        "us-agencies-2024.csv": "c4f8c18763983fd2",
    }
    found = {name: hashlib.sha256((SHIPPED / name).read_bytes()).hexdigest()[:16] for name in known}
    assert found == known
    assert {one.name for one in shipped_sets()} == {"nhs-england@1", "us-agencies@1", "bls-injuries@1"}


def test_a_kept_version_never_changes(cast: Cast) -> None:
    first = bring(cast)
    second = bring(cast, OWN.replace(b"3.2", b"4.9"))
    assert [str(first), str(second)] == ["our-peers@1", "our-peers@2"]
    first.title = "Another"
    with pytest.raises(TypeError, match="never changes"):
        first.save()
    with pytest.raises(BenchmarkRefusedError):
        services.drop_benchmark(version_id=first.pk, actor=cast.analyst, now=NOW)
    with pytest.raises(BenchmarkRefusedError):
        services.keep_benchmark(version_id=first.pk, actor=cast.analyst, now=NOW)
    stood = find_set("our-peers@1")
    assert stood is not None
    assert stood.for_scoring().values["score", "pulse_mood"][0] == pytest.approx(2.85)


def test_errors_name_row_and_column_and_nothing_is_kept(cast: Cast) -> None:
    content = b"measure,subject,value,se\nscore,pulse_mood,often,0.1\n,pulse_mood,3,0.1\nscore,pulse_mood,3,-1\n"
    read = read_benchmark(content, "own.csv", [])
    assert read.tables == ()
    found = {(one.row, one.column) for one in read.problems if one.severity == "error"}
    assert {(2, "value"), (3, "measure"), (4, "se")} <= found
    missing = read_benchmark(b"measure,value\na,1\n", "own.csv", [])
    assert any("'subject'" in one.message for one in missing.problems)
    percent = read_benchmark(b"measure,subject,value,n\nfavourable,x,50,100\n", "own.csv", [])
    assert percent.tables[0].rows[0].se == pytest.approx(5.0)


def test_a_wave_stays_with_the_version_of_its_launch(released: Wave, cast: Cast) -> None:
    book = book_of(released)
    assert book.benchmark == "our-peers@1"
    found = book.find(0, "score", "pulse_mood")
    assert found.versus_benchmark is not None  # type: ignore[union-attr]
    assert found.versus_benchmark.value == pytest.approx(found.value - 2.85, abs=1e-6)  # type: ignore[union-attr]
    now = benchmark_of(released.study_id, OPENS + timedelta(days=30))
    assert now is not None
    assert now.name == "our-peers@2"


def test_a_study_is_compared_with_a_version_that_is_there(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, opened=False, channel="code")
    bring(cast)
    path = f"/learn/benchmarks/choose/{wave.study_id}/"
    assert signed_in(cast.top_leader).post(path, {"name": "our-peers@1"}).status_code == 403
    client = signed_in(cast.analyst)
    client.post(path, {"name": "our-peers@9"})
    assert not BenchmarkChoice.objects.exists()
    for _again in range(2):
        client.post(path, {"name": "our-peers@1"})
    assert [one.name for one in BenchmarkChoice.objects.all()] == ["our-peers@1"]
    client.post(path, {"name": ""})
    assert benchmark_of(wave.study_id, OPENS.replace(year=2100)) is None
    assert Study.objects.filter(pk=wave.study_id).exists()


def test_a_unit_stands_among_others_with_its_interval(released: Wave, cast: Cast) -> None:
    page = signed_in(cast.top_leader).get("/learn/benchmarks/our-peers@1/compare/").content.decode()
    assert "Works stands above" in page
    assert "of 100 organisations, between" in page
    assert "asked in different words" not in page
    public = signed_in(cast.top_leader).get("/learn/benchmarks/us-agencies@1/compare/").content.decode()
    assert "asked in different words" in public
    # Nothing is compared by itself that was not asked in the same words: somebody says what means the same.
    assert "Choose which of our figures means the same." in public
    assert "stands above" not in public
    chosen = re.findall(r'<option value="([^"]+)"', public[public.index('id="score"') :])[0]
    compared = signed_in(cast.top_leader).get("/learn/benchmarks/us-agencies@1/compare/", {"score": unescape(chosen)})
    assert "of 100 organisations, between" in compared.content.decode()
