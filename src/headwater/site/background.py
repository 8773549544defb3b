"""Which room works in the background, on what schedule, and what follows from what."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy

from headwater.rooms.act.commitments import mails as commitment_mails
from headwater.rooms.act.commitments import moving as commitment_moving
from headwater.rooms.act.commitments import told_mail
from headwater.rooms.act.incidents import notices as incident_notices
from headwater.rooms.act.incidents import telling as incident_telling
from headwater.rooms.act.incidents import trail as incident_trail
from headwater.rooms.act.obstacles import clock as obstacle_clock
from headwater.rooms.act.safety import meetings as safety_meetings
from headwater.rooms.engage.credibility import targets as credibility_targets
from headwater.rooms.engage.decks import sending as deck_sending
from headwater.rooms.engage.risks import warning as risk_warning
from headwater.rooms.house import bounces, jobs, mail, rate_limits, webhooks
from headwater.rooms.learn import (
    announcing,
    comment_finding,
    comment_queries,
    driver_finding,
    explorer_finding,
    journey_contacts,
    results_services,
    river_making,
    sameness_finding,
    surprise_services,
    surprise_slots,
    working_out,
)
from headwater.rooms.listen import launching_later, moving_services, moving_slots, reminding, waves
from headwater.rooms.people import import_jobs, privacy, retention
from headwater.rooms.prove.effects import checking as effect_checking
from headwater.rooms.prove.reviews import services as review_services


def fill_background() -> None:
    """Fill the tables of jobs, schedules, steps and events. Filling twice changes nothing."""
    jobs.JOBS.update(
        {
            "send_mail": mail.deliver,
            "apply_waiting_imports": import_jobs.apply_due_imports,
            "check_import": import_jobs.check_import,
            "apply_import": import_jobs.apply_import,
            "undo_import": import_jobs.undo_import,
            "apply_retention": retention.apply_retention,
            "check_audit": privacy.keep_check,
            "check_audit_daily": privacy.check_daily,
            moving_services.JOB: moving_services.work_job,
            "tidy_moved_files": moving_services.tidy,
            "forget_old_rows": moving_slots.forget_old_rows,
            "advance_waves": waves.queue_advances,
            "advance_wave": waves.advance_job,
            launching_later.JOB: launching_later.launch_in_background,
            "send_invitations": reminding.send_invitations,
            working_out.JOB: working_out.work_out_findings,
            results_services.JOB: river_making.work_out_rivers,
            "announce_results": announcing.announce_results,
            effect_checking.JOB: effect_checking.catch_up,
            review_services.JOB: review_services.make_due_reviews,
            surprise_services.FIND: surprise_services.find_surprises,
            surprise_services.DELIVER: surprise_services.deliver_surprises,
            deck_sending.JOB: deck_sending.send_decks,
            commitment_mails.JOB: commitment_mails.remind_owners,
            commitment_moving.JOB: commitment_moving.move_commitments,
            told_mail.JOB: told_mail.mail_batch,
            incident_notices.SEND: incident_notices.send_waiting,
            incident_notices.WATCH: incident_notices.watch,
            incident_trail.JOB: incident_trail.keep_trail,
            safety_meetings.JOB: safety_meetings.draft_next_meeting,
            obstacle_clock.JOB: obstacle_clock.run_clock,
            incident_telling.JOB: incident_telling.tell_unit,
            "forget_old_counts": rate_limits.forget_old,
            "forget_old_jobs": jobs.forget_old,
            "forget_old_webhooks": webhooks.forget_old,
            webhooks.JOB: webhooks.deliver,
        }
    )
    jobs.OUTSIDE.update(
        {
            webhooks.JOB,
            incident_notices.SEND,
            incident_notices.WATCH,
            moving_services.JOB,
            "forget_old_rows",
            "apply_retention",
            "advance_wave",
            "send_invitations",
            launching_later.JOB,
            working_out.JOB,
            results_services.JOB,
            review_services.JOB,
            deck_sending.JOB,
        }
    )
    working_out.STEPS.update(
        {
            explorer_finding.NAME: explorer_finding.work_out_levels,
            driver_finding.DRIVERS_STEP: driver_finding.work_out_drivers,
            driver_finding.IMPORTANCE_STEP: driver_finding.work_out_importance,
            sameness_finding.STEP: sameness_finding.work_out_sameness,
            comment_queries.STEP: comment_finding.work_out_comments,
            journey_contacts.STEP: journey_contacts.work_out_contacts,
            "river": river_making.river_step,
            "surprises": surprise_slots.surprises_step,
            "risk_measures": risk_warning.warn_of_risks,
            effect_checking.STEP: effect_checking.work_out_effects,
            "targets": credibility_targets.read_targets,
        }
    )
    webhooks.EVENTS.update(
        {
            "wave.opened": gettext_lazy("a wave takes answers"),
            "wave.released": gettext_lazy("the scores of a wave were released"),
            "response.received": gettext_lazy("a response came in; identified studies only"),
        }
    )
    bounces.TAKERS.update({incident_notices.MARK: incident_notices.take_bounce})
    jobs.PREPARES.update({"check_import": import_jobs.prepare_check, "check_audit": privacy.prepare_check})
    jobs.SCHEDULES.update(
        {
            "apply_waiting_imports": jobs.Every(timedelta(minutes=5), "apply_waiting_imports"),
            incident_notices.WATCH: jobs.Every(timedelta(minutes=1), incident_notices.WATCH),
            incident_trail.JOB: jobs.Every(timedelta(minutes=5), incident_trail.JOB),
            safety_meetings.JOB: jobs.Every(timedelta(days=1), safety_meetings.JOB),
            obstacle_clock.JOB: jobs.Every(timedelta(minutes=15), obstacle_clock.JOB),
            "advance_waves": jobs.Every(timedelta(minutes=1), "advance_waves"),
            "tidy_moved_files": jobs.Every(timedelta(minutes=5), "tidy_moved_files"),
            surprise_services.DELIVER: jobs.Every(timedelta(minutes=5), surprise_services.DELIVER),
            "forget_old_rows": jobs.Every(timedelta(days=1), "forget_old_rows"),
            "apply_retention": jobs.Every(timedelta(days=1), "apply_retention"),
            "check_audit_daily": jobs.Every(timedelta(days=1), "check_audit_daily"),
            deck_sending.JOB: jobs.Every(timedelta(minutes=15), deck_sending.JOB),
            commitment_mails.JOB: jobs.Every(timedelta(days=1), commitment_mails.JOB),
            commitment_moving.JOB: jobs.Every(timedelta(hours=6), commitment_moving.JOB),
            effect_checking.JOB: jobs.Every(timedelta(hours=1), effect_checking.JOB),
            review_services.JOB: jobs.Every(timedelta(days=1), review_services.JOB),
            "forget_old_counts": jobs.Every(timedelta(hours=1), "forget_old_counts"),
            "forget_old_jobs": jobs.Every(timedelta(days=1), "forget_old_jobs"),
            "forget_old_webhooks": jobs.Every(timedelta(days=1), "forget_old_webhooks"),
        }
    )
