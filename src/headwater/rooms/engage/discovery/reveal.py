"""The reveal in words and pictures: distances and nothing more. What they mean is for those who foresaw to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from headwater.reports import wording
from headwater.rooms.engage.discovery.drawing import RevealMarks, RevealWords, Spread, reveal_figure
from headwater.rooms.engage.discovery.material import spoken_label
from headwater.rooms.engage.logic.foresight import FEWEST_SHOWN, team_distance
from headwater.rooms.engage.models import Discovery, DiscoveryPrediction, DiscoveryQuestion
from headwater.rooms.house.figures import Figure
from headwater.rooms.learn.evidence import Evidence
from headwater.vocab import speaking


@dataclass(frozen=True)
class Tally:
    """How many of a team chose one of the options. is_said: whether that is what was found."""

    label: str
    count: int
    is_said: bool
    marks: str


@dataclass(frozen=True)
class Revealed:
    """One question with its truth. own, said: in words. words: the distance. size: of the distance, for ordering."""

    key: str
    role: str
    label: str
    own: str
    said: str
    words: str
    aside: str
    figure: Figure | None
    tallies: tuple[Tally, ...]
    is_inside: bool | None
    size: float


def revealed_of(
    discovery: Discovery, predictions: Iterable[DiscoveryPrediction], *, own: UUID | None, prefix: str
) -> tuple[Revealed, ...]:
    """Return every question of a Discovery with its truth; the caller makes sure that it was revealed.

    predictions: of everybody. own: the participant who looks, None for a wall. prefix: of ids on the page. The others
    of an anonymous team are shown from FEWEST_SHOWN predictions on; a Discovery for one leader shows theirs alone.
    """
    questions = DiscoveryQuestion.objects.filter(discovery=discovery).order_by("place")
    by_question: dict[UUID, list[DiscoveryPrediction]] = {}
    for one in predictions:
        by_question.setdefault(one.question_id, []).append(one)
    made = []
    with speaking(get_language() or "en"):
        for question in questions:
            every = by_question.get(question.pk, [])
            mine = next((one for one in every if own is not None and one.participant_id == own), None)
            team = every if discovery.is_team and len(every) >= least_shown(discovery) else []
            key = f"{prefix}{question.place}"
            made.append(_choice(key, question, mine, team) if question.options else _score(key, question, mine, team))
    return tuple(made)


def least_shown(discovery: Discovery) -> int:
    """Return from how many predictions on a team's are shown."""
    return FEWEST_SHOWN if discovery.is_anonymous else 1


def in_order_of_surprise(found: Sequence[Revealed]) -> tuple[Revealed, ...]:
    """Return questions with the widest distance first."""
    return tuple(sorted(found, key=lambda one: -one.size))


def axis_of(truth: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what may be known of a score before the reveal: its scale."""
    return {name: truth[name] for name in ("floor", "ceiling", "scale_unit", "decimals")}


def _score(
    key: str, question: DiscoveryQuestion, mine: DiscoveryPrediction | None, team: Sequence[DiscoveryPrediction]
) -> Revealed:
    evidence = Evidence(**question.truth)
    label = spoken_label(question.truth)
    truth = float(evidence.value or 0.0)
    values = tuple(float(one.value) for one in team if one.value is not None)
    said = _with_range(evidence, truth, evidence.low, evidence.high)
    rows = [(_("They said"), said)]
    words = aside = expected = ""
    inside: bool | None = None
    size = 0.0
    own = None
    if mine is not None and mine.value is not None and mine.low is not None and mine.high is not None:
        own = Spread(mine.value, mine.low, mine.high)
        expected = _with_range(evidence, mine.value, mine.low, mine.high)
        inside = mine.low <= truth <= mine.high
        words, aside = _distance(evidence, truth - mine.value), _range_words(inside, mine.sure or 0)
        size = abs(truth - mine.value)
        rows.insert(0, (_("You expected"), expected))
        rows.append((_("Distance"), wording.signed(truth - mine.value, evidence.decimals)))
    if values:
        middle = median(values)
        away = team_distance(values, truth, fewest=1) or 0.0
        rows.append((_("Middle of the team"), _plain(evidence, middle)))
        reach = wording.spread(min(values), max(values), evidence.decimals)
        told = ngettext("%(n)s prediction, %(range)s.", "%(n)s predictions, %(range)s.", len(values)) % {
            "n": len(values), "range": reach,
        }  # fmt: skip
        if mine is None:
            words, size = _team_distance(evidence, away), abs(away)
        aside = f"{aside} {_('The team:')} {told}" if aside else told
    description = " ".join(f"{name}: {value}." for name, value in rows)
    figure = reveal_figure(
        key,
        RevealMarks(evidence.floor, evidence.ceiling, Spread(truth, evidence.low, evidence.high), own, values),
        RevealWords(label, description, tuple(rows)),
    )
    share = size / (evidence.ceiling - evidence.floor)
    return Revealed(key, question.role, label, expected, said, words, aside, figure, (), inside, share)


def _choice(
    key: str, question: DiscoveryQuestion, mine: DiscoveryPrediction | None, team: Sequence[DiscoveryPrediction]
) -> Revealed:
    names = {one["key"]: one["label"] for one in question.options}
    truth = question.truth
    also = {truth["key"], *truth.get("also", ())}
    own = names.get(mine.choice, "") if mine is not None else ""
    counted = Counter(one.choice for one in team)
    tallies = tuple(
        Tally(label, counted[option], option in also, "◆" * counted[option])
        for option, label in names.items()
        if counted[option] or option in also
    ) if team else ()  # fmt: skip
    words = ""
    if mine is not None:
        words = _("Not what you expected.")
        if mine.choice in also:
            words = _("As you expected.") if len(also) == 1 else _("Yours is among them: they are spoken of alike.")
    right = sum(count for option, count in counted.items() if option in also)
    if team and mine is None:
        words = ngettext("%(n)s of %(all)s expected it.", "%(n)s of %(all)s expected it.", len(team)) % {
            "n": right, "all": len(team),
        }  # fmt: skip
    size = 1 - right / len(team) if team else 0.0 if mine is None or mine.choice in also else 1.0
    return Revealed(
        key, question.role, question.label, own, truth["label"], words, truth["sentence"], None, tallies, None, size
    )


def _distance(evidence: Evidence, away: float) -> str:
    text = _far(evidence, away)
    if not text:
        return _("As you expected.")
    if away > 0:
        return _("%(far)s higher than you expected.") % {"far": text}
    return _("%(far)s lower than you expected.") % {"far": text}


def _team_distance(evidence: Evidence, away: float) -> str:
    text = _far(evidence, away)
    if not text:
        return _("As the middle of the team expected.")
    if away > 0:
        return _("%(far)s higher than the middle of the team expected.") % {"far": text}
    return _("%(far)s lower than the middle of the team expected.") % {"far": text}


def _far(evidence: Evidence, away: float) -> str:
    """A distance as people read it, "" for one that its decimals do not show."""
    text = wording.figure(abs(away), evidence.decimals)
    return text if any(digit in "123456789" for digit in text) else ""


def _range_words(inside: bool, sure: int) -> str:
    if inside:
        return _("Inside the range you gave; you were %(sure)s%% sure of it.") % {"sure": sure}
    return _("Outside the range you gave; you were %(sure)s%% sure of it.") % {"sure": sure}


def _plain(evidence: Evidence, value: float) -> str:
    return wording.figure(value, evidence.decimals) + ("%" if evidence.scale_unit == "percent" else "")


def _with_range(evidence: Evidence, value: float, low: float | None, high: float | None) -> str:
    text = _plain(evidence, value)
    return text if low is None or high is None else f"{text} ({wording.spread(low, high, evidence.decimals)})"
