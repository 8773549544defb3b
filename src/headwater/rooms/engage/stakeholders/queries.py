"""What is known of a stakeholder: the profile that briefings are made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from headwater.rooms.engage.asks import Cap, cap_of
from headwater.rooms.engage.models import AttitudeReading, Preference, Stakeholder


@dataclass(frozen=True)
class Known:
    """One thing known of somebody. value: "" for not known. is_asked: said by themself, not assumed."""

    value: str = ""
    is_asked: bool = False
    said_at: datetime | None = None


@dataclass(frozen=True)
class Profile:
    """How to reach a stakeholder, and where they stand. attitude, desired: a level, "" for never read.

    form: one of `Preference.Form`. language: a code, the person's own where nothing else was said. minutes: a week.
    """

    stakeholder: Stakeholder
    form: Known
    language: Known
    drives: Known
    decides: Known
    credible: Known
    minutes: Cap
    attitude: str
    desired: str

    @property
    def name(self) -> str:
        """What they are called."""
        return str(self.stakeholder)


def profile_of(stakeholder: Stakeholder) -> Profile:
    """Return what is known of a stakeholder. Their own word stands above every assumption, the later above the earlier.

    No viewer: for services and pages that have checked who asks.
    """
    known: dict[str, Known] = {}
    for row in Preference.objects.filter(stakeholder=stakeholder).order_by("said_at", "pk"):
        is_asked = row.basis == Preference.Basis.ASKED
        standing = known.get(row.kind)
        if standing is None or is_asked or not standing.is_asked:
            known[row.kind] = Known(row.value, is_asked, row.said_at)
    if "language" not in known and stakeholder.person is not None and stakeholder.person.language:
        known["language"] = Known(stakeholder.person.language)
    levels = dict(
        AttitudeReading.objects.filter(stakeholder=stakeholder).order_by("read_at", "pk").values_list("aspect", "level")
    )
    return Profile(
        stakeholder=stakeholder,
        form=known.get("form", Known()),
        language=known.get("language", Known()),
        drives=known.get("drives", Known()),
        decides=known.get("decides", Known()),
        credible=known.get("credible", Known()),
        minutes=cap_of(stakeholder),
        attitude=levels.get(AttitudeReading.Aspect.NOW, ""),
        desired=levels.get(AttitudeReading.Aspect.DESIRED, ""),
    )
