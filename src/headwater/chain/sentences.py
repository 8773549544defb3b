"""Links in words a board understands. Never a cause unless the design has earned one."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.chain.findings import WEAK, LinkFinding, certainty_of
from headwater.vocab import Certainty, Design, LinkEstimate

NOTHING = 0.03
"""Effects closer to 0 than this draw no water."""


def number(value: float) -> str:
    """Write an effect: .48, a real minus sign, no leading zero."""
    text = f"{abs(value):.2f}"
    text = text[1:] if text.startswith("0") else text
    return f"\N{MINUS SIGN}{text}" if round(value, 2) < 0 else text


def with_range(estimate: LinkEstimate) -> str:
    """Write an effect with its range: .48 (.38 to .58)."""
    return f"{number(estimate.effect)} ({number(estimate.low)} to {number(estimate.high)})"


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
        return f"{rise}, no difference we can see"
    hardly = "hardly " if certainty_of(best) is Certainty.UNCLEAR or abs(best.effect) < WEAK else ""
    if best.effect < 0 and not hardly:
        return f"{rise}, but not {finding.target.more}"
    return f"{rise}, {hardly}{finding.target.more}"


def sentence(finding: LinkFinding, words: Words) -> str:
    """Return what the link says in one or two sentences, without figures: they stand beside with their ranges."""
    water, dry = finding.water, finding.dry_bed
    if water is None and dry is None:
        return f"Whether {finding.source.more} goes with {finding.target.more} cannot be seen in these data."
    if water is None:
        return _across(finding, words, dry)
    if water.design in (Design.SOURCE_FREE, Design.SPLIT_SAMPLE):
        return _without_mood(finding, words, water)
    return _over_time(finding, words, water)


def _across(finding: LinkFinding, words: Words, dry: LinkEstimate | None) -> str:
    """Say what comparing units shows."""
    state, source, target = certainty_of(dry), finding.source, finding.target
    lead = f"{_capital(words.units)} with {source.more}"
    if dry is None or state is Certainty.UNCLEAR:
        return f"{lead} do not clearly {target.doing}."
    if dry.effect < 0:
        return f"{lead} do not {target.doing}: it is the other way round."
    return f"{lead} {'somewhat more often ' if abs(dry.effect) < WEAK else ''}{target.doing}."


def _without_mood(finding: LinkFinding, words: Words, water: LinkEstimate) -> str:
    """Say what is left between units once one person's two answers are no longer compared with each other."""
    lead = f"{_capital(words.units)} with {finding.source.more}"
    if certainty_of(water) is Certainty.UNCLEAR:
        return f"{lead} do not clearly {finding.target.doing} once people's own moods are taken out."
    if water.effect < 0:
        rest = f"{words.units} with {finding.source.more} do not {finding.target.doing}"
        return f"Once people's own moods are taken out, {rest}: it is the other way round."
    return f"{lead} {finding.target.doing}, also once people's own moods are taken out."


def _over_time(finding: LinkFinding, words: Words, water: LinkEstimate) -> str:
    """Say what each unit shows when it is compared with itself."""
    source, target = finding.source, finding.target
    if certainty_of(water) is not Certainty.UNCLEAR:
        if source.when and target.then and water.effect > 0:
            return f"In {words.periods} when {source.when}, {target.then}."
        lead = f"In {words.periods} when {words.one} has {source.more}"
        if water.effect > 0:
            return f"{lead}, it also has {target.more}."
        return f"{lead}, it does not have {target.more}: it is the other way round."
    across = _across(finding, words, finding.dry_bed)
    if certainty_of(finding.dry_bed) is Certainty.UNCLEAR:
        return f"{across} Nor does the same {words.unit} {source.better or f'in its better {words.periods}'}."
    if abs(water.effect) < NOTHING:
        return f"{across} Within {words.one} there is no difference we can see."
    return f"{across} The same {words.unit} {source.better or f'in its better {words.periods}'} hardly does."


def meaning(finding: LinkFinding, words: Words) -> str:
    """Return what to expect and what not to promise."""
    source, target = finding.source.more, finding.target.more
    best = finding.best
    state = certainty_of(best)
    if best is None or state is Certainty.UNCLEAR:
        spread = (
            f"What makes {words.units} differ (place, size, money) may move both together. "
            if finding.water is not None and certainty_of(finding.dry_bed) is not Certainty.UNCLEAR
            else ""
        )
        return f"{spread}{_capital(source)} may be worth having for itself. Do not promise {target} from it."
    if best.effect < 0:
        return f"Where there is {source}, there is not {target}. Look for what both depend on before acting."
    strength = "a good deal" if abs(best.effect) >= 0.3 else "somewhat"
    claim = "move together" if best.design is not Design.LAGGED_WITHIN else "follow one another"
    limit = (
        "" if finding.water is not None else f" Comparing {words.units} does not say what a change of one would bring."
    )
    return f"Expect {source} and {target} to {claim}, {strength}. This is an association, not yet a cause.{limit}"


def overturn(finding: LinkFinding) -> str:
    """Return what would overturn the link."""
    parts = []
    if finding.robustness is not None and certainty_of(finding.best) is not Certainty.UNCLEAR:
        share = round(100 * finding.robustness)
        parts.append(
            f"Something not measured that explains {share}% of what is left of both sides would make it nothing."
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
            sentences.append(f"The {ordinal} water is clear.")
        elif clear * 2 > len(states):
            sentences.append(f"The {ordinal} water runs thin.")
        elif clear:
            sentences.append(
                f"The {ordinal} bed carries one clear stream." if clear == 1 else f"The {ordinal} is mixed."
            )
        else:
            sentences.append(f"The {ordinal} bed is nearly dry.")
    return " ".join(sentences)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
