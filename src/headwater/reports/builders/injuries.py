"""The page of injuries: three rates with their ranges, against the rest, the period before and the sector."""

from __future__ import annotations

from headwater.reports import wording
from headwater.reports.document import Paragraph, Section, Table
from headwater.scoring.sentences import say_injuries
from headwater.vocab import INJURY_KINDS, Difference, InjuryBook, InjuryRate, Sureness, said

TITLES = {"trir": "All recordable (TRIR)", "dart": "Away or restricted (DART)", "ltifr": "Away from work (LTIFR)"}


def injury_pages(injuries: InjuryBook | None, unit: str, period: str = "") -> list[Section]:
    """Make the page of a unit's injuries; none where there are no figures of it."""
    if injuries is None or unit not in injuries.tree.index_of:
        return []
    found = [injuries.find(unit, kind, period) for kind in INJURY_KINDS]
    known = [one for one in found if one is not None]
    if not known:
        return []
    held, row = injuries.period(period), injuries.tree.index_of[unit]
    clear = [kind for kind, one in zip(INJURY_KINDS, known, strict=True) if _stands_clear(one)]
    sentence = say_injuries(injuries, row, clear[0] if clear else "trir", period=held.key)
    small = known[0].hours != known[0].hours
    remark = (
        "A case is counted once, by its worst outcome. "
        + ("A team this size shows cases and a steadied rate, no rate of its own. " if small else "")
        + "An injury is looked into whatever the rate says."
    )
    name = injuries.tree.names[row]
    benchmark = said(" Benchmark %(benchmark)s.", benchmark=injuries.benchmark) if injuries.benchmark else ""
    return [
        Section(
            _heading(known[0], name, held.key),
            (
                Table(
                    said("Injuries of %(name)s, %(key)s", name=name, key=held.key),
                    (
                        "Rate",
                        "Cases",
                        "Own rate",
                        "Steadied",
                        "Against the rest",
                        "Against the period before",
                        "Against the benchmark",
                    ),
                    tuple(_row(one) for one in known),
                    (1, 2, 3),
                    (2.2, 0.7, 1.8, 1.6, 1.8, 1.8, 1.8),
                ),
                Paragraph(sentence),
                Paragraph(remark, quiet=True),
            ),
            "Injuries",
            "wide",
            ("Ask who was hurt and what has changed since. Rates come after that.",),
            said(
                "%(name)s and all below, %(key)s. TRIR and DART per 200,000 hours, LTIFR per 1,000,000; "
                "exact 95%% ranges.%(benchmark)s",
                name=name,
                key=held.key,
                benchmark=benchmark,
            ),
        )
    ]


def _heading(trir: InjuryRate, name: str, period: str) -> str:
    if trir.cases == 0:
        return said("Nobody was recorded as hurt in %(name)s in %(period)s", name=name, period=period)
    people = (
        said("One injury was recorded")
        if trir.cases == 1
        else said("%(cases)s injuries were recorded", cases=wording.count(trir.cases))
    )
    return said("%(people)s in %(name)s in %(period)s", people=people, name=name, period=period)


def _stands_clear(one: InjuryRate) -> bool:
    return any(
        difference is not None and difference.sureness is not Sureness.TOO_CLOSE
        for difference in (one.versus_rest, one.versus_previous, one.versus_benchmark)
    )


def _row(one: InjuryRate) -> tuple[str, ...]:
    own = wording.spread(one.low, one.high)
    return (
        TITLES[one.kind],
        wording.count(one.cases),
        f"{wording.figure(one.rate)} ({own})" if own else "too few hours",
        f"{wording.figure(one.shrunken)} ({wording.spread(one.shrunken_low, one.shrunken_high)})",
        _words(one.versus_rest),
        _words(one.versus_previous),
        _words(one.versus_benchmark),
    )


def _words(difference: Difference | None) -> str:
    """Say a difference only where it stands clear; a rate that is higher is worse."""
    if difference is None:
        return ""
    if difference.sureness is Sureness.TOO_CLOSE:
        return "Too close to call"
    side = "above" if difference.value > 0 else "below"
    return f"{wording.figure(abs(difference.value))} {side}, {wording.sureness_text(difference.sureness)}"
