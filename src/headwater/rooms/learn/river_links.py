"""The links of one part of a chain as of one period."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from headwater.chain import Chain as Links
from headwater.chain import LinkFinding, StudyWaves, find_links
from headwater.rooms.learn.models import Chain
from headwater.rooms.learn.river_material import Material
from headwater.rooms.learn.river_store import Part
from headwater.vocab import InputError, UnitPeriods


def links_of(
    chain: Chain, material: Material, part: Part, period: str
) -> tuple[list[LinkFinding], list[tuple[str, str]]]:
    """Return the links of one part as of one period, and those refused."""
    stations = material.stations["en"]
    studies, table = as_of(material, part, period)
    known = {key for study in studies for key in study.scales} | (set() if table is None else set(table.values))
    links = [link for link in stations.links if set(link) <= known]
    unmapped = [(chain.title, material.unmapped)] if material.unmapped else []
    try:
        found, refused = find_links(
            Links(
                places={place.key: place for place in stations.places},
                links=links,
                same_survey=frozenset(chain.same_survey),
                complete=tuple(key for key in chain.complete if key in known),
                name=chain.title,
            ),
            studies,
            material.tree,
            table,
        )
    except InputError as error:
        return [], [(chain.title, str(error)), *unmapped]
    return found, [*refused, *unmapped]


def as_of(material: Material, part: Part, period: str) -> tuple[list[StudyWaves], UnitPeriods | None]:
    """Return the studies and figures of one part as of one period."""
    rows = rows_of(material, part)
    studies = []
    for study in material.studies:
        waves = sum(moments.wave <= period for moments in study.moments)
        if waves:
            cut = study.first(waves)
            studies.append(cut if rows is None else cut.inside_of(rows))
    return studies, _table_until(material.table, period, rows)


def rows_of(material: Material, part: Part) -> slice | None:
    """Return the units of a part by number, None for all."""
    tree = material.tree
    return None if tree is None or part.unit == tree.ids[0] else tree.subtree(tree.index_of[part.unit])


def _table_until(table: UnitPeriods | None, period: str, rows: slice | None) -> UnitPeriods | None:
    """Return the figures as of a period, of some units. None when nothing is left."""
    if table is None:
        return None
    columns = [place for place, name in enumerate(table.periods) if name <= period]
    values = {}
    for key, found in table.values.items():
        cut = found[:, columns]
        if rows is not None:
            cut = np.full_like(cut, np.nan)
            cut[rows] = found[rows, columns]
        if not np.isnan(cut).all():
            values[key] = cut
    if not values:
        return None
    return replace(
        table,
        periods=tuple(table.periods[column] for column in columns),
        values=values,
        bases={key: found[:, columns] for key, found in table.bases.items()},
    )
