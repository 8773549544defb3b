"""Who may do what: one table of actions, one question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

ADMINISTRATOR, EXPERIENCE_LEAD, ANALYST = "administrator", "experience_lead", "analyst"
PRIVACY_OFFICER, LEADER, EMPLOYEE = "privacy_officer", "leader", "employee"
SAFETY_OFFICER = "safety_officer"
EVERYONE = frozenset({ADMINISTRATOR, EXPERIENCE_LEAD, ANALYST, PRIVACY_OFFICER, SAFETY_OFFICER, LEADER, EMPLOYEE})

NO_ID = UUID(int=0)
"""Stands for nobody where records are looked up: a null would find those that belong to nobody yet."""

ACTIONS: Mapping[str, frozenset[str]] = {
    "organisation.see": EVERYONE,
    "organisation.import": frozenset({ADMINISTRATOR}),
    "people.see": frozenset({ADMINISTRATOR, EXPERIENCE_LEAD, PRIVACY_OFFICER, LEADER}),
    "deputies.appoint": frozenset({ADMINISTRATOR, LEADER}),
    "roles.manage": frozenset({ADMINISTRATOR}),
    "look.change": frozenset({ADMINISTRATOR, EXPERIENCE_LEAD}),
    "privacy.ask": EVERYONE,
    "privacy.desk": frozenset({PRIVACY_OFFICER}),
    "privacy.export": frozenset({PRIVACY_OFFICER}),
    "privacy.erase": frozenset({PRIVACY_OFFICER}),
    "studies.see": frozenset({ADMINISTRATOR, EXPERIENCE_LEAD, ANALYST, PRIVACY_OFFICER}),
    "studies.manage": frozenset({EXPERIENCE_LEAD}),
    "calls.work": frozenset({EXPERIENCE_LEAD, LEADER}),
    "answers.move": frozenset({EXPERIENCE_LEAD, ANALYST}),
    "exports.approve": frozenset({EXPERIENCE_LEAD, PRIVACY_OFFICER}),
    "results.see": frozenset({EXPERIENCE_LEAD, ANALYST, LEADER}),
    "results.explore": frozenset({EXPERIENCE_LEAD, ANALYST}),
    "results.give": frozenset({EXPERIENCE_LEAD}),
    "themes.edit": frozenset({EXPERIENCE_LEAD, ANALYST}),
    "results.import": frozenset({EXPERIENCE_LEAD, ANALYST}),
    "benchmarks.manage": frozenset({EXPERIENCE_LEAD, ANALYST}),
    "results.start": frozenset({LEADER}),
    "journeys.edit": frozenset({EXPERIENCE_LEAD}),
    "directions.see": frozenset({EXPERIENCE_LEAD, ANALYST, LEADER}),
    "directions.prepare": frozenset({EXPERIENCE_LEAD, ANALYST}),
    "directions.choose": frozenset({EXPERIENCE_LEAD, LEADER}),
    "structure.see": frozenset({EXPERIENCE_LEAD, ANALYST, LEADER}),
    "structure.manage": frozenset({EXPERIENCE_LEAD}),
    "practices.share": frozenset({EXPERIENCE_LEAD, ANALYST, LEADER}),
    "appointments.manage": frozenset({EXPERIENCE_LEAD}),
    "maturity.see": frozenset({EXPERIENCE_LEAD, ANALYST, LEADER}),
    "maturity.manage": frozenset({EXPERIENCE_LEAD}),
    "stakeholders.manage": frozenset({EXPERIENCE_LEAD}),
    "briefings.manage": frozenset({EXPERIENCE_LEAD}),
    "discoveries.manage": frozenset({EXPERIENCE_LEAD, ANALYST}),
    "roles.agree": frozenset({EXPERIENCE_LEAD, LEADER}),
    "risks.report": EVERYONE,
    "risks.manage": frozenset({EXPERIENCE_LEAD}),
    "commitments.make": frozenset({EXPERIENCE_LEAD, LEADER}),
    "commitments.see": frozenset({EXPERIENCE_LEAD, ANALYST, LEADER}),
    "told.write": frozenset({EXPERIENCE_LEAD, LEADER}),
    "visits.plan": frozenset({EXPERIENCE_LEAD, LEADER}),
    "visits.see": frozenset({EXPERIENCE_LEAD, ANALYST, LEADER}),
    "obstacles.raise": EVERYONE,
    "obstacles.see": frozenset({EXPERIENCE_LEAD, ANALYST, LEADER}),
    "obstacles.manage": frozenset({EXPERIENCE_LEAD}),
    "incidents.report": EVERYONE,
    "incidents.see": frozenset({LEADER, SAFETY_OFFICER}),
    "incidents.work": frozenset({SAFETY_OFFICER}),
    "safety.see": frozenset({EXPERIENCE_LEAD, ANALYST, LEADER, SAFETY_OFFICER}),
    "safety.keep": frozenset({SAFETY_OFFICER}),
    "safety.health": frozenset({SAFETY_OFFICER}),
    "effects.see": frozenset({EXPERIENCE_LEAD, ANALYST, LEADER}),
    "effects.plan": frozenset({EXPERIENCE_LEAD, ANALYST}),
    "effects.share": frozenset({EXPERIENCE_LEAD}),
    "value.see": frozenset({EXPERIENCE_LEAD, ANALYST, LEADER}),
    "value.manage": frozenset({EXPERIENCE_LEAD, ANALYST}),
    "reviews.see": frozenset({EXPERIENCE_LEAD, ANALYST, LEADER}),
    "reviews.manage": frozenset({EXPERIENCE_LEAD}),
    "surprises.rule": frozenset({ADMINISTRATOR, EXPERIENCE_LEAD}),
    "places.manage": frozenset({ADMINISTRATOR, EXPERIENCE_LEAD}),
    "interfaces.manage": frozenset({ADMINISTRATOR}),
}
"""The roles that open an action."""


@dataclass(frozen=True, slots=True)
class Span:
    """A unit and all below it, as a slice of the preorder."""

    start: int
    stop: int

    def holds(self, number: int) -> bool:
        """Whether a unit lies in it."""
        return self.start <= number < self.stop


@dataclass(frozen=True, slots=True)
class Holding:
    """One role somebody has; over the whole organisation when `span` is None."""

    role: str
    span: Span | None


@dataclass(frozen=True)
class Viewer:
    """Who asks. user, person: opaque ids, "" for none."""

    user: str
    person: str
    holdings: tuple[Holding, ...]

    @property
    def user_id(self) -> UUID:
        """The user's id; for nobody, as for somebody who left, one that no record has."""
        return UUID(self.user) if self.user else NO_ID

    @property
    def person_id(self) -> UUID:
        """The person's id; where there is none, one that no record has."""
        return UUID(self.person) if self.person else NO_ID

    def has(self, role: str) -> bool:
        """Whether the viewer holds a role anywhere."""
        return any(holding.role == role for holding in self.holdings)


NOBODY = Viewer("", "", ())


def can(viewer: Viewer, action: str, unit: int | None = None) -> bool:
    """Whether a viewer may do something. unit: a number in preorder; without one, a role anywhere in the tree opens it
    only when it is held over the whole organisation, or the action is open to everyone. Raises KeyError for an action
    that nobody declared.
    """
    opening = ACTIONS[action]
    for holding in viewer.holdings:
        if holding.role not in opening:
            continue
        if holding.span is None or opening == EVERYONE or (unit is not None and holding.span.holds(unit)):
            return True
    return False
