"""Which room answers which slot: the one place where rooms meet."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy

from headwater.rooms.act.pages import PAGES as ACT_PAGES
from headwater.rooms.decide.appointments import demo as appointments_demo
from headwater.rooms.decide.appointments import forgetting as appointment_slots
from headwater.rooms.decide.appointments import needs as appointment_needs
from headwater.rooms.decide.directions import demo as direction_demo
from headwater.rooms.decide.directions import slots as direction_slots
from headwater.rooms.decide.maturity import demo as maturity_demo
from headwater.rooms.decide.maturity import slots as maturity_slots
from headwater.rooms.decide.pages import PAGES as DECIDE_PAGES
from headwater.rooms.decide.structure import demo as team_demo
from headwater.rooms.decide.structure import slots as team_slots
from headwater.rooms.engage.active_role import demo as role_demo
from headwater.rooms.engage.active_role import slots as role_slots
from headwater.rooms.engage.briefings import demo as briefings_demo
from headwater.rooms.engage.briefings import slots as briefing_slots
from headwater.rooms.engage.challenges import demo as challenge_demo
from headwater.rooms.engage.challenges import slots as challenge_slots
from headwater.rooms.engage.credibility import demo as credibility_demo
from headwater.rooms.engage.credibility import slots as credibility_slots
from headwater.rooms.engage.discovery import demo as discovery_demo
from headwater.rooms.engage.discovery import slots as discovery_slots
from headwater.rooms.engage.pages import PAGES as ENGAGE_PAGES
from headwater.rooms.engage.risks import demo as risk_demo
from headwater.rooms.engage.risks import slots as risk_slots
from headwater.rooms.engage.risks import warning as risk_warning
from headwater.rooms.engage.stakeholders import demo as stakeholders_demo
from headwater.rooms.engage.stakeholders import slots as stakeholder_slots
from headwater.rooms.house import jobs, mail, rate_limits, slots, webhooks
from headwater.rooms.learn import (
    announcing,
    benchmark_sets,
    comment_finding,
    comment_queries,
    driver_finding,
    explorer_finding,
    explorer_given,
    journey_contacts,
    results_services,
    river_making,
    start_slots,
    surprise_services,
    surprise_slots,
    working_out,
)
from headwater.rooms.learn import api as learn_api
from headwater.rooms.learn import demo as learn_demo
from headwater.rooms.learn import needs as learn_needs
from headwater.rooms.learn.queries import may_see_results
from headwater.rooms.listen import api as listen_api
from headwater.rooms.listen import demo, launching_later, moving_services, moving_slots, reminding, study_slots, waves
from headwater.rooms.listen import needs as listen_needs
from headwater.rooms.people import api as people_api
from headwater.rooms.people import erasure, import_jobs, needs, privacy, queries, retention, subject_access
from headwater.rooms.people.logic.roles import can
from headwater.rooms.people.tabs import first_page_of
from headwater.rooms.people.viewers import viewer
from headwater.rooms.prove.pages import PAGES as PROVE_PAGES


def fill() -> None:
    """Fill the tables of the house. Filling twice changes nothing."""
    slots.ROOMS.update(
        {
            "people": slots.Room(
                "people",
                "people:organisation",
                slots.PEOPLE_TITLE,
                slots.PEOPLE_SUBTITLE,
                opens=lambda request: can(viewer(request), "organisation.see"),
            ),
            "listen": slots.Room(
                "listen",
                "listen:studies",
                slots.LISTEN_TITLE,
                slots.LISTEN_SUBTITLE,
                opens=lambda request: can(viewer(request), "studies.see"),
            ),
            "learn": slots.Room(
                "learn",
                "learn:released",
                slots.LEARN_TITLE,
                slots.LEARN_SUBTITLE,
                opens=lambda request: may_see_results(viewer(request)),
            ),
            "decide": slots.Room(
                "decide",
                "decide:entrance",
                slots.DECIDE_TITLE,
                slots.DECIDE_SUBTITLE,
                opens=lambda request: first_page_of(DECIDE_PAGES, viewer(request)) is not None,
            ),
            "engage": slots.Room(
                "engage",
                "engage:entrance",
                slots.ENGAGE_TITLE,
                slots.ENGAGE_SUBTITLE,
                opens=lambda request: first_page_of(ENGAGE_PAGES, viewer(request)) is not None,
            ),
            "act": slots.Room(
                "act",
                "act:entrance",
                slots.ACT_TITLE,
                slots.ACT_SUBTITLE,
                opens=lambda request: first_page_of(ACT_PAGES, viewer(request)) is not None,
            ),
            "prove": slots.Room(
                "prove",
                "prove:entrance",
                slots.PROVE_TITLE,
                slots.PROVE_SUBTITLE,
                opens=lambda request: first_page_of(PROVE_PAGES, viewer(request)) is not None,
            ),
        }
    )
    slots.NAMES.update({"organisation": queries.organisation_name})
    slots.NEEDS.update(
        {
            "people": needs.needs_of,
            "listen": listen_needs.needs_of,
            "moving": moving_slots.needs_of,
            "learn": learn_needs.needs_of,
            "learn_given": explorer_given.needs_of,
            "learn_surprises": surprise_slots.needs_of,
            "directions": direction_slots.needs_of,
            "team": team_slots.needs_of,
            "appointments": appointment_needs.needs_of,
            "maturity": maturity_slots.needs_of,
            "stakeholders": stakeholder_slots.needs_of,
            "briefings": briefing_slots.needs_of,
            "discovery": discovery_slots.needs_of,
            "challenges": challenge_slots.needs_of,
            "credibility": credibility_slots.needs_of,
            "active_role": role_slots.needs_of,
            "risks": risk_slots.needs_of,
        }
    )
    slots.NEXT_STEPS.update({"directions": direction_slots.next_steps_of, "discovery": discovery_slots.next_steps_of})
    slots.API.update(
        {
            "organisation": lambda: people_api.router,
            "studies": lambda: listen_api.studies_router,
            "responses": lambda: listen_api.responses_router,
            "scores": lambda: learn_api.router,
        }
    )
    slots.DEMO.update(
        {
            "listen": demo.build_demo,
            "learn": learn_demo.build_demo,
            "directions": direction_demo.build_demo,
            "team": team_demo.build_demo,
            "appointments": appointments_demo.build_demo,
            "maturity": maturity_demo.build_demo,
            "stakeholders": stakeholders_demo.build_demo,
            "briefings": briefings_demo.build_demo,
            "discovery": discovery_demo.build_demo,
            "challenges": challenge_demo.build_demo,
            "credibility": credibility_demo.build_demo,
            "active_role": role_demo.build_demo,
            "risks": risk_demo.build_demo,
        }
    )
    slots.BENCHMARKS.update({"learn": benchmark_sets.benchmark_of})
    slots.RELEASED.update({"listen": study_slots.releases_of})
    slots.ERASERS.update(
        {
            "people": erasure.erase_in_people,
            "listen": study_slots.erase_invitations,
            "listen_rows": moving_slots.erase_rows,
            "learn_surprises": surprise_slots.erase_words,
            "learn_alone": start_slots.erase_alone,
            "directions": direction_slots.erase_person,
            "team": team_slots.erase_from_team,
            "appointments": appointment_slots.erase_candidates,
            "maturity": maturity_slots.erase_words,
            "stakeholders": stakeholder_slots.erase_stakeholders,
            "asks": stakeholder_slots.erase_asks,
            "briefings": briefing_slots.erase_briefings,
            "discovery": discovery_slots.erase,
            "challenges": challenge_slots.erase,
            "credibility": credibility_slots.erase,
            "active_role": role_slots.erase,
            "risks": risk_slots.erase,
        }
    )
    slots.EXPORTERS.update(
        {
            "people": subject_access.export_of_people,
            "listen": study_slots.export_invitations,
            "listen_rows": moving_slots.export_rows,
            "learn_surprises": surprise_slots.export_words,
            "learn_alone": start_slots.export_alone,
            "directions": direction_slots.export_person,
            "team": team_slots.export_from_team,
            "appointments": appointment_slots.export_candidates,
            "maturity": maturity_slots.export_words,
            "stakeholders": stakeholder_slots.export_stakeholders,
            "asks": stakeholder_slots.export_asks,
            "briefings": briefing_slots.export_briefings,
            "discovery": discovery_slots.export,
            "challenges": challenge_slots.export,
            "credibility": credibility_slots.export,
            "active_role": role_slots.export,
            "risks": risk_slots.export,
        }
    )
    retention.KEPT.update(
        {
            "calls": study_slots.CALLS_KEPT,
            "candidates": appointment_slots.CANDIDATES_KEPT,
            "stakeholder_files": stakeholder_slots.FILES_KEPT,
            "stakeholders": stakeholder_slots.PUT_AWAY_KEPT,
            "asks": stakeholder_slots.ASKS_KEPT,
            "briefings": briefing_slots.ANSWERS_KEPT,
        }
    )
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
            surprise_services.FIND: surprise_services.find_surprises,
            surprise_services.DELIVER: surprise_services.deliver_surprises,
            "forget_old_counts": rate_limits.forget_old,
            "forget_old_jobs": jobs.forget_old,
            "forget_old_webhooks": webhooks.forget_old,
            webhooks.JOB: webhooks.deliver,
        }
    )
    jobs.OUTSIDE.update(
        {
            webhooks.JOB,
            moving_services.JOB,
            "forget_old_rows",
            "apply_retention",
            "advance_wave",
            "send_invitations",
            launching_later.JOB,
            working_out.JOB,
            results_services.JOB,
        }
    )
    working_out.STEPS.update(
        {
            explorer_finding.NAME: explorer_finding.work_out_levels,
            driver_finding.DRIVERS_STEP: driver_finding.work_out_drivers,
            driver_finding.IMPORTANCE_STEP: driver_finding.work_out_importance,
            comment_queries.STEP: comment_finding.work_out_comments,
            journey_contacts.STEP: journey_contacts.work_out_contacts,
            "river": river_making.river_step,
            "surprises": surprise_slots.surprises_step,
            "risk_measures": risk_warning.warn_of_risks,
        }
    )
    webhooks.EVENTS.update(
        {
            "wave.opened": gettext_lazy("a wave takes answers"),
            "wave.released": gettext_lazy("the scores of a wave were released"),
            "response.received": gettext_lazy("a response came in; identified studies only"),
        }
    )
    jobs.PREPARES.update({"check_import": import_jobs.prepare_check, "check_audit": privacy.prepare_check})
    jobs.SCHEDULES.update(
        {
            "apply_waiting_imports": jobs.Every(timedelta(minutes=5), "apply_waiting_imports"),
            "advance_waves": jobs.Every(timedelta(minutes=1), "advance_waves"),
            "tidy_moved_files": jobs.Every(timedelta(minutes=5), "tidy_moved_files"),
            surprise_services.DELIVER: jobs.Every(timedelta(minutes=5), surprise_services.DELIVER),
            "forget_old_rows": jobs.Every(timedelta(days=1), "forget_old_rows"),
            "apply_retention": jobs.Every(timedelta(days=1), "apply_retention"),
            "check_audit_daily": jobs.Every(timedelta(days=1), "check_audit_daily"),
            "forget_old_counts": jobs.Every(timedelta(hours=1), "forget_old_counts"),
            "forget_old_jobs": jobs.Every(timedelta(days=1), "forget_old_jobs"),
            "forget_old_webhooks": jobs.Every(timedelta(days=1), "forget_old_webhooks"),
        }
    )
