"""How directions are said: effects, what comes further down, faults of targets, and the lines read aloud."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.reports import wording
from headwater.rooms.decide.directions.effects import Expected, Station
from headwater.rooms.decide.logic.directions import least_target, smallest_over, waves_needed
from headwater.rooms.decide.models import Direction, DirectionReview
from headwater.rooms.learn.evidence import Evidence

EFFECT_DECIMALS = 2
"""Effects are a few hundredths of a point; a tenth would round them away."""
NO_ROOM = 0.05
"""Room in scale points that is written as none."""
SMALL = 0.05
"""Changes below this, in standard deviations, are too small to be seen within a year."""


def effect_range(expected: Expected) -> str:
    """The range of what may come of it, with signs: "+0.03 to +0.09"."""
    return wording.spread(expected.low, expected.high, EFFECT_DECIMALS, sign=True)


def effect_sentence(expected: Expected) -> str:
    """What may come of it, in one sentence that says what it rests on."""
    values = {
        "outcome": expected.outcome_label,
        "part": expected.part,
        "range": effect_range(expected),
        "room": wording.figure(expected.room, 1),
    }
    if not expected.is_clear:
        return _("“%(outcome)s” in %(part)s may not move at all: the link is no clearer than noise.") % values
    if expected.room < NO_ROOM or expected.high < 10**-EFFECT_DECIMALS / 2:
        return _("“%(outcome)s” in %(part)s would hardly move: it is as good as the best quarter already.") % values
    return (
        _(
            "If the link is a cause, which is not shown, “%(outcome)s” in %(part)s would move by %(range)s points once "
            "the %(room)s points to what good units here reach are gone."
        )
        % values
    )


def station_text(station: Station) -> str:
    """What may come of it at one station downstream."""
    values = {
        "station": station.label,
        "range": wording.spread(station.low, station.high, EFFECT_DECIMALS, sign=True),
    }
    if not station.is_clear:
        return _("%(station)s: may be nothing (%(range)s)") % values
    if abs(station.value) < SMALL:
        return _("%(station)s: too small to see within a year (%(range)s)") % values
    return _("%(station)s: %(range)s standard deviations") % values


def downstream_sentence(expected: Expected) -> str:
    """What may be promised further down, and what not."""
    if not expected.downstream:
        return {
            "river": _("What reaches customers and results is not known: there is no River of this part yet."),
            "waves": _(
                "What reaches customers and results is not known: units were not seen often enough to say how far they "
                "move by themselves."
            ),
        }.get(
            expected.not_known,
            _("What reaches customers and results is not known: no stream that was seen over time leaves here."),
        )
    clear = [one.label for one in expected.downstream if one.is_clear and abs(one.value) >= SMALL]
    rest = [one.label for one in expected.downstream if one.label not in clear]
    words = []
    if clear:
        words.append(_("Further down expect to see it in: %(names)s.") % {"names": wording.joined(clear)})
    if rest:
        words.append(_("Promise nothing of it in: %(names)s.") % {"names": wording.joined(rest)})
    return " ".join(words)


def fault_text(fault: str, evidence: Evidence | None, target: float | None, larger: Sequence[str]) -> str:
    """Why a target or a choice is refused, and what to do. larger: units above that show smaller changes, in words."""
    start = None if evidence is None else start_text_parts(evidence)
    if start is None or evidence is None:
        return _plain_faults().get(fault, _plain_faults()["withheld"])
    values = {"unit": evidence.unit_name, "smallest": start["smallest"], "least": start["least"]}
    if fault in ("too_small", "wrong_way", "no_room"):
        lead = {
            "too_small": _(
                "%(unit)s can only show a change of %(smallest)s or more from wave to wave. A smaller target could be "
                "reached or missed and nobody would know."
            ),
            "wrong_way": _("The target is not better than where the score stands."),
            "no_room": _(
                "%(unit)s can only show a change of %(smallest)s or more, and the end of the scale is nearer than that."
            ),
        }[fault] % values
        return " ".join([lead, *_what_to_do(fault, evidence, target, larger)])
    return _plain_faults().get(fault, _plain_faults()["withheld"]) % values


def _what_to_do(fault: str, evidence: Evidence, target: float | None, larger: Sequence[str]) -> list[str]:
    from headwater.rooms.decide.directions.evidence import start_of

    start, words = start_of(evidence), []
    least = least_target(start)
    if least is not None:
        text = wording.figure(least, max(start.decimals, 1))
        words.append(
            (_("Take %(least)s or more.") if start.higher_is_better else _("Take %(least)s or less.")) % {"least": text}
        )
    waves = None if target is None or fault != "too_small" else waves_needed(start, target)
    if waves is not None and waves > 1 and start.smallest is not None:
        words.append(
            ngettext(
                "A longer time helps: %(n)s later wave would show %(size)s.",
                "A longer time helps: %(n)s later waves taken together show %(size)s. Set the date after the last.",
                waves,
            )
            % {"n": waves, "size": wording.figure(smallest_over(start.smallest, waves), 2)}
        )
    if larger:
        words.append(_("Or choose it for a larger unit: %(units)s.") % {"units": wording.joined(list(larger))})
    return words


def _plain_faults() -> dict[str, str]:
    return {
        "withheld": _(
            "There is no number to start from: too few or too alike to show safely. Choose it for a larger unit."
        ),
        "imprecise": _("It is not known which change this unit can show. Choose it for a larger unit."),
        "past": _("Choose a date in the future."),
        "outside": _("The target lies off the scale."),
        "more": _("Three directions stand here already. Say why one more."),
        "retired": _("That goal was retired. Choose one that stands."),
        "chosen": _("This was chosen already."),
        "over": _("This direction does not go on any more, or somebody was faster. Nothing was changed."),
    }


def start_text_parts(evidence: Evidence) -> dict[str, str]:
    """The number, its range, the smallest change and the least target as people read them; "" where unknown."""
    from headwater.rooms.decide.directions.evidence import start_of

    decimals = max(evidence.decimals, 1)
    least = least_target(start_of(evidence))
    return {
        "value": evidence.value_text,
        "range": evidence.range_text,
        "smallest": "" if evidence.smallest is None else wording.figure(evidence.smallest, decimals + 1),
        "least": "" if least is None else wording.figure(least, decimals),
    }


def hours_text(low: int, high: int) -> str:
    """Hours a month as a range."""
    if low == high:
        return ngettext("%(n)s hour a month", "%(n)s hours a month", low) % {"n": low}
    return _("%(low)s to %(high)s hours a month") % {"low": low, "high": high}


def lines_aloud(direction: Direction, evidence: Evidence | None, expected: Expected | None, due: str) -> list[str]:
    """Return a direction as sentences to read aloud, ten at most, nothing but words and the numbers that matter."""
    values = {
        "title": direction.title,
        "goal": direction.goal.title,
        "owner": direction.owner.name,
        "unit": direction.unit.name,
        "date": date_format(direction.target_date),
        "due": due,
    }
    lines = [
        (_("We stop: %(title)s.") if evidence is None else _("Our direction is: %(title)s.")) % values,
        _("It serves our goal: %(goal)s.") % values,
        ending(direction.why),
        _("%(owner)s answers for it in %(unit)s.") % values,
    ]
    if evidence is None:
        lines += _stop_lines(direction)
    else:
        lines += _score_lines(direction, evidence)
    if expected is not None:
        lines += [effect_sentence(expected), downstream_sentence(expected)]
    lines.append(_("We look at it again on %(due)s, and say then whether we go on, change it or stop.") % values)
    return lines


def _stop_lines(direction: Direction) -> list[str]:
    low, high = direction.hours_low or 0, direction.hours_high or 0
    by = direction.candidate.hours_by
    lines = [
        _("%(who)s estimates that it frees %(hours)s.")
        % {"who": by.name if by is not None else _("Nobody"), "hours": hours_text(low, high)}
    ]
    if direction.candidate.asked_by is not None:
        lines.append(_("%(who)s asked for it.") % {"who": direction.candidate.asked_by.name})
    lines.append(_("By %(date)s it is over.") % {"date": date_format(direction.target_date)})
    return lines


def _score_lines(direction: Direction, evidence: Evidence) -> list[str]:
    parts, target = start_text_parts(evidence), direction.target or 0.0
    values = {
        "wave": evidence.wave_title,
        "label": evidence.label,
        "value": parts["value"],
        "range": parts["range"],
        "unit": evidence.unit_name,
        "n": wording.count(evidence.n),
        "date": date_format(direction.target_date),
        "target": wording.figure(target, max(evidence.decimals, 1)),
        "smallest": parts["smallest"],
        "move": wording.figure(abs(target - (direction.start or 0.0)), max(evidence.decimals, 1) + 1),
    }
    return [
        _("In %(wave)s, “%(label)s” stood at %(value)s in %(unit)s, with a range of %(range)s, from %(n)s answers.")
        % values,
        (
            _("By %(date)s it is to stand at %(target)s or more.")
            if evidence.higher_is_better
            else _("By %(date)s it is to stand at %(target)s or less.")
        )
        % values,
        _("The target asks for %(move)s; the smallest change that can be seen there is %(smallest)s.") % values,
    ]


def ending(words: str) -> str:
    """Words as a sentence: on one line, with a full stop where they have no end of their own."""
    text = " ".join(words.split())
    return text if text.endswith((".", "?", "…", ":", "”", '"')) else f"{text}."


def decision_text(decision: str) -> str:
    """What a review decided, in words."""
    return {
        DirectionReview.Decision.GO_ON.value: _("Go on"),
        DirectionReview.Decision.CHANGE.value: _("Change it"),
        DirectionReview.Decision.STOP.value: _("Stop"),
        DirectionReview.Decision.FINISH.value: _("Finished"),
    }[decision]


def state_text(state: str) -> str:
    """What became of a direction, in words."""
    return {
        Direction.State.GOING.value: _("Goes on"),
        Direction.State.CHANGED.value: _("Changed"),
        Direction.State.STOPPED.value: _("Stopped"),
        Direction.State.FINISHED.value: _("Finished"),
    }[state]
