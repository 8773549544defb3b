"""A gap on its way to a direction: a candidate on the board, with the score that would show that it moved."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from headwater.rooms.decide.directions.candidate_services import propose_score
from headwater.rooms.decide.maturity.words import LEVEL_WORDS, PracticeWords
from headwater.rooms.decide.models import DirectionCandidate, MaturityAssessment
from headwater.rooms.learn.evidence import Evidence
from headwater.rooms.people.models import Unit, User


def propose_gap(
    *,
    assessment: MaturityAssessment,
    words: PracticeWords,
    level: int,
    evidence: Evidence,
    actor: User,
    now: datetime,
) -> DirectionCandidate:
    """Put a gap onto the board of the unit of a released score. One that stands there is returned as it is.

    evidence: the score that would show that the practice moved, of the unit looked at. Raises Unit.DoesNotExist for a
    unit that closed.
    """
    why = _("%(assessment)s: “%(practice)s” is %(level)s (level %(n)d of 4). The next overall level waits for it.") % {
        "assessment": assessment.title,
        "practice": words.title,
        "level": LEVEL_WORDS[level],
        "n": level,
    }
    return propose_score(
        unit=Unit.objects.get(key=evidence.unit, is_open=True),
        study=evidence.study,
        score=evidence.score,
        title=words.title[:160],
        why=why[:1_000],
        source=DirectionCandidate.Source.GAP.value,
        actor=actor,
        now=now,
    )
