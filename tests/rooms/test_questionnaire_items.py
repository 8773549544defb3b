"""Questions and scales of a questionnaire: every kind, conditions, problems at their field."""

from __future__ import annotations

from typing import Any

from tests.rooms.conftest import Cast, signed_in
from tests.rooms.questionnaire_cast import at, instrument, item_form, now_of, own

from headwater.rooms.listen.questionnaire_services import (
    basis_of,
)


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
