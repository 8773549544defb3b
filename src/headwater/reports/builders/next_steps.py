"""The page of next steps, worked out from what stands clear of chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from headwater.reports import wording
from headwater.reports.brand import Brand
from headwater.reports.builders import pages
from headwater.reports.builders.findings import Finding, by_clearness, dots, rest_name
from headwater.reports.builders.guide import own_numbers_guide
from headwater.reports.builders.steps import detectable, step_for
from headwater.reports.document import Action, ActionList, Block, Section
from headwater.vocab import ScoreBook, said, spoken

MOST_STEPS = 3


def next_steps_page(book: ScoreBook, row: int, findings: Sequence[Finding], brand: Brand) -> Section:
    """One page of next steps, worked out from what needs the leader; never a forecast."""
    ordered = by_clearness(findings)
    needs = [one for one in ordered if one.flag == "needs"]
    strong = [one for one in ordered if one.flag == "strong"]
    actions = actions_for(book, row, needs[: MOST_STEPS - 1])
    guide = own_numbers_guide(wording.small(strong[0].label) if strong else "", needs[0].label if needs else "")
    heading = (
        said("Begin with “%(label)s”, and look again next wave", label=needs[0].label)
        if needs
        else "Tell them, ask them, and keep one promise"
    )
    return Section(
        heading,
        (ActionList(actions), *_now(book, row, needs)),
        "One page of next steps",
        "wide",
        (
            *(
                said("%(minutes)s min. %(what)s. %(words)s", minutes=step.minutes, what=step.what, words=step.words)
                for step in guide.steps
            ),
            "No forecast is made: what these steps will bring here is not known before it is measured.",
            pages.source_line(book),
        ),
        said(
            "Steps are good practice for what stands clear of chance; they belong to the %(leader)s.",
            leader=brand.word("leader", spoken()),
        ),
    )


def _now(book: ScoreBook, row: int, needs: Sequence[Finding]) -> tuple[Block, ...]:
    """Where the one need stands now, to compare with later. With more needs the page is full of steps."""
    if len(needs) != 1:
        return ()
    name = book.tree.names[row]
    now = replace(needs[0], label=said("%(label)s, now", label=needs[0].label))
    return (dots(book, row, [now], said("%(name)s now", name=name), compact=True, ring=False),)


def actions_for(book: ScoreBook, row: int, needs: Sequence[Finding]) -> tuple[Action, ...]:
    """Telling people comes first, then one step for each need, then a promise where nothing needs anybody."""
    name = book.tree.names[row]
    actions = [
        Action(
            "Tell everybody what they said",
            "Also what will not be done, with the reason",
            "You",
            "Within 2 weeks",
            "Each can say one thing that was heard and one that follows",
            name,
        )
    ]
    for one in needs:
        step = step_for(one.column)
        actions.append(Action(step.what, step.detail, step.who, step.by, _known_by(book, row, one), name, True))
    if not needs:
        actions.append(
            Action(
                "Keep one promise in sight of all",
                "Ask which; say the date; report on that date",
                "You",
                "Within 6 weeks",
                "The date is kept, or its miss is explained the same day",
                name,
            )
        )
    return tuple(actions)


def _known_by(book: ScoreBook, row: int, one: Finding) -> str:
    label = one.label
    if one.estimate is None:
        return said("They tell you that %(label)s got better", label=wording.small(label))
    smallest = detectable(one.estimate.versus_rest or one.difference, one.column)
    room = one.column.high - one.estimate.shrunken if one.column.higher_is_better else one.estimate.shrunken
    other = rest_name(book, row)
    verb = said("rises" if one.column.higher_is_better else "falls")
    if smallest is None:
        return (
            said("%(label)s %(verb)s against %(other)s", label=label, verb=verb, other=other)
            if other
            else f"{label} {verb}"
        )
    if smallest > room:
        above = pages.parent_name(book, row)
        return (
            said("%(label)s: too few answers to show a change here; look at %(above)s", label=label, above=above)
            if above
            else f"{label} {verb}"
        )
    size = wording.figure(math.ceil(smallest * 10**one.decimals) / 10**one.decimals, one.decimals)
    unit = said(" points") if one.column.unit == "percent" else ""
    against = said(" against %(other)s", other=other) if other and int(book.tree.parent[row]) >= 0 else ""
    return said(
        "%(label)s %(verb)s by %(size)s%(unit)s or more%(against)s; less would not show in a group this size",
        label=label,
        verb=verb,
        size=size,
        unit=unit,
        against=against,
    )
