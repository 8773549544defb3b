"""What is wrong with a file, and what is not carried over, as a Spanish reader sees it: pages, lists, refusals."""

from __future__ import annotations

import csv
import io
import json
from html import unescape
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.rooms.conftest import NOW, TODAY, Cast, organisation_csv, signed_in
from tests.rooms.moving_cast import decide, page, upload
from tests.rooms.questionnaire_cast import at, now_of, own

from headwater.rooms.house.templatetags.problems import told_error
from headwater.rooms.listen.models import MovingImport
from headwater.rooms.listen.questionnaire_services import basis_of
from headwater.rooms.people import imports
from headwater.rooms.people.models import User
from headwater.vocab import HeadwaterError, InputError, Problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]

HOSTILE = ("{0}.csv", ".*(a+)+$.csv", "%(value)s %s.csv")
SURVEY = json.dumps(
    {
        "title": "Pulso",
        "pages": [
            {
                "elements": [
                    {"type": "rating", "name": "listens", "title": "My leader listens.", "rateMax": 5},
                    {"type": "signaturepad", "name": "signed", "title": "Sign here."},
                    {"type": "file", "name": "photo", "title": "A photo of your desk."},
                ]
            }
        ],
    }
).encode()


def spanish(user: User) -> Client:
    client = signed_in(user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "es"
    return client


def said(client: Client, path: str) -> str:
    return unescape(client.get(path).content.decode())


def test_a_dry_run_of_the_organisation(cast: Cast) -> None:
    content = organisation_csv(more=("new1,New One,nobody,south1-t,Team south1",))
    made = imports.check_import(
        content=content, actor=cast.administrator, is_full=True, effective_date=TODAY, file_name="{0}.csv", now=NOW
    )
    assert made.problems, "the file has nothing odd"
    english = said(signed_in(cast.administrator), reverse("people:import", args=[made.pk]))
    shown = said(spanish(cast.administrator), reverse("people:import", args=[made.pk]))
    for problem in made.problems:
        assert problem["message"] in english
        assert problem["message"] not in shown
    assert "{0}.csv" in shown


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_of_any_name_is_refused_in_the_readers_language(cast: Cast, name: str) -> None:
    client = spanish(cast.analyst)
    response = client.post(reverse("listen:moving"), {"file": SimpleUploadedFile(name, b"\x00\x00\x01 no table")})
    made = MovingImport.objects.get()
    assert response.status_code == 302
    shown = unescape(page(client, made))
    assert name in shown
    assert made.problems
    assert all(problem["message"] not in shown for problem in made.problems)


TABLE = "\n".join(
    (
        "team,ex_stay,e-mail,said",
        *(f"u{number % 2},{1 + number % 5},p{number}@example.org,words number {number}" for number in range(40)),
        "u1,nine,x@example.org,words",
    )
).encode()


def test_the_wizard_says_why_it_guesses_so(cast: Cast) -> None:
    client = spanish(cast.analyst)
    shown = unescape(page(client, upload(client, ("pulse.csv", TABLE))))
    assert "su nombre lo dice" in shown
    assert "puede contener una dirección de correo electrónico" in shown
    assert "its name" not in shown
    assert "it may hold" not in shown


def report(client: Client, made: MovingImport, what: str) -> list[list[str]]:
    response = client.get(reverse("listen:moving_report", args=[made.pk, what]))
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_both_reports_of_a_dry_run(cast: Cast) -> None:
    client = spanish(cast.analyst)
    rated = {"role_1": "item", "key_1": "ex_stay", "answers_1": "1-5"}
    made = decide(client, upload(client, ("pulse.csv", TABLE)), **rated)
    heads, *rows = report(client, made, "problems")
    assert heads == ["Gravedad", "Archivo", "Fila", "Columna", "Qué está mal", "Qué hacer"]
    assert [
        "Error", "pulse.csv", "42", "ex_stay",
        "'nine' no es una respuesta de la escala de 1 a 5 de la pregunta ex_stay.",
        "Corríjala, asígnela en `codes` o nómbrela en `not_applicable` o `missing`.",
    ] in rows  # fmt: skip
    _heads, *lost = report(client, made, "losses")
    assert ["la columna e-mail", "pulse.csv", "Se dejó fuera como se decidió."] in lost
    assert any(row[2].startswith("una tabla no lo dice. ") for row in lost)
    english = report(signed_in(cast.analyst), made, "problems")
    assert [row[4] for row in english[1:]] == [problem["message"] for problem in made.problems]
    shown = unescape(page(client, made))
    assert all(problem["message"] not in shown for problem in made.problems)


def test_what_stops_an_import_in_the_background_is_said_by_who_reads(cast: Cast) -> None:
    client = spanish(cast.analyst)
    made = decide(client, upload(client, ("few.csv", b"team,mood\nu1,3\nu2,4\n")), k="5")
    (problem,) = [one for one in made.problems if "anonymously" in one["message"]]
    assert problem["message"].startswith("the wave 'Spring 2025' has 2 responses;")
    shown = unescape(page(client, made))
    assert "la oleada 'Spring 2025' tiene 2 respuestas; no se guarda nada anónimo de menos de 5 personas." in shown
    assert problem["message"] in unescape(page(signed_in(cast.analyst), made))


def test_a_questionnaire_of_another_product(cast: Cast) -> None:
    path = reverse("listen:questionnaire_move_in")
    pages = {}
    for language, client in (("en", signed_in(cast.experience_lead)), ("es", spanish(cast.experience_lead))):
        file = SimpleUploadedFile("{0} (.*)+.json", SURVEY)
        pages[language] = unescape(client.post(path, {"file": file, "lens": "lx"}).content.decode())
        assert "{0} (.*)+.json" in pages[language]
    for english, words in (
        ("a signaturepad question", "una pregunta de tipo signaturepad"),
        ("Files are not collected here.", "Aquí no se recogen archivos."),
        ("High codes are taken as good", "Los códigos altos se toman por buenos"),
    ):
        assert english in pages["en"]
        assert english not in pages["es"]
        assert words in pages["es"]


def test_a_translators_table_that_is_wrong(cast: Cast) -> None:
    version = own(cast.experience_lead, "pulse")
    client = spanish(cast.experience_lead)
    client.post(at("questionnaire_languages", version), {"language": "it", "basis": basis_of(now_of(version))})
    file = SimpleUploadedFile("{0}.csv", b"a,b\n1,2\n")
    response = client.post(
        at("questionnaire_words_read", version, "it"), {"file": file, "basis": basis_of(now_of(version))}
    )
    shown = unescape(response.content.decode())
    assert "{0}.csv, fila 1: no hay ninguna columna 'place'. Deje la primera fila de la tabla" in shown


def test_a_refusal_of_a_button(cast: Cast) -> None:
    asked = {"verdict": "", "reason": "They were looked at."}
    path = reverse("listen:set_apart", args=[uuid4()])
    told = {}
    for language, client in (("en", signed_in(cast.experience_lead)), ("es", spanish(cast.experience_lead))):
        (said_once,) = get_messages(client.post(path, asked).wsgi_request)
        told[language] = str(said_once)
    assert told == {"en": "choose to release or to reject.", "es": "elija liberar o rechazar."}


def test_places_and_errors_in_the_language_in_force() -> None:
    problems = [Problem("the file is empty.", "", "a%s{0}.csv", 3, "sí"), Problem("nobody knows this", "Fill it.")]
    with translation.override("es"):
        assert told_error(InputError(problems)).splitlines() == [
            "a%s{0}.csv, fila 3, columna sí: el archivo está vacío.",
            "nobody knows this Rellénela.",
        ]
        assert told_error(InputError(problems), most=1).count("\n") == 0
        assert told_error(HeadwaterError("the file is empty.")) == "el archivo está vacío."
    with translation.override("en"):
        assert told_error(InputError(problems)) == str(InputError(problems))
