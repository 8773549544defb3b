"""Questionnaires in other languages and other forms: translating, YAML, surveys of other products."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.rooms.conftest import Cast, signed_in
from tests.rooms.questionnaire_cast import at, instrument, now_of, own

from headwater.instruments import library, read_instrument, to_yaml
from headwater.rooms.listen.models import Questionnaire, QuestionnaireVersion
from headwater.rooms.listen.questionnaire_services import (
    basis_of,
    draft_of,
)


def test_translating_side_by_side(cast: Cast) -> None:
    version = own(cast.experience_lead, "pulse")
    client = signed_in(cast.experience_lead)
    begun = client.post(at("questionnaire_languages", version), {"language": "it", "basis": basis_of(now_of(version))})
    assert begun.status_code == 302
    assert now_of(version).waiting["it"] == {}
    page = client.get(at("questionnaire_words", version, "it"))
    places = [row["phrase"].place for row in page.context["rows"]]
    assert page.content.decode().count('class="tag">missing') == sum(not place.startswith("scale.") for place in places)
    words = {f"w:{place}": f"it {number}" for number, place in enumerate(places)}
    saved = client.post(at("questionnaire_words", version, "it"), {**words, "basis": basis_of(now_of(version))})
    assert saved.status_code == 302
    found = instrument(version)
    assert found.languages[-1] == "it"
    assert "it" in found.unreviewed
    act = at("questionnaire_language_act", version, "it")
    assert client.post(act, {"act": "reviewed", "basis": basis_of(now_of(version))}).status_code == 422
    client.post(act, {"act": "reviewed", "reader": "Ida", "basis": basis_of(now_of(version))})
    assert "it" not in instrument(version).unreviewed
    arabic = client.get(at("questionnaire_words", version, "ar")).content.decode()
    assert 'lang="ar" dir="rtl"' in arabic
    client.post(act, {"act": "drop", "basis": basis_of(now_of(version))})
    assert "it" not in instrument(version).languages
    assert client.get(at("questionnaire_words", version, "en")).status_code == 404
    assert client.get(at("questionnaire_words", version, "xx")).status_code == 404


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_translators_table_goes_out_and_comes_back(cast: Cast, form: str) -> None:
    version = own(cast.experience_lead, "pulse")
    client = signed_in(cast.experience_lead)
    key = instrument(version).items[0].key
    client.post(
        at("questionnaire_words", version, "es"),
        {f"w:item.{key}": "=1+1 es dos", "basis": basis_of(now_of(version))},
    )
    assert instrument(version).item(key).text["es"] == "=1+1 es dos"
    content = client.get(at("questionnaire_words_file", version, "es", form)).content
    if form == "csv":
        assert b"'=1+1 es dos" in content
        content = content.replace(b"'=1+1 es dos", b"'=1+2 es tres")
    else:
        import openpyxl

        book = openpyxl.load_workbook(io.BytesIO(content))
        cells = [cell for row in book.active.iter_rows() for cell in row]
        assert all(cell.data_type != "f" for cell in cells)
        cell = next(cell for cell in cells if "es dos" in str(cell.value))
        cell.value = "'=1+2 es tres"
        saved = io.BytesIO()
        book.save(saved)
        content = saved.getvalue()
    back = client.post(
        at("questionnaire_words_read", version, "es"),
        {"file": SimpleUploadedFile(f"words.{form}", content), "basis": basis_of(now_of(version))},
    )
    assert back.status_code == 302, back.content.decode()
    assert instrument(version).item(key).text["es"] == "=1+2 es tres"
    wrong = client.post(
        at("questionnaire_words_read", version, "es"),
        {"file": SimpleUploadedFile("w.csv", b"place,source,translation\nitem.nowhere,x,y\n"), "basis": "1.1"},
    )
    assert wrong.status_code == 422
    assert "row 2" in wrong.content.decode()


def test_yaml_goes_out_and_comes_in(cast: Cast) -> None:
    version = own(cast.experience_lead)
    client = signed_in(cast.experience_lead)
    text = client.get(at("questionnaire_yaml", version, "1.0")).content.decode()
    assert read_instrument(text, "x") == instrument(version)
    edited = text.replace("My leader hears me out when I raise a problem.", "My leader hears me out.")
    assert edited != text
    read = client.post(
        reverse("listen:questionnaire_move_in"),
        {"file": SimpleUploadedFile("ours.yaml", edited.encode()), "lens": "ex"},
    )
    page = read.content.decode()
    assert read.status_code == 200
    assert "Nothing is lost." in page
    assert "Make it the draft of" in page
    assert Questionnaire.objects.count() == 1
    token = read.context["token"]
    assert client.post(reverse("listen:questionnaire_keep"), {"token": token, "act": "replace"}).status_code == 302
    assert instrument(version).item("lx_listens").text["en"] == "My leader hears me out."
    client.post(reverse("listen:questionnaire_keep"), {"token": token, "act": "new"})
    assert Questionnaire.objects.count() == 2
    forged = client.post(reverse("listen:questionnaire_keep"), {"token": token[:-2] + "xx", "act": "new"}, follow=True)
    assert "This page is too old." in forged.content.decode()
    assert Questionnaire.objects.count() == 2


def test_a_wrong_yaml_is_refused_with_its_lines(cast: Cast) -> None:
    client = signed_in(cast.experience_lead)
    text = to_yaml(library()["pulse"]).replace("lens: ex", "lens: nowhere")
    read = client.post(
        reverse("listen:questionnaire_move_in"), {"file": SimpleUploadedFile("x.yaml", text.encode()), "lens": "ex"}
    )
    assert read.status_code == 422
    assert re.search(r"Line \d+", read.content.decode())
    for name, content in (
        ("x.yaml", b"\xff\xfe"),
        ("x.exe", b"MZ"),
        ("x.qsf", b"{}"),
        ("x.lss", b"<a>"),
        ("x.json", b""),
    ):
        answer = client.post(
            reverse("listen:questionnaire_move_in"), {"file": SimpleUploadedFile(name, content), "lens": "ex"}
        )
        assert answer.status_code == 422, name
    assert Questionnaire.objects.count() == 0


def test_a_survey_of_another_product_shows_what_is_lost(cast: Cast) -> None:
    client = signed_in(cast.experience_lead)
    survey = (
        b'{"title": "Visit", "pages": [{"elements": [{"type": "radiogroup", "name": "came", "title": "Did you come?",'
        b'"choices": ["Yes", "No"]}, {"type": "file", "name": "photo", "title": "A photo"}]}]}'
    )
    read = client.post(
        reverse("listen:questionnaire_move_in"), {"file": SimpleUploadedFile("v.json", survey), "lens": "cx"}
    )
    page = read.content.decode()
    assert read.status_code == 200
    assert "Not carried over" in page
    assert "photo" in page
    assert Questionnaire.objects.count() == 0
    kept = client.post(
        reverse("listen:questionnaire_keep"), {"token": read.context["token"], "act": "new"}, follow=True
    )
    assert "not carried over" in kept.content.decode()
    assert draft_of(QuestionnaireVersion.objects.get()).instrument.items[0].text["en"] == "Did you come?"


def test_a_questionnaire_goes_out_to_surveyjs_after_what_is_lost(cast: Cast) -> None:
    version = own(cast.experience_lead)
    client = signed_in(cast.analyst)
    for address in (
        at("questionnaire_surveyjs", version, "1.0"),
        reverse("listen:library_questionnaire_surveyjs", args=["lx_core"]),
    ):
        page = client.get(address).content.decode()
        assert "have no place in SurveyJS" in page
        assert "that a question is reversed" in page
        file = client.get(address, {"file": "1"})
        assert len(file.json()["pages"][0]["elements"]) == 17
        assert signed_in(cast.outsider).get(address).status_code == 403
