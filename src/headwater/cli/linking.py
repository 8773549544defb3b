"""Links whose two ends were measured by different people or records: studies and tables of the same units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from headwater.chain import (
    LinkFinding,
    Place,
    link_on_panel,
    link_within_study,
    sampling_errors,
    side_by_side,
    unit_means,
    with_all_parts,
)
from headwater.cli.answering import AnswersResult, StudyResult, place_of
from headwater.cli.project import LinkSpec, Project
from headwater.scoring.services import units_of_k_raters
from headwater.vocab import FloatArray, InputError, RefusedError, UnitPeriods, UnitTree

Refusals = list[tuple[str, str]]


def find_links(
    project: Project, answers: AnswersResult | None, table: UnitPeriods | None
) -> tuple[list[LinkFinding], Refusals]:
    """Return all links of a project, and those refused with their reasons.

    Two scales of one study are linked inside it, on its last wave, with the same source taken out. Everything else is
    linked on a panel of units: means of each study by wave, and the figures of tables. A link one end of which was not
    measured is refused by name, so that nothing is left out in silence.
    """
    panel = _panel(project, answers, table)
    places = _places(project, answers)
    errors = _errors(project, answers, panel)
    measured = {key for pair in errors for key in pair}
    found: list[LinkFinding] = []
    refused: Refusals = []
    for link in (*project.links, *project.refuse):
        source, target = project.place(link.source), project.place(link.target)
        name = f"{source.label} and {target.label}"
        try:
            study = _study_of(link, answers)
            if study is not None:
                ends = places[link.source], places[link.target]
                found.append(link_within_study(study.moments[-1], *ends, k=project.k))
                continue
            missing = [place.label for place in (source, target) if panel is None or place.key not in panel.values]
            if panel is None or missing:
                raise RefusedError(f"{' and '.join(missing)} was not measured in these files.")
            same = link.source in project.same_survey and link.target in project.same_survey
            found.append(
                link_on_panel(
                    panel,
                    places[link.source],
                    places[link.target],
                    same_source=same,
                    minimum_base=project.minimum_base,
                    errors=errors if {link.source, link.target} & measured else None,
                )
            )
        except RefusedError as error:
            refused.append((name, str(error)))
    return found, refused


def _places(project: Project, answers: AnswersResult | None) -> dict[str, Place]:
    """Return all places by key, scales with their items and the parts of their parts."""
    found = []
    for spec in project.places:
        studies = answers.studies if answers is not None else ()
        home = next((study.specification for study in studies if spec.key in study.specification.scale_of), None)
        found.append(place_of(spec, home))
    return {place.key: place for place in with_all_parts(found)}


def _errors(
    project: Project, answers: AnswersResult | None, panel: UnitPeriods | None
) -> dict[tuple[str, str], FloatArray]:
    """Return the sampling errors of all unit means, laid out as the panel is."""
    found: dict[tuple[str, str], FloatArray] = {}
    if answers is None or panel is None:
        return found
    for study in answers.studies:
        waves = [moments.wave for moments in study.moments]
        if not set(panel.periods) <= set(waves):
            continue
        columns = [waves.index(period) for period in panel.periods]
        for pair, grid in sampling_errors(study.followed, answers.tree, project.k).items():
            if set(pair) <= set(panel.values):
                found[pair] = grid[:, columns]
    return found


def _study_of(link: LinkSpec, answers: AnswersResult | None) -> StudyResult | None:
    """The study that measured both ends, if one did."""
    for study in answers.studies if answers is not None else ():
        # Ratings of internal service are not people: its links go by unit.
        if {link.source, link.target} <= set(study.specification.scale_of) and study.moments and not study.services:
            return study
    return None


def _panel(project: Project, answers: AnswersResult | None, table: UnitPeriods | None) -> UnitPeriods | None:
    """Lay unit means of all studies and the figures of the tables side by side."""
    wanted = {key for link in (*project.links, *project.refuse) for key in (link.source, link.target)}
    parts: list[UnitPeriods] = []
    if answers is not None:
        parts += [
            _only(_means(study, answers.tree, project.k), wanted)
            for study in answers.studies
            if wanted & set(study.specification.scale_of)
        ]
    if table is not None:
        parts.append(_only(table if answers is None else _on_tree(table, answers.tree), wanted))
    whole: UnitPeriods | None = None
    for part in parts:
        whole = part if whole is None else side_by_side(whole, part)
    if whole is None or not project.complete:
        return whole
    return _complete(whole, project.complete, project.file)


def _means(study: StudyResult, tree: UnitTree, k: int) -> UnitPeriods:
    """Take unit means of a study. Ratings of internal service count where one server alone has k raters in the unit."""
    table = unit_means(study.followed, tree, k)
    if not study.services:
        return table
    enough = np.column_stack([units_of_k_raters(moments, tree, k) for moments in study.followed])
    values = {key: np.where(enough, figure, np.nan) for key, figure in table.values.items()}
    bases = {key: np.where(enough, figure, 0) for key, figure in table.bases.items()}
    return UnitPeriods(table.units, table.periods, values, bases, table.names, table.labels, table.source)


def _complete(table: UnitPeriods, keys: Sequence[str], file: str) -> UnitPeriods:
    """Keep only the unit-periods in which the named figures are known, so that all links speak of the same ones."""
    unknown = [key for key in keys if key not in table.values]
    if unknown:
        raise InputError(f"{file}: `complete` names {', '.join(unknown)}, which no table holds.")
    kept = ~np.any([np.isnan(table.values[key]) for key in keys], axis=0)
    values = {key: np.where(kept, figure, np.nan) for key, figure in table.values.items()}
    return UnitPeriods(table.units, table.periods, values, table.bases, table.names, table.labels, table.source)


def _only(table: UnitPeriods, keys: set[str]) -> UnitPeriods:
    return UnitPeriods(
        table.units,
        table.periods,
        {key: values for key, values in table.values.items() if key in keys},
        {key: values for key, values in table.bases.items() if key in keys},
        table.names,
        table.labels,
        table.source,
    )


def _on_tree(table: UnitPeriods, tree: UnitTree) -> UnitPeriods:
    """Lay a table's units out in the tree's order. Raises InputError when they share none."""
    rows = [(tree.index_of[unit], number) for number, unit in enumerate(table.units) if unit in tree.index_of]
    if not rows:
        raise InputError("the tables and the organisation name no unit alike. Map their codes first.")
    places, numbers = (np.array(part) for part in zip(*rows, strict=True))

    def lay(values: np.ndarray) -> np.ndarray:
        grid = np.full((len(tree), values.shape[1]), np.nan)
        grid[places] = values[numbers]
        return grid

    return UnitPeriods(
        tree.ids,
        table.periods,
        {key: lay(values) for key, values in table.values.items()},
        {key: lay(values) for key, values in table.bases.items()},
        table.names,
        table.labels,
        table.source,
    )
