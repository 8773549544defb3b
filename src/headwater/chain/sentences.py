"""Links in words a board understands. Never a cause unless the design has earned one."""

from __future__ import annotations

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


def lettering(finding: LinkFinding) -> str:
    """Return a few words for the map: "Less bullying, less stress"."""
    rise = _capital(finding.source.more)
    best = finding.best
    if best is None or abs(best.effect) < NOTHING:
        return f"{rise}: no difference we can see"
    hardly = "hardly " if certainty_of(best) is Certainty.UNCLEAR or abs(best.effect) < WEAK else ""
    if best.effect < 0 and not hardly:
        return f"{rise}, but not {finding.target.more}"
    return f"{rise}, {hardly}{finding.target.more}"


def sentence(finding: LinkFinding, units: str) -> str:
    """Return what the link says in one or two sentences. units: what units are called, in the plural."""
    source, target = finding.source.more, finding.target.more
    dry, water = finding.dry_bed, finding.water
    if water is None:
        if dry is None:
            return f"Whether {source} goes with {target} cannot be seen in these data."
        return f"{_capital(units)} with {source} {_verb(dry)} {target}: {with_range(dry)}."
    if water.design in (Design.SOURCE_FREE, Design.SPLIT_SAMPLE):
        return (
            f"{_capital(units)} with {source} {_verb(water)} {target}: {with_range(water)} once people's own moods are "
            f"taken out{_against(dry)}."
        )
    across = "" if dry is None else f"{_capital(units)} with {source} {_verb(dry)} {target}: {with_range(dry)}. "
    if certainty_of(water) is Certainty.UNCLEAR:
        return f"{across}The same {units} in their own better periods hardly do: {with_range(water)}."
    direction = "do as well" if dry is not None and water.effect * dry.effect > 0 else "do the reverse"
    return f"{across}The same {units}, compared with themselves over time, {direction}: {with_range(water)}."


def meaning(finding: LinkFinding, units: str) -> str:
    """Return what to expect and what not to promise."""
    source, target = finding.source.more, finding.target.more
    best = finding.best
    state = certainty_of(best)
    if best is None or state is Certainty.UNCLEAR:
        spread = (
            f"What makes {units} differ (place, size, money) may move both together. "
            if certainty_of(finding.dry_bed) is not Certainty.UNCLEAR
            else ""
        )
        return f"{spread}{_capital(source)} may be worth having for itself. Do not promise {target} from it."
    if best.effect < 0:
        return f"Where there is {source}, there is less of this: {target}. Look for what both depend on before acting."
    strength = "a good deal" if abs(best.effect) >= 0.3 else "somewhat"
    claim = "move together" if best.design is not Design.LAGGED_WITHIN else "follow one another"
    return f"Expect {source} and {target} to {claim}, {strength}. This is an association, not yet a cause."


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


def _verb(estimate: LinkEstimate) -> str:
    if certainty_of(estimate) is Certainty.UNCLEAR:
        return "do not clearly have"
    return "have" if estimate.effect > 0 else "have the opposite of"


def _against(dry: LinkEstimate | None) -> str:
    return "" if dry is None else f", against {number(dry.effect)} with them left in"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
