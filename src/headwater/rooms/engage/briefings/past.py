"""What earlier briefings to somebody did, and how the next one is drafted from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from headwater.rooms.engage.logic.briefing_change import ANSWER_DAYS, LEAST_MINUTES, Past, Plan, moved_by, next_plan
from headwater.rooms.engage.models import BriefingCopy, Preference, Sponsorship, Stakeholder
from headwater.rooms.engage.stakeholders.queries import Profile

USUAL_MINUTES = {
    Preference.Form.SLIDES: 10,
    Preference.Form.SPREADSHEET: 10,
    Preference.Form.ACTION_LIST: 5,
    Preference.Form.ONE_PAGE: 3,
    Preference.Form.LIVE_PAGE: 3,
}
"""Minutes that a form takes when they have them."""
DECISION_MINUTES = 3


def last_sent(stakeholder: Stakeholder, *, before: datetime) -> BriefingCopy | None:
    """Return the last briefing sent to somebody."""
    sent = BriefingCopy.objects.select_related("briefing").filter(stakeholder=stakeholder, sent_at__lt=before)
    return sent.order_by("-sent_at", "-pk").first()


def past_of(copy: BriefingCopy, *, now: datetime) -> Past:
    """Return what one briefing did, as the rules read it."""
    assert copy.sent_at is not None
    before = BriefingCopy.objects.filter(stakeholder=copy.stakeholder_id, sent_at__lt=copy.sent_at).order_by("-sent_at")
    unopened = 0
    for opened_at in before.values_list("opened_at", flat=True):
        if opened_at is not None:
            break
        unopened += 1
    return Past(
        form=copy.form,
        minutes=copy.minutes,
        numbers=copy.numbers,
        is_over=is_over(copy, now=now),
        is_opened=copy.opened_at is not None,
        is_understood=None if not copy.taken_as else copy.taken_as == copy.briefing.goal,
        moved=moved_by(copy.before_level, copy.after_level),
        decision=copy.decision,
        unopened_before=unopened,
    )


def is_over(copy: BriefingCopy, *, now: datetime) -> bool:
    """Whether an answer is not waited for any more: it was answered, or the days for it are past."""
    if copy.answered_at is not None:
        return True
    return copy.sent_at is not None and now - copy.sent_at >= timedelta(days=ANSWER_DAYS)


def best_sponsor(stakeholder: Stakeholder) -> Stakeholder | None:
    """Return who speaks up for somebody most, None for nobody known."""
    found = (
        Sponsorship.objects.select_related("sponsor__person")
        .filter(sponsored=stakeholder, ended_at=None, sponsor__archived_at=None, sponsor__erased_at=None)
        .order_by("-strength", "noted_at")
        .first()
    )
    return found.sponsor if found is not None else None


def plan_for(profile: Profile, *, goal: str, scores: int, now: datetime) -> tuple[Plan, BriefingCopy | None]:
    """Return how a briefing reaches somebody: from what they like and have, changed by what the last one did.

    scores: how many numbers there are. Minutes never pass what they have in a week.
    """
    form = profile.form.value or str(Preference.Form.ONE_PAGE)
    minutes = min(USUAL_MINUTES[Preference.Form(form)], max(LEAST_MINUTES, profile.minutes.minutes))
    if goal == "decision":
        minutes = max(minutes, DECISION_MINUTES)
    base = Plan(form=form, minutes=minutes, numbers=max(1, min(3, scores)))
    last = last_sent(profile.stakeholder, before=now)
    past = past_of(last, now=now) if last is not None else None
    plan = next_plan(base, past, has_sponsor=best_sponsor(profile.stakeholder) is not None)
    return plan, last


def order_of(scores: Sequence[Sequence[str]], *, last: BriefingCopy | None, plan: Plan) -> list[int]:
    """Return the order of the numbers: as chosen, or those first that the last briefing did not open with."""
    places = list(range(len(scores)))
    if last is None or not plan.other_evidence:
        return places
    seen = {tuple(last.briefing.scores[place][slot] for slot in (0, 2, 3)) for place in last.order[: last.numbers]}
    return sorted(places, key=lambda place: (tuple(scores[place][slot] for slot in (0, 2, 3)) in seen, place))
