"""The action list: what stands clear of chance in a unit and the units right below it, with a next step for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from headwater.reports import wording
from headwater.reports.brand import Brand
from headwater.reports.builders import pages
from headwater.reports.builders.findings import by_clearness, findings_of
from headwater.reports.builders.next_steps import actions_for
from headwater.reports.document import Action, ActionList, Block, Document, Paragraph, Section
from headwater.vocab import ScoreBook, said, said_of, spoken

NEEDS_A_UNIT = 2
MOST_ACTIONS = 40


def action_list(
    book: ScoreBook,
    unit: str | int,
    brand: Brand,
    *,
    people: Mapping[str, str] | None = None,
    river: object = None,
    answer_labels: tuple[str, ...] = (),
) -> Document:
    """Make the action list of a unit: its own steps first, then those of the units right below, in their order.

    Units come in the order of the organisation, never ranked. people: leaders' names by id. river and answer_labels
    are taken so that all reports are called alike; they are not used. Raises KeyError for an unknown unit.
    """
    row = book.tree.index_of[unit] if isinstance(unit, str) else unit
    name = book.tree.names[row]
    leader = (people or {}).get(book.tree.leaders[row], "")
    if book.nearest_shown(row) != row:
        shown = book.nearest_shown(row)
        nearest = "" if shown is None else book.tree.names[shown]
        section = pages.small_team_steps(book, row, nearest)
        sections = [replace(section, blocks=(pages.unit_note(book, row, shown), *section.blocks))]
        return _document(
            book, brand, row, said("%(name)s: talk first, then change one thing", name=name), leader, sections
        )
    own = [one for one in by_clearness(findings_of(book, row)) if one.flag == "needs"]
    actions = list(actions_for(book, row, own[:NEEDS_A_UNIT]))
    below: list[Action] = []
    for child in book.tree.children(row):
        needs = [one for one in by_clearness(findings_of(book, child)) if one.flag == "needs"]
        who = (people or {}).get(book.tree.leaders[child], "") or said(
            "%(leader)s of the group", leader=brand.word("leader", spoken()).capitalize()
        )
        below += [replace(one, who=who) for one in actions_for(book, child, needs[:NEEDS_A_UNIT]) if one.needs]
    listed = [*actions, *below][:MOST_ACTIONS]
    clear = sum(one.needs for one in listed)
    several = len({one.unit for one in listed}) > 1
    blocks: list[Block] = [ActionList(tuple(listed), where=several)]
    left = len(actions) + len(below) - len(listed)
    if left:
        blocks.append(
            Paragraph(
                said(
                    "%(left)s more are in the lists of the %(units)s below.",
                    left=left,
                    units=brand.word("unit", spoken(), plural=True),
                ),
                quiet=True,
            )
        )
    heading = (
        said_of(
            "%(n)s thing stands clear of chance; each has one next step",
            "%(n)s things stand clear of chance; each has one next step",
            clear,
        )
        if clear
        else said("Nothing stands clear of chance; two good habits all the same")
    )
    note = ("Agree each line with the one who does it; a step without a name and a date is a wish.",
            pages.source_line(book))  # fmt: skip
    sections = [Section(heading, tuple(blocks), "Next steps", "wide", note, pages.footer(book, row))]
    return _document(book, brand, row, f"{name}: {wording.small(heading)}", leader, sections)


def _document(book: ScoreBook, brand: Brand, row: int, title: str, leader: str, sections: list[Section]) -> Document:
    return pages.document(
        book,
        brand,
        kind="actions",
        key=book.tree.ids[row],
        title=title,
        subtitle=said(
            "Steps for what %(name)s and the groups right below said in %(title)s.",
            name=book.tree.names[row],
            title=book.wave.title,
        ),
        audience=pages.audience(book.tree.names[row], leader, brand),
        sections=[*sections, pages.made_page(book)],
    )
