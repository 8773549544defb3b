"""Salience, urgency that fades, doors, the map, rows of a register file, minutes of a week, calendar files."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest

from headwater.rooms.engage.logic.asks import free_week, overload, week_of, weeks_from
from headwater.rooms.engage.logic.calendar_files import MOST_OCTETS, Event, calendar_file, escaped, folded
from headwater.rooms.engage.logic.doors import Relation, path_to
from headwater.rooms.engage.logic.map_layout import BOTTOM, LEFT, RADIUS, WIDTH, Placed, box_of, lay_out
from headwater.rooms.engage.logic.register_rows import FileRow, Known, columns_of, match_rows
from headwater.rooms.engage.logic.salience import (
    ATTRIBUTES,
    CLASSES,
    Decision,
    Rated,
    Standing,
    attitude_gap,
    faded,
    matters_now,
    quarter_of,
    weigh,
)

TODAY = date(2026, 3, 2)


def standing(name: str = "Ada", *, age: int = 0, decision: int | None = None, **values: int) -> Standing:
    day = TODAY - timedelta(days=age)
    decisions = () if decision is None else (Decision("Budget", TODAY + timedelta(days=decision)),)
    return Standing(name, name, {key: Rated(value, "why", day) for key, value in values.items()}, decisions)


@pytest.mark.parametrize(
    ("power", "legitimacy", "urgency", "wanted"),
    [
        (4, 0, 0, "dormant"),
        (0, 4, 0, "discretionary"),
        (0, 0, 4, "demanding"),
        (3, 3, 2, "dominant"),
        (3, 2, 3, "dangerous"),
        (2, 3, 3, "dependent"),
        (3, 3, 3, "definitive"),
        (2, 2, 2, "none"),
    ],
)
def test_the_classes_are_those_of_mitchell_agle_and_wood(
    power: int, legitimacy: int, urgency: int, wanted: str
) -> None:
    assert weigh(standing(power=power, legitimacy=legitimacy, urgency=urgency), today=TODAY).salience == wanted


def test_every_set_of_attributes_has_a_class_of_its_own() -> None:
    sets = {frozenset(some) for n in range(4) for some in combinations(ATTRIBUTES, n)}
    assert set(CLASSES) == sets
    assert len(set(CLASSES.values())) == 8


def test_urgency_holds_thirty_days_then_halves_every_thirty_until_renewed() -> None:
    def at(days: int) -> float:
        return faded(Rated(4, "", TODAY - timedelta(days=days)), TODAY)

    assert (at(0), at(30), at(60), at(90)) == (4, 4, 2, 1)
    old = weigh(standing(power=4, urgency=4, age=60), today=TODAY)
    assert old.held == {"power"}
    assert weigh(standing(power=4, urgency=4), today=TODAY).held == {"power", "urgency"}


@pytest.mark.parametrize(("days", "wanted"), [(0, 4.0), (14, 4.0), (15, 3.0), (30, 3.0), (31, 1.0), (-1, 1.0)])
def test_a_decision_that_comes_up_raises_urgency(days: int, wanted: float) -> None:
    found = weigh(standing(urgency=1, decision=days), today=TODAY)
    assert found.urgency == wanted
    assert found.is_raised is (wanted > 1)


def test_those_who_matter_now_have_at_least_two_and_the_most_come_first() -> None:
    people = [
        standing("Two", power=4, legitimacy=4),
        standing("One", power=4),
        standing("Three", power=3, legitimacy=3, urgency=3),
        standing("Soon", power=3, decision=3),
    ]
    assert [one.standing.name for one in matters_now(people, today=TODAY)] == ["Three", "Two", "Soon"]
    assert len(matters_now(people, today=TODAY, most=1)) == 1


def test_power_by_interest_has_four_quarters_and_none_without_ratings() -> None:
    assert quarter_of(3, 3) == "manage_closely"
    assert quarter_of(4, 2) == "keep_satisfied"
    assert quarter_of(2, 4) == "keep_informed"
    assert quarter_of(0, 0) == "monitor"
    assert quarter_of(None, 3) == quarter_of(3, None) == ""


def test_the_gap_counts_steps_and_needs_both_ends() -> None:
    assert attitude_gap("resistant", "supportive") == 2
    assert attitude_gap("", "supportive") == 0
    assert attitude_gap("leading", "neutral") == -2


def test_the_shortest_credible_path_opens_a_door() -> None:
    relations = [
        Relation("boss", "ally", 1),
        Relation("boss", "peer", 3),
        Relation("friend", "peer", 2),
        Relation("boss", "other", 2),
        Relation("other", "friend", 4),
    ]
    path = path_to("boss", openers=["ally", "friend"], relations=relations)
    assert path is not None
    assert path.opener == "friend"
    # two ways of two steps, both with a weakest link of 2: the one stronger in all
    assert [(step.start, step.end, step.speaks_for) for step in path.steps] == [
        ("friend", "other", False),
        ("other", "boss", False),
    ]
    assert path.weakest == 2


def test_a_door_without_credible_relations_stays_closed() -> None:
    assert path_to("boss", openers=["ally"], relations=[Relation("boss", "ally", 1)]) is None
    assert path_to("boss", openers=["boss"], relations=[Relation("boss", "ally", 4)]) is None
    assert path_to("boss", openers=[], relations=[]) is None


def test_a_shorter_path_wins_over_a_stronger_one() -> None:
    relations = [Relation("boss", "near", 2), Relation("far", "mid", 4), Relation("boss", "mid", 4)]
    path = path_to("boss", openers=["near", "far"], relations=relations)
    assert path is not None
    assert path.opener == "near"


def crowd() -> list[Placed]:
    names = ["Ada Top", "Lea North", "Bartholomew Featherstonehaugh-Wellington", "Tom", "Per South", "Maud Okafor"]
    return [Placed(str(n), names[n % 6], (n * 7) % 5, (n * 3) % 5) for n in range(40)]


@pytest.mark.parametrize(
    "people", [crowd(), crowd()[:10], [Placed(str(n), f"Somebody {n}", 4, 4) for n in range(12)], []]
)
def test_names_on_the_map_never_overlap_each_other_or_a_dot(people: list[Placed]) -> None:
    dots = lay_out(people)
    assert [dot.number for dot in dots] == list(range(1, len(people) + 1))
    boxes = [box_of(dot) for dot in dots if dot.label]
    for one, other in combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    for left, top, right, bottom in boxes:
        assert left >= LEFT
        assert right <= WIDTH
        assert bottom <= BOTTOM
        for dot in dots:
            assert (
                dot.x + RADIUS <= left or dot.x - RADIUS >= right or dot.y + RADIUS <= top or dot.y - RADIUS >= bottom
            )


def test_a_name_stands_off_the_lines_where_it_can() -> None:
    people = [Placed("a", "Ada Top", 4, 1), Placed("b", "Lea North", 4, 3)]
    (alone, _lea) = lay_out(people)
    (ada, lea) = lay_out(people, threads=[("a", "b"), ("a", "nobody")])
    assert (alone.anchor, ada.anchor, lea.anchor) == ("start", "end", "start")
    across = lay_out([*people, Placed("c", "Tom", 4, 2)], threads=[("a", "b")])
    assert across[2].anchor == "middle"


def test_dots_of_one_cell_do_not_cover_each_other() -> None:
    dots = lay_out([Placed(str(n), "Name", 4, 4) for n in range(12)])
    for one, other in combinations(dots, 2):
        assert (one.x - other.x) ** 2 + (one.y - other.y) ** 2 >= (2 * RADIUS) ** 2


ADA = Known("s1", "p1", "Ada Top", frozenset({"ada@example.org"}), frozenset({"top", "X1"}), frozenset({"works"}), "X1")
TOM = Known("s2", "", "Tom Out", frozenset({"tom@example.org"}), frozenset({"X2"}), frozenset({"union"}), "X2")
TWIN = Known("s3", "", "Tom Out", frozenset(), frozenset(), frozenset({"press"}))
COLUMNS = columns_of(["External ID", "Full name", "E-mail", "Organisation", "Power", "Reason"])


def rows(*values: dict[str, str]) -> list[FileRow]:
    return [FileRow(number, one) for number, one in enumerate(values, 2)]


def test_headings_are_found_however_they_are_written() -> None:
    assert COLUMNS == {
        "external_id": "External ID",
        "name": "Full name",
        "email": "E-mail",
        "organisation": "Organisation",
        "power": "Power",
        "reason": "Reason",
    }
    assert columns_of(["Correo electrónico", "Nombre"]) == {"email": "Correo electrónico", "name": "Nombre"}


def test_the_id_comes_before_the_address_and_the_address_before_the_name() -> None:
    found = match_rows(
        rows(
            {"external_id": "X1", "name": "Somebody Else"},
            {"email": "TOM@example.org", "name": "T. Out"},
            {"name": "tom  out", "organisation": "Press"},
            {"name": "Nora New"},
        ),
        [ADA, TOM, TWIN],
        COLUMNS,
    )
    assert found.faults == ()
    assert [(one.how, [known.key for known in one.known]) for one in found.matches] == [
        ("id", ["s1"]),
        ("email", ["s2"]),
        ("proposed", ["s3"]),
        ("new", []),
    ]


def test_a_name_alone_proposes_every_namesake_and_another_id_none_of_them() -> None:
    found = match_rows(rows({"name": "Tom Out"}), [TOM, TWIN], COLUMNS)
    assert [known.key for known in found.matches[0].known] == ["s2", "s3"]
    other = match_rows(rows({"name": "Tom Out", "external_id": "X9"}), [TOM], COLUMNS)
    assert other.matches[0].how == "new"


def test_two_certain_signs_that_point_at_two_people_are_an_error() -> None:
    found = match_rows(rows({"external_id": "X1", "email": "tom@example.org"}), [ADA, TOM], COLUMNS)
    assert found.matches == ()
    (fault,) = found.faults
    assert (fault.row, fault.column) == (2, "External ID")
    assert "Ada Top" in fault.message
    assert "Tom Out" in fault.message


@pytest.mark.parametrize(
    ("values", "column", "says"),
    [
        ({"power": "4"}, "Full name", "nothing says who"),
        ({"name": "Ada", "power": "5"}, "Power", "no rating"),
        ({"name": "Ada", "power": "high"}, "Power", "no rating"),
        ({"name": "Ada", "email": "ada at example"}, "E-mail", "no e-mail address"),
        ({"name": "A" * 301}, "Full name", "300"),
        ({"name": "Ada", "attitude": "angry"}, "attitude", "no attitude"),
        ({"name": "Ada", "form": "fax"}, "form", "no form"),
        ({"name": "Ada", "minutes": "-5"}, "minutes", "minutes a week"),
        ({"external_id": "unknown"}, "Full name", "nobody here"),
    ],
)
def test_a_wrong_cell_is_named_with_its_place_and_what_to_do(values: dict[str, str], column: str, says: str) -> None:
    found = match_rows(rows(values), [TOM], COLUMNS)
    assert found.matches == ()
    (fault,) = found.faults
    assert (fault.row, fault.column) == (2, column)
    assert says in fault.message
    assert fault.remedy


def test_one_person_twice_in_a_file_is_an_error() -> None:
    for first, second in (
        ({"external_id": "X1"}, {"email": "ada@example.org"}),
        ({"name": "New", "email": "n@example.org"}, {"name": "Newer", "email": "N@example.org"}),
        ({"name": "Nora New"}, {"name": "nora new"}),
    ):
        found = match_rows(rows(first, second), [ADA], COLUMNS)
        assert len(found.matches) == 1
        assert "row 2 means the same person" in found.faults[0].message


def test_namesakes_in_different_places_are_two_people() -> None:
    found = match_rows(
        rows({"name": "Nora New", "organisation": "A"}, {"name": "Nora New", "organisation": "B"}), [], COLUMNS
    )
    assert [one.how for one in found.matches] == ["new", "new"]


def test_a_week_begins_on_monday() -> None:
    assert week_of(date(2026, 3, 8)) == TODAY == week_of(TODAY)
    assert weeks_from(date(2026, 3, 4), 2) == (TODAY, date(2026, 3, 9))


def test_exactly_the_cap_fits_and_a_minute_more_does_not() -> None:
    assert overload(week=TODAY, standing=[30, 20], minutes=10, cap=60, is_own=False) is None
    found = overload(week=TODAY, standing=[30, 20], minutes=11, cap=60, is_own=True)
    assert found is not None
    assert (found.total, found.over, found.is_own) == (61, 1, True)


def test_the_next_free_week_is_found_or_there_is_none() -> None:
    full = {TODAY: 60, date(2026, 3, 9): 50}
    assert free_week(full, minutes=15, cap=60, first=TODAY) == date(2026, 3, 16)
    assert free_week(full, minutes=10, cap=60, first=TODAY) == date(2026, 3, 9)
    assert free_week({}, minutes=61, cap=60, first=TODAY) is None


def event(**changed: object) -> Event:
    values: dict[str, object] = {
        "uid": "1@headwater",
        "title": "Read, decide; tell\nothers",
        "text": "C:\\path",
        "day": date(2026, 12, 31),
        "changed_at": datetime(2026, 3, 2, 9, tzinfo=UTC),
        **changed,
    }
    return Event(**values)  # type: ignore[arg-type]


def test_a_calendar_file_has_crlf_lines_of_at_most_75_octets_and_unfolds_to_what_was_put_in() -> None:
    title = "Ñandú 水 " * 30
    content = calendar_file([event(title=title)], name="Asked, of me")
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= MOST_OCTETS
    for line in lines:
        line.decode()
    unfolded = content.decode().replace("\r\n ", "").split("\r\n")
    assert f"SUMMARY:{title}" in unfolded
    assert "X-WR-CALNAME:Asked\\, of me" in unfolded


def test_a_calendar_file_escapes_text_and_knows_days_and_changes() -> None:
    lines = calendar_file([event(sequence=3, is_cancelled=True, address="https://a.example/b c")], name="x").decode()
    for line in (
        "UID:1@headwater",
        "SEQUENCE:3",
        "DTSTAMP:20260302T090000Z",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "SUMMARY:Read\\, decide\\; tell\\nothers",
        "DESCRIPTION:C:\\\\path",
        "STATUS:CANCELLED",
        "URL:https://a.example/bc",
    ):
        assert f"{line}\r\n" in lines


def test_no_text_can_begin_a_line_of_its_own() -> None:
    assert escaped("a\r\nBEGIN:VALARM\x00\x1b\x7f") == "a\\nBEGIN:VALARM"
    assert folded("x" * 75) == "x" * 75
    assert folded("x" * 76) == "x" * 75 + "\r\n x"
