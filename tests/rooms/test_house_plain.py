"""Respondents' pages: the slim layout, its weight, its languages, and the sample of every kind of question."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Context, Engine, Template
from django.test import Client, RequestFactory
from django.utils import translation
from tests.rooms.conftest import Cast, signed_in

from headwater.reports.palette import LIGHT
from headwater.rooms.house.catalogues import languages_with_catalogues, own_name
from headwater.rooms.house.languages import Spoken, choose_language, direction_of, speak
from headwater.rooms.house.plain_pages import Tongue, plain_page
from headwater.rooms.house.stylesheet import PLAIN_PARTS, PLAIN_STYLESHEET, build_plain_stylesheet, squeezed
from headwater.rooms.house.templatetags.humanise import digits

SAMPLE = "/house/parts/respond"
QUESTION = (
    '{% for item in items %}<fieldset class="q"><legend><small>{{ forloop.counter }} / 60</small>{{ item }}</legend>\n'
    '<div class="s s5">{% for label in labels %}'
    '<label><input type="radio" name="lx_item_{{ forloop.parentloop.counter }}" value="{{ forloop.counter }}">'
    "<b>{{ forloop.counter }}</b><i>{{ label }}</i></label>{% endfor %}</div></fieldset>\n{% endfor %}"
)


def test_the_served_stylesheet_is_made_of_its_sources_and_is_small() -> None:
    made = build_plain_stylesheet()
    assert PLAIN_STYLESHEET.read_text(encoding="utf-8") == made
    assert len(made.encode()) < 12_000


def test_the_parts_name_no_colour_and_every_name_is_known() -> None:
    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b", PLAIN_PARTS.read_text(encoding="utf-8")) == []
    made = build_plain_stylesheet()
    used = set(re.findall(r"var\(--([\w-]+)\)", made))
    assert used
    assert used <= set(LIGHT)
    for name in used:
        assert made.count(f"--{name}:") == 3, name  # light, dark, paper


def test_the_layout_mirrors_by_itself() -> None:
    parts = re.sub(r"\[dir=rtl\][^}]*}", "", squeezed(PLAIN_PARTS.read_text(encoding="utf-8")))
    physical = re.findall(
        r"(?:margin|padding|border)-(?:left|right)|(?<![-\w])(?:left|right):|text-align:(?:left|right)", parts
    )
    assert physical == []


def test_squeezing_keeps_what_means_something() -> None:
    source = "a:hover , b > c { color : red ; margin: 0 auto; }\n@media (max-width: 3rem) { i + b { top: 0 } }"
    assert squeezed(source) == "a:hover,b>c{color : red;margin:0 auto}\n@media (max-width: 3rem){i + b{top:0}\n}"


def test_sixty_questions_stay_under_fifty_kilobytes() -> None:
    labels = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")
    items = tuple(f"My leader tells me clearly, and in time, what matters most here ({at})." for at in range(60))
    layout = Template(
        "{% extends 'house/plain.html' %}{% block content %}<h1>Sixty</h1><form>" + QUESTION + "</form>{% endblock %}",
        engine=Engine(dirs=[], app_dirs=True, libraries=LIBRARIES),
    )
    page = layout.render(Context({"items": items, "labels": labels, "spoken": speak("en")}))
    assert page.count("<fieldset") == 60
    assert len(page.encode()) + len(build_plain_stylesheet().encode()) < 50_000


LIBRARIES = {"i18n": "django.templatetags.i18n", "static": "django.templatetags.static"}


def test_the_sample_is_the_administrators(cast: Cast) -> None:
    assert Client().get(SAMPLE)["Location"].startswith("/account/login/")
    assert signed_in(cast.outsider).get(SAMPLE).status_code == 403
    assert signed_in(cast.employee).get(SAMPLE).status_code == 403
    assert signed_in(cast.administrator).get(SAMPLE).status_code == 200


def test_the_sample_mirrors_in_arabic(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    page = client.get(SAMPLE, {"language": "ar"})
    text = page.content.decode()
    assert '<html lang="ar" dir="rtl">' in text
    assert "الانتقال إلى المحتوى" in text
    assert 'lang="en" hreflang="en" dir="ltr">English</a>' in text
    assert page["Content-Language"] == "ar"
    assert '<html lang="en" dir="ltr">' in client.get(SAMPLE, {"language": "en"}).content.decode()


def test_every_field_of_the_sample_has_a_name(cast: Cast) -> None:
    text = signed_in(cast.administrator).get(SAMPLE, {"language": "en"}).content.decode()
    fields = re.findall(r"<(?:input|select|textarea)[^>]*>", text)
    assert len(fields) > 60
    for field in fields:
        found = re.search(r'\bid="([^"]+)"', field)
        inside = re.search(r"<label[^>]*>\s*" + re.escape(field), text)
        assert inside or (found and f'for="{found.group(1)}"' in text), field
    assert text.count("<fieldset") == text.count("<legend")
    for named in re.findall(r'aria-describedby="([^"]+)"', text):
        for one in named.split():
            assert f'id="{one}"' in text


def test_a_plain_page_reads_no_session_and_tells_nobody_its_address() -> None:
    answer = plain_page(
        "house/parts/respond.html",
        {"words": None, "is_kiosk": True},
        spoken=speak("en"),
        organisation_name="Works <&>",
        tongues=(Tongue("ar", "/x?language=ar"),),
        status=410,
    )
    assert answer.status_code == 410
    assert answer.cookies == {}
    assert not answer.has_header("Vary")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    text = answer.content.decode()
    assert "Works &lt;&amp;&gt;" in text
    assert '<body class="kiosk">' in text


@pytest.mark.parametrize(
    ("asked", "wish", "expected"),
    [
        ("ar", "en", Spoken("ar", "ar")),
        ("", "fr;q=0.5, ar-EG", Spoken("ar", "ar")),
        ("xx", "", Spoken("en", "en")),
        ("", "pt-BR", Spoken("en", "en")),
        ("hu", "ar", Spoken("hu", "en")),
        ("", "es-MX, en;q=0.1", Spoken("es-MX", "es")),
        ("../../etc/passwd", "*", Spoken("en", "en")),
    ],
)
def test_a_page_speaks_what_is_asked_then_what_the_browser_wishes(asked: str, wish: str, expected: Spoken) -> None:
    request = RequestFactory().get("/", HTTP_ACCEPT_LANGUAGE=wish)
    with translation.override("en"):
        assert choose_language(request, offered=("en", "ar", "hu", "es-MX"), asked=asked) == expected
        assert translation.get_language() == expected.words


def test_a_page_without_a_language_is_refused() -> None:
    with pytest.raises(ValueError, match="language"):
        choose_language(RequestFactory().get("/"), offered=())


def test_words_in_another_language_than_the_questions_say_so() -> None:
    assert Spoken("hu", "en").is_mixed
    assert not Spoken("es-MX", "es").is_mixed
    with translation.override("en"):
        answer = plain_page("house/plain.html", {}, spoken=speak("fa"), organisation_name="")
    assert '<html lang="fa" dir="rtl">' in answer.content.decode()
    assert 'href="#main" lang="en" dir="ltr"' in answer.content.decode()


def test_a_catalogue_is_a_folder(tmp_path: Path) -> None:
    assert [code for code, _ in languages_with_catalogues()] == ["en", "ar", "es"]
    for name in ("fr", "zh_Hans"):
        place = tmp_path / name / "LC_MESSAGES"
        place.mkdir(parents=True)
        (place / "django.mo").write_bytes(b"")
    (tmp_path / "de" / "LC_MESSAGES").mkdir(parents=True)
    assert languages_with_catalogues(tmp_path) == [("en", "English"), ("fr", "Français"), ("zh-hans", "简体中文")]
    assert own_name("tlh") == "tlh"
    assert [direction_of(code) for code in ("ar-EG", "he", "es", "UR")] == ["rtl", "rtl", "ltr", "rtl"]


def test_the_desk_speaks_only_complete_languages(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    assert '<html lang="en"' in client.get("/", headers={"Accept-Language": "ar"}).content.decode()
    assert '<html lang="es"' in client.get("/", headers={"Accept-Language": "ar, es;q=0.5"}).content.decode()
    client.cookies["language"] = "ar"
    page = client.get("/").content.decode()
    assert '<html lang="en" dir="ltr"' in page
    assert 'value="ar"' not in page
    client.post("/language", {"language": "ar"})
    assert client.cookies["language"].value == "ar"  # the test's own cookie: the answer set none


def test_every_answer_of_the_house_carries_the_headers(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    client.raise_request_exception = False
    for address in ("/", "/health", "/nothing", "/house/parts/", SAMPLE, "/static/house/plain.css", "/static/nothing"):
        answer = client.get(address)
        answer.getvalue()  # a file read to its end is closed; close() would close the database's connection too
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';"), address
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["Referrer-Policy"] == ("no-referrer" if address == SAMPLE else "same-origin")
    assert client.post("/health").headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert client.get("/health", headers={"Host": "evil.example"}).headers["X-Frame-Options"] == "DENY"


def test_digits_follow_the_language() -> None:
    assert digits("12 of 60", "ar") == "١٢ of ٦٠"
    assert digits(4, "fa") == "۴"
    assert digits(4, "es") == "4"
