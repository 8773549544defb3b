"""The River in Spanish: the page, the executive deck and the PDF hold no English sentence."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client
from lxml import html
from tests.rooms.conftest import NOW, Cast, signed_in
from tests.rooms.river_cast import release_work_study, results_csv, work_out_rivers
from tests.spanish import english_in

from headwater.rooms.learn import results_services
from headwater.rooms.learn.models import Chain
from headwater.rooms.learn.river_making import river_step
from headwater.rooms.listen.models import Study
from headwater.rooms.people.models import Unit
from headwater.rooms.people.queries import organisation_name

pytestmark = pytest.mark.usefixtures("own_folders")

SPANISH = {"accept-language": "es"}
OWN_NAMES = {"Headwater", "English", "Español", "On time", "PDF", "CSV", "results.csv", "headwater.chain"}


@pytest.fixture
def lead(cast: Cast) -> Client:
    """Somebody who sees the River of a released study and a file of results."""
    assert river_step(release_work_study(cast))
    made = results_services.check_results(
        chain_id=Chain.objects.get(is_own=True).pk,
        content=results_csv(),
        file_name="results.csv",
        actor=cast.analyst,
        now=NOW,
    )
    results_services.apply_results(import_id=made.pk, actor=cast.analyst, now=NOW)
    work_out_rivers()
    return signed_in(cast.experience_lead)


def names() -> set[str]:
    """What the organisation called things itself."""
    titles = {wave for study in Study.objects.all() for wave in (study.title, study.key)}
    return {*Unit.objects.values_list("name", flat=True), organisation_name(), *titles, *OWN_NAMES}


def words_of_page(text: str) -> list[str]:
    """Every text of a page that somebody reads or hears, but not what is in another language."""
    found: list[str] = []

    def walk(part: html.HtmlElement, is_other: bool) -> None:
        if not isinstance(part.tag, str) or part.tag in {"script", "style"}:
            return
        is_other = is_other if part.get("lang") is None else not part.get("lang", "").startswith("es")
        if not is_other:
            found.extend(part.get(name, "") for name in ("aria-label", "title", "placeholder", "alt"))
            found.append(part.text or "")
        for child in part:
            walk(child, is_other)
            found.append("" if is_other else child.tail or "")

    walk(html.fromstring(text), False)
    return [one for one in found if one.strip()]


def test_the_page_holds_no_english(lead: Client) -> None:
    answer = lead.get("/learn/river/", headers=SPANISH)
    page = answer.content.decode()
    assert "El primer tramo" in page
    texts = words_of_page(page)
    assert len(texts) > 100
    assert english_in(texts, {*names(), "Cast Lead"} | account_words(page)) == []


def account_words(page: str) -> set[str]:
    """Name and address of who is signed in."""
    tree = html.fromstring(page)
    return {" ".join(one.split()) for one in tree.xpath("//header//details//text()") if one.strip()}


def test_every_stream_and_what_if_hold_no_english(lead: Client) -> None:
    left: set[str] = set()
    for place in range(3):
        page = lead.get(f"/learn/river/?stream={place}&change=0.25", headers=SPANISH).content.decode()
        left.update(english_in(words_of_page(page), names() | account_words(page)))
    assert left == set()


def test_the_executive_deck_holds_no_english(lead: Client, tmp_path: Path) -> None:
    from pptx import Presentation

    path = tmp_path / "river.pptx"
    answer = lead.get("/learn/river/organisation/report.pptx", headers=SPANISH)
    path.write_bytes(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    texts = []
    for slide in Presentation(str(path)).slides:
        shapes = list(slide.shapes)
        if slide.has_notes_slide:
            texts.append(slide.notes_slide.notes_text_frame.text)
        while shapes:
            shape = shapes.pop()
            shapes += list(getattr(shape, "shapes", []))
            if shape.has_text_frame:
                texts += [part.text for part in shape.text_frame.paragraphs]
            if getattr(shape, "has_table", False):
                texts += [cell.text for row in shape.table.rows for cell in row.cells]
    assert len(texts) > 60
    assert english_in(texts, names()) == []


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext reads what a PDF says")
def test_the_pdf_holds_no_english(lead: Client, tmp_path: Path) -> None:
    path = tmp_path / "river.pdf"
    answer = lead.get("/learn/river/organisation/report.pdf", headers=SPANISH)
    path.write_bytes(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    text = subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True, text=True).stdout
    paragraphs = [part for part in text.split("\n\n") if part.strip()]
    assert len(paragraphs) > 30
    assert english_in(paragraphs, names()) == []
