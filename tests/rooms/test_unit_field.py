"""A unit is found by its id, or by its name where only one has it."""

from __future__ import annotations

import pytest
from tests.rooms.conftest import Cast, signed_in

from headwater.rooms.people.models import Unit
from headwater.rooms.people.unit_field import unit_called


@pytest.mark.parametrize(
    ("meant", "found"), [("b", "b"), (" B ", None), ("North", "a"), ("  north ", "a"), ("South", None), ("East", None)]
)
def test_the_id_counts_before_the_name_and_a_name_of_two_is_nobodys(meant: str, found: str | None) -> None:
    units = [Unit(key="a", name="North"), Unit(key="b", name="South"), Unit(key="c", name="South")]
    unit = unit_called(meant, units)
    assert (unit.key if unit is not None else None) == found


@pytest.mark.parametrize("path", ["/engage/briefings/prepare/", "/engage/discovery/prepare/"])
def test_what_is_prepared_begins_at_a_unit_by_its_name(cast: Cast, path: str) -> None:
    lead = signed_in(cast.experience_lead)
    assert lead.get(path, {"unit": "north"}).status_code == 200
    wrong = lead.get(path, {"unit": "Nowhere"})
    assert wrong.status_code == 422
    assert "Name or id of the unit." in wrong.content.decode()
