"""The links of a project: what `headwater.chain` is given of its studies and tables."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from headwater.chain import Chain, LinkFinding, Refusals, StudyWaves, with_all_parts
from headwater.chain import find_links as find_chain_links
from headwater.cli.answering import AnswersResult, StudyResult, place_of
from headwater.cli.project import Project
from headwater.scoring.services import units_of_k_raters
from headwater.vocab import UnitPeriods, UnitTree


def find_links(
    project: Project, answers: AnswersResult | None, table: UnitPeriods | None
) -> tuple[list[LinkFinding], Refusals]:
    """Return all links of a project, and those refused with their reasons. See `headwater.chain.find_links`."""
    studies = () if answers is None else answers.studies
    homes = {key: study for study in reversed(studies) for key in study.specification.scale_of}
    found = with_all_parts(
        [place_of(spec, homes[spec.key].specification if spec.key in homes else None) for spec in project.places]
    )
    chain = Chain(
        places={place.key: place for place in found},
        links=[link.ends for link in (*project.links, *project.refuse)],
        same_survey=frozenset(project.same_survey),
        minimum_base=project.minimum_base,
        complete=project.complete,
        name=project.file,
    )
    for link in (*project.links, *project.refuse):
        project.place(link.source), project.place(link.target)
    tree = None if answers is None else answers.tree
    waves = () if tree is None else tuple(_waves(study, tree, project.k) for study in studies)
    return find_chain_links(chain, waves, tree, table)


def _waves(study: StudyResult, tree: UnitTree, k: int) -> StudyWaves:
    """Return a study as the chain takes it. Ratings of internal service count where one server alone has k raters."""
    kept: Mapping[str, NDArray[np.bool_]] = {}
    scales = frozenset(study.specification.scale_of)
    if study.services:
        enough = np.column_stack([units_of_k_raters(moments, tree, k) for moments in study.followed])
        kept = dict.fromkeys(scales, enough)
    return StudyWaves(scales, study.moments, k, study.followed, kept, inside=not study.services)
