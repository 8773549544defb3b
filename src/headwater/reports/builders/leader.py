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
from headwater.vocab import WITHHELD_REASON, InjuryBook, River, ScoreBook, ServiceBook, said, spoken


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
    asked = (
        said("What %(respondents)s people said", respondents=wording.count(respondents))
        if respondents
        else said("What people said")
    )
    ending = said("and the one thing that needs you" if needs else "and what to keep")
    if len(needs) > 1:
        ending = said("and what needs you")
    return pages.document(
        book,
        brand,
        kind="leader",
        key=book.tree.ids[row],
        title=_title(name, strong, needs, pages.parent_name(book, row)),
        subtitle=said(
            "%(asked)s in %(title)s, how sure we are, %(ending)s.", asked=asked, title=book.wave.title, ending=ending
        ),
        audience=pages.audience(name, leader, brand),
        sections=sections,
    )


def _title(name: str, strong: list[Finding], needs: list[Finding], parent: str) -> str:
    good = wording.small(strong[0].label) if strong else ""
    bad = wording.small(needs[0].label) if needs else ""
    if good and bad:
        return said("%(name)s: %(good)s stands out, %(bad)s needs you", name=name, good=good, bad=bad)
    if bad:
        return said("%(name)s: %(bad)s needs you", name=name, bad=bad)
    if good:
        return said("%(name)s: %(good)s stands out", name=name, good=good)
    return (
        said("%(name)s: no score stands clear of the rest of %(parent)s", name=name, parent=parent)
        if parent
        else said("%(name)s: how it is to work here", name=name)
    )


def _withheld_report(
    book: ScoreBook, row: int, shown: int | None, brand: Brand, leader: str, further: list[Section]
) -> Document:
    name = book.tree.names[row]
    nearest = "" if shown is None else book.tree.names[shown]
    guide = no_numbers_guide(nearest)
    note = pages.unit_note(book, row, shown)
    sections: list[Section] = []
    if shown is None:
        title = said("%(name)s: a conversation instead of numbers", name=name)
        sections.append(Section("These answers are kept safe by not being shown", (note,), "What can be shown"))
    else:
        title = said("%(name)s: the picture of %(nearest)s, and a conversation", name=name, nearest=nearest)
        clearest = by_clearness(one for one in findings_of(book, shown) if one.estimate is not None)
        axis = same_axis(clearest)[0][: pages.ROWS_A_PAGE]
        chart = dots(book, shown, by_score(axis), said("Scores of %(nearest)s", nearest=nearest), compact=True)
        remark = Callout(
            "note",
            said("These are the answers of %(nearest)s,", nearest=nearest),
            said(
                "not of %(name)s alone. Use them to open the conversation, not to judge the %(unit)s.",
                name=name,
                unit=brand.word("unit", spoken()),
            ),
        )
        notes = (
            said(
                "Say first that these numbers belong to %(nearest)s. Do not guess what %(name)s said.",
                nearest=nearest,
                name=name,
            ),
            pages.source_line(book),
        )
        sections.append(
            Section(
                said("The nearest group we can show is %(nearest)s", nearest=nearest),
                (chart, note, Callouts((remark,))),
                "What can be shown",
                "side",
                notes,
                pages.footer(book, shown),
            )
        )
    sections.append(
        Section(
            said("%(minutes)s minutes will tell you more than a number would", minutes=guide.minutes),
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
        subtitle=said(
            "%(reason)s. What we can show in %(title)s, and how to find out the rest yourself.",
            reason=said(WITHHELD_REASON),
            title=book.wave.title,
        ),
        audience=pages.audience(name, leader, brand),
        sections=sections,
    )
