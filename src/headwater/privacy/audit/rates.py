"""Attacks on response rates, and on people who joined or left between two waves."""

from __future__ import annotations

import numpy as np

from headwater.privacy.audit.evidence import Evidence
from headwater.privacy.releases import Rates, ReleaseTable

STAYED = frozenset({"stayers", "stayed", "same people", "both waves"})
"""Levels that name the people who answered in both of two waves."""


def response_rate(evidence: Evidence) -> None:
    """Rates of small units, near-full rates, and days on which fewer than k people answered."""
    for table in evidence.tables:
        if table.rates is not None:
            evidence.tried("response_rate", len(table.rates.unit))
            _rates(evidence, table, table.rates)


def _rates(evidence: Evidence, table: ReleaseTable, rates: Rates) -> None:
    k = table.k
    for unit in np.unique(rates.unit):
        days = np.flatnonzero((rates.unit == unit) & (rates.responded >= 0))
        days = days[np.argsort(rates.day[days], kind="stable")]
        name, before = table.unit_ids[int(unit)], 0
        for day in days:
            said, invited = int(rates.responded[day]), int(rates.invited[day])
            missing, when = invited - said, rates.day[day]
            for people, how in (
                (invited if invited < 2 * k else 0, f"{name} has {invited} invited, fewer than {2 * k}."),
                (said if said < k else 0, f"{name} shows {said} answers on day {when}."),
                (
                    missing if missing < k else 0,
                    f"{name} shows {said} of {invited} on day {when}: {missing} did not answer.",
                ),
                (said - before if 0 < said - before < k else 0, f"{name} grows from {before} to {said} on day {when}."),
            ):
                if people:
                    evidence.found("response_rate", table.title, how, units=[name], people=people)
            if missing == 0:
                how = f"{name} shows {said} of {invited} on day {when}: everyone answered, so nobody did not."
                evidence.found("response_rate", table.title, how, units=[name], people=invited)
            before = said


def rate_inversion(evidence: Evidence) -> None:
    """A response rate and the respondents beside it give back the invited, so how few did not answer.

    Where the respondents divided by the rate are no whole number, the rate was capped: k people kept back of those
    invited. The cap is then known, and with it the invited.
    """
    for table in evidence.tables:
        if table.response is None:
            continue
        n = np.zeros(len(table.unit_ids), np.int64)
        n[table.everybody.rows] = table.everybody.n
        told = np.flatnonzero((n > 0) & (table.response > 0))
        evidence.tried("rate_inversion", len(told))
        rates = table.response[told]
        half = 0.5 if len(rates) and np.all(rates == np.round(rates)) else 1e-7
        for unit in told:
            people, rate = int(n[unit]), float(table.response[unit])
            least, most = max(people, _up(100 * people / (rate + half))), _down(100 * people / max(rate - half, half))
            capped = [invited for invited in range(people, people + table.k)
                      if abs(100 * (invited - table.k) / invited - rate) <= half]  # fmt: skip
            fits = list(range(least, most + 1))
            missing = sorted({invited - people for invited in (fits or capped)})
            if missing and len(missing) == 1 and missing[0] < table.k:
                name = table.unit_ids[int(unit)]
                how = (
                    f"{name} has {people} respondents and a rate of {rate:.6g}%, which is only possible with "
                    f"{people + missing[0]} invited: {missing[0]} did not answer."
                )
                evidence.found("rate_inversion", table.title, how, units=[name], people=missing[0], severity="caution")


def _up(number: float) -> int:
    return int(np.ceil(number - 1e-9))


def _down(number: float) -> int:
    return int(np.floor(number + 1e-9))


def joiners_leavers(evidence: Evidence) -> None:
    """The people of both waves, taken from each wave: who joined and who left."""
    for table in evidence.tables:
        for panel in table.panels:
            if panel.level.casefold() not in STAYED:
                continue
            earlier = evidence.before(table)
            for what, other in (("people joined", table), ("people left", earlier)):
                if other is None:
                    continue
                places = {unit: number for number, unit in enumerate(other.unit_ids)}
                everybody = np.zeros(len(other.unit_ids), np.int64)
                everybody[other.everybody.rows] = other.everybody.n
                for row, stayed in zip(panel.rows, panel.n, strict=True):
                    name = table.unit_ids[int(row)]
                    evidence.tried("joiners_leavers", 1)
                    total = int(everybody[places[name]]) if name in places else 0
                    if stayed and 0 < total - int(stayed) < table.k:
                        how = (
                            f"{name} has {total} respondents in {other.title}, {stayed} of them in both waves: "
                            f"{total - int(stayed)} {what}."
                        )
                        evidence.found("joiners_leavers", table.title, how, units=[name], people=total - int(stayed))
