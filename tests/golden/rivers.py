"""Rivers for golden tests: NHS England's public data of 2021 to 2024 as the design shows them, and an invented one."""

from __future__ import annotations

from headwater.vocab import (
    Certainty,
    Design,
    Lens,
    LinkEstimate,
    PublishedRange,
    River,
    Station,
    Stream,
)

METHOD = "Trust and year taken out, errors clustered by trust"
ACROSS = "Pooled trust-years, errors clustered by trust"


def within(effect: float, low: float, high: float) -> LinkEstimate:
    """An estimate within trusts."""
    return LinkEstimate(effect, low, high, Design.WITHIN_UNITS, 138, 516, METHOD)


def across(effect: float, low: float, high: float) -> LinkEstimate:
    """An estimate across trusts."""
    return LinkEstimate(effect, low, high, Design.ACROSS_UNITS, 141, 519, ACROSS)


def hospital_river() -> River:
    """The River of England's hospital trusts: the first water is clear, the second bed is nearly dry."""
    mood = "Both answers come from the same survey, so part of it may be one mood colouring two answers."
    late = (
        "Waits answer later than one year, or stress in the emergency department alone matters: this survey covers "
        "the whole trust. 2021 starts in April and 2024 ends in September."
    )
    published = PublishedRange(0.20, 0.45, "between units, corrected; mixed elsewhere")
    return River(
        title="The first water is clear. The second bed is nearly dry.",
        organisation="Hospital trusts in England",
        period="2021 to 2024",
        stations=(
            Station("led", "Managers who do not bully", Lens.LX),
            Station("stress", "Less stress", Lens.EX),
            Station("burnout", "Less burnout", Lens.EX),
            Station("staff", "Enough staff", Lens.EX),
            Station("seen", "Patients seen within four hours", Lens.CX, "138 trusts"),
        ),
        streams=(
            Stream(
                "led", "stress", across(0.64, 0.54, 0.74), within(0.48, 0.38, 0.58), Certainty.SURE,
                "In years when fewer staff of a trust report being bullied by managers, fewer report being made "
                "unwell by stress.",
                "Less bullying, less stress",
                "Where managers stop bullying, expect to see stress fall.",
                mood, 0.91, 0.88, PublishedRange(0.35, 0.60, "leadership and strain between units"),
            ),
            Stream(
                "led", "burnout", across(0.62, 0.52, 0.72), within(0.39, 0.28, 0.50), Certainty.SURE,
                "In years when fewer staff of a trust are bullied by managers, fewer are burnt out.",
                "Less bullying, less burnout",
                "Where managers stop bullying, expect to see burnout fall.",
                mood, 0.91, 0.85,
            ),
            Stream(
                "led", "staff", across(0.50, 0.39, 0.61), within(0.38, 0.28, 0.48), Certainty.SURE,
                "In years when fewer staff of a trust are bullied by managers, more say there are enough of them.",
                "Less bullying, enough staff",
                "Managers who do not bully keep their people, or better-staffed years make calmer managers.",
                mood, 0.91, 0.93,
            ),
            Stream(
                "stress", "seen", across(0.25, 0.12, 0.39), within(0.09, -0.04, 0.21), Certainty.UNCLEAR,
                "Trusts with less stress see more patients in time. The same trust in its calmer years hardly does.",
                "Less stress, hardly more seen in time",
                "What makes trusts differ (place, funding, building) moves stress and waiting together. Less stress "
                "is worth having for itself. Do not promise shorter waits from it.",
                late, 0.88, 0.97, published,
            ),
            Stream(
                "burnout", "seen", across(0.41, 0.29, 0.53), within(0.07, -0.04, 0.18), Certainty.UNCLEAR,
                "Trusts with less burnout see more patients in time. The same trust in better years hardly does.",
                "Less burnout, hardly more seen in time",
                "Do not promise shorter waits from less burnout.",
                late, 0.85, 0.97, published,
            ),
            Stream(
                "staff", "seen", across(0.33, 0.20, 0.46), within(0.002, -0.09, 0.10), Certainty.UNCLEAR,
                "Trusts whose people say there are enough of them see more patients in time. Within a trust there is "
                "no difference we can see.",
                "Enough staff, no difference we can see",
                "What makes trusts differ moves both.",
                late, 0.93, 0.97, published,
            ),
        ),
        unknowns=(
            ("Which comes first.", "Four years allow within-trust comparison, not yet a direction."),
            ("Same source.", "Published rates cannot be split by who answered which question."),
        ),
        sources=(
            "NHS Staff Survey 2021 to 2024 and emergency attendance statistics, NHS England.",
            "Open Government Licence v3. Trust-years with 20,000 attendances and more.",
        ),
        unit_word="trust",
        unit_word_plural="trusts",
        inputs_hash="sha256:7c1e29ab04f1a90f",
    )  # fmt: skip


def _link(effect: float, reach: float, design: Design = Design.LAGGED_WITHIN) -> LinkEstimate:
    return LinkEstimate(effect, effect - reach, effect + reach, design, 214, 2918, "Lagged six months, split raters")


def transit_river() -> River:
    """An invented company with four stages, a stream that passes a stage, one that runs against, internal service."""

    def stream(
        source: str, target: str, effect: float, reach: float, certainty: Certainty, short: str, bed: float = 0.0
    ) -> Stream:
        dry = _link(bed, 0.08, Design.ACROSS_UNITS) if bed else None
        return Stream(
            source, target, dry, _link(effect, reach), certainty, f"{short}, as far as teams can show.", short,
            "An association, lagged.", "A common cause as strong as pay would bring it down by a third.", 0.71, 0.66,
        )  # fmt: skip

    sure, fairly, unclear = Certainty.SURE, Certainty.FAIRLY, Certainty.UNCLEAR
    return River(
        title="Being heard is where most of the water comes from",
        organisation="Harbour Transit",
        period="Autumn 2026",
        stations=(
            Station("fair", "Treats people fairly", Lens.LX),
            Station("heard", "Hears and supports", Lens.LX),
            Station("thanks", "Recognises good work", Lens.LX),
            Station("clear", "Gives clear direction", Lens.LX),
            Station("trust", "Trust and respect", Lens.EX, "3.7"),
            Station("energy", "Energy", Lens.EX, "3.4"),
            Station("roles", "Clear roles, good tools", Lens.EX, "3.5"),
            Station("depots", "Depots served by Works", Lens.SERVICE, "3.1"),
            Station("helped", "Staff helped me", Lens.CX, "71%"),
            Station("easy", "Easy journey", Lens.CX, "64%"),
            Station("stay", "People stay", Lens.RESULT, "89 of 100 a year"),
            Station("return", "Passengers come back", Lens.RESULT, "6.1 trips a week"),
            Station("injuries", "Injuries", Lens.RESULT, "TRIR 4.1 (3.0 to 5.5)"),
        ),
        streams=(
            stream("fair", "trust", 0.31, 0.10, fairly, "Fairness earns trust"),
            stream("heard", "trust", 0.46, 0.08, sure, "Being heard builds trust"),
            stream("thanks", "energy", 0.28, 0.09, fairly, "Thanks give energy"),
            stream("clear", "roles", 0.34, 0.08, sure, "Clear aims, clear roles"),
            stream("trust", "stay", 0.33, 0.07, sure, "Where trust is higher, fewer people leave"),
            stream("trust", "helped", 0.24, 0.09, fairly, "Trusted staff help"),
            stream("energy", "helped", 0.15, 0.16, unclear, "Energy may help too"),
            stream("roles", "easy", 0.29, 0.10, fairly, "Good tools ease trips"),
            stream("depots", "easy", 0.22, 0.10, fairly, "Prompt Works, easy trips"),
            stream("helped", "return", 0.21, 0.11, fairly, "Helped, they return"),
            stream("easy", "return", 0.26, 0.09, fairly, "Ease brings them back"),
            stream("depots", "injuries", -0.18, 0.10, fairly, "Prompt Works, fewer injured"),
        ),
        unknowns=(("Contractors.", "310 cleaners and stewards are not asked. They meet every passenger."),),
        sources=("Invented figures.",),
    )
