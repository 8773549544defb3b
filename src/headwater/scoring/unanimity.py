"""Whether a release and those before it show together that all of a group gave the same answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from headwater.privacy import Cells, Release
from headwater.privacy.jointly import ReleasedSystem
from headwater.privacy.totals import unpack
from headwater.privacy.unanimous import EndsOfQuestion, find_unanimous
from headwater.scoring.estimating import Estimator
from headwater.scoring.points import column_points
from headwater.scoring.specification import Specification
from headwater.scoring.sums import GroupSums
from headwater.vocab import Moments


def alike_together(
    earlier: Sequence[Release], proposed: Release, cells: Cells, moments: Moments, specification: Specification
) -> str:
    """Say which releases show a group of the same answers to be all alike; "" when none do.

    cells: those of the moments. Only numbers that both sides know are looked at.
    """
    system = ReleasedSystem(earlier, proposed, cells, max(release.k for release in (*earlier, proposed)))
    found = find_unanimous(system, _questions([*earlier, proposed], moments, specification))
    if found is None:
        return ""
    question, totals, proven = found
    labels: dict[str, list[str]] = {}
    for owner, label in map(system.label, totals):
        labels.setdefault(owner, []).append(repr(label))
    named = "; ".join(
        f"{', '.join(names)} of {owner if owner == proposed.name else f'the release with {owner}'}"
        for owner, names in labels.items()
    )
    would = "would show" if proven else "may show (there is too much to search it all)"
    alike = f"that all of a group gave one answer to {question.name!r}"
    return f"together with what was released before, it {would} {alike}: {named}."


def _questions(releases: Sequence[Release], moments: Moments, specification: Specification) -> Iterator[EndsOfQuestion]:
    estimator = Estimator(specification, moments.plan.offsets, {})
    scores = moments.scores
    sums = GroupSums(moments.respondents, moments.counts, scores.n, scores.total, scores.squares)
    known = {column.key: column for column in specification.columns}
    for key in dict.fromkeys(key for release in releases for key in release.about["exact"]):
        masks = [release.about["exact"].get(key) for release in releases]
        exact = [
            np.zeros(len(release.totals), bool) if mask is None else unpack(mask, len(release.totals))
            for release, mask in zip(releases, masks, strict=True)
        ]
        if key in known:
            points = column_points(estimator, sums, known[key])
            most = points.people * points.steps
            yield EndsOfQuestion(key, np.concatenate(exact), points.people, (points.points == 0, points.points == most))
