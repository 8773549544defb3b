"""Comments on pages: who may see which, what is masked, what is never shown, the theme book, and files."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone
from tests.rooms.conftest import Cast, signed_in
from tests.rooms.study_cast import OPENS, answer, answers_for, asked, enlarge, launched
from tests.rooms.test_learn_pages import leader_of

from headwater.rooms.house.jobs import run_job
from headwater.rooms.house.models import AuditEntry, Job
from headwater.rooms.learn import comment_pages
from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.comment_finding import work_out_comments
from headwater.rooms.learn.comment_queries import STEP, ThemeShown, comments_of, theme_shown, themes_of_unit
from headwater.rooms.learn.models import ThemeBookVersion
from headwater.rooms.learn.working_out import STEPS, findings_folder
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.waves import advance_waves
from headwater.rooms.people.models import Person
from headwater.vocab import CommentBook, ThemeCell

pytestmark = pytest.mark.usefixtures("own_folders")

CANARY = "Quillonby"
CHANGE = "/learn/comments/book/change/"
HOSTILE = '<script>alert(1)</script> =HYPERLINK("http://x") the pay is bad'
SAYINGS = (
    "The pay is an insult, my salary is far too low",
    "Our boss {name} never listens to us",
    "Great team, my colleagues always help",
    "The computers crash all day, terrible equipment",
    "El sueldo es muy bajo y nadie nos escucha",
    "Parking at the depot is a nightmare, parking should be free",
    HOSTILE,
)


@pytest.fixture
def released(cast: Cast) -> Wave:
    """A released wave with comments; one team in which hardly anybody answered, and one unlucky person by name."""
    enlarge(cast.administrator)
    person = Person.objects.filter(is_active=True).order_by("pk").first()
    assert person is not None
    Person.objects.filter(pk=person.pk).update(name=f"Abel {CANARY}")
    wave = launched(cast.experience_lead, channel="code", questionnaires=[("lx_core", None)])
    for place, invitation in enumerate(asked(wave)):
        if invitation.unit_key == "d1t3-t" and invitation.pk % 6:
            continue
        said = SAYINGS[place % len(SAYINGS)].format(name=CANARY)
        given: dict[str, Any] = {**answers_for(wave, seed=invitation.pk), "lx_comment": said}
        answer(wave, invitation, at=OPENS + timedelta(hours=2), answers=given)
    advance_waves(now=wave.late_until + timedelta(minutes=1))
    wave.refresh_from_db()
    assert wave.state == Wave.State.RELEASED, wave.outcome
    assert work_out_comments(wave)
    return wave


def page(user: Any, **query: str) -> str:
    answered = signed_in(user).get("/learn/comments/", query)
    assert answered.status_code == 200
    return answered.content.decode()


def test_it_is_a_step_of_what_is_worked_out_after_a_release() -> None:
    assert STEPS[STEP] is work_out_comments


def test_a_stranger_is_refused_and_a_leader_sees_own_units(cast: Cast, released: Wave) -> None:
    assert Client().get("/learn/comments/").status_code == 302
    for user in (cast.outsider, cast.employee, cast.privacy_officer):
        for path in (
            "/learn/comments/",
            "/learn/comments/file.csv",
            "/learn/comments/book/",
            "/learn/comments/book/theme/pay/",
        ):
            assert signed_in(user).get(path).status_code == 403, path
    north = signed_in(leader_of("d0-d", cast.administrator))
    assert north.get("/learn/comments/", {"unit": "d0-d"}).status_code == 200
    for unit in ("all", "d1-d", "d1t0-t"):
        for path in ("/learn/comments/", "/learn/comments/file.xlsx"):
            assert north.get(path, {"unit": unit}).status_code == 403
    assert north.get("/learn/comments/book/").status_code == 403
    assert north.post("/learn/comments/book/change/apply/").status_code == 403
    assert north.get("/learn/comments/", {"unit": "nowhere"}).status_code == 404


def test_the_page_names_themes_cites_comments_and_masks_people(cast: Cast, released: Wave) -> None:
    text = page(cast.analyst)
    for words in ("Pay and benefits", "The leader", "Being heard", "How it sounds, by theme", "How was this made"):
        assert words in text
    assert "[person] never listens" in text
    assert CANARY not in text
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;" in text
    assert "style=" not in text.replace('rel="stylesheet"', "")
    spanish = signed_in(cast.analyst).get("/learn/comments/", headers={"accept-language": "es"}).content.decode()
    assert "Sueldo y beneficios" in spanish


def test_no_file_that_is_released_holds_the_name_of_a_person(cast: Cast, released: Wave) -> None:
    """The canary: one person's name stands in a seventh of the comments."""
    for path in findings_folder(released, STEP).rglob("*"):
        assert CANARY.encode() not in path.read_bytes()
        assert CANARY.casefold().encode() not in path.read_bytes().lower()
    analyst = signed_in(cast.analyst)
    book = openpyxl.load_workbook(io.BytesIO(analyst.get("/learn/comments/file.xlsx").getvalue()))
    cells = [str(cell) for row in book["Table"].iter_rows(values_only=True) for cell in row if cell]
    assert any("[person] never listens" in cell for cell in cells)
    assert not any(CANARY in cell or cell.startswith("=") for cell in cells)
    csv = analyst.get("/learn/comments/file.csv").content.decode()
    assert CANARY not in csv
    assert "Comment" in csv
    assert analyst.get("/learn/comments/file.pptx").content.startswith(b"PK")
    assert analyst.get("/learn/comments/file.exe").status_code == 404


def test_a_team_that_wrote_too_little_gets_the_group_above_labelled(cast: Cast, released: Wave) -> None:
    text = page(leader_of("d1t3-t", cast.administrator), unit="d1t3-t")
    assert "Too few people of" in text
    assert "the nearest group above that is large enough" in text
    row = book_of(released).tree.index_of["d1t3-t"]
    shown = themes_of_unit(wave=released, row=row, most=3)
    assert 0 < len(shown) <= 3
    assert all(theme.is_from_above and theme.row != row for theme in shown)
    assert all(theme.label and theme.sentence for theme in shown)


def test_a_unit_of_which_no_theme_can_be_named_gets_those_of_the_group_above(
    cast: Cast, released: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, cells = book_of(released), CommentBook.cells
    found = comments_of(released)
    assert found is not None
    north = next(row for row in range(1, len(book.tree)) if found.sizes[row].any())
    monkeypatch.setattr(
        CommentBook, "cells", lambda self, item, row: iter(()) if row == north else cells(self, item, row)
    )
    assert {theme.unit for theme in themes_of_unit(wave=released, row=north)} == {book.tree.names[0]}
    text = signed_in(cast.experience_lead).get("/learn/comments/", {"unit": book.tree.ids[north]}).content.decode()
    assert f"What follows is from all of {book.tree.names[0]}" in text
    assert 'class="said-themes"><article' in text


def test_search_keeps_to_what_was_cited(cast: Cast, released: Wave) -> None:
    text = page(cast.analyst, q="salary")
    assert "1 cited comment holds “salary”." in text
    assert "The pay is an insult" in text
    assert "computers crash" not in text
    assert "0 cited comments hold" in page(cast.analyst, q=CANARY)


def test_the_theme_book_is_drafted_applied_and_sorts_anew(cast: Cast, released: Wave) -> None:
    analyst = signed_in(cast.analyst)
    made = analyst.post(f"{CHANGE}add/", {"label": "Parking", "code": "en", "words": "parking*\ncar park"})
    assert made.status_code == 302
    assert made["Location"].endswith("/theme/parking/")
    assert ">Parking</h3>" not in page(cast.analyst)
    assert ThemeBookVersion.objects.get().applied_at is None
    text = analyst.get("/learn/comments/book/").content.decode()
    assert "There is a draft" in text
    assert analyst.post(f"{CHANGE}apply/").status_code == 302
    assert analyst.post(f"{CHANGE}apply/").status_code == 302
    version = ThemeBookVersion.objects.get()
    assert version.number == 1
    for job in Job.objects.filter(name="work_out_findings").order_by("pk"):
        if job.arguments.get("only") == STEP:
            run_job(job_id=job.pk, now=timezone.now() + timedelta(hours=1))
    book = comments_of(released)
    assert book is not None
    assert book.themes.version == 1
    assert ">Parking</h3>" in page(cast.analyst)
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"theme_book.added", "theme_book.applied"} <= actions


def test_themes_are_merged_split_renamed_and_restored(cast: Cast, released: Wave) -> None:
    analyst = signed_in(cast.analyst)

    def change(what: str, **values: Any) -> dict[str, Any]:
        assert analyst.post(f"{CHANGE}{what}/", values).status_code == 302
        draft = ThemeBookVersion.objects.get(applied_at=None)
        return {theme["key"]: theme for theme in draft.content["themes"]}

    before = change("merge", into="pay", others=["pay", "place"])
    assert "place" not in before
    assert "canteen" in before["pay"]["words"]["en"]
    assert before["pay"]["learned"] == ["pay", "place"]
    after = change("split", key="pay", label="Canteen", moved=["en:canteen", "en:kitchen"])
    assert after["canteen"]["words"] == {"en": ["canteen", "kitchen"]}
    assert "canteen" not in after["pay"]["words"]["en"]
    edits = ThemeBookVersion.objects.get(applied_at=None).edits
    named = change(
        "edit",
        key="pay",
        edits=str(edits),
        language=["en"],
        label_en="Money",
        words_en="pay\nsalar*",
        without_en="pay attention",
    )
    assert named["pay"]["label"]["en"] == "Money"
    assert named["pay"]["words"]["en"] == ["pay", "salar*"]
    assert named["pay"]["without"] == {"en": ["pay attention"]}
    assert named["pay"]["learned"] == []
    assert named["pay"]["words"]["es"]
    stale = analyst.post(
        "/learn/comments/book/change/edit/",
        {"key": "pay", "edits": "0", "language": "en", "words_en": "x"},
        follow=True,
    )
    assert "Somebody else changed the theme book" in stale.content.decode()
    wrong = analyst.post(
        "/learn/comments/book/change/edit/",
        {"key": "pay", "edits": str(edits + 1), "language": "en", "words_en": "*"},
        follow=True,
    )
    assert "finds nothing or too much" in wrong.content.decode()
    again = change("restore", number="0")
    assert "place" in again
    assert analyst.post(f"{CHANGE}drop/").status_code == 302
    assert not ThemeBookVersion.objects.exists()
    assert analyst.post(f"{CHANGE}restore/", {"number": "7"}).status_code == 404
    assert analyst.post(f"{CHANGE}nothing/").status_code == 404


def test_a_preview_looks_only_at_released_comments(cast: Cast, released: Wave) -> None:
    text = signed_in(cast.analyst).get("/learn/comments/book/theme/leadership/").content.decode()
    assert "What its words catch now" in text
    assert "[person] never listens" in text
    assert CANARY not in text
    assert signed_in(cast.analyst).get("/learn/comments/book/theme/none/").status_code == 404


def test_pages_have_one_heading_and_labelled_fields(cast: Cast, released: Wave) -> None:
    for path in ("/learn/comments/", "/learn/comments/book/", "/learn/comments/book/theme/pay/"):
        text = signed_in(cast.analyst).get(path).content.decode()
        assert text.count("<h1") == 1
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]


def test_themes_of_which_nothing_may_be_quoted_stand_in_one_list(
    cast: Cast, released: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Also spoken of" not in page(cast.analyst, unit="all")

    def unquoted(book: CommentBook, cell: ThemeCell, *, is_from_above: bool = False) -> ThemeShown:
        shown = theme_shown(book, cell, is_from_above=is_from_above)
        return replace(shown, cited=()) if cell.theme in ("pay", "tools") else shown

    monkeypatch.setattr(comment_pages, "theme_shown", unquoted)
    text = page(cast.analyst, unit="all")
    listed = text[text.index("Also spoken of") :].partition("</section>")[0]
    assert re.findall(r"<dt>([^<]*)</dt>", listed) == ["Pay and benefits", "Tools and systems"]
    assert text.count("Spoken of by too few to read what they wrote safely.") == 1
    assert ">Pay and benefits</h3>" not in text
