"""Which form and which timing lead to outcomes here, over all leaders and never of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.rooms.engage.briefings.past import is_over
from headwater.rooms.engage.logic.briefing_change import moved_by
from headwater.rooms.engage.logic.form_learning import LEAST, LEVEL, Learned, Trial, learn
from headwater.rooms.engage.models import BriefingCopy, Preference

SHORT_DAYS, LONG_DAYS = 3, 10


@dataclass(frozen=True)
class LearnedRow:
    """One option in words."""

    name: str
    n: int
    came: int
    share: str
    spread: str
    is_compared: bool


@dataclass(frozen=True)
class LearnedPart:
    """What was learned about form, or about timing. verdict: one sentence, "not enough yet" until it is."""

    title: str
    verdict: str
    is_enough: bool
    rows: tuple[LearnedRow, ...]


def learned_parts(*, now: datetime) -> tuple[LearnedPart, ...]:
    """Return what all sent briefings whose time is past say about form and about timing.

    No viewer: for pages that have checked who asks.
    """
    copies = [
        copy
        for copy in BriefingCopy.objects.select_related("briefing").filter(sent_at__isnull=False).order_by("sent_at")
        if is_over(copy, now=now)
    ]
    forms = {one.value: str(one.label) for one in Preference.Form}
    times = {
        "short": _("%(n)s days ahead or fewer") % {"n": SHORT_DAYS},
        "middle": _("%(first)s to %(last)s days ahead") % {"first": SHORT_DAYS + 1, "last": LONG_DAYS},
        "long": _("more than %(n)s days ahead") % {"n": LONG_DAYS},
        "none": _("without a day"),
    }
    by_form = learn([Trial(copy.form, copy.level_at_sending, has_outcome(copy)) for copy in copies])
    by_time = learn([Trial(_timing(copy), copy.level_at_sending, has_outcome(copy)) for copy in copies])
    return _part(_("Form"), by_form, forms), _part(_("Timing"), by_time, times)


def has_outcome(copy: BriefingCopy) -> bool:
    """Whether something came of a copy: a yes or a no, or they moved towards leading. Being opened is none."""
    moved = moved_by(copy.before_level, copy.after_level)
    return copy.decision in ("yes", "no") or (moved is not None and moved > 0)


def _timing(copy: BriefingCopy) -> str:
    due = copy.briefing.ask_by_date
    if due is None or copy.sent_at is None:
        return "none"
    days = (due - timezone.localdate(copy.sent_at)).days
    return "short" if days <= SHORT_DAYS else "middle" if days <= LONG_DAYS else "long"


def _part(title: str, learned: Learned, names: dict[str, str]) -> LearnedPart:
    if learned.is_enough:
        verdict = _("%(best)s leads to an outcome more often than the others compared. Probability %(p)s.") % {
            "best": names[learned.best],
            "p": f"{min(learned.probability, 0.999):.3f}",
        }
    elif learned.best:
        verdict = _(
            "Not enough yet: %(best)s is ahead with a probability of %(p)s, and it is said from %(level)s on."
        ) % {"best": names[learned.best], "p": f"{learned.probability:.2f}", "level": f"{LEVEL:.2f}"}
    else:
        verdict = _("Not enough yet: two options with %(n)s briefings each are the least.") % {"n": LEAST}
    return LearnedPart(title, verdict, learned.is_enough, tuple(_rows(learned, names)))


def _rows(learned: Learned, names: dict[str, str]) -> Iterable[LearnedRow]:
    for one in learned.options:
        spread = _("%(low)s%% to %(high)s%%") % {"low": round(one.low * 100), "high": round(one.high * 100)}
        yield LearnedRow(names[one.name], one.n, one.came, f"{round(one.share * 100)}%", spread, one.is_compared)
