"""The pages of a leader report, each a sentence first and then what shows it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from headwater.reports import wording
from headwater.reports.builders import pages
from headwater.reports.builders.findings import (
    Finding,
    by_clearness,
    by_score,
    dots,
    rest_name,
    same_axis,
)
from headwater.reports.document import (
    Block,
    Callout,
    Callouts,
    Diverging,
    DivergingRow,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Section,
    Table,
)
from headwater.scoring.phrases import phrases_in
from headwater.scoring.sentences import say_response
from headwater.vocab import STAGE_TITLES, Bound, Column, Difference, Estimate, ScoreBook, Sureness, said, said_of, say

FIRST_PAGE_ROWS = 6
MOST_NEEDS = 2
MOST_STRONG = 2
QUESTIONS = 6


def first_page(book: ScoreBook, row: int, findings: Sequence[Finding]) -> Section:
    """What is strong, what needs you: the clearest scales, with at most two remarks of each kind."""
    ordered = by_clearness(one for one in findings if one.estimate is not None)
    axis = same_axis(ordered)[0]
    chosen = by_score(axis[:FIRST_PAGE_ROWS])
    strong = [one for one in ordered if one.flag == "strong"]
    needs = [one for one in ordered if one.flag == "needs"]
    remarks = [_remark(book, row, one) for one in (*needs[:MOST_NEEDS], *strong[:MOST_STRONG])]
    if not any(one.difference for one in findings):
        remarks.append(Callout("note", "Nothing to compare with yet.", "The next wave will show what moved."))
    elif not remarks:
        remarks.append(Callout("note", "Nothing stands clear of chance.", "That is a finding too: look at the range."))
    blocks: list[Block] = [
        dots(
            book,
            row,
            chosen,
            said("The clearest scores of %(name)s", name=book.tree.names[row]),
            compact=True,
            ring=False,
        ),
        Callouts(tuple(remarks)),
        Paragraph(_legend(book, row), quiet=True),
    ]
    return Section(
        _first_heading(book, row, strong, needs) if any(one.difference for one in findings) else _highest(chosen),
        tuple(blocks),
        "What is strong, what needs you",
        "side",
        (_spoken(strong, needs), pages.source_line(book)),
        pages.footer(book, row),
    )


def _first_heading(book: ScoreBook, row: int, strong: Sequence[Finding], needs: Sequence[Finding]) -> str:
    other = rest_name(book, row) or said("what is usual")
    if len(needs) == 1:
        return said("Only %(label)s falls clearly below %(other)s", label=wording.small(needs[0].label), other=other)
    if needs:
        return said(
            "%(needs)s things fall clearly below %(other)s, most of all “%(label)s”",
            needs=len(needs),
            other=other,
            label=needs[0].label,
        )
    if strong:
        named = wording.joined([wording.small(one.label) for one in strong[:2]])
        return said_of(
            "%(named)s is clearly above %(other)s",
            "%(named)s are clearly above %(other)s",
            len(strong[:2]),
            named=f"{named[0].upper()}{named[1:]}",
            other=other,
        )
    return said("No score stands clearly apart from %(other)s", other=other)


def _highest(shown: Sequence[Finding]) -> str:
    """A heading without a comparison: what stands highest and lowest, no claim beyond that."""
    ordered = by_score(one for one in shown if one.estimate is not None)
    if len(ordered) < 2:
        return "The scores as they are, with their ranges"
    return said("“%(high)s” is rated highest, “%(low)s” lowest", high=ordered[0].label, low=ordered[-1].label)


def _remark(book: ScoreBook, row: int, one: Finding) -> Callout:
    assert one.estimate is not None
    assert one.difference is not None
    around = wording.range_text(one.estimate, one.decimals)
    around = f"({around}), " if around else ""
    heading = f"{one.label}: {wording.value_text(one.estimate, one.decimals)}"
    size = wording.figure(abs(one.difference.value), one.decimals)
    apart = "%(around)s%(size)s above %(other)s." if one.difference.value > 0 else "%(around)s%(size)s below %(other)s."
    apart = said(apart, around=around, size=size, other=rest_name(book, row))
    how = wording.sureness_text(one.difference.sureness)
    end = said("Say thank you for it.") if one.flag == "strong" else said("We are %(how)s.", how=how)
    return Callout("strong" if one.flag == "strong" else "need", heading, f"{apart} {end}")


def _legend(book: ScoreBook, row: int) -> str:
    other = rest_name(book, row)
    upright = said(" Upright line: %(other)s.", other=other) if other and int(book.tree.parent[row]) >= 0 else ""
    return said("Dot: score. Bar: 95%% range.%(upright)s Grey: not clearly apart.", upright=upright)


def _spoken(strong: Sequence[Finding], needs: Sequence[Finding]) -> str:
    parts = []
    if strong:
        parts.append(
            said(
                "Begin with what is strong: %(labels)s.",
                labels=wording.joined([one.label for one in strong[:MOST_STRONG]]),
            )
        )
    if needs:
        parts.append(
            said(
                "Then the need: %(labels)s. Ask before you act.",
                labels=wording.joined([one.label for one in needs[:MOST_NEEDS]]),
            )
        )
    return " ".join(parts) or said("Say that nothing stands clear of chance, and ask what people see themselves.")


def detail_pages(book: ScoreBook, row: int, findings: Sequence[Finding]) -> list[Section]:
    """Every scale with its range, answers, difference and words, a lens at a time."""
    sections = []
    for lens in dict.fromkeys(one.column.lens for one in findings):
        part = [one for one in findings if one.column.lens is lens]
        title = said("%(stage)s: scores of %(name)s", stage=said(STAGE_TITLES[lens]), name=book.tree.names[row])
        sections.append(
            Section(
                _detail_heading(book, row, part),
                tuple(dots(book, row, group, title) for group in same_axis(part)),
                STAGE_TITLES[lens],
                "wide",
                ("Every score of this part, with its range and how it compares.", pages.source_line(book)),
                pages.footer(book, row),
            )
        )
    return sections


def _detail_heading(book: ScoreBook, row: int, part: Sequence[Finding]) -> str:
    strong = sum(one.flag == "strong" for one in part)
    needs = sum(one.flag == "needs" for one in part)
    shown = sum(one.estimate is not None for one in part)
    if not shown:
        return said("Nothing of this part can be shown for %(name)s", name=book.tree.names[row])
    if not any(one.difference for one in part):
        return _highest(part)
    other = rest_name(book, row) or said("what is usual")
    if len(part) > 1 and len(part) in (strong, needs):
        return said(
            "All %(count)s are clearly above %(other)s" if strong else "All %(count)s are clearly below %(other)s",
            count=len(part),
            other=other,
        )
    if strong and needs:
        return said(
            "%(some)s clearly above %(other)s, %(needs)s clearly below",
            some=_of(strong, len(part)),
            other=other,
            needs=needs,
        )
    if strong or needs:
        return said(
            "%(some)s clearly above %(other)s" if strong else "%(some)s clearly below %(other)s",
            some=_of(strong or needs, len(part)),
            other=other,
        )
    return said("Too close to call against %(other)s, for all of these", other=other)


def _of(count: int, total: int) -> str:
    return said_of("%(n)s of %(total)s is", "%(n)s of %(total)s are", count, total=total)


def change_pages(book: ScoreBook, row: int, findings: Sequence[Finding]) -> list[Section]:
    """What changed since the wave before; nothing where no wave is compared."""
    compared = [
        (one, one.estimate.versus_previous)
        for one in findings
        if one.estimate is not None and one.estimate.versus_previous is not None
    ]
    if not compared or row == 0:
        return []
    compared.sort(key=lambda pair: (-_clear(pair[1]), pair[0].number))
    moved = [one for one, change in compared if change and change.sureness is not Sureness.TOO_CLOSE]
    rows = tuple(
        (
            one.label,
            wording.value_text(one.estimate, one.decimals) if one.estimate else "",
            wording.difference_text(change, one.decimals),
            _change_words(change),
        )
        for one, change in compared[: pages.ROWS_A_PAGE]
    )
    heading = (
        said("%(labels)s changed, more than chance explains", labels=wording.joined([one.label for one in moved[:2]]))
        if moved
        else said("No change since %(previous_wave)s stands clear of chance", previous_wave=book.previous_wave)
    )
    return [
        Section(
            heading,
            (
                Table(
                    "Change since the wave before",
                    (
                        "What they experience",
                        "Score now",
                        said("Change since %(previous_wave)s", previous_wave=book.previous_wave),
                        "In words",
                    ),
                    rows,
                    (1, 2),
                    (3.0, 1.2, 2.2, 2.4),
                ),
            ),
            "What changed",
            "wide",
            ("A change without a comparison group is not proof that an action worked.", pages.source_line(book)),
            pages.footer(book, row),
        )
    ]


def _clear(change: Difference | None) -> float:
    if change is None or math.isnan(change.low) or change.high <= change.low:
        return 0.0
    return abs(change.value) / (change.high - change.low)


def _change_words(change: Difference | None) -> str:
    if change is None:
        return ""
    if change.sureness is Sureness.TOO_CLOSE:
        return said("Too close to call")
    way = said("Up" if change.value > 0 else "Down")
    return f"{way}, {wording.sureness_text(change.sureness)}"


def questions_pages(
    book: ScoreBook, row: int, about: Sequence[Finding], answer_labels: tuple[str, ...]
) -> list[Section]:
    """How people answered the questions behind what stands out; nothing below 25 answers."""
    rows: list[DivergingRow] = []
    points = 0
    for finding in about[: MOST_NEEDS + 1]:
        for column in _items_of(book, finding.column):
            percents = book.shares.of(row, column.subject)
            if percents is None or len(rows) >= QUESTIONS or (points and len(percents) != points):
                continue
            points = len(percents)
            found = book.find(row, column.measure, column.subject)
            answered = found.n if isinstance(found, Estimate) else None
            rows.append(DivergingRow(say(column.label), tuple(float(part) for part in percents), answered))
    if not rows:
        return []
    labels = answer_labels if len(answer_labels) == points else _plain_answers(points)
    low = rows[0].percents[: points // 2]
    told = "; ".join(
        f"{one.label}: " + ", ".join(f"{label} {part:.0f}%" for label, part in zip(labels, one.percents, strict=True))
        for one in rows
    )
    name = wording.small(about[0].label)
    return [
        Section(
            said(
                "Behind %(name)s: %(low)s in 100 answered unfavourably to “%(label)s”",
                name=name,
                low=f"{sum(low):.0f}",
                label=rows[0].label,
            ),
            (Diverging(said("Answers of %(name)s", name=book.tree.names[row]), told, labels, tuple(rows)),),
            "How people answered",
            "wide",
            (
                "Whole percents, least favourable first, so reversed questions are turned round. From 25 answers on.",
                pages.source_line(book),
            ),
            pages.footer(book, row),
        )
    ]


def _items_of(book: ScoreBook, column: Column) -> list[Column]:
    found: dict[str, Column] = {}
    for other in book.columns:
        if other.role == "item" and (other.scale or other.subject) == column.subject:
            found.setdefault(other.subject, other)
    return list(found.values())


def _plain_answers(points: int) -> tuple[str, ...]:
    return tuple(
        f"{code}" + (said(" (least favourable)") if code == 1 else said(" (most favourable)") if code == points else "")
        for code in range(1, points + 1)
    )


def _moved(rate: Estimate) -> bool:
    """Whether a response rate stands clear of anything it is compared with."""
    against = (rate.versus_rest, rate.versus_previous, rate.versus_benchmark)
    return any(one is not None and one.sureness is not Sureness.TOO_CLOSE for one in against)


def sure_page(book: ScoreBook, row: int, findings: Sequence[Finding]) -> Section:
    """How sure are we: how many answered, how wide a range is, what is too close to call."""
    shown = [one for one in findings if one.estimate is not None]
    compared = [one for one in shown if one.difference is not None]
    close = [one for one in compared if one.flag in ("same", "unsure")]
    halves = sorted(
        (one.estimate.shrunken_high - one.estimate.shrunken_low) / 2
        for one in shown
        if one.estimate is not None and not math.isnan(one.estimate.shrunken_high)
    )
    place = book.everybody.position(row)
    figures = [KeyFigure(wording.count(int(book.everybody.n[place])), "people answered", book.wave.title)]
    rate = book.response_rate(row)
    if isinstance(rate, Estimate):
        range_ = f"{wording.spread(rate.low, rate.high, 0)}%" if rate.bound is Bound.EXACT else "a limit, not a count"
        figures.append(KeyFigure(phrases_in().share(rate.value, rate.bound), "of those asked answered", range_))
    typical = halves[len(halves) // 2] if halves else math.nan
    decimals = shown[0].decimals
    if halves:
        figures.append(
            KeyFigure(f"±{wording.figure(typical, decimals + 1)}", "typical range of a score", "95%, either way")
        )
    if compared:
        clear = said("%(some)s of %(total)s", some=len(compared) - len(close), total=len(compared))
        figures.append(KeyFigure(clear, "stand clear of chance", "checked all at once"))
    blocks: list[Block] = [KeyFigures(tuple(figures))]
    if close:
        names = wording.joined([wording.small(one.label) for one in by_clearness(close)[:5]])
        blocks.append(
            Paragraph(
                said("%(labels)s. Do not act on these as differences.", labels=f"{names[0].upper()}{names[1:]}"),
                heading="Too close to call:",
            )
        )
    if isinstance(rate, Estimate) and _moved(rate):
        blocks.append(Paragraph(say_response(book, row)))
    held = [one for one in findings if one.withheld is not None]
    for one in held[:2]:
        assert one.withheld is not None
        blocks.append(wording.withheld_note(book, one.withheld))
    blocks.append(
        Paragraph(
            "A range says how far the score could move if the same people answered about other weeks like these. "
            "It does not cover people who chose not to answer.",
            quiet=True,
        )
    )
    heading = (
        said("A score could be about %(typical)s higher or lower", typical=wording.figure(typical, decimals))
        if halves and float(f"{typical:.{decimals}f}") > 0
        else "These scores are known to within a tenth"
        if halves
        else "How sure we are"
    )
    return Section(
        heading,
        tuple(blocks),
        "How sure are we",
        "wide",
        ("Say the range before anyone asks for it.", pages.source_line(book)),
        pages.footer(book, row),
    )
