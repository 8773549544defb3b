"""Editing a questionnaire: words and meanings, order, several editors at once, versions that never change."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from tests.rooms.conftest import NOW, Cast, signed_in
from tests.rooms.questionnaire_cast import at, instrument, item_form, now_of, own

from headwater.instruments import library
from headwater.rooms.house.models import AuditEntry
from headwater.rooms.listen.logic import editing
from headwater.rooms.listen.logic.drafts import Draft
from headwater.rooms.listen.models import Questionnaire, QuestionnaireEdit, QuestionnaireVersion
from headwater.rooms.listen.questionnaire_services import (
    StaleEditError,
    basis_of,
    edit_draft,
    fix_version,
)


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
