"""All links of a chain at once: studies and tables of the same units, each link on the panel its two ends allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from headwater.chain.crosses import link_within_study
from headwater.chain.findings import LinkFinding
from headwater.chain.panels import link_on_panel
from headwater.chain.sampling import SamplingErrors
from headwater.chain.stations import FEWEST_UNITS, Place
from headwater.chain.studies import StudyWaves, errors_of, means_of
from headwater.chain.unit_means import side_by_side
from headwater.chain.within import only_units
from headwater.vocab import FloatArray, InputError, RefusedError, UnitPeriods, UnitTree, to_say

Refusals = list[tuple[str, str]]
"""(the two ends, why) of links that could not be estimated."""


@dataclass(frozen=True)
class Chain:
    """What is to be linked.

    places: by key, with all their parts. links: (source, target). same_survey: places that one survey measured.
    minimum_base: people or cases a table's figure needs behind it. complete: figures that a unit and period must have
    to count in any link, so that all links speak of the same ones. name: what errors call the chain.
    """

    places: Mapping[str, Place]
    links: Sequence[tuple[str, str]]
    same_survey: frozenset[str] = frozenset()
    minimum_base: float = 0.0
    complete: tuple[str, ...] = ()
    name: str = "the chain"


def find_links(
    chain: Chain, studies: Sequence[StudyWaves], tree: UnitTree | None, table: UnitPeriods | None
) -> tuple[list[LinkFinding], Refusals]:
    """Return all links of a chain, and those refused with their reasons.

    Two scales of one study are linked inside it, on its last wave, with the same source taken out; what its waves show
    over time stands beside. Everything else is linked on a panel of units: means of each study by wave, and the figures
    of tables. Where the two ends are known of too few units of one level, units with all below them are compared. A
    link one end of which was not measured is refused by name, so that nothing is left out in silence.

    tree: of the studies; None for tables alone. Raises InputError when `complete` names an unknown figure.
    """
    if tree is not None:
        studies = [study.with_sums(tree) for study in studies]
    panels = _Panels(chain, tuple(studies), tree, table)
    found: list[LinkFinding] = []
    refused: Refusals = []
    for ends in chain.links:
        source, target = (chain.places[key] for key in ends)
        try:
            study = next((one for one in studies if set(ends) <= one.scales and one.moments and one.inside), None)
            if study is not None and tree is not None:
                found.append(_inside(study, source, target, tree))
            else:
                found.append(panels.link(source, target))
        except RefusedError as error:
            refused.append((f"{source.label} and {target.label}", str(error)))
    return found, refused


def _inside(study: StudyWaves, source: Place, target: Place, tree: UnitTree) -> LinkFinding:
    """Link two scores of the same people on the last wave, and add what its waves show over time."""
    last = study.moments[-1]
    if source.key in study.kept and target.key in study.kept:
        kept = study.kept[source.key][:, -1] & study.kept[target.key][:, -1]
        last = only_units(last, {tree.ids[row] for row in np.flatnonzero(kept).tolist()})
    finding = link_within_study(last, source, target, k=study.k)
    if len(study.over_time) < 2:
        return finding
    try:
        over_time = link_on_panel(
            means_of(study, tree),
            source,
            target,
            same_source=True,
            errors=errors_of(study, tree),
        )
    except RefusedError:
        return finding
    beside = [over_time.water, *over_time.others] if over_time.water is not None else list(over_time.others)
    return replace(finding, others=(*finding.others, *beside))


class _Panels:
    """Unit means of all studies and the figures of a table, joined as each link needs them."""

    def __init__(
        self, chain: Chain, studies: tuple[StudyWaves, ...], tree: UnitTree | None, table: UnitPeriods | None
    ) -> None:
        self.chain, self.studies, self.tree = chain, studies, tree
        self.table = table if table is None or tree is None else on_tree(table, tree)
        self.means: dict[tuple[int, bool], UnitPeriods] = {}
        self.errors: dict[int, SamplingErrors] = {}
        self.whole = self._complete() if chain.complete else None

    def link(self, source: Place, target: Place) -> LinkFinding:
        """Link two places on the panel of both. Raises RefusedError."""
        keys = (source.key, target.key)
        missing = [place.label for place in (source, target) if self._home(place.key) is None]
        if missing:
            raise RefusedError(f"{' and '.join(missing)} was not measured in these files.")
        panel = self.whole if self.whole is not None else self._panel(keys, whole_subtrees=False)
        note = ""
        if panel is not None and _both(panel, keys) < FEWEST_UNITS and self.tree is not None and self.whole is None:
            above = self._panel(keys, whole_subtrees=True)
            if above is not None and _both(lowest(above, keys, self.tree), keys) >= FEWEST_UNITS:
                panel, note = lowest(above, keys, self.tree), to_say("Units were taken with all that is below them.")
        if panel is None:
            raise RefusedError(f"{source.label} and {target.label} were never measured in the same period.")
        finding = link_on_panel(
            panel,
            source,
            target,
            same_source=set(keys) <= self.chain.same_survey or self._one_survey(keys),
            minimum_base=self.chain.minimum_base,
            errors=None if note else self._errors(keys, panel),
        )
        return replace(finding, notes=(*finding.notes, note)) if note else finding

    def _home(self, key: str) -> int | None:
        """The study that gives a figure, -1 for the table, None for none."""
        for place, study in enumerate(self.studies):
            if key in study.scales:
                return place
        return -1 if self.table is not None and key in self.table.values else None

    def _one_survey(self, keys: Sequence[str]) -> bool:
        """Whether studies of one survey give both ends."""
        homes = [self._home(key) for key in keys]
        names = {self.studies[home].survey if home is not None and home >= 0 else "" for home in homes}
        return len(names) == 1 and names != {""}

    def _part(self, home: int, keys: Sequence[str], *, whole_subtrees: bool) -> UnitPeriods:
        if home < 0:
            assert self.table is not None
            return _only(self.table, keys)
        assert self.tree is not None
        if (home, whole_subtrees) not in self.means:
            self.means[home, whole_subtrees] = means_of(self.studies[home], self.tree, whole_subtrees=whole_subtrees)
        return _only(self.means[home, whole_subtrees], keys)

    def _panel(self, keys: Sequence[str], *, whole_subtrees: bool) -> UnitPeriods | None:
        """Lay the figures of both ends side by side. None when they share no period."""
        homes: dict[int, list[str]] = {}
        for key in keys:
            home = self._home(key)
            assert home is not None
            homes.setdefault(home, []).append(key)
        whole: UnitPeriods | None = None
        for home, wanted in homes.items():
            part = self._part(home, wanted, whole_subtrees=whole_subtrees)
            if whole is not None and not set(whole.periods) & set(part.periods):
                return None
            whole = part if whole is None else side_by_side(whole, part)
        return whole

    def _complete(self) -> UnitPeriods:
        """Keep the unit-periods in which the named figures are known. Raises InputError for a figure nobody has."""
        wanted = {key for ends in self.chain.links for key in ends} | set(self.chain.complete)
        unknown = [key for key in self.chain.complete if self._home(key) is None]
        if unknown:
            raise InputError(f"{self.chain.name}: `complete` names {', '.join(unknown)}, which no table holds.")
        known = sorted(key for key in wanted if self._home(key) is not None)
        whole = self._panel(known, whole_subtrees=False)
        if whole is None:
            raise InputError(f"{self.chain.name}: the figures share no period.")
        kept = ~np.any([np.isnan(whole.values[key]) for key in self.chain.complete], axis=0)
        return replace(whole, values={key: np.where(kept, figure, np.nan) for key, figure in whole.values.items()})

    def _errors(self, keys: Sequence[str], panel: UnitPeriods) -> SamplingErrors | None:
        """Return the sampling errors of the ends that are means of answers, laid out as the panel is."""
        found: dict[tuple[str, str], FloatArray] = {}
        for home in {self._home(key) for key in keys}:
            if home is None or home < 0 or self.tree is None:
                continue
            study = self.studies[home]
            if home not in self.errors:
                self.errors[home] = errors_of(study, self.tree)
            waves = [moments.wave for moments in study.over_time]
            columns = [waves.index(period) for period in panel.periods]
            for pair, grid in self.errors[home].items():
                if set(pair) <= set(keys):
                    found[pair] = grid[:, columns]
        return found or None


def _both(panel: UnitPeriods, keys: Sequence[str]) -> int:
    """How many units have both figures in some period."""
    known = ~np.any([np.isnan(panel.values[key]) for key in keys], axis=0)
    return int(known.any(axis=1).sum())


def lowest(panel: UnitPeriods, keys: Sequence[str], tree: UnitTree) -> UnitPeriods:
    """Keep of nested units that have all figures the lowest, so that nobody is counted twice. In the tree's order."""
    known = ~np.any([np.isnan(panel.values[key]) for key in keys], axis=0)
    has = known.any(axis=1)
    below = np.concatenate([[0], np.cumsum(has)])
    inner = below[np.arange(len(tree)) + tree.size] - below[np.arange(len(tree)) + 1]
    kept = has & (inner == 0)
    return replace(panel, values={key: np.where(kept[:, None], figure, np.nan) for key, figure in panel.values.items()})


def _only(table: UnitPeriods, keys: Sequence[str]) -> UnitPeriods:
    return replace(
        table,
        values={key: values for key, values in table.values.items() if key in keys},
        bases={key: values for key, values in table.bases.items() if key in keys},
    )


def on_tree(table: UnitPeriods, tree: UnitTree) -> UnitPeriods:
    """Lay a table's units out in the tree's order. Raises InputError when they share none."""
    if table.units == tree.ids:
        return table
    rows = [(tree.index_of[unit], number) for number, unit in enumerate(table.units) if unit in tree.index_of]
    if not rows:
        raise InputError("the tables and the organisation name no unit alike. Map their codes first.")
    places, numbers = (np.array(part) for part in zip(*rows, strict=True))

    def lay(values: FloatArray) -> FloatArray:
        grid = np.full((len(tree), values.shape[1]), np.nan)
        grid[places] = values[numbers]
        return grid

    return replace(
        table,
        units=tree.ids,
        values={key: lay(values) for key, values in table.values.items()},
        bases={key: lay(values) for key, values in table.bases.items()},
    )
