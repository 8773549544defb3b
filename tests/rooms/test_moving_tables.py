"""The wizard for plain tables: guess, correction, dry run, units, cuts, waves, undo, kept mappings, promises."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from tests.rooms.conftest import NOW, Cast, signed_in
from tests.rooms.moving_cast import act, decide, left_behind, page, upload

from headwater.rooms.house.models import AuditEntry
from headwater.rooms.listen import moving_services, releasing, rows
from headwater.rooms.listen.models import MovingImport, Questionnaire, SavedMapping, Study, Wave
from headwater.rooms.listen.studies import plan_in_force

State = MovingImport.State
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]

TEAMS = ("north1-t", "Team north2", "south1-t", "south2-t")


def table(
    rows_each: int = 8, *, head: Sequence[str] = ("team", "ex_stay", "Trust in us", "tenure", "said", "e-mail")
) -> bytes:
    lines = [",".join(head)]
    for number in range(rows_each * 4):
        cells = [
            TEAMS[number % 4],
            str(1 + number % 5),
            str(1 + (number // 2) % 5),
            ("short", "long")[number // 16 % 2],
        ]
        lines.append(
            ",".join(
                [
                    *cells,
                    f"words number {number} which are rather long, no comma".replace(",", ""),
                    f"p{number}@example.org",
                ]
            )
        )
    return "\n".join(lines).encode()


def column(made: MovingImport, name: str) -> int:
    return next(number for number, one in enumerate(made.seen["columns"]) if one["name"] == name)


def test_guess_finds_units_items_comments_and_hides_people(cast: Cast) -> None:
    client = signed_in(cast.analyst)
    made = upload(client, ("pulse.csv", table()))
    roles = {one["name"]: (one["role"], one["key"]) for one in made.seen["columns"]}
    assert roles["team"][0] == "unit"
    assert roles["ex_stay"] == ("item", "ex_stay")
    assert roles["Trust in us"] == ("item", "trust_in_us")
    assert roles["said"][0] == "comment"
    assert roles["e-mail"][0] == "leave"
    said = page(client, made)
    assert "p1@example.org" not in said
    assert "words number" in said


def test_from_upload_to_release(cast: Cast) -> None:
    client = signed_in(cast.experience_lead)
    made = decide(client, upload(client, ("pulse.csv", table())), units="organisation")
    assert made.summary["errors"] == 0, made.problems
    assert made.summary["waves"][0]["units"] == 4
    made = act(client, made, "apply")
    assert made.state == State.APPLIED
    study = Study.objects.get()
    assert (study.promise, study.k, study.channel) == ("anonymous", 5, "open")
    assert not rows.has_rows(study.key, made.waves[0]["wave"])
    assert left_behind() == []
    act(client, made, "release")
    wave = Wave.objects.get()
    assert releasing.has_book(wave), wave.outcome
    assert "See and export" in page(client, made)
    actions = list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))
    assert [one for one in actions if one.startswith("answers.")] == [
        "answers.uploaded", "answers.checked", "answers.agreed", "answers.moved_in", "answers.release_allowed",
    ]  # fmt: skip


def test_units_that_are_unknown_are_listed_and_left_out_only_when_agreed(cast: Cast) -> None:
    client = signed_in(cast.analyst)
    content = table() + b"\nMars,3,3,short,words,x@example.org"
    made = decide(client, upload(client, ("pulse.csv", content)), units="organisation")
    assert "Mars" in str(made.problems)
    made = act(client, made, "apply")
    assert made.state == State.CHECKED
    assert act(client, made, "apply", leave_out="on").state == State.APPLIED
    assert Wave.objects.get().responses == 32


def test_cuts_are_opened_and_small_units_moved_up(cast: Cast) -> None:
    client = signed_in(cast.analyst)
    content = table() + b"\nnorth-d,3,3,short,words,x@example.org"
    made = upload(client, ("pulse.csv", content))
    number = column(made, "tenure")
    made = decide(client, made, units="organisation", **{f"role_{number}": "cut", f"key_{number}": "tenure"})
    said = str(made.problems)
    assert "stand under a unit further up" in said
    assert "no longer carry a cut" in said
    assert act(client, made, "apply", leave_out="on").state == State.APPLIED
    plan = plan_in_force(Wave.objects.get())
    assert [(cut.key, cut.levels) for cut in plan.cuts] == [("tenure", ("long", "short"))]


def test_wrong_corrections_are_explained(cast: Cast) -> None:
    client = signed_in(cast.analyst)
    made = upload(client, ("pulse.csv", table()))
    number = column(made, "Trust in us")
    made = decide(client, made, **{f"answers_{number}": "5-1"})
    assert made.summary["unusable"]
    assert "Write the lowest first" in page(client, made)
    made = decide(client, made, **{f"answers_{number}": "1-5"})
    assert not made.summary["unusable"], made.problems


def test_waves_in_a_column(cast: Cast) -> None:
    client = signed_in(cast.analyst)
    lines = ["unit,year,mood"] + [f"u{n % 2},{2022 + n // 20},{1 + n % 5}" for n in range(60)]
    made = decide(
        client, upload(client, ("years.csv", "\n".join(lines).encode())), first_day="2022-01-01", last_day="2024-12-31"
    )
    assert [wave["rows"] for wave in made.summary["waves"]] == [20, 20, 20]
    act(client, act(client, made, "apply"), "release")
    waves = list(Wave.objects.order_by("order"))
    assert [wave.key for wave in waves] == ["2022", "2023", "2024"]
    assert [wave.opens_at.year for wave in waves] == [2022, 2023, 2024]
    assert all(wave.state == Wave.State.RELEASED for wave in waves)


def test_undo_until_released(cast: Cast, own_folders: Path) -> None:
    client = signed_in(cast.experience_lead)
    made = act(client, decide(client, upload(client, ("pulse.csv", table()))), "apply")
    assert list((own_folders / "sealed").rglob("*.parquet"))
    made = act(client, made, "undo")
    assert made.state == State.UNDONE
    assert not Study.objects.exists()
    assert not Questionnaire.objects.exists()
    assert not list((own_folders / "sealed").rglob("*.parquet"))
    made = act(client, decide(client, upload(client, ("pulse.csv", table()))), "apply")
    act(client, made, "release")
    made = act(client, made, "undo")
    assert made.state == State.APPLIED
    assert "cannot be taken back" in page(client, made)


def test_the_same_file_twice_is_known(cast: Cast) -> None:
    client = signed_in(cast.analyst)
    made = upload(client, ("pulse.csv", table()))
    again = client.post(reverse("listen:moving"), {"file": _file("copy.csv", table())}, follow=True)
    assert "is here already" in again.content.decode()
    act(client, decide(client, made), "apply")
    again = client.post(reverse("listen:moving"), {"file": _file("copy.csv", table())}, follow=True)
    assert "count everybody twice" in again.content.decode()
    assert MovingImport.objects.count() == 1


def test_kept_mapping_is_offered_for_the_next_file(cast: Cast) -> None:
    client = signed_in(cast.analyst)
    made = upload(client, ("pulse.csv", table()))
    number = column(made, "tenure")
    decide(client, made, save_as="Our pulse", **{f"role_{number}": "cut", f"key_{number}": "years_here"})
    following = upload(client, ("pulse-2.csv", table(9)))
    assert "Use “Our pulse”" in page(client, following)
    kept = SavedMapping.objects.get()
    client.post(reverse("listen:moving_use", args=[following.pk, kept.pk]))
    following.refresh_from_db()
    decided = {one["name"]: one for one in following.mapping["reading"]["columns"]}
    assert (decided["tenure"]["role"], decided["tenure"]["key"]) == ("cut", "years_here")


def test_a_second_wave_goes_into_the_same_study_with_its_promise(cast: Cast) -> None:
    client = signed_in(cast.analyst)
    act(client, decide(client, upload(client, ("one.csv", table()))), "apply")
    study = Study.objects.get()
    made = upload(client, ("two.csv", table(9)))
    made = decide(
        client,
        made,
        study=str(study.pk),
        promise="identified",
        k="3",
        wave="Autumn 2025",
        first_day="2025-09-01",
        last_day="2025-09-10",
    )
    made = act(client, made, "apply")
    assert made.state == State.APPLIED, made.problems
    plans = [plan_in_force(wave) for wave in Wave.objects.order_by("order")]
    assert [(plan.promise, plan.k) for plan in plans] == [("anonymous", 5), ("anonymous", 5)]
    assert Questionnaire.objects.count() == 1
    assert Study.objects.count() == 1


@pytest.mark.parametrize("promise", ["confidential", "identified"])
def test_rows_are_kept_as_promised(cast: Cast, promise: str) -> None:
    client = signed_in(cast.analyst)
    lines = ["team,person_id,mood,why"]
    lines += [
        f"north1-t,north1{who},{1 + n % 5},it is a rather long reason number {n}" for n, who in enumerate("abcd" * 4)
    ]
    made = upload(client, ("named.csv", "\n".join(lines).encode()))
    number = column(made, "why")
    made = decide(
        client, made, promise=promise, units="organisation", **{f"role_{number}": "comment", f"key_{number}": "why"}
    )
    made = act(client, made, "apply", leave_out="on")
    assert made.state == State.APPLIED, made.problems
    kept = list(rows.read_rows(made.waves[0]["study"], made.waves[0]["wave"]))
    assert len(kept) == 16
    assert len({row.respondent for row in kept}) == 4
    persons = {row.respondent for row in kept}
    from headwater.rooms.people.models import Person

    known = set(map(str, Person.objects.filter(key__startswith="north1").values_list("pk", flat=True)))
    assert (persons <= known) == (promise == "identified")
    assert not any("north1" in person for person in persons)


def test_a_large_file_waits_for_a_worker(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving_services, "SMALL", 10)
    client = signed_in(cast.analyst)
    made = upload(client, ("pulse.csv", table()))
    assert made.state == State.LOOKING
    assert "The file is being read." in page(client, made)
    moving_services.work_job(import_id=str(made.pk), actor="system", now=NOW)
    made.refresh_from_db()
    assert made.state == State.UPLOADED
    assert decide(client, made).state == State.CHECKING


def test_files_nobody_decides_about_are_dropped(cast: Cast) -> None:
    client = signed_in(cast.analyst)
    made = upload(client, ("pulse.csv", table()))
    MovingImport.objects.update(uploaded_at=NOW)
    moving_services.tidy(now=NOW + timedelta(days=8))
    made.refresh_from_db()
    assert made.state == State.DROPPED
    assert left_behind() == []


@pytest.mark.parametrize("who", ["administrator", "privacy_officer", "top_leader", "employee", "outsider"])
def test_outsiders_are_refused(cast: Cast, who: str) -> None:
    made = upload(signed_in(cast.analyst), ("pulse.csv", table()))
    client = signed_in(getattr(cast, who))
    assert client.get(reverse("listen:moving")).status_code == 403
    assert client.post(reverse("listen:moving"), {"file": _file("x.csv", table(9))}).status_code == 403
    assert client.get(reverse("listen:moving_import", args=[made.pk])).status_code == 403
    for name in ("moving_map", "moving_decide"):
        assert client.post(reverse(f"listen:{name}", args=[made.pk]), {"decision": "drop"}).status_code == 403
    assert client.get(reverse("listen:moving_report", args=[made.pk, "losses"])).status_code == 403
    assert len(left_behind()) == 1


def test_a_forged_upload_is_refused(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.analyst)
    response = client.post(reverse("listen:moving"), {"file": _file("x.csv", table())})
    assert response.status_code == 403
    assert not MovingImport.objects.exists()
    assert left_behind() == []


def test_reports_are_safe_to_open(cast: Cast) -> None:
    client = signed_in(cast.analyst)
    content = table(head=("team", "ex_stay", "Trust in us", "=cmd()", "said", "e-mail"))
    made = decide(client, upload(client, ("pulse.csv", content)))
    response = client.get(reverse("listen:moving_report", args=[made.pk, "losses"]))
    assert response["Content-Type"].startswith("text/csv")
    assert not any(cell.startswith("=") for line in response.content.decode().splitlines() for cell in line.split(","))


def _file(name: str, content: bytes) -> object:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content)


def test_settings_point_at_the_test(own_folders: Path) -> None:
    assert own_folders == settings.DIR
