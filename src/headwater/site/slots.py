"""Which room answers which slot: the one place where rooms meet."""

from __future__ import annotations

from datetime import timedelta

from headwater.rooms.house import jobs, mail, rate_limits, slots
from headwater.rooms.people import needs, queries, waiting


def fill() -> None:
    """Fill the tables of the house. Filling twice changes nothing."""
    slots.ROOMS.update(
        {"people": slots.Room("people", "people:organisation", slots.PEOPLE_TITLE, slots.PEOPLE_SUBTITLE)}
    )
    slots.NAMES.update({"organisation": queries.organisation_name})
    slots.NEEDS.update({"people": needs.needs_of})
    jobs.JOBS.update(
        {
            "send_mail": mail.deliver,
            "apply_waiting_imports": waiting.apply_due_imports,
            "forget_old_counts": rate_limits.forget_old,
            "forget_old_jobs": jobs.forget_old,
        }
    )
    jobs.SCHEDULES.update(
        {
            "apply_waiting_imports": jobs.Every(timedelta(minutes=5), "apply_waiting_imports"),
            "forget_old_counts": jobs.Every(timedelta(hours=1), "forget_old_counts"),
            "forget_old_jobs": jobs.Every(timedelta(days=1), "forget_old_jobs"),
        }
    )
