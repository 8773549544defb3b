"""What others found for such links: priors and comparisons, never results."""

from __future__ import annotations

from dataclasses import replace

from headwater.vocab import Lens, PublishedRange, said, to_say

PUBLISHED: dict[tuple[Lens, Lens], PublishedRange] = {
    (Lens.LX, Lens.EX): PublishedRange(
        0.20,
        0.47,
        to_say(
            ".47 for positive leadership with engagement, mostly one source and so too high "
            "(Decuypere and Schaufeli 2021)"
        ),
    ),
    (Lens.EX, Lens.CX): PublishedRange(
        0.00,
        0.33,
        to_say(
            ".33 between units, corrected (Harter, Schmidt and Hayes 2002); too small to matter in Gelade and "
            "Young 2005; mixed signs in Hogreve and others 2017"
        ),
    ),
}

PRIOR_R, PRIOR_SD = 0.25, 0.10
"""Before any data: a new link between units."""


def published_range(source: Lens, target: Lens) -> PublishedRange | None:
    """Return what is known of links between two stages, or None. Its source is said in the language in force."""
    found = PUBLISHED.get((source, target))
    return None if found is None else replace(found, source=said(found.source))
