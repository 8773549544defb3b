"""Links of the chain: soldiers by company against R, hospital trusts against the published analysis, agencies.

bh1996: R's between-company correlation free of same-source error (moments, and lavaan's two-level maximum likelihood),
tolerances in expected.json; answers pass sealing and moments, where scores lie as multiples of 1/27,720, so 2e-4.
NHS: figures to two decimals, with trust and year taken out and errors clustered by trust.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from tests.oracles.oracle import Oracle, load

from headwater.chain import (
    LinkFinding,
    Place,
    RiverHead,
    build_river,
    link_across_units,
    link_on_panel,
    link_within_study,
)
from headwater.engine import compute_moments
from headwater.intake import seal
from headwater.vocab import (
    AnswerTable,
    Design,
    Lens,
    MomentPlan,
    Moments,
    PlannedScore,
    RefusedError,
    Study,
    UnitPeriods,
    Wave,
)
from headwater.vocab.answers import SCORE_ONE

LED = Place("lead", "Led well", Lens.LX, "better leadership", items=("lead",))
WELL = Place("well", "Well-being", Lens.EX, "more well-being", items=("well",))


@pytest.fixture(scope="module")
def army(shared: Path) -> Oracle:
    return load(shared, "bh1996")


@pytest.fixture(scope="module")
def companies(army: Oracle, tmp_path_factory: pytest.TempPathFactory) -> Moments:
    group = army.column("GRP").astype(int).astype(str)
    ids, unit = np.unique(group, return_inverse=True)
    scores = {
        key: np.rint(army.column(name) * SCORE_ONE).astype(np.int64)
        for key, name in (("lead", "LEAD"), ("well", "WBEING"))
    }
    study, wave = Study("army", "Army"), Wave("army", "1996", "1996", 0)
    folder = tmp_path_factory.mktemp("store")
    seal(folder, study, wave, AnswerTable(tuple(ids.tolist()), unit.astype(np.int32), {}, scores), seed=1)
    plan = MomentPlan((), (PlannedScore("well"), PlannedScore("lead")))
    return compute_moments(folder, "army", "1996", plan)


def test_leadership_and_well_being_of_companies(army: Oracle, companies: Moments) -> None:
    found = link_within_study(companies, LED, WELL, k=5)
    assert found.water is not None
    assert found.dry_bed is not None
    moments = army.at("between_latent_anova.LEAD_WBEING", "r_between_latent")
    likelihood = army.at("between_latent_ml.LEAD_WBEING", "r_between")
    assert found.water.effect == pytest.approx(moments, abs=2e-4)
    assert found.others[0].effect == pytest.approx(likelihood, abs=2e-4)
    assert found.dry_bed.effect == pytest.approx(0.607, abs=1e-3)
    assert (found.dry_bed.design, found.water.design) == (Design.SAME_SOURCE, Design.SOURCE_FREE)
    assert (found.water.n_units, found.water.n_observations) == (99, 7382)
    assert found.water.low < 0.5 < found.water.effect < 0.65 < found.water.high < 0.9
    assert found.water.low > 0.2
    for place, name in ((found.reliability_source, "LEAD"), (found.reliability_target, "WBEING")):
        assert place == pytest.approx(army.at(f"anova.{name}", "ICC2"), abs=2e-4)


@pytest.fixture(scope="module")
def trusts(shared: Path) -> UnitPeriods:
    """Trust-years with 20,000 attendances and more; monthly waits summed by calendar year, matched by code and year."""
    folder = shared / "data" / "nhs"
    seen: defaultdict[tuple[str, str], float] = defaultdict(float)
    late: defaultdict[tuple[str, str], float] = defaultdict(float)
    with (folder / "ae_waits_by_trust_month.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            numbers = row["total_attendances"], row["attendances_over_4hours"]
            if "NA" in numbers or "" in numbers:
                continue
            place = row["nhs_trust22_code"], row["date"].split()[1]
            seen[place] += float(numbers[0])
            late[place] += float(numbers[1])
    with (folder / "staff_survey_by_organisation_2021_2024.csv").open(newline="") as file:
        survey = {(row["ODS code"], row["Year"]): row for row in csv.DictReader(file)}
    both = sorted(key for key in survey if seen.get(key, 0) >= 20_000)
    units, years = sorted({code for code, _ in both}), ("2021", "2022", "2023", "2024")
    columns = {"abuse": "Emotional_manager_rate", "stress": "Stress_rate", "burnout": "Burned_out_rate",
               "staff": "Enough_staff_rate"}  # fmt: skip
    values = {key: np.full((len(units), 4), np.nan) for key in (*columns, "seen")}
    for code, year in both:
        at = units.index(code), years.index(year)
        for figure, column in columns.items():
            values[figure][at] = float(survey[code, year][column])
        values["seen"][at] = 100 * (1 - late[code, year] / seen[code, year])
    return UnitPeriods(tuple(units), years, values)


PLACES = {
    "abuse": Place(
        "abuse", "Managers who do not bully", Lens.LX, "less bullying", False,
        when="fewer staff of a trust report being bullied by managers",
    ),
    "stress": Place(
        "stress", "Less stress", Lens.EX, "less stress", False, better="in its calmer years",
        then="fewer report being made unwell by stress",
    ),
    "burnout": Place("burnout", "Less burnout", Lens.EX, "less burnout", False, then="fewer are burnt out"),
    "staff": Place("staff", "Enough staff", Lens.EX, "enough staff", then="more say there are enough of them"),
    "seen": Place(
        "seen", "Patients seen within four hours", Lens.CX, "more seen in time", does="see more patients in time"
    ),
}  # fmt: skip

PUBLISHED = {
    ("abuse", "stress"): ((0.48, 0.38, 0.58), (0.64, 0.54, 0.74)),
    ("abuse", "burnout"): ((0.39, 0.28, 0.50), None),
    ("abuse", "staff"): ((0.38, 0.28, 0.48), None),
    ("stress", "seen"): ((0.09, -0.04, 0.21), (0.25, 0.12, 0.39)),
    ("burnout", "seen"): ((0.07, -0.04, 0.18), None),
    ("staff", "seen"): ((0.00, -0.09, 0.10), None),
}


def link(trusts: UnitPeriods, source: str, target: str) -> LinkFinding:
    return link_on_panel(trusts, PLACES[source], PLACES[target], same_source=source == "abuse")


@pytest.mark.parametrize(("source", "target"), PUBLISHED)
def test_hospital_trusts_within_and_across(trusts: UnitPeriods, source: str, target: str) -> None:
    found = link(trusts, source, target)
    within, across = PUBLISHED[source, target]
    assert found.water is not None
    assert found.dry_bed is not None
    assert (found.water.effect, found.water.low, found.water.high) == pytest.approx(within, abs=0.0051)
    assert (found.water.n_units, found.water.n_observations) == (138, 516)
    assert (found.dry_bed.n_units, found.dry_bed.n_observations) == (141, 519)
    if across is not None:
        assert (found.dry_bed.effect, found.dry_bed.low, found.dry_bed.high) == pytest.approx(across, abs=0.0051)


def test_the_river_of_hospital_trusts_says_what_was_found(trusts: UnitPeriods) -> None:
    findings = [link(trusts, source, target) for source, target in PUBLISHED]
    head = RiverHead("Hospital trusts", "2021 to 2024", "trust", "trusts", period_word="year", periods="years")
    river = build_river(head, list(PLACES.values()), findings)
    assert river.title == "The first water is clear. The second bed is nearly dry."
    said = {(stream.source, stream.target): stream for stream in river.streams}
    assert said["abuse", "stress"].sentence == (
        "In years when fewer staff of a trust report being bullied by managers, "
        "fewer report being made unwell by stress."
    )
    assert said["stress", "seen"].sentence == (
        "Trusts with less stress see more patients in time. The same trust in its calmer years hardly does."
    )
    assert said["staff", "seen"].sentence == (
        "Trusts with enough staff see more patients in time. Within a trust there is no difference we can see."
    )
    assert said["stress", "seen"].short == "Less stress, hardly more seen in time"
    assert said["staff", "seen"].short == "Enough staff, no difference we can see"
    assert ("Which comes first." in {what for what, _ in river.unknowns}) == any(
        not any(other.design is Design.LAGGED_WITHIN and other.low > 0 for other in finding.others)
        for finding in findings[:3]
    )


@pytest.fixture(scope="module")
def agencies(shared: Path) -> dict[str, dict[str, float]]:
    """Percent positive of questions by agency in 2024, from the published percents."""
    good = {"Strongly Agree", "Agree", "Very Good", "Good", "Very Satisfied", "Satisfied"}
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    with (shared / "data" / "fevs" / "fevs_2024_by_agency.csv").open(newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            if row["category"] in good and row["agency"] != "All Responses":
                found[row["item"]][row["agency"].rstrip("\u2020")] += float(row["value"])
    return found


def test_leadership_and_satisfaction_of_agencies(agencies: dict[str, dict[str, float]]) -> None:
    names = sorted(set(agencies["Q52"]) & set(agencies["Q70"]))
    x, y = (np.array([agencies[item][name] for name in names]) for item in ("Q52", "Q70"))
    led = Place("led", "Led well", Lens.LX, "better leadership", items=("Q52",))
    satisfied = Place("satisfied", "Satisfied", Lens.EX, "more satisfaction", items=("Q70",))
    error = np.full(len(names), 1.0)
    found = link_across_units(x, y, led, satisfied, error_x=error, error_y=error, same_source=True)
    assert found.dry_bed is not None
    assert len(names) > 25
    assert found.dry_bed.effect == pytest.approx(np.corrcoef(x, y)[0, 1])
    assert found.dry_bed.low < found.dry_bed.effect < found.dry_bed.high
    assert found.reliability_source == pytest.approx(1 - 1 / x.var(ddof=1))
    assert found.others[0].effect > found.dry_bed.effect
    assert found.water is None


def test_an_index_is_never_related_to_its_own_part() -> None:
    leaders = Place("leaders", "Leaders lead", Lens.LX, "better leaders", items=("q60", "q61"))
    index = Place("engaged", "Engagement", Lens.EX, "more engagement", items=("q4", "q60", "q61"), parts=("leaders",))
    satisfied = Place("satisfied", "Satisfied", Lens.EX, "more satisfaction", items=("q68", "q69"))
    values = np.linspace(40, 80, 30)
    with pytest.raises(RefusedError, match="one contains the other"):
        link_across_units(values, values**1.1, leaders, index)
    noise = np.random.default_rng(1).standard_normal(30)
    found = link_across_units(values, values + 10 * noise, leaders, satisfied, same_source=True)
    assert found.dry_bed is not None
    assert found.dry_bed.design is Design.SAME_SOURCE
    assert found.dry_bed.effect == pytest.approx(np.corrcoef(values, values + 10 * noise)[0, 1])
    assert found.water is None
