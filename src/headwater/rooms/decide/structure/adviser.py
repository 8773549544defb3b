"""The adviser: what it is told, what it says and why, drawn on the organisation as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Avg, Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.reports.charts import Branch
from headwater.rooms.decide.logic.seats import Place, SeatKind, count_seats, seats_of
from headwater.rooms.decide.logic.structure import (
    COUNTED,
    INPUTS,
    STRUCTURES,
    Advice,
    Input,
    Share,
    Situation,
    Structure,
    advise,
)
from headwater.rooms.decide.models import MaturityAssessment, PracticeConsensus, StructureDecision
from headwater.rooms.decide.structure.access import may_manage, require_team
from headwater.rooms.decide.structure.words import (
    INPUT_TITLES,
    SEAT_WORDS,
    STRUCTURE_WORDS,
    StructureWords,
    points_words,
    reason,
    seats_words,
    value_words,
)
from headwater.rooms.house.figures import Figure, tree_figure
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.models import Person, Unit
from headwater.rooms.people.populations import attribute_names, attribute_values

PLACES = ("place", "places", "site", "location", "branch", "city", "office", "work place", "workplace", "ort",
          "standort", "sede", "centro", "lugar", "ciudad")  # fmt: skip
"""Names of an attribute that says where somebody works."""
MOST_DRAWN = 12
"""Divisions that are drawn; the others are counted."""
WORTH_SAYING = 0.5
"""Points ahead of or behind the other structures from which an input is a reason."""
MIDDLE: dict[Input, int] = {"together": 2, "uniformity": 2, "access": 2, "maturity": 1}


@dataclass(frozen=True)
class Known:
    """What the records say about the organisation. sources: by input, where its value comes from."""

    situation: Situation
    sources: Mapping[Input, str]


@dataclass(frozen=True)
class Reason:
    """One reason: the input, its value, and what it says."""

    title: str
    value: str
    text: str


@dataclass(frozen=True)
class FlipLine:
    """What would turn the advice: an input, from which value to which, and the structure it becomes."""

    title: str
    now: str
    value: str
    becomes: str


@dataclass(frozen=True)
class Option:
    """One structure in this situation. picture: on the actual organisation, None before there is one."""

    key: Structure
    words: StructureWords
    points: str
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]
    seats: tuple[str, ...]
    picture: Figure | None
    is_best: bool
    is_shown: bool
    is_adopted: bool


@dataclass(frozen=True)
class AdviserPage:
    """What the adviser says. options: best first. sums: points by input and structure, for those who check.

    flip: the smallest single change that turns the advice; pair: the two that do together where no single one does.
    """

    advice: Advice
    query: str
    headline: str
    closeness: str
    options: tuple[Option, ...]
    shown: Option
    flip: FlipLine | None
    flips: tuple[FlipLine, ...]
    pair: tuple[FlipLine, ...]
    sums: tuple[tuple[str, str, tuple[str, ...]], ...]
    totals: tuple[str, ...]
    may_adopt: bool


def known_situation(maturity: int | None = None) -> Known:
    """Return what the records say, and a middle answer for what they cannot. maturity: of an assessment, 0..4."""
    values: dict[Input, int] = dict(MIDDLE)
    sources: dict[Input, str] = {}
    people = Person.objects.filter(is_active=True).count()
    units = Unit.objects.filter(is_open=True).count()
    values |= {"people": max(1, people), "units": max(1, units), "places": 1}
    if people:
        sources["people"] = _("From the organisation as it stands.")
    if units:
        sources["units"] = sources.get("people", "")
    attribute = next((one for one in attribute_names() if one.casefold() in PLACES), None)
    if attribute is not None:
        values["places"] = max(1, len(attribute_values(attribute)))
        sources["places"] = _("Counted from “%(attribute)s” of the organisation file.") % {"attribute": attribute}
    if maturity is not None:
        values["maturity"] = maturity
        sources["maturity"] = _("From the latest assessment of maturity.")
    latest = StructureDecision.objects.order_by("-number").values_list("situation", flat=True).first()
    for name in INPUTS:
        if latest is not None and name not in sources and name in latest:
            values[name] = int(latest[name])
            sources[name] = _("As it was said when the structure was adopted.")
    return Known(Situation(**values), sources)


def maturity_level() -> int | None:
    """Return the mean level 0..4, rounded, that assessors of the whole organisation agreed on last; None without."""
    done = MaturityAssessment.objects.filter(state=MaturityAssessment.State.DONE, unit=None)
    latest = done.order_by("-validated_at").first()
    if latest is None:
        return None
    mean = PracticeConsensus.objects.filter(assessment=latest).aggregate(mean=Avg("score"))["mean"]
    return None if mean is None else round(float(mean))


def adviser_page(*, viewer: Viewer, situation: Situation, shown: str, with_pictures: bool) -> AdviserPage:
    """Return the advice for a situation. shown: the structure to look at, the best one for anything else.

    with_pictures: all four drawn; else the one that is shown.
    """
    require_team(viewer)
    advice = advise(situation)
    chosen = next((one for one in STRUCTURES if one == shown), advice.best)
    adopted = StructureDecision.objects.order_by("-number").values_list("structure", flat=True).first()
    drawing = _Drawing.read()
    options = tuple(
        _option(one, advice, drawing, chosen, adopted, draw=with_pictures or one == chosen) for one in advice.ranking
    )
    flips = tuple(_flip_line(situation, one.name, one.value, one.becomes) for one in advice.flips)
    pair = advice.pair
    return AdviserPage(
        advice=advice,
        query="&".join(f"{name}={situation.value(name)}" for name in INPUTS),
        headline=_headlines()[advice.best],
        closeness=_closeness_words(advice),
        options=options,
        shown=next(one for one in options if one.is_shown),
        flip=flips[0] if flips else None,
        flips=flips[1:],
        pair=tuple(
            _flip_line(situation, name, value, pair.becomes)
            for name, value in zip(pair.names, pair.values, strict=True)
        )
        if pair is not None
        else (),
        sums=tuple(
            (
                str(INPUT_TITLES[name]),
                value_words(name, situation.value(name)) + ("" if name in COUNTED else f" ({situation.value(name)})"),
                tuple(_signed(advice.shares[one][at].points) for one in advice.ranking),
            )
            for at, name in enumerate(INPUTS)
        ),
        totals=tuple(_signed(advice.points[one]) for one in advice.ranking),
        may_adopt=may_manage(viewer),
    )


def _option(
    structure: Structure, advice: Advice, drawing: _Drawing, chosen: Structure, adopted: str | None, *, draw: bool
) -> Option:
    shares = sorted(advice.shares[structure], key=lambda one: -one.ahead)
    return Option(
        key=structure,
        words=STRUCTURE_WORDS[structure],
        points=points_words(advice.points[structure]),
        reasons=tuple(_reason(one) for one in shares if one.ahead >= WORTH_SAYING),
        against=tuple(_reason(one) for one in reversed(shares) if one.ahead <= -WORTH_SAYING),
        seats=tuple(seats_words(one.kind, one.units) for one in count_seats(structure, drawing.by_depth)),
        picture=drawing.figure(structure) if draw and drawing.root is not None else None,
        is_best=structure == advice.best,
        is_shown=structure == chosen,
        is_adopted=structure == adopted,
    )


def _reason(share: Share) -> Reason:
    return Reason(
        str(INPUT_TITLES[share.name]),
        value_words(share.name, share.value),
        reason(share.name, share.level),
    )


def _flip_line(situation: Situation, name: Input, value: int, becomes: Structure) -> FlipLine:
    wanted = value_words(name, value)
    if name in COUNTED:
        wanted = _("%(n)s or more") % {"n": wanted} if value > situation.value(name) else (
            _("%(n)s or fewer") % {"n": wanted}
        )  # fmt: skip
    return FlipLine(
        str(INPUT_TITLES[name]),
        value_words(name, situation.value(name)),
        wanted,
        str(STRUCTURE_WORDS[becomes].title),
    )


def _signed(points: int) -> str:
    return f"{points}".replace("-", "\N{MINUS SIGN}")


def _headlines() -> dict[Structure, str]:
    return {
        "centralised": _("One team beside the top leaders fits you."),
        "decentralised": _("Units that work on it by themselves, with a core that guides, fit you."),
        "hybrid": _("One direction with a partner in each division fits you."),
        "committee": _("A committee of the leaders who decide fits you."),
    }


def _closeness_words(advice: Advice) -> str:
    """How near the others come; all that are just as good by name."""
    even = [one for one in STRUCTURES if one != advice.best and advice.points[one] == advice.points[advice.best]]
    if even:
        names = _(" and ").join(str(STRUCTURE_WORDS[one].title) for one in even)
        return ngettext(
            "%(names)s is just as good: it has the same points. Both can be right.",
            "%(names)s are just as good: they have the same points. Each can be right.",
            len(even),
        ) % {"names": names}
    told = {"next": STRUCTURE_WORDS[advice.runner_up].title, "points": advice.margin}
    return _closeness()[advice.closeness] % told


def _closeness() -> dict[str, str]:
    return {
        "close": _("%(next)s is almost as good: %(points)s points behind. Both can be right."),
        "fair": _("%(next)s comes next, %(points)s points behind."),
        "clear": _("Nothing else comes near: %(next)s is %(points)s points behind."),
    }


@dataclass(frozen=True)
class _Drawing:
    """The upper part of the organisation. by_depth: units of each level, all of them."""

    root: Unit | None
    divisions: tuple[Unit, ...]
    below: Mapping[object, int]
    by_depth: tuple[int, ...]

    @classmethod
    def read(cls) -> _Drawing:
        """Read the top, the units below it, and how many each of these has directly below."""
        units = Unit.objects.filter(is_open=True)
        root = units.filter(parent=None).first()
        if root is None:
            return cls(None, (), {}, ())
        divisions = tuple(units.filter(parent=root).order_by("number"))
        below = dict(units.filter(parent__in=divisions).values_list("parent").annotate(n=Count("pk")))
        depths = dict(units.values_list("depth").annotate(n=Count("pk")))
        return cls(root, divisions, below, tuple(depths.get(depth, 0) for depth in range(max(depths) + 1)))

    def figure(self, structure: Structure) -> Figure:
        """Draw where the team would sit."""
        assert self.root is not None
        seats = seats_of(structure, [Place(self.root.key, 0), *(Place(one.key, 1) for one in self.divisions)])
        drawn = self.divisions[:MOST_DRAWN]
        children = [self._branch(one, seats, structure) for one in drawn]
        if more := len(self.divisions) - len(drawn):
            kind = seats.get(self.divisions[-1].key, "none")
            children.append(Branch(_("and %(n)s more") % {"n": more}, _seat(kind)))
        top = seats[self.root.key]
        root = Branch(self.root.name, _seat(top), tuple(children), own=True)
        title = STRUCTURE_WORDS[structure].title
        return tree_figure(
            root,
            f"seats-{structure}",
            _("%(structure)s: who sits where") % {"structure": title},
            _("The organisation with the units below the top. Outlined boxes hold somebody of the team."),
        )

    def _branch(self, unit: Unit, seats: Mapping[str, SeatKind], structure: Structure) -> Branch:
        kind, below = seats.get(unit.key, "none"), self.below.get(unit.pk, 0)
        children: tuple[Branch, ...] = ()
        if below and structure in {"decentralised", "committee"}:
            children = (Branch(_("%(n)s units below") % {"n": below}, _seat("local"), own=True),)
        return Branch(unit.name, _seat(kind), children, own=kind != "none")


def _seat(kind: SeatKind) -> str:
    words = str(SEAT_WORDS[kind])
    return words[:1].upper() + words[1:] if kind != "none" else ""
