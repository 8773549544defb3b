"""A study as the chain takes it: its waves, the units that count, and the means that all parts share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from headwater.chain.sampling import SamplingErrors, sampling_errors
from headwater.chain.unit_means import unit_means
from headwater.vocab import Moments, UnitPeriods, UnitTree

BoolGrid = NDArray[np.bool_]


class UnitSums:
    """Means of a study's units and their sampling errors, worked out when first asked for.

    They say the same of a unit whatever part of the organisation is looked at, and of a wave whatever follows it. So
    all parts, and all periods, of one study share them.
    """

    def __init__(self, waves: tuple[Moments, ...], tree: UnitTree, k: int) -> None:
        self.waves, self.tree, self.k = waves, tree, k

    @cached_property
    def alone(self) -> UnitPeriods:
        """Means of each unit's own people."""
        return unit_means(self.waves, self.tree, self.k)

    @cached_property
    def below(self) -> UnitPeriods:
        """Means of units with all below them."""
        return unit_means(self.waves, self.tree, self.k, whole_subtrees=True)

    @cached_property
    def errors(self) -> SamplingErrors:
        """Sampling errors of `alone`."""
        return sampling_errors(self.waves, self.tree, self.k)


@dataclass(frozen=True)
class StudyWaves:
    """One study as the chain takes it.

    scales: keys of the scores it gives. moments: of its waves in order, each under the name of its period. followed:
    the same with earlier teams under their names in the last organisation, where it changed. kept: by score, bool[U,
    T], units (not those below them) that count; without one, all units with k people. kept_below: the same for units
    with all below them. inside: whether two scores may be linked inside it; ratings of internal service are not people,
    so they may not. survey: names who was asked together; links between studies of one name say so. sums: of
    `over_time` and perhaps of later waves, shared with other parts; None to work them out.
    """

    scales: frozenset[str]
    moments: tuple[Moments, ...]
    k: int
    followed: tuple[Moments, ...] = ()
    kept: Mapping[str, BoolGrid] = field(default_factory=dict)
    kept_below: Mapping[str, BoolGrid] = field(default_factory=dict)
    inside: bool = True
    survey: str = ""
    sums: UnitSums | None = None

    @property
    def over_time(self) -> tuple[Moments, ...]:
        """The moments to compare over time."""
        return self.followed or self.moments

    def with_sums(self, tree: UnitTree) -> StudyWaves:
        """Return the study with its sums, ready to be worked out."""
        return self if self.sums is not None else replace(self, sums=UnitSums(self.over_time, tree, self.k))

    def first(self, waves: int) -> StudyWaves:
        """Return the study as it was after so many waves."""
        return replace(
            self,
            moments=self.moments[:waves],
            followed=self.followed[:waves],
            kept={key: grid[:, :waves] for key, grid in self.kept.items()},
            kept_below={key: grid[:, :waves] for key, grid in self.kept_below.items()},
        )

    def inside_of(self, rows: slice) -> StudyWaves:
        """Return the study of some units of the tree. The study must say which units count."""

        def cut(grids: Mapping[str, BoolGrid]) -> dict[str, BoolGrid]:
            found = {}
            for key, grid in grids.items():
                found[key] = np.zeros_like(grid)
                found[key][rows] = grid[rows]
            return found

        return replace(self, kept=cut(self.kept), kept_below=cut(self.kept_below))


def means_of(study: StudyWaves, tree: UnitTree, *, whole_subtrees: bool = False) -> UnitPeriods:
    """Return the unit means of a study, only of the units that count."""
    sums = _sums(study, tree)
    shared = sums.below if whole_subtrees else sums.alone
    waves = len(study.over_time)
    kept = study.kept_below if whole_subtrees else study.kept
    values = {key: figure[:, :waves] for key, figure in shared.values.items()}
    bases = {key: figure[:, :waves] for key, figure in shared.bases.items()}
    table = replace(shared, periods=shared.periods[:waves], values=values, bases=bases)
    if not kept:
        return table
    return replace(
        table,
        values={key: np.where(kept[key], figure, np.nan) if key in kept else figure for key, figure in values.items()},
        bases={key: np.where(kept[key], figure, 0) if key in kept else figure for key, figure in bases.items()},
    )


def errors_of(study: StudyWaves, tree: UnitTree) -> SamplingErrors:
    """Return the sampling errors of `means_of`, units alone."""
    waves = len(study.over_time)
    return {pair: grid[:, :waves] for pair, grid in _sums(study, tree).errors.items()}


def _sums(study: StudyWaves, tree: UnitTree) -> UnitSums:
    found = study.with_sums(tree).sums
    assert found is not None
    return found
