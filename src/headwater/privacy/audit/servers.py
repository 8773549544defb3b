"""An attack on internal service: a total over several serving units, less those that are shown one by one."""

from __future__ import annotations

import numpy as np

from headwater.privacy.audit.evidence import Evidence
from headwater.privacy.audit.views import IntArray
from headwater.privacy.releases import ReleaseTable


def servers_subtracted(evidence: Evidence) -> None:
    """Ratings of all servers together beside each server's own: what is left are the ratings of the withheld ones.

    A server's ratings are released as a study of their own, whose key begins with that of the whole. A person may rate
    several servers, so fewer than k ratings are fewer than k people.
    """
    for table in evidence.tables:
        parts = [other for other in evidence.tables if _is_part(other, table)]
        if not parts:
            continue
        whole, shown = _people(table), np.sum([_people(part) for part in parts], axis=0)
        evidence.tried("servers_subtracted", int((whole > 0).sum()))
        left = whole - shown
        for unit in np.flatnonzero((shown > 0) & (left > 0) & (left < table.k)):
            name = table.unit_ids[unit]
            how = (
                f"{name} gave {whole[unit]} ratings, {shown[unit]} of them of serving units that are shown; the "
                f"{left[unit]} that are left are of the others."
            )
            evidence.found("servers_subtracted", table.title, how, units=[name], people=int(left[unit]))


def _is_part(part: ReleaseTable, whole: ReleaseTable) -> bool:
    same = (part.wave, part.version, part.unit_ids) == (whole.wave, whole.version, whole.unit_ids)
    rated = any(column.measure == "service" for column in part.columns)
    return same and rated and part.study.startswith(f"{whole.study}.")


def _people(table: ReleaseTable) -> IntArray:
    n = np.zeros(len(table.unit_ids), np.int64)
    n[table.everybody.rows] = table.everybody.n
    return n
