"""Figures by unit and period: a dry run that names what is wrong, applying, undoing, stations and links."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client, override_settings
from tests.rooms.conftest import NOW, Cast, signed_in

from headwater.rooms.house.models import AuditEntry, Job
from headwater.rooms.learn import results_services as services
from headwater.rooms.learn.models import Chain, ChainStation, ResultImport
from headwater.rooms.learn.results_periods import best_grain, gathered, plain_period
from headwater.rooms.learn.results_services import ResultsRefusedError
from headwater.vocab import UnitPeriods

GOOD = b"unit,period,figure,value,base\nnorth1-t,2026-Q1,On time,91.5,200\nTeam north2,2026-Q1,On time,88,100\n"
BAD = (
    b"unit,period,figure,value,base\nnorth1-t,2026-Q1,On time,many,200\nNowhere,2026-Q1,On time,88,100\n"
    b"south1-t,someday,On time,90,10\nsouth1-t,2026-Q1,,90,10\n"
)


@pytest.fixture(autouse=True)
def folders(tmp_path: Path) -> Iterator[None]:
    settings.RELEASED = tmp_path / "released"
    with override_settings(DIR=tmp_path):
        yield


def upload(client: Client, content: bytes, name: str = "results.csv", chain: str = "organisation") -> str:
    client.get("/learn/results/")
    answer = client.post(f"/learn/results/{chain}/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_outsiders_are_refused(cast: Cast) -> None:
    path = upload(signed_in(cast.analyst), GOOD)
    paths = ["/learn/results/", "/learn/results/organisation/", path]
    paths += ["/learn/results/organisation/stations/", "/learn/results/organisation/links/"]
    for one in paths:
        assert Client().get(one).status_code == 302
        for user in (cast.outsider, cast.employee, cast.top_leader, cast.administrator, cast.privacy_officer):
            assert signed_in(user).get(one).status_code == 403, one
        assert signed_in(cast.experience_lead).get(one).status_code == 200, one
    assert signed_in(cast.top_leader).post(f"{path}decide/", {"decision": "apply"}).status_code == 403


def test_a_dry_run_changes_nothing_until_it_is_applied_and_can_be_undone(cast: Cast) -> None:
    analyst = signed_in(cast.analyst)
    path = upload(analyst, GOOD)
    page = analyst.get(path).content.decode()
    assert "1 figure of 2 units in 1 periods would come in." in page
    chain = Chain.objects.get(is_own=True)
    assert services.figures_of(chain) is None
    assert not Job.objects.filter(name="work_out_rivers").exists()
    analyst.post(f"{path}decide/", {"decision": "apply"})
    table = services.figures_of(chain)
    assert table is not None
    assert table.units == ("north1-t", "north2-t")
    assert table.values["on_time"].tolist() == [[91.5], [88.0]]
    assert table.bases["on_time"].tolist() == [[200.0], [100.0]]
    assert ChainStation.objects.get(chain=chain).lens == "result"
    assert Job.objects.filter(name="work_out_rivers").count() == 1
    assert analyst.post(f"{path}decide/", {"decision": "apply"}, follow=True).status_code == 200
    analyst.post(f"{path}decide/", {"decision": "undo"})
    assert services.figures_of(chain) is None
    entries = AuditEntry.objects.filter(action__startswith="results.").order_by("sequence")
    actions = list(entries.values_list("action", flat=True))
    assert actions == ["results.checked", "results.applied", "results.undone"]


def test_what_is_wrong_is_said_with_row_and_column_and_cannot_be_applied(cast: Cast) -> None:
    analyst = signed_in(cast.analyst)
    path = upload(analyst, BAD)
    page = analyst.get(path).content.decode()
    assert "This file cannot be used as it is." in page
    made = ResultImport.objects.get()
    found = {(one["row"], one["column"], one["severity"]) for one in made.problems}
    assert {(2, "value", "error"), (3, "unit", "warning"), (4, "period", "error"), (5, "figure", "error")} <= found
    assert 'value="apply"' not in page
    analyst.post(f"{path}decide/", {"decision": "apply"})
    assert ResultImport.objects.get().state == "checked"
    analyst.post(f"{path}decide/", {"decision": "drop"})
    dropped = ResultImport.objects.get()
    assert (dropped.state, dropped.content) == ("dropped", None)
    with pytest.raises(ResultsRefusedError):
        services.undo_results(import_id=dropped.pk, actor=cast.analyst, now=NOW)


def test_a_later_file_stands_over_an_earlier_until_it_is_undone(cast: Cast) -> None:
    chain = services.own_chain(now=NOW)
    made = []
    for value in (b"91.5", b"70"):
        content = GOOD.replace(b"91.5", value)
        one = services.check_results(chain_id=chain.pk, content=content, file_name="r.csv", actor=cast.analyst, now=NOW)
        made.append(services.apply_results(import_id=one.pk, actor=cast.analyst, now=NOW))
    ResultImport.objects.filter(pk=made[1].pk).update(applied_at=NOW.replace(year=2027))
    table = services.figures_of(chain)
    assert table is not None
    assert table.values["on_time"][0, 0] == 70
    services.undo_results(import_id=made[1].pk, actor=cast.analyst, now=NOW)
    table = services.figures_of(chain)
    assert table is not None
    assert table.values["on_time"][0, 0] == 91.5


def test_a_wide_file_is_read_by_its_columns_and_another_way_when_told(cast: Cast) -> None:
    analyst = signed_in(cast.analyst)
    content = b"Unidad;Periodo;Puntualidad;Casos\nnorth1-t;2026-03;91,5;200\nnorth2-t;2026-03;88,0;100\n"
    path = upload(analyst, content, "es.csv")
    assert set(ResultImport.objects.get().summary["figures"]) == {"puntualidad", "casos"}
    mapping = "unit: Unidad\nperiod: Periodo\nvalues:\n  punctual: {column: Puntualidad, base: Casos, label: Puntual}\n"
    analyst.post(path, {"mapping": mapping})
    found = ResultImport.objects.get().summary["figures"]
    assert found["punctual"]["high"] == 91.5
    assert found["punctual"]["has_base"]
    wrong = analyst.post(path, {"mapping": "unit: [\n"})
    assert wrong.status_code == 422
    assert "cannot be read" in wrong.content.decode()


def test_stations_and_links_can_be_set_and_taken_out(cast: Cast) -> None:
    analyst = signed_in(cast.analyst)
    path = upload(analyst, GOOD + b"north1-t,2026-Q1,Sick days,3,200\n")
    analyst.post(f"{path}decide/", {"decision": "apply"})
    base = "/learn/results/organisation"
    given = {"source": "figure:sick_days", "label_en": "Sick days", "label_es": "Bajas", "lens": "ex",
             "higher_is_better": "no", "more": "fewer sick days"}  # fmt: skip
    assert analyst.post(f"{base}/stations/", given).status_code == 302
    station = ChainStation.objects.get(key="sick_days")
    assert (station.lens, station.higher_is_better, station.labels["es"]) == ("ex", False, "Bajas")
    assert analyst.post(f"{base}/stations/", {**given, "source": "figure:nothing"}).status_code == 422
    assert analyst.get(f"{base}/stations/?station=sick_days").status_code == 200
    assert analyst.get(f"{base}/stations/?station=nothing").status_code == 404
    assert analyst.post(f"{base}/links/", {"links": ["sick_days>on_time"]}).status_code == 302
    assert Chain.objects.get(is_own=True).links == [["sick_days", "on_time"]]
    assert analyst.post(f"{base}/links/", {"links": ["on_time>sick_days"]}).status_code == 422
    analyst.post(f"{base}/stations/", {"remove": "sick_days"})
    assert Chain.objects.get(is_own=True).links == []


def test_there_is_one_chain_of_the_organisation(cast: Cast) -> None:
    first = services.own_chain(now=NOW)
    assert services.own_chain(now=NOW).pk == first.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        Chain.objects.create(key="other", title="", is_own=True, made_at=NOW)


def test_periods_are_written_plainly_and_gathered_into_longer_ones() -> None:
    written = {"2026": "2026", "Q1 2026": "2026-Q1", "2026T3": "2026-Q3", "2026-03-31": "2026-03", "2025/26": "2025/26"}
    assert {text: plain_period(text) for text in written} == written
    assert plain_period("someday") == ""
    values = np.array([[10.0, 20.0, np.nan, 40.0]])
    table = UnitPeriods(
        ("u",), ("2026-01", "2026-02", "2026-03", "2026-04"), {"x": values}, {"x": np.array([[1.0, 3.0, 5.0, 2.0]])}
    )
    quarters = gathered(table, "quarter")
    assert quarters is not None
    assert quarters.periods == ("2026-Q1", "2026-Q2")
    assert quarters.values["x"].tolist() == [[17.5, 40.0]]
    assert quarters.bases["x"].tolist() == [[4.0, 2.0]]
    assert gathered(UnitPeriods(("u",), ("2026",), {"x": np.ones((1, 1))}), "month") is None
    months = [f"2026-{month:02d}" for month in range(1, 13)]
    assert best_grain([(months, ["2026-Q1", "2026-Q2"])]) == "quarter"
    assert best_grain([]) == "year"
