"""The leader report: what is strong, what needs me, how sure are we, and one page of next steps."""

from __future__ import annotations

from collections.abc import Mapping

from headwater.reports import wording
from headwater.reports.brand import Brand
from headwater.reports.builders import pages
from headwater.reports.builders.below import below_pages
from headwater.reports.builders.findings import Finding, by_clearness, by_score, dots, findings_of, same_axis
from headwater.reports.builders.guide import no_numbers_guide
from headwater.reports.builders.injuries import injury_pages
from headwater.reports.builders.leader_pages import change_pages, detail_pages, first_page, questions_pages, sure_page
from headwater.reports.builders.next_steps import next_steps_page
from headwater.reports.builders.serving import service_pages
from headwater.reports.document import Callout, Callouts, Document, Section
from headwater.vocab import WITHHELD_REASON, InjuryBook, River, ScoreBook, ServiceBook


def leader_report(
    book: ScoreBook,
    unit: str | int,
    brand: Brand,
    *,
    people: Mapping[str, str] | None = None,
    river: River | None = None,
    answer_labels: tuple[str, ...] = (),
    services: ServiceBook | None = None,
    injuries: InjuryBook | None = None,
) -> Document:
    """Make the report of one unit for its leader, from released numbers only.

    people: leaders' names by the ids in the tree; without it the leader is not named. river: adds the picture of the
    chain. answer_labels: the words of the answers, least favourable first, for the bars of single questions. services,
    injuries: add how those the unit serves rate it, and its injuries. A unit
    with nothing released gets the nearest group above, labelled so, and a conversation guide; it is never empty.
    Raises KeyError for an unknown unit.
    """
    row = book.tree.index_of[unit] if isinstance(unit, str) else unit
    leader = (people or {}).get(book.tree.leaders[row], "")
    shown = book.nearest_shown(row)
    if shown != row:
        further = [*service_pages(services, book.tree.ids[row]), *injury_pages(injuries, book.tree.ids[row])]
        return _withheld_report(book, row, shown, brand, leader, further)
    findings = findings_of(book, row)
    strong = [one for one in by_clearness(findings) if one.flag == "strong"]
    needs = [one for one in by_clearness(findings) if one.flag == "needs"]
    sections: list[Section] = [first_page(book, row, findings)]
    sections += detail_pages(book, row, findings)
    sections += change_pages(book, row, findings)
    sections += questions_pages(book, row, needs or strong, answer_labels)
    sections += below_pages(book, row)
    sections += service_pages(services, book.tree.ids[row])
    sections += injury_pages(injuries, book.tree.ids[row])
    sections.append(sure_page(book, row, findings))
    if river is not None:
        sections.append(pages.river_page(river))
    sections.append(next_steps_page(book, row, findings, brand))
    sections.append(pages.made_page(book))
    name = book.tree.names[row]
    respondents = int(book.everybody.n[book.everybody.position(row)])
    asked = f"What {wording.count(respondents)} people said" if respondents else "What people said"
    ending = {0: "and what to keep"}.get(len(needs), "and the one thing that needs you")
    if len(needs) > 1:
        ending = "and what needs you"
    return pages.document(
        book,
        brand,
        kind="leader",
        key=book.tree.ids[row],
        title=_title(name, strong, needs, pages.parent_name(book, row)),
        subtitle=f"{asked} in {book.wave.title}, how sure we are, {ending}.",
        audience=pages.audience(name, leader, brand),
        sections=sections,
    )


def _title(name: str, strong: list[Finding], needs: list[Finding], parent: str) -> str:
    good = wording.small(strong[0].label) if strong else ""
    bad = wording.small(needs[0].label) if needs else ""
    if good and bad:
        return f"{name}: {good} stands out, {bad} needs you"
    if bad:
        return f"{name}: {bad} needs you"
    if good:
        return f"{name}: {good} stands out"
    return f"{name}: no score stands clear of the rest of {parent}" if parent else f"{name}: how it is to work here"


def _withheld_report(
    book: ScoreBook, row: int, shown: int | None, brand: Brand, leader: str, further: list[Section]
) -> Document:
    name = book.tree.names[row]
    nearest = "" if shown is None else book.tree.names[shown]
    guide = no_numbers_guide(nearest)
    note = pages.unit_note(book, row, shown)
    sections: list[Section] = []
    if shown is None:
        title = f"{name}: a conversation instead of numbers"
        sections.append(Section("These answers are kept safe by not being shown", (note,), "What can be shown"))
    else:
        title = f"{name}: the picture of {nearest}, and a conversation"
        clearest = by_clearness(one for one in findings_of(book, shown) if one.estimate is not None)
        axis = same_axis(clearest)[0][: pages.ROWS_A_PAGE]
        chart = dots(book, shown, by_score(axis), f"Scores of {nearest}", compact=True)
        remark = Callout(
            "note",
            f"These are the answers of {nearest},",
            f"not of {name} alone. Use them to open the conversation, not to judge the {brand.word('unit')}.",
        )
        notes = (
            f"Say first that these numbers belong to {nearest}. Do not guess what {name} said.",
            pages.source_line(book),
        )
        sections.append(
            Section(
                f"The nearest group we can show is {nearest}",
                (chart, note, Callouts((remark,))),
                "What can be shown",
                "side",
                notes,
                pages.footer(book, shown),
            )
        )
    sections.append(
        Section(
            f"{guide.minutes} minutes will tell you more than a number would",
            (guide,),
            "A conversation guide",
            speaker_notes=("Never ask who answered, or what anyone answered.",),
        )
    )
    sections += further
    sections.append(pages.small_team_steps(book, row, nearest))
    sections.append(pages.made_page(book))
    return pages.document(
        book,
        brand,
        kind="leader",
        key=book.tree.ids[row],
        title=title,
        subtitle=f"{WITHHELD_REASON}. What we can show in {book.wave.title}, and how to find out the rest yourself.",
        audience=pages.audience(name, leader, brand),
        sections=sections,
    )
