"""What a link says: golden sentences, with several words for units and periods, and never a cause."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from headwater.chain import LinkFinding, Place, RiverHead, build_river, load_river, save_river, what_if
from headwater.chain.sentences import Words, lettering, meaning, number, overturn, sentence, with_range
from headwater.vocab import Design, InputError, Lens, LinkEstimate, RefusedError

HEARD = Place("heard", "Being heard", Lens.LX, "more listening")
ENERGY = Place("energy", "Energy", Lens.EX, "more energy", better="in its livelier quarters")
TIME = Place("time", "On time", Lens.CX, "more trains on time", does="run more trains on time")
CREWS = Words("crew", "crews", "quarter", "quarters")


def estimate(effect: float, reach: float, design: Design) -> LinkEstimate:
    return LinkEstimate(effect, effect - reach, effect + reach, design, 120, 480, "as tested")


def finding(
    dry: float | None, water: float | None, design: Design = Design.WITHIN_UNITS, reach: float = 0.1
) -> LinkFinding:
    return LinkFinding(
        ENERGY if design is Design.WITHIN_UNITS else HEARD,
        TIME if design is Design.WITHIN_UNITS else ENERGY,
        None if dry is None else estimate(dry, reach, Design.ACROSS_UNITS),
        None if water is None else estimate(water, reach, design),
        robustness=0.21,
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (finding(0.4, 0.3), "In quarters when a crew has more energy, it also has more trains on time."),
        (
            finding(0.4, 0.05),
            "Crews with more energy run more trains on time. The same crew in its livelier quarters hardly does.",
        ),
        (
            finding(0.4, 0.01),
            "Crews with more energy run more trains on time. Within a crew there is no difference we can see.",
        ),
        (
            finding(0.02, 0.05),
            (
                "Crews with more energy do not clearly run more trains on time. "
                "Nor does the same crew in its livelier quarters."
            ),
        ),
        (
            finding(0.4, -0.3),
            "In quarters when a crew has more energy, it does not have more trains on time: it is the other way round.",
        ),
        (finding(0.4, None), "Crews with more energy run more trains on time."),
        (finding(-0.4, None), "Crews with more energy do not run more trains on time: it is the other way round."),
        (finding(0.05, None), "Crews with more energy do not clearly run more trains on time."),
        (
            finding(0.6, 0.5, Design.SOURCE_FREE),
            "Crews with more listening have more energy, also once people's own moods are taken out.",
        ),
        (
            finding(0.6, 0.05, Design.SOURCE_FREE),
            "Crews with more listening do not clearly have more energy once people's own moods are taken out.",
        ),
        (finding(None, None), "Whether more energy goes with more trains on time cannot be seen in these data."),
    ],
)
def test_sentences(found: LinkFinding, said: str) -> None:
    assert sentence(found, CREWS) == said


CAUSAL = re.compile(
    r"\b(cause[sd]?|because|leads? to|drives?|makes? people|improves?|increases?|due to|results? in)\b", re.I
)


@pytest.mark.parametrize("words", [Words(), CREWS, Words("office", "offices", "year", "years"), Words("unit", "units")])
def test_no_sentence_claims_a_cause_and_each_ends_well(words: Words) -> None:
    for dry, water, design in product((0.5, 0.02, -0.4, None), (0.5, 0.06, 0.01, -0.4, None), tuple(Design)):
        found = finding(dry, water, design)
        for text in (sentence(found, words), meaning(found, words), overturn(found)):
            assert not CAUSAL.search(text.replace("not yet a cause", "")), text
            assert "  " not in text
            assert not text or (text.endswith(".") and text[0].isupper())
        assert not lettering(found).endswith(".")
    assert Words("office", "offices").one == "an office"
    assert Words("unit", "units").one == "a unit"


def test_figures_have_no_leading_zero_and_a_true_minus() -> None:
    assert number(0.484) == ".48"
    assert number(-0.041) == "\N{MINUS SIGN}.04"
    assert number(-0.001) == ".00"
    assert number(1.0) == "1.00"
    assert with_range(estimate(0.09, 0.13, Design.WITHIN_UNITS)) == ".09 (\N{MINUS SIGN}.04 to .22)"


def test_the_title_says_how_each_stage_runs() -> None:
    head = RiverHead("Harbour Transit", "2026", "crew", "crews")
    first = finding(0.6, 0.5, Design.SOURCE_FREE)
    for second, said in (
        (finding(0.4, 0.02), "The first water is clear. The second bed is nearly dry."),
        (finding(0.5, 0.4), "The first and second waters are clear."),
        (finding(0.3, 0.2, reach=0.05), "The first water is clear. The second water runs thin."),
    ):
        river = build_river(head, [HEARD, ENERGY, TIME], [first, second])
        assert river.title == said
        assert [station.key for station in river.stations] == ["heard", "energy", "time"]
        assert ("Results.", "Nothing of this stage was measured here.") in river.unknowns
    with pytest.raises(RefusedError, match="no link"):
        build_river(head, [HEARD], [])


def test_rivers_come_back_from_disk(tmp_path: Path) -> None:
    head = RiverHead("Harbour Transit", "2026", "crew", "crews")
    river = build_river(head, [HEARD, ENERGY, TIME], [finding(0.6, 0.5, Design.SOURCE_FREE), finding(0.4, 0.02)])
    assert load_river(save_river(river, tmp_path / "river.json")) == river
    (tmp_path / "river.json").write_text("{")
    with pytest.raises(InputError, match="no readable River"):
        load_river(tmp_path / "river.json")


def test_only_water_over_time_carries_a_change_downstream() -> None:
    head = RiverHead("Harbour Transit", "2026", "crew", "crews")
    across = build_river(head, [HEARD, ENERGY], [finding(0.6, 0.5, Design.SOURCE_FREE)])
    with pytest.raises(RefusedError, match="over time"):
        what_if(across, "heard", 1.0)
    over_time = LinkFinding(HEARD, ENERGY, None, estimate(0.5, 0.05, Design.WITHIN_UNITS))
    river = build_river(head, [HEARD, ENERGY, TIME], [over_time, finding(0.5, 0.4)])
    found = {part.station: part for part in what_if(river, "heard", 1.0)}
    assert found["energy"].change == pytest.approx(0.5, abs=0.01)
    assert found["time"].change == pytest.approx(0.2, abs=0.01)
    assert found["time"].low < 0.2 < found["time"].high
    assert found["time"].path == ("heard", "energy", "time")
