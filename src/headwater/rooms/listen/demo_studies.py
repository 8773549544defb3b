"""The studies of the demonstration that are over, with what was said in their waves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from django.utils import timezone

from headwater.rooms.listen.demo_waves import Past, Said, answering, carried, cut_of, ordered
from headwater.rooms.listen.logic.plans import WavePlan
from headwater.rooms.listen.logic.serving import SERVER
from headwater.rooms.listen.models import Study, Wave
from headwater.rooms.listen.studies import Chosen, create_study
from headwater.rooms.people.models import User
from headwater.simulation import World
from headwater.simulation.contacts import TOUCHPOINT, Contacts
from headwater.simulation.demonstration import ASKED as ASKED_IN
from headwater.simulation.demonstration import RATED, demonstration
from headwater.vocab import AnswerTable

QUARTERS = (288, 196, 104, 12)
"""Days ago at which the waves of each simulated quarter closed."""

ASKED, CONTACTED = 14, 80
"""Days for which waves are open: those about leadership and work, and those after customers' contacts."""

SERVED = 40
"""Days before the end of a quarter at which a wave about internal service opened."""


class DemoStudies:
    """One simulated organisation, and the studies it held. people, seed: as the organisation was brought in."""

    def __init__(self, *, people: int, seed: int, actor: User | None, now: datetime) -> None:
        """Take what decides all of it."""
        self.people, self.seed, self.actor, self.now = people, seed, actor, now
        self._made: dict[str, Study] = {}

    @cached_property
    def world(self) -> World:
        """The organisation whose truth is known."""
        return demonstration(self.people, self.seed)

    def periods(self) -> list[str]:
        """Return the calendar quarter in which each simulated quarter's waves closed, as 2026-Q1."""
        days = [timezone.localdate(self._ago(days)) for days in QUARTERS]
        return [f"{day.year}-Q{(day.month + 2) // 3}" for day in days]

    def past_waves(self) -> list[Past]:
        """Return every wave that is over."""
        return [*self._work(), self._importance(), self._after(), *self._services(), *self._customers()]

    def _work(self) -> list[Past]:
        study = self._study(
            "How it is to work here",
            [("lx_core@1.0", None), ("ex_factors@1.0", None)],
            channel=Study.Channel.CODE,
            cuts=lambda: [cut_of("tenure"), cut_of("area")],
        )
        return [
            Past(self._ago(days + ASKED), ASKED, study, self._carried(self.world.employee_answers, quarter), late=3)
            for quarter, days in enumerate(QUARTERS)
            if quarter in ASKED_IN
        ]

    def _importance(self) -> Past:
        study = self._study(
            "What matters to you at work",
            [("importance@1.0", None), ("ex_factors@1.0", None)],
            channel=Study.Channel.CODE,
            cuts=lambda: [cut_of("tenure")],
        )
        return Past(self._ago(150), ASKED, study, self._carried(self.world.importance_answers, 1), late=3)

    def _after(self) -> Past:
        """Asked between the last two waves about work: whether anything came of the one before."""
        study = self._study("After the survey", [("after_acting@1.0", None)], channel=Study.Channel.CODE, cuts=list)
        return Past(self._ago(46), ASKED, study, self._carried(self.world.after_answers, 2), late=3)

    def _services(self) -> list[Past]:
        study = self._study(
            "The units that serve you",
            [("internal_service@1.0", None)],
            channel=Study.Channel.CODE,
            services=self._who_serves_whom(),
            cuts=list,
        )
        return [
            Past(self._ago(days + SERVED), ASKED, study, self._ratings(quarter))
            for quarter, days in enumerate(QUARTERS)
            if quarter in RATED
        ]

    def _who_serves_whom(self) -> dict[str, list[str]]:
        """Return the units that each unit serves, by key, as the simulator has it."""
        ids, serving = self.world.staff.tree.ids, self.world.serving
        return {
            ids[server]: [ids[unit] for unit in serving.served[serving.of_server(place)].tolist()]
            for place, server in enumerate(serving.servers.tolist())
            if serving.of_server(place).size
        }

    def _ratings(self, quarter: int) -> Callable[[Wave, WavePlan], Said]:
        def answers(wave: Wave, plan: WavePlan) -> Said:
            asked = answering(wave, np.random.default_rng([self.seed, 80, quarter]))
            index = self.world.staff.tree.index_of
            units = np.array([index[unit] for unit, _cuts in asked], np.int32)
            servers = np.array([index[cuts[SERVER]] for _unit, cuts in asked], np.int32)
            return Said(ordered(self.world.service_ratings(quarter, units, servers), plan))

        return answers

    def _customers(self) -> list[Past]:
        study = self._study(
            "Your last contact with us",
            [("cx_contact@1.0", None), ("cx_relationship@1.0", None)],
            channel=Study.Channel.CUSTOMERS,
            promise=Study.Promise.CONFIDENTIAL,
            cuts=lambda: [{**asdict(TOUCHPOINT), "attribute": "", "levels": list(TOUCHPOINT.levels)}],
        )
        return [
            Past(self._ago(days + CONTACTED), CONTACTED, study, self._contacts(quarter))
            for quarter, days in enumerate(QUARTERS)
        ]

    @cached_property
    def _met(self) -> Contacts:
        return self.world.contacts()

    def _contacts(self, quarter: int) -> Callable[[Wave, WavePlan], Said]:
        def answers(_wave: Wave, _plan: WavePlan) -> Said:
            table, customers = self.world.contact_answers(self._met, quarter)
            return Said(table, [f"C{number:07d}" for number in customers.tolist()])

        return answers

    @staticmethod
    def _carried(drawn: Callable[[int], AnswerTable], number: int) -> Callable[[Wave, WavePlan], Said]:
        return lambda wave, plan: Said(carried(drawn(number), wave, plan))

    def _study(
        self, title: str, questionnaires: list[Chosen], *, cuts: Callable[[], list[dict[str, Any]]], **values: Any
    ) -> Callable[[datetime], Study]:
        """Return what makes the study when its first wave is launched, and finds it again for the others."""

        def make(now: datetime) -> Study:
            if title not in self._made:
                self._made[title] = create_study(
                    title=title, questionnaires=questionnaires, actor=self.actor, now=now, cuts=cuts(), **values
                )
            return self._made[title]

        return make

    def _ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days)
