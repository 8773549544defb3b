"""Pages of questionnaires: the library, one's own, the phone, and who is refused."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from tests.rooms.conftest import TODAY, Cast, signed_in
from tests.rooms.questionnaire_cast import at, instrument, item_form, now_of, own

from headwater.instruments import library, to_yaml
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.listen.models import QuestionnaireVersion
from headwater.rooms.listen.questionnaires import choices, find_choice, instrument_of_version
from headwater.rooms.people.viewers import viewer_of
from headwater.vocab import InputError


def test_the_list_shows_the_library_and_ones_own(cast: Cast) -> None:
    own(cast.experience_lead)
    page = signed_in(cast.analyst).get(reverse("listen:questionnaires")).content.decode()
    assert "14 questionnaires are ready" in page
    assert "Being led at Works" in page
    assert page.count('class="q-card"') == 15
    assert "not yet reviewed" in page
    assert "CC-BY-4.0" in page
    assert "Write a new one" not in page


@pytest.mark.parametrize("key", library())
def test_every_questionnaire_of_the_library_can_be_read(cast: Cast, key: str) -> None:
    client = signed_in(cast.experience_lead)
    page = client.get(reverse("listen:library_questionnaire", args=[key])).content.decode()
    for item in library()[key].items:
        assert f"<code>{item.key}</code>" in page
    arabic = client.get(reverse("listen:library_questionnaire", args=[key]), {"language": "ar"}).content.decode()
    assert 'lang="ar" dir="rtl"' in arabic
    assert client.get(reverse("listen:library_questionnaire_yaml", args=[key])).content.decode() == to_yaml(
        library()[key]
    )


def test_outsiders_and_employees_are_refused_everywhere(cast: Cast) -> None:
    version = own(cast.experience_lead)
    looks = [
        reverse("listen:questionnaires"),
        reverse("listen:library_questionnaire", args=["pulse"]),
        reverse("listen:library_questionnaire_frame", args=["pulse"]),
        at("questionnaire", version),
        at("questionnaire_preview", version),
        at("questionnaire_frame", version),
        at("questionnaire_differences", version),
        at("questionnaire_yaml", version, "1.0"),
        at("questionnaire_words_file", version, "es", "csv"),
    ]
    edits = [
        reverse("listen:questionnaire_new"),
        reverse("listen:questionnaire_move_in"),
        at("questionnaire_edit", version),
        at("questionnaire_head", version),
        at("questionnaire_item", version, "lx_listens"),
        at("questionnaire_item_new", version),
        at("questionnaire_scale_new", version),
        at("questionnaire_languages", version),
        at("questionnaire_words", version, "es"),
    ]
    for user in (cast.outsider, cast.employee, cast.north_leader):
        client = signed_in(user)
        assert {client.get(address).status_code for address in looks + edits} == {403}
    watcher = signed_in(cast.privacy_officer)
    assert {watcher.get(address).status_code for address in looks} == {200}
    assert {watcher.get(address).status_code for address in edits} == {403}
    posts = [
        reverse("listen:questionnaire_adapt", args=["pulse"]),
        reverse("listen:questionnaire_keep"),
        at("questionnaire_begin", version),
        at("questionnaire_undo", version),
        at("questionnaire_fix", version),
        at("questionnaire_archive", version),
        at("questionnaire_item_act", version, "lx_listens"),
        at("questionnaire_scale_drop", version, "lx_index"),
        at("questionnaire_language_act", version, "es"),
        at("questionnaire_words_read", version, "es"),
    ]
    assert {watcher.post(address).status_code for address in posts} == {403}
    assert Client().get(at("questionnaire", version)).status_code == 302
    assert now_of(version).revision == 1


def test_forking_keeps_every_trend(cast: Cast) -> None:
    client = signed_in(cast.experience_lead)
    answer = client.post(reverse("listen:questionnaire_adapt", args=["lx_core"]), {"title": "How we lead"}, follow=True)
    assert answer.status_code == 200
    made = QuestionnaireVersion.objects.get()
    found = instrument_of_version(made)
    assert (found.title["en"], found.forked_from, made.state) == ("How we lead", "lx_core@1.0", "draft")
    assert AuditEntry.objects.filter(action="questionnaire.made", subject=str(made.questionnaire_id)).count() == 1
    page = client.get(at("questionnaire_differences", made)).content.decode()
    assert "Goes on as it is." in page
    assert "Every question is the same, word by word." in page


def test_choices_for_a_study(cast: Cast) -> None:
    version = own(cast.experience_lead)
    nobody, lead = (viewer_of(user, today=TODAY) for user in (cast.outsider, cast.experience_lead))
    with pytest.raises(PermissionDenied):
        choices(viewer=nobody)
    found = choices(viewer=lead)
    assert len(found) == 15
    assert (found[0].value, found[0].is_own, found[0].is_draft) == (f"own:{version.pk}", True, True)
    assert [(find_choice(one.value, viewer=lead)[0] or one.value) for one in found[1:]] == [
        one.value.removeprefix("library:") for one in found[1:]
    ]
    assert find_choice(found[0].value, viewer=lead) == ("", version)
    for wrong in ("library:nothing", "library:/etc/passwd", "own:x", "", f"other:{version.pk}"):
        with pytest.raises(InputError):
            find_choice(wrong, viewer=lead)


def test_the_phone_shows_the_respondents_page_and_nothing_can_be_sent(cast: Cast) -> None:
    version = own(cast.experience_lead)
    client = signed_in(cast.experience_lead)
    page = client.get(at("questionnaire_preview", version), {"language": "ar"})
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert 'width="360"' in page.content.decode()
    frame = client.get(at("questionnaire_frame", version), {"language": "ar"})
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in frame.headers["Content-Security-Policy"]
    assert "form-action 'none'" in frame.headers["Content-Security-Policy"]
    body = frame.content.decode()
    assert 'lang="ar" dir="rtl"' in body
    assert library()["lx_core"].items[0].text["ar"] in body
    other = client.get(at("questionnaire", version))
    assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]
    assert other.headers["X-Frame-Options"] == "DENY"


def test_a_new_questionnaire(cast: Cast) -> None:
    client = signed_in(cast.experience_lead)
    values = {
        "title": "Our cafeteria",
        "purpose": "How the food is.",
        "lens": "ex",
        "language": "en",
        "text": "The food is good.",
        "source": "Works",
        "licence": "Own words",
    }
    assert client.post(reverse("listen:questionnaire_new"), {**values, "title": ""}).status_code == 422
    assert client.post(reverse("listen:questionnaire_new"), values).status_code == 302
    made = QuestionnaireVersion.objects.get()
    found = instrument_of_version(made)
    assert (found.key, found.items[0].key, found.languages) == ("our_cafeteria", "the_food_is_good", ("en",))
    # Nobody was ever asked: words may change freely.
    form = item_form(client, made, "the_food_is_good")
    assert "keeps_meaning" not in client.get(at("questionnaire_item", made, "the_food_is_good")).context["form"].fields
    done = client.post(at("questionnaire_item", made, "the_food_is_good"), {**form, "text": "The food is hot."})
    assert done.status_code == 302
    assert instrument(made).item("the_food_is_good").text["en"] == "The food is hot."


def test_putting_away_and_bringing_back(cast: Cast) -> None:
    version = own(cast.experience_lead)
    client = signed_in(cast.experience_lead)
    client.post(at("questionnaire_archive", version), {"act": "archive"})
    page = client.get(reverse("listen:questionnaires")).content.decode()
    assert "Being led at Works" not in page
    assert "Being led at Works" in client.get(reverse("listen:questionnaires"), {"archived": "1"}).content.decode()
    client.post(at("questionnaire_archive", version), {"act": "restore"})
    assert "Being led at Works" in client.get(reverse("listen:questionnaires")).content.decode()
