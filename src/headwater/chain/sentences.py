"""Links in words a board understands. Never a cause unless the design has earned one."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.chain.findings import WEAK, LinkFinding, certainty_of
from headwater.vocab import Certainty, Design, LinkEstimate, said

NOTHING = 0.03
"""Effects closer to 0 than this draw no water."""


def number(value: float) -> str:
    """Write an effect: .48, a real minus sign, no leading zero."""
    text = f"{abs(value):.2f}"
    text = text[1:] if text.startswith("0") else text
    return f"\N{MINUS SIGN}{text}" if round(value, 2) < 0 else text


def with_range(estimate: LinkEstimate) -> str:
    """Write an effect with its range: .48 (.38 to .58)."""
    return said(
        "%(effect)s (%(low)s to %(high)s)",
        effect=number(estimate.effect),
        low=number(estimate.low),
        high=number(estimate.high),
    )


@dataclass(frozen=True)
class Words:
    """What a unit and a period are called, singular and plural."""

    unit: str = "unit"
    units: str = "units"
    period: str = "period"
    periods: str = "periods"

    @property
    def one(self) -> str:
        """A unit, with its article."""
        return f"{'an' if self.unit[:1].lower() in 'aeio' else 'a'} {self.unit}"


def lettering(finding: LinkFinding) -> str:
    """Return a few words for the map: "Less bullying, less stress"."""
    rise = _capital(finding.source.more)
    best = finding.best
    if best is None or abs(best.effect) < NOTHING:
        return said("%(rise)s, no difference we can see", rise=rise)
    hardly = "hardly " if certainty_of(best) is Certainty.UNCLEAR or abs(best.effect) < WEAK else ""
    if best.effect < 0 and not hardly:
        return said("%(rise)s, but not %(more)s", rise=rise, more=finding.target.more)
    return f"{rise}, {hardly}{finding.target.more}"


def sentence(finding: LinkFinding, words: Words) -> str:
    """Return what the link says in one or two sentences, without figures: they stand beside with their ranges."""
    water, dry = finding.water, finding.dry_bed
    if water is None and dry is None:
        return said(
            "Whether %(more)s goes with %(more_2)s cannot be seen in these data.",
            more=finding.source.more,
            more_2=finding.target.more,
        )
    if water is None:
        return _across(finding, words, dry)
    if water.design in (Design.SOURCE_FREE, Design.SPLIT_SAMPLE):
        return _without_mood(finding, words, water)
    return _over_time(finding, words, water)


def _across(finding: LinkFinding, words: Words, dry: LinkEstimate | None) -> str:
    """Say what comparing units shows."""
    state, source, target = certainty_of(dry), finding.source, finding.target
    lead = said("%(units)s with %(more)s", units=_capital(words.units), more=source.more)
    if dry is None or state is Certainty.UNCLEAR:
        return said("%(lead)s do not clearly %(doing)s.", lead=lead, doing=target.doing)
    if dry.effect < 0:
        return said("%(lead)s do not %(doing)s: it is the other way round.", lead=lead, doing=target.doing)
    return f"{lead} {'somewhat more often ' if abs(dry.effect) < WEAK else ''}{target.doing}."


def _without_mood(finding: LinkFinding, words: Words, water: LinkEstimate) -> str:
    """Say what is left between units once one person's two answers are no longer compared with each other."""
    lead = said("%(units)s with %(more)s", units=_capital(words.units), more=finding.source.more)
    if certainty_of(water) is Certainty.UNCLEAR:
        return said(
            "%(lead)s do not clearly %(doing)s once people's own moods are taken out.",
            lead=lead,
            doing=finding.target.doing,
        )
    if water.effect < 0:
        rest = said(
            "%(units)s with %(more)s do not %(doing)s",
            units=words.units,
            more=finding.source.more,
            doing=finding.target.doing,
        )
        return said("Once people's own moods are taken out, %(rest)s: it is the other way round.", rest=rest)
    return said(
        "%(lead)s %(doing)s, also once people's own moods are taken out.", lead=lead, doing=finding.target.doing
    )


def _over_time(finding: LinkFinding, words: Words, water: LinkEstimate) -> str:
    """Say what each unit shows when it is compared with itself."""
    source, target = finding.source, finding.target
    if certainty_of(water) is not Certainty.UNCLEAR:
        if source.when and target.then and water.effect > 0:
            return said(
                "In %(periods)s when %(when)s, %(then)s.", periods=words.periods, when=source.when, then=target.then
            )
        lead = said("In %(periods)s when %(one)s has %(more)s", periods=words.periods, one=words.one, more=source.more)
        if water.effect > 0:
            return said("%(lead)s, it also has %(more)s.", lead=lead, more=target.more)
        return said("%(lead)s, it does not have %(more)s: it is the other way round.", lead=lead, more=target.more)
    across = _across(finding, words, finding.dry_bed)
    better = source.better or said("in its better %(periods)s", periods=words.periods)
    if certainty_of(finding.dry_bed) is Certainty.UNCLEAR:
        return said("%(across)s Nor does the same %(unit)s %(better)s.", across=across, unit=words.unit, better=better)
    if abs(water.effect) < NOTHING:
        return said("%(across)s Within %(one)s there is no difference we can see.", across=across, one=words.one)
    return said("%(across)s The same %(unit)s %(better)s hardly does.", across=across, unit=words.unit, better=better)


def meaning(finding: LinkFinding, words: Words) -> str:
    """Return what to expect and what not to promise."""
    source, target = finding.source.more, finding.target.more
    best = finding.best
    state = certainty_of(best)
    if best is None or state is Certainty.UNCLEAR:
        spread = (
            said("What makes %(units)s differ (place, size, money) may move both together. ", units=words.units)
            if finding.water is not None and certainty_of(finding.dry_bed) is not Certainty.UNCLEAR
            else ""
        )
        return said(
            "%(spread)s%(source)s may be worth having for itself. Do not promise %(target)s from it.",
            spread=spread,
            source=_capital(source),
            target=target,
        )
    if best.effect < 0:
        return said(
            "Where there is %(source)s, there is not %(target)s. Look for what both depend on before acting.",
            source=source,
            target=target,
        )
    strength = "a good deal" if abs(best.effect) >= 0.3 else "somewhat"
    claim = "move together" if best.design is not Design.LAGGED_WITHIN else "follow one another"
    limit = (
        ""
        if finding.water is not None
        else said(" Comparing %(units)s does not say what a change of one would bring.", units=words.units)
    )
    return said(
        "Expect %(source)s and %(target)s to %(claim)s, %(strength)s. This is an association, not yet a cause."
        "%(limit)s",
        source=source,
        target=target,
        claim=claim,
        strength=strength,
        limit=limit,
    )


def overturn(finding: LinkFinding) -> str:
    """Return what would overturn the link."""
    parts = []
    if finding.robustness is not None and certainty_of(finding.best) is not Certainty.UNCLEAR:
        share = round(100 * finding.robustness)
        parts.append(
            said(
                "Something not measured that explains %(share)s%% of what is left of both sides would make it nothing.",
                share=share,
            )
        )
    design = finding.best.design if finding.best is not None else None
    if design in (Design.SAME_SOURCE, Design.SOURCE_FREE, Design.SPLIT_SAMPLE):
        parts.append("An event that the whole unit shared, or a leader who had just arrived, would do it too.")
    elif design is Design.ACROSS_UNITS:
        parts.append("Comparing each unit with itself over time may shrink it.")
    elif design is Design.WITHIN_UNITS:
        parts.append("A change that came to both at once, or an effect slower than one period, would change it.")
    if finding.source.lens == finding.target.lens:
        parts.append("Both are about the same stage.")
    return " ".join(parts)


def stage_title(findings: list[tuple[str, list[LinkFinding]]]) -> str:
    """Return the title of the River: one short sentence a stage. findings: (ordinal, links of that stage)."""
    sentences = []
    for ordinal, links in findings:
        states = [certainty_of(link.best) for link in links]
        sizes = [abs(link.best.effect) for link in links if link.best is not None]
        middle = sorted(sizes)[len(sizes) // 2] if sizes else 0.0
        clear = sum(state is not Certainty.UNCLEAR for state in states)
        if clear * 2 > len(states) and middle >= 0.3:
            sentences.append(said("The %(ordinal)s water is clear.", ordinal=ordinal))
        elif clear * 2 > len(states):
            sentences.append(said("The %(ordinal)s water runs thin.", ordinal=ordinal))
        elif clear:
            sentences.append(
                said("The %(ordinal)s bed carries one clear stream.", ordinal=ordinal)
                if clear == 1
                else said("The %(ordinal)s is mixed.", ordinal=ordinal)
            )
        else:
            sentences.append(said("The %(ordinal)s bed is nearly dry.", ordinal=ordinal))
    return " ".join(sentences)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
