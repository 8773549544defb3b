"""Pages of questionnaires: the library, the editor, translation, the phone, what changed, files in and out."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.rooms.conftest import NOW, TODAY, Cast, signed_in

from headwater.instruments import library, read_instrument, to_yaml
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.listen.logic import editing
from headwater.rooms.listen.logic.drafts import Draft
from headwater.rooms.listen.models import Questionnaire, QuestionnaireEdit, QuestionnaireVersion
from headwater.rooms.listen.questionnaire_services import (
    StaleEditError,
    basis_of,
    draft_of,
    edit_draft,
    fix_version,
    fork_library,
    latest_version,
)
from headwater.rooms.listen.questionnaires import choices, find_choice, instrument_of_version
from headwater.rooms.people.models import User
from headwater.rooms.people.viewers import viewer_of
from headwater.vocab import InputError, Instrument


def own(user: User, key: str = "lx_core", title: str = "Being led at Works") -> QuestionnaireVersion:
    """A copy of a questionnaire of the library."""
    return fork_library(name=key, title=title, actor=user, now=NOW)


def now_of(version: QuestionnaireVersion) -> QuestionnaireVersion:
    """The latest version of the same questionnaire."""
    return latest_version(Questionnaire.objects.get(pk=version.questionnaire_id))


def instrument(version: QuestionnaireVersion) -> Instrument:
    """What the latest version asks."""
    return instrument_of_version(now_of(version))


def at(name: str, version: QuestionnaireVersion, *more: str) -> str:
    """The address of a page of a questionnaire."""
    return reverse(f"listen:{name}", args=[version.questionnaire_id, *more])


def item_form(client: Client, version: QuestionnaireVersion, key: str) -> dict[str, Any]:
    """What the form of a question holds when it is opened."""
    page = client.get(at("questionnaire_item", version, key))
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    values = {name: value for name, value in values.items() if value not in (None, False, "")}
    return {**values, "basis": page.context["page"].basis, "kind": form.kind}


def test_the_list_shows_the_library_and_ones_own(cast: Cast) -> None:
    own(cast.experience_lead)
    page = signed_in(cast.analyst).get(reverse("listen:questionnaires")).content.decode()
    assert "13 questionnaires are ready" in page
    assert "Being led at Works" in page
    assert page.count('class="q-card"') == 14
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


def test_rewording_asks_whether_it_means_the_same(cast: Cast) -> None:
    version = own(cast.experience_lead)
    client = signed_in(cast.experience_lead)
    form = item_form(client, version, "lx_listens")
    address = at("questionnaire_item", version, "lx_listens")
    refused = client.post(address, {**form, "text": "My leader listens to me."})
    assert refused.status_code == 422
    assert "Say whether it still means the same." in refused.content.decode()
    assert "My leader listens to me." in refused.content.decode()
    kept = client.post(address, {**form, "text": "My leader listens to me.", "keeps_meaning": "yes"})
    assert kept.status_code == 302
    found = instrument(version)
    assert found.item("lx_listens").text["en"] == "My leader listens to me."
    assert found.item("lx_listens").text["es"] == library()["lx_core"].item("lx_listens").text["es"]
    page = client.get(at("questionnaire_differences", version)).content.decode()
    assert "reworded, same meaning" in page
    assert "<ins>listens " in page
    assert "<del>hears " in page


def test_a_new_meaning_gets_a_new_key_and_its_reason(cast: Cast) -> None:
    version = own(cast.experience_lead)
    client = signed_in(cast.experience_lead)
    form = item_form(client, version, "lx_listens")
    address = at("questionnaire_item", version, "lx_listens")
    change = {**form, "text": "My leader asks for my view.", "keeps_meaning": "no"}
    assert "Say why" in client.post(address, change).content.decode()
    done = client.post(address, {**change, "reason": "We ask about asking now"})
    assert done.status_code == 302
    found = instrument(version)
    item = found.item("lx_listens_v2")
    assert item.text["en"] == "My leader asks for my view."
    assert "We ask about asking now" in item.changed
    assert all("lx_listens" not in scale.items for scale in found.scales)
    assert any("lx_listens_v2" in scale.items for scale in found.scales)
    # The translations still asked the old question: the languages wait for the new words, all others kept.
    assert found.languages == ("en",)
    waiting = now_of(version).waiting
    assert set(waiting) == {"es", "fr", "de", "ar"}
    assert "item.lx_listens_v2" not in waiting["es"]
    assert waiting["es"]["item.lx_steady"]
    page = client.get(at("questionnaire_differences", version)).content.decode()
    assert "trend starts anew" in page
    assert "We ask about asking now" in page
    words = client.get(at("questionnaire_words", version, "es"))
    assert "1 text is missing" in words.content.decode()
    saved = client.post(
        at("questionnaire_words", version, "es"),
        {"basis": words.context["page"].basis, "w:item.lx_listens_v2": "Mi líder pide mi opinión."},
    )
    assert saved.status_code == 302
    found = instrument(version)
    assert found.languages == ("en", "es")
    assert found.item("lx_listens_v2").text["es"] == "Mi líder pide mi opinión."
    assert "es" in found.unreviewed
    assert found.notes["es"] == library()["lx_core"].notes["es"]


def test_two_editors_nothing_is_lost(cast: Cast) -> None:
    version = own(cast.experience_lead)
    first, second = signed_in(cast.experience_lead), signed_in(cast.experience_lead)
    one, two = item_form(first, version, "lx_listens"), item_form(second, version, "lx_listens")
    address = at("questionnaire_item", version, "lx_listens")
    assert first.post(address, {**one, "text": "First words.", "keeps_meaning": "yes"}).status_code == 302
    told = second.post(address, {**two, "text": "Second words.", "keeps_meaning": "yes"})
    page = told.content.decode()
    assert told.status_code == 422
    assert "changed this questionnaire after you opened the page" in page
    assert "Second words." in page
    assert "First words." in page
    assert instrument(version).item("lx_listens").text["en"] == "First words."
    again = re.search(r'name="basis" value="([\d.]+)"', page)
    assert again is not None
    two["basis"] = again[1]
    assert second.post(address, {**two, "text": "Second words.", "keeps_meaning": "yes"}).status_code == 302
    assert instrument(version).item("lx_listens").text["en"] == "Second words."


def test_a_save_between_reading_and_writing_is_not_overwritten(cast: Cast) -> None:
    version = own(cast.experience_lead)
    basis = basis_of(now_of(version))

    def drop(key: str) -> Any:
        return lambda draft: editing.drop_item(draft, key)

    def meanwhile(draft: Draft) -> Draft:
        edit_draft(
            questionnaire_id=version.questionnaire_id,
            basis=basis,
            change=drop("lx_listens"),
            what="first",
            actor=cast.experience_lead,
            now=NOW,
        )
        return editing.drop_item(draft, "lx_steady")

    with pytest.raises(StaleEditError):
        edit_draft(
            questionnaire_id=version.questionnaire_id,
            basis=basis,
            change=meanwhile,
            what="second",
            actor=cast.experience_lead,
            now=NOW,
        )
    keys = {item.key for item in instrument(version).items}
    assert "lx_steady" in keys
    assert "lx_listens" not in keys
    assert [edit.what for edit in QuestionnaireEdit.objects.all()] == ["first"]


def test_the_same_form_sent_twice_makes_one_questionnaire(cast: Cast) -> None:
    client = signed_in(cast.experience_lead)
    page = client.get(reverse("listen:library_questionnaire", args=["pulse"]))
    values = {"title": "Our pulse", "once": page.context["once"]}
    first = client.post(reverse("listen:questionnaire_adapt", args=["pulse"]), values)
    again = client.post(reverse("listen:questionnaire_adapt", args=["pulse"]), values)
    assert first["Location"] == again["Location"]
    assert Questionnaire.objects.count() == 1
    client.post(reverse("listen:questionnaire_adapt", args=["pulse"]), {"title": "Another"})
    assert sorted(Questionnaire.objects.values_list("key", flat=True)) == ["pulse_own", "pulse_own_2"]


def test_hostile_words_are_refused_or_kept_as_words(cast: Cast) -> None:
    version = own(cast.experience_lead, "pulse")
    client = signed_in(cast.experience_lead)
    key = instrument(version).items[0].key
    address = at("questionnaire_words", version, "es")
    nul = client.post(address, {f"w:item.{key}": "a\0b", "basis": basis_of(now_of(version))})
    assert nul.status_code == 422
    assert client.post(address, {"w:nowhere": "x", "basis": basis_of(now_of(version))}).status_code == 422
    assert now_of(version).revision == 1
    said = "<script>alert(1)</script>\r\nsecond line"
    assert client.post(address, {f"w:item.{key}": said, "basis": basis_of(now_of(version))}).status_code == 302
    assert instrument(version).item(key).text["es"] == "<script>alert(1)</script>\nsecond line"
    for name in ("questionnaire", "questionnaire_frame", "questionnaire_preview"):
        page = client.get(at(name, version), {"language": "es"}).content.decode()
        assert "<script>alert" not in page
    assert "<script>alert" not in client.get(address).content.decode()


def test_choices_for_a_study(cast: Cast) -> None:
    version = own(cast.experience_lead)
    nobody, lead = (viewer_of(user, today=TODAY) for user in (cast.outsider, cast.experience_lead))
    with pytest.raises(PermissionDenied):
        choices(viewer=nobody)
    found = choices(viewer=lead)
    assert len(found) == 14
    assert (found[0].value, found[0].is_own, found[0].is_draft) == (f"own:{version.pk}", True, True)
    assert [(find_choice(one.value, viewer=lead)[0] or one.value) for one in found[1:]] == [
        one.value.removeprefix("library:") for one in found[1:]
    ]
    assert find_choice(found[0].value, viewer=lead) == ("", version)
    for wrong in ("library:nothing", "library:/etc/passwd", "own:x", "", f"other:{version.pk}"):
        with pytest.raises(InputError):
            find_choice(wrong, viewer=lead)


def test_undo_puts_the_last_change_back_and_again_the_one_before(cast: Cast) -> None:
    version = own(cast.experience_lead)
    client = signed_in(cast.experience_lead)
    before = now_of(version).source
    for key in ("lx_listens", "lx_steady"):
        act = {"act": "drop", "basis": basis_of(now_of(version))}
        assert client.post(at("questionnaire_item_act", version, key), act).status_code == 302
    assert len(instrument(version).items) == len(library()["lx_core"].items) - 2
    for left in (1, 0):
        client.post(at("questionnaire_undo", version), {"basis": basis_of(now_of(version))})
        assert len(instrument(version).items) == len(library()["lx_core"].items) - left
    assert now_of(version).source == before
    page = client.post(at("questionnaire_undo", version), {"basis": basis_of(now_of(version))}, follow=True)
    assert "There is nothing to undo." in page.content.decode()
    stale = client.post(at("questionnaire_undo", version), {"basis": "1.1"}, follow=True)
    assert "Nothing was overwritten." in stale.content.decode()
    actions = AuditEntry.objects.filter(subject=str(version.questionnaire_id)).order_by("sequence")
    assert list(actions.values_list("action", flat=True)) == [
        "questionnaire.made",
        "questionnaire.edited",
        "questionnaire.edited",
        "questionnaire.undone",
        "questionnaire.undone",
    ]


def test_questions_are_moved(cast: Cast) -> None:
    version = own(cast.experience_lead)
    client = signed_in(cast.experience_lead)
    keys = [item.key for item in instrument(version).items]

    def act(**values: str) -> list[str]:
        address = at("questionnaire_item_act", version, "lx_listens")
        assert client.post(address, {"basis": basis_of(now_of(version)), **values}).status_code == 302
        return [item.key for item in instrument(version).items]

    assert act(act="down") == [keys[1], keys[0], *keys[2:]]
    assert act(act="up") == keys
    assert act(act="to", place="17") == [*keys[1:], keys[0]]
    assert act(act="to", place="nowhere") == [*keys[1:], keys[0]]
    page = client.get(at("questionnaire_differences", version)).content.decode()
    assert "The order changed." in page
    assert "17 of 17 questions keep their trend." in page


def test_dropped_questions_come_back_as_they_were(cast: Cast) -> None:
    version = own(cast.experience_lead)
    client = signed_in(cast.experience_lead)
    client.post(
        at("questionnaire_item_act", version, "lx_listens"), {"act": "drop", "basis": basis_of(now_of(version))}
    )
    page = client.get(at("questionnaire_edit", version)).content.decode()
    assert "Bring back" in page
    client.post(
        at("questionnaire_item_act", version, "lx_listens"), {"act": "restore", "basis": basis_of(now_of(version))}
    )
    found, parent = instrument(version), library()["lx_core"]
    assert found.items == parent.items
    assert {scale.key: set(scale.items) for scale in found.scales} == {
        scale.key: set(scale.items) for scale in parent.scales
    }


def test_a_fixed_version_never_changes_and_editing_makes_the_next(cast: Cast) -> None:
    version = own(cast.experience_lead)
    client = signed_in(cast.experience_lead)
    form = item_form(client, version, "lx_listens")
    fix_version(version_id=version.pk, actor=cast.experience_lead, now=NOW)
    fix_version(version_id=version.pk, actor=cast.experience_lead, now=NOW)
    assert AuditEntry.objects.filter(action="questionnaire.fixed").count() == 1
    source = now_of(version).source
    assert "Version 1.0 is fixed." in client.get(at("questionnaire_edit", version)).content.decode()
    assert QuestionnaireVersion.objects.count() == 1
    late = client.post(
        at("questionnaire_item", version, "lx_listens"), {**form, "text": "Late words.", "keeps_meaning": "yes"}
    )
    assert late.status_code == 422
    assert "Late words." in late.content.decode()
    version.refresh_from_db()
    assert (version.source, version.state) == (source, "fixed")
    latest = now_of(version)
    assert (latest.version, latest.state, latest.order) == ("1.1", "draft", 2)
    client.post(at("questionnaire_begin", version))
    assert QuestionnaireVersion.objects.count() == 2
    form = item_form(client, version, "lx_listens")
    done = client.post(
        at("questionnaire_item", version, "lx_listens"), {**form, "text": "Late words.", "keeps_meaning": "yes"}
    )
    assert done.status_code == 302
    assert QuestionnaireEdit.objects.get().version == latest
    page = client.get(at("questionnaire_differences", version), {"before": "1.0", "after": "1.1"})
    assert "1 was reworded and means the same." in page.content.decode()


def test_adding_a_behaviour_to_a_scale(cast: Cast) -> None:
    version = own(cast.experience_lead)
    client = signed_in(cast.experience_lead)
    page = client.get(at("questionnaire_item_new", version), {"kind": "scale"})
    scale = next(one for one in instrument(version).scales if not one.parts)
    done = client.post(
        at("questionnaire_item_new", version),
        {
            "basis": page.context["page"].basis,
            "kind": "scale",
            "text": "My leader greets everyone.",
            "response_scale": "agree5",
            "scales": [scale.key],
            "after": "lx_listens",
            **{f"words_{code}": f"[{code}]" for code in ("es", "fr", "de", "ar")},
        },
    )
    assert done.status_code == 302
    found = instrument(version)
    assert [item.key for item in found.items][1] == "my_leader_greets_everyone"
    assert "my_leader_greets_everyone" in found.scale(scale.key).items
    assert found.languages == ("en", "es", "fr", "de", "ar")
    index = next(one for one in found.scales if scale.key in one.parts)
    assert "my_leader_greets_everyone" in index.items


def test_every_kind_of_question_can_be_made(cast: Cast) -> None:
    version = own(cast.experience_lead, "pulse")
    client = signed_in(cast.experience_lead)
    needs = {
        "scale": {"response_scale": "satisfied5", "reverse": "on"},
        "recommend": {},
        "single": {"more": "Yes\nNo\n"},
        "multiple": {"more": "Phone\nCounter\nLetter"},
        "ranking": {"more": "Pay\nTime\nTeam"},
        "best_worst": {"more": "\n".join(f"Thing {letter}" for letter in "ABCDEFG"), "set_size": "4"},
        "number": {"required": "on"},
        "date": {},
        "text": {},
    }
    for kind, more in needs.items():
        basis = basis_of(now_of(version))
        after = instrument(version).items[-1].key
        words = {"text": f"A question of kind {kind}", "after": after, "basis": basis, "kind": kind}
        done = client.post(at("questionnaire_item_new", version), {**words, **more})
        assert done.status_code == 302, (kind, done.content.decode())
        item = instrument(version).items[-1]
        assert (item.kind, item.key) == (kind, f"a_question_of_kind_{kind}")
    found = instrument(version)
    best = found.item("a_question_of_kind_best_worst")
    assert len(best.sets) == 7
    assert {len(shown) for shown in best.sets} == {4}
    assert found.item("a_question_of_kind_scale").reverse
    assert found.item("a_question_of_kind_number").required
    page = client.get(at("questionnaire_frame", version))
    assert page.status_code == 200


def test_conditions_are_built_by_choosing(cast: Cast) -> None:
    version = own(cast.experience_lead, "pulse")
    client = signed_in(cast.experience_lead)

    def add(**fields: str) -> Any:
        after = instrument(version).items[-1].key
        basis = basis_of(now_of(version))
        return client.post(at("questionnaire_item_new", version), {"basis": basis, "after": after, **fields})

    add(kind="single", text="Did you call?", more="Yes\nNo")
    add(kind="number", text="How often?")
    page = client.get(at("questionnaire_item_new", version), {"kind": "text"}).content.decode()
    assert 'value="did_you_call:1"' in page
    done = add(
        kind="text",
        text="Why?",
        if_answer_0="did_you_call:1",
        if_compare_0="==",
        if_answer_1="how_often:",
        if_compare_1=">=",
        if_number_1="3",
        if_every="every",
    )
    assert done.status_code == 302
    assert instrument(version).item("why").shown_if == "did_you_call == 1 and how_often >= 3"
    lacking = add(kind="text", text="And then?", if_answer_0="how_often:", if_compare_0=">=")
    assert "Write the number to compare with." in lacking.content.decode()
    form = item_form(client, version, "why")
    assert form["if_answer_0"] == "did_you_call:1"
    assert form["if_number_1"] == 3
    both = client.post(at("questionnaire_item", version, "why"), {**form, "required": "on"})
    assert "cannot be required" in both.content.decode()
    refused = client.post(
        at("questionnaire_item_act", version, "did_you_call"),
        {"act": "drop", "basis": basis_of(now_of(version))},
        follow=True,
    )
    assert "shown depending on its answer: Why?" in refused.content.decode()
    ahead = client.post(
        at("questionnaire_item_act", version, "why"),
        {"act": "up", "basis": basis_of(now_of(version))},
        follow=True,
    )
    assert "is not an earlier item" in ahead.content.decode()


def test_problems_stand_at_their_field(cast: Cast) -> None:
    version = own(cast.experience_lead)
    client = signed_in(cast.experience_lead)
    form = item_form(client, version, "lx_listens")
    control = client.post(
        at("questionnaire_item", version, "lx_listens"), {**form, "text": "a\u0085b", "keeps_meaning": "yes"}
    )
    assert control.status_code == 422
    assert "control characters" in str(control.context["form"].errors["text"])
    scale = next(one for one in instrument(version).scales if not one.parts)
    least = client.post(
        at("questionnaire_scale", version, scale.key),
        {"name": "X", "items": list(scale.items), "least": "99", "basis": basis_of(now_of(version))},
    )
    assert "min_answered is 99" in str(least.context["form"].errors["least"])
    mixed = client.post(
        at("questionnaire_item", version, "lx_listens"),
        {**form, "response_scale": "effort7", "keeps_meaning": "no", "reason": "finer"},
    )
    assert "different response scales" in str(mixed.context["form"].errors)
    assert now_of(version).revision == 1


def test_scales_are_renamed_made_and_dropped(cast: Cast) -> None:
    version = own(cast.experience_lead)
    client = signed_in(cast.experience_lead)
    scale = next(one for one in instrument(version).scales if not one.parts)
    address = at("questionnaire_scale", version, scale.key)
    values = {"name": "What leaders do", "items": list(scale.items), "least": str(scale.min_answered)}
    assert client.post(address, {**values, "basis": basis_of(now_of(version))}).status_code == 302
    assert instrument(version).scale(scale.key).name["en"] == "What leaders do"
    made = client.post(
        at("questionnaire_scale_new", version),
        {
            "name": "Two things",
            "items": ["lx_listens", "lx_steady"],
            "role": "driver",
            "least": "2",
            "basis": basis_of(now_of(version)),
        },
    )
    assert made.status_code == 302
    found = instrument(version)
    assert found.scale("two_things").items == ("lx_listens", "lx_steady")
    assert found.languages == ("en", "ar")
    client.post(at("questionnaire_scale_drop", version, "two_things"), {"basis": basis_of(now_of(version))})
    found = instrument(version)
    assert "two_things" not in [one.key for one in found.scales]
    assert found.item("lx_listens")
    assert found.languages == ("en", "ar", "de", "es", "fr")


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


def test_putting_away_and_bringing_back(cast: Cast) -> None:
    version = own(cast.experience_lead)
    client = signed_in(cast.experience_lead)
    client.post(at("questionnaire_archive", version), {"act": "archive"})
    page = client.get(reverse("listen:questionnaires")).content.decode()
    assert "Being led at Works" not in page
    assert "Being led at Works" in client.get(reverse("listen:questionnaires"), {"archived": "1"}).content.decode()
    client.post(at("questionnaire_archive", version), {"act": "restore"})
    assert "Being led at Works" in client.get(reverse("listen:questionnaires")).content.decode()
