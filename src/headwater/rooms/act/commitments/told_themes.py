"""Released themes of comments that a statement may rest on: the shares and tones that were released, never a comment.

A theme counts where enough people of the unit itself spoke of it; what only a larger unit said is not told of a
smaller one.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.rooms.act.commitments.sources import THEME
from headwater.rooms.house.slots import Finding
from headwater.rooms.learn.comment_queries import ThemeShown, comments_of, themes_of_unit
from headwater.rooms.learn.queries import require_unit
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.logic.roles import Viewer

EVERY = 1_000
"""More than any theme book holds."""


@dataclass(frozen=True)
class ThemeEvidence:
    """A theme of one unit as it was released, said in one language.

    study, wave, unit, score: keys, as in `slots.Finding`; score is `theme:<key>`. band: of SHARE_BANDS. inputs_hash: of
    what the comments were released from.
    """

    study: str
    wave: str
    unit: str
    score: str
    label: str
    sentence: str
    band: int
    language: str
    inputs_hash: str

    @property
    def finding(self) -> Finding:
        """The keys of the theme."""
        return Finding(self.study, self.wave, self.unit, self.score)

    def as_plain(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def themes_for_unit(*, viewer: Viewer, wave: Wave, unit: str) -> list[ThemeEvidence]:
    """Return the released themes of a unit in the language of the page, the most spoken of first.

    Empty where nothing was released, or the viewer may not see the unit.
    """
    book = comments_of(wave)
    row = None if book is None else book.tree.index_of.get(unit)
    if book is None or row is None:
        return []
    try:
        require_unit(viewer=viewer, wave=wave, row=row)
    except (Http404, PermissionDenied):
        return []
    shown = [one for one in themes_of_unit(wave=wave, row=row, most=EVERY) if not one.is_from_above]
    shown.sort(key=lambda one: (-one.band, one.key))
    return [_evidence(wave, unit, one, book.inputs_hash) for one in shown]


def theme_evidence_of(*, viewer: Viewer, wave: Wave, finding: Finding) -> ThemeEvidence | None:
    """Return the theme that a finding of a wave names; None where it was not released of that unit itself."""
    if (finding.study, finding.wave) != (wave.study.key, wave.key):
        return None
    every = themes_for_unit(viewer=viewer, wave=wave, unit=finding.unit)
    return next((one for one in every if one.score == finding.score), None)


def _evidence(wave: Wave, unit: str, theme: ThemeShown, inputs_hash: str) -> ThemeEvidence:
    said = _("In comments of %(unit)s, “%(theme)s”. %(sentence)s")
    return ThemeEvidence(
        study=wave.study.key,
        wave=wave.key,
        unit=unit,
        score=f"{THEME}{theme.key}",
        label=theme.label,
        sentence=said % {"unit": theme.unit, "theme": theme.label, "sentence": theme.sentence},
        band=theme.band,
        language=get_language() or "en",
        inputs_hash=inputs_hash,
    )
