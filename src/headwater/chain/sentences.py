"""Links in words a board understands. Never a cause unless the design has earned one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headwater.chain.findings import WEAK, LinkFinding, certainty_of
from headwater.vocab import Certainty, Design, LinkEstimate, said, said_of

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
    rise, more = _capital(finding.source.more), finding.target.more
    best = finding.best
    if best is None or abs(best.effect) < NOTHING:
        return said("%(rise)s, no difference we can see", rise=rise)
    if certainty_of(best) is Certainty.UNCLEAR or abs(best.effect) < WEAK:
        return said("%(rise)s, hardly %(more)s", rise=rise, more=more)
    if best.effect < 0:
        return said("%(rise)s, but not %(more)s", rise=rise, more=more)
    return said("%(rise)s, %(more)s", rise=rise, more=more)


def sentence(finding: LinkFinding, words: Words) -> str:
    """Return what the link says in one or two sentences, without figures: they stand beside with their ranges.

    A language whose nouns have a gender says `rise`, what the target's rise is called, for `doing`, and `unit` for
    `one`, so that nothing has to agree with a word that nobody knows beforehand.
    """
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
    filled = _filled(finding, words)
    if dry is None or certainty_of(dry) is Certainty.UNCLEAR:
        return _capital(said("%(units)s with %(more)s do not clearly %(doing)s.", **filled))
    if dry.effect < 0:
        return _capital(said("%(units)s with %(more)s do not %(doing)s: it is the other way round.", **filled))
    if abs(dry.effect) < WEAK:
        return _capital(said("%(units)s with %(more)s somewhat more often %(doing)s.", **filled))
    return _capital(said("%(units)s with %(more)s %(doing)s.", **filled))


def _without_mood(finding: LinkFinding, words: Words, water: LinkEstimate) -> str:
    """Say what is left between units once one person's two answers are no longer compared with each other."""
    filled = _filled(finding, words)
    if certainty_of(water) is Certainty.UNCLEAR:
        return _capital(
            said("%(units)s with %(more)s do not clearly %(doing)s once people's own moods are taken out.", **filled)
        )
    if water.effect < 0:
        return said(
            "Once people's own moods are taken out, %(units)s with %(more)s do not %(doing)s: "
            "it is the other way round.",
            **filled,
        )
    return _capital(said("%(units)s with %(more)s %(doing)s, also once people's own moods are taken out.", **filled))


def _over_time(finding: LinkFinding, words: Words, water: LinkEstimate) -> str:
    """Say what each unit shows when it is compared with itself."""
    source, target = finding.source, finding.target
    filled = _filled(finding, words)
    if certainty_of(water) is not Certainty.UNCLEAR:
        if source.when and target.then and water.effect > 0:
            return said(
                "In %(periods)s when %(when)s, %(then)s.", periods=words.periods, when=source.when, then=target.then
            )
        if water.effect > 0:
            return said("In %(periods)s when %(one)s has %(more)s, it also has %(rise)s.", **filled)
        return said(
            "In %(periods)s when %(one)s has %(more)s, it does not have %(rise)s: it is the other way round.", **filled
        )
    across = _across(finding, words, finding.dry_bed)
    better = source.better or said("in its better %(periods)s", periods=words.periods)
    if certainty_of(finding.dry_bed) is Certainty.UNCLEAR:
        return said("%(across)s Nor does the same %(unit)s %(better)s.", across=across, unit=words.unit, better=better)
    if abs(water.effect) < NOTHING:
        return said(
            "%(across)s Within %(one)s there is no difference we can see.",
            across=across,
            one=words.one,
            unit=words.unit,
        )
    return said("%(across)s The same %(unit)s %(better)s hardly does.", across=across, unit=words.unit, better=better)


def _filled(finding: LinkFinding, words: Words) -> dict[str, str]:
    """Return what sentences of a link are filled with."""
    return {
        "units": words.units,
        "unit": words.unit,
        "one": words.one,
        "periods": words.periods,
        "more": finding.source.more,
        "doing": finding.target.doing,
        "rise": finding.target.more,
    }


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
            more=source,
            target=target,
        )
    if best.effect < 0:
        return said(
            "Where there is %(source)s, there is not %(target)s. Look for what both depend on before acting.",
            source=source,
            target=target,
        )
    strength = said("a good deal") if abs(best.effect) >= 0.3 else said("somewhat")
    claim = said("move together") if best.design is not Design.LAGGED_WITHIN else said("follow one another")
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
        parts.append(said("An event that the whole unit shared, or a leader who had just arrived, would do it too."))
    elif design is Design.ACROSS_UNITS:
        parts.append(said("Comparing each unit with itself over time may shrink it."))
    elif design is Design.WITHIN_UNITS:
        parts.append(said("A change that came to both at once, or an effect slower than one period, would change it."))
    if finding.source.lens == finding.target.lens:
        parts.append(said("Both are about the same stage."))
    return " ".join(parts)


ORDINALS = (("first", "first"), ("second", "second"), ("third", "third"), ("fourth", "fourth"))
"""What a stretch is called, alone and among others: some languages write them differently."""


def stage_title(findings: Sequence[Sequence[LinkFinding]]) -> str:
    """Return the title of the River: what its stretches carry. Stretches that carry alike share one sentence.

    findings: the links of each stretch, from the source down.
    """
    alike: dict[str, list[int]] = {}
    for place, links in enumerate(findings):
        alike.setdefault(_state(links), []).append(min(place, len(ORDINALS) - 1))
    return " ".join(_stretches(state, places) for state, places in alike.items())


def _state(links: Sequence[LinkFinding]) -> str:
    """Return how a stretch runs: "clear", "thin", "one", "mixed" or "dry"."""
    clear = sum(certainty_of(link.best) is not Certainty.UNCLEAR for link in links)
    sizes = sorted(abs(link.best.effect) for link in links if link.best is not None)
    middle = sizes[len(sizes) // 2] if sizes else 0.0
    if clear * 2 > len(links):
        return "clear" if middle >= 0.3 else "thin"
    return ("one" if clear == 1 else "mixed") if clear else "dry"


def _stretches(state: str, places: Sequence[int]) -> str:
    """Say how stretches run."""
    names = [said_of(*ORDINALS[place], len(places)) for place in places]
    which = names[-1]
    if len(names) > 1:
        which = said("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])
    many = len(places)
    if state == "clear":
        return said_of("The %(which)s water is clear.", "The %(which)s waters are clear.", many, which=which)
    if state == "thin":
        return said_of("The %(which)s water runs thin.", "The %(which)s waters run thin.", many, which=which)
    if state == "one":
        return said_of(
            "The %(which)s bed carries one clear stream.",
            "The %(which)s beds carry one clear stream each.",
            many,
            which=which,
        )
    if state == "mixed":
        return said_of("The %(which)s is mixed.", "The %(which)s are mixed.", many, which=which)
    return said_of("The %(which)s bed is nearly dry.", "The %(which)s beds are nearly dry.", many, which=which)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
