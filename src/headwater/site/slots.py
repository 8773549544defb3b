"""Which room answers which slot: the one place where rooms meet."""

from __future__ import annotations

from headwater.rooms.act.commitments import demo as commitment_demo
from headwater.rooms.act.commitments import slots as commitment_slots
from headwater.rooms.act.incidents import demo as incident_demo
from headwater.rooms.act.incidents import slots as incident_slots
from headwater.rooms.act.obstacles import demo as obstacle_demo
from headwater.rooms.act.obstacles import slots as obstacle_slots
from headwater.rooms.act.pages import PAGES as ACT_PAGES
from headwater.rooms.act.safety import demo as safety_demo
from headwater.rooms.act.safety import slots as safety_slots
from headwater.rooms.act.visits import demo as visit_demo
from headwater.rooms.act.visits import slots as visit_slots
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
from headwater.rooms.engage import asked_upstream
from headwater.rooms.engage.active_role import demo as role_demo
from headwater.rooms.engage.active_role import slots as role_slots
from headwater.rooms.engage.briefings import demo as briefings_demo
from headwater.rooms.engage.briefings import slots as briefing_slots
from headwater.rooms.engage.challenges import demo as challenge_demo
from headwater.rooms.engage.challenges import slots as challenge_slots
from headwater.rooms.engage.credibility import demo as credibility_demo
from headwater.rooms.engage.credibility import slots as credibility_slots
from headwater.rooms.engage.decks import demo as deck_demo
from headwater.rooms.engage.decks import slots as deck_slots
from headwater.rooms.engage.discovery import demo as discovery_demo
from headwater.rooms.engage.discovery import slots as discovery_slots
from headwater.rooms.engage.pages import PAGES as ENGAGE_PAGES
from headwater.rooms.engage.risks import demo as risk_demo
from headwater.rooms.engage.risks import slots as risk_slots
from headwater.rooms.engage.stakeholders import demo as stakeholders_demo
from headwater.rooms.engage.stakeholders import slots as stakeholder_slots
from headwater.rooms.house import slots
from headwater.rooms.learn import api as learn_api
from headwater.rooms.learn import (
    benchmark_sets,
    explorer_given,
    start_services,
    start_slots,
    surprise_slots,
)
from headwater.rooms.learn import demo as learn_demo
from headwater.rooms.learn import needs as learn_needs
from headwater.rooms.learn.logic.start_rules import MIRROR
from headwater.rooms.learn.queries import may_see_results
from headwater.rooms.listen import api as listen_api
from headwater.rooms.listen import demo, moving_slots, study_slots
from headwater.rooms.listen import needs as listen_needs
from headwater.rooms.people import api as people_api
from headwater.rooms.people import erasure, needs, queries, retention, subject_access
from headwater.rooms.people.logic.roles import can
from headwater.rooms.people.tabs import first_page_of
from headwater.rooms.people.viewers import leads_whole, viewer
from headwater.rooms.prove.effects import demo as effects_demo
from headwater.rooms.prove.effects import slots as effect_slots
from headwater.rooms.prove.elsewhere import demo as elsewhere_demo
from headwater.rooms.prove.pages import PAGES as PROVE_PAGES
from headwater.rooms.prove.reviews import demo as review_demo
from headwater.rooms.prove.reviews import slots as review_slots
from headwater.rooms.prove.value import demo as value_demo
from headwater.rooms.prove.value import slots as value_slots
from headwater.site.background import fill_background


def fill() -> None:
    """Fill the tables of the house. Filling twice changes nothing."""
    fill_background()
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
            "decks": deck_slots.needs_of,
            "discovery": discovery_slots.needs_of,
            "challenges": challenge_slots.needs_of,
            "credibility": credibility_slots.needs_of,
            "active_role": role_slots.needs_of,
            "risks": risk_slots.needs_of,
            "effects": effect_slots.needs_of,
            "reviews": review_slots.needs_of,
            "commitments": commitment_slots.needs_of,
            "visits": visit_slots.needs_of,
            "obstacles": obstacle_slots.needs_of,
            "incidents": incident_slots.needs_of,
            "safety": safety_slots.needs_of,
        }
    )
    slots.LEADS_WHOLE.update({"people": lambda request: leads_whole(viewer(request))})
    slots.NEXT_STEPS.update(
        {
            "directions": direction_slots.next_steps_of,
            "commitments": commitment_slots.next_steps_of,
            "visits": visit_slots.next_steps_of,
            "obstacles": obstacle_slots.next_steps_of,
            "discovery": discovery_slots.next_steps_of,
        }
    )
    slots.FIRST_PAGE.update({"commitments": commitment_slots.first_page_of})
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
            "decks": deck_demo.build_demo,
            "discovery": discovery_demo.build_demo,
            "challenges": challenge_demo.build_demo,
            "credibility": credibility_demo.build_demo,
            "active_role": role_demo.build_demo,
            "risks": risk_demo.build_demo,
            "commitments": commitment_demo.build_demo,
            "visits": visit_demo.build_demo,
            "obstacles": obstacle_demo.build_demo,
            "incidents": incident_demo.build_demo,
            "safety": safety_demo.build_demo,
            "effects": effects_demo.build_demo,
            "elsewhere": elsewhere_demo.build_demo,
            "value": value_demo.build_demo,
            "reviews": review_demo.build_demo,
        }
    )
    start_services.SHOWN_AT.update({MIRROR: "engage:role_mirror"})
    slots.BENCHMARKS.update({"learn": benchmark_sets.benchmark_of})
    slots.RELEASED.update({"listen": study_slots.releases_of})
    slots.ASKS.update({"engage": asked_upstream.keep_ask})
    slots.ASK_WARNINGS.update({"engage": asked_upstream.warn_of_ask})
    slots.ASKS_ENDED.update({"engage": asked_upstream.end_ask})
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
            "decks": deck_slots.erase,
            "discovery": discovery_slots.erase,
            "challenges": challenge_slots.erase,
            "credibility": credibility_slots.erase,
            "active_role": role_slots.erase,
            "risks": risk_slots.erase,
            "commitments": commitment_slots.erase,
            "visits": visit_slots.erase,
            "obstacles": obstacle_slots.erase,
            "incidents": incident_slots.erase,
            "safety": safety_slots.erase,
            "effects": effect_slots.erase,
            "value": value_slots.erase,
            "reviews": review_slots.erase,
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
            "decks": deck_slots.export,
            "discovery": discovery_slots.export,
            "challenges": challenge_slots.export,
            "credibility": credibility_slots.export,
            "active_role": role_slots.export,
            "risks": risk_slots.export,
            "commitments": commitment_slots.export,
            "visits": visit_slots.export,
            "obstacles": obstacle_slots.export,
            "incidents": incident_slots.export,
            "safety": safety_slots.export,
            "effects": effect_slots.export,
            "value": value_slots.export,
            "reviews": review_slots.export,
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
            "decks": deck_slots.FILES_KEPT,
            "visit_photos": visit_slots.PHOTOS_KEPT,
            "visit_notes": visit_slots.NOTES_KEPT,
            "obstacles": obstacle_slots.CLOSED_KEPT,
            "incidents": incident_slots.INCIDENTS_KEPT,
            "safety_cases": safety_slots.CASES_KEPT,
        }
    )
