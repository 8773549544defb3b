"""What the pages of moving in show. Every query takes its viewer and refuses who may not move answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404

from headwater.rooms.listen.logic.mapping import Reading
from headwater.rooms.listen.models import MovingImport, SavedMapping, Wave
from headwater.rooms.listen.moving_forms import KEYED, ROLES, ColumnLine, column_lines
from headwater.rooms.listen.moving_services import fitting_mappings
from headwater.rooms.listen.questionnaire_words import KINDS
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.viewers import require

MOST_LISTED = 50
SHOWN_PROBLEMS = 100
SHOWN_LOSSES = 40
State = MovingImport.State
WORKING = (State.LOOKING, State.CHECKING, State.APPLYING)
FORMATS: Mapping[str, str] = {
    "qualtrics": "Qualtrics",
    "limesurvey": "LimeSurvey",
    "spss": "SPSS",
    "surveyjs": "SurveyJS",
    "xlsform": "XLSForm",
    "a11": "A-11",
    "table": "CSV, Excel",
}
"""Names of the products, the same in every language."""


@dataclass(frozen=True)
class MovingPage:
    """Files that were brought in before, newest first, and names of kept mappings."""

    imports: tuple[MovingImport, ...]
    mappings: tuple[SavedMapping, ...]


@dataclass(frozen=True)
class ImportPage:
    """One file. stage: "working", "ask", "dry", "done" or "over". questions: key, words, kind, the product's own name,
    the kind in words.
    """

    made: MovingImport
    product: str
    stage: str
    reading: Reading | None
    columns: tuple[ColumnLine, ...]
    roles: tuple[Any, ...]
    keyed: tuple[str, ...]
    item_keys: tuple[tuple[str, str], ...]
    questions: tuple[tuple[str, ...], ...]
    mappings: tuple[SavedMapping, ...]
    waves: tuple[Wave, ...]
    problems: tuple[Mapping[str, Any], ...]
    losses: tuple[Mapping[str, Any], ...]
    more_problems: int
    more_losses: int
    can_apply: bool
    needs_agreement: bool
    can_undo: bool
    can_release: bool


def moving_page(*, viewer: Viewer) -> MovingPage:
    """Return what stands on the first page of moving in."""
    require(viewer, "answers.move")
    imports = MovingImport.objects.select_related("uploaded_by").order_by("-uploaded_at")[:MOST_LISTED]
    return MovingPage(tuple(imports), tuple(SavedMapping.objects.order_by("name")[:MOST_LISTED]))


def get_import(*, viewer: Viewer, import_id: UUID) -> MovingImport:
    """Return one import. Raises Http404."""
    require(viewer, "answers.move")
    made = MovingImport.objects.select_related("uploaded_by").filter(pk=import_id).first()
    if made is None:
        raise Http404
    return made


def import_page(*, viewer: Viewer, import_id: UUID, changes: bool = False) -> ImportPage:
    """Return the page of one file. changes: show the questions again although there is a dry run."""
    made = get_import(viewer=viewer, import_id=import_id)
    stage = _stage(made, changes)
    reading = Reading.from_json(made.mapping["reading"]) if "reading" in made.mapping else None
    asks = stage == "ask" and reading is not None
    waves = tuple(Wave.objects.filter(pk__in=[one["id"] for one in made.waves]).order_by("order"))
    untouched = all(wave.state == Wave.State.SEALED and wave.launched_at is None for wave in waves)
    checked = made.state == State.CHECKED and not made.summary.get("unusable")
    return ImportPage(
        made=made,
        product=FORMATS.get(made.format, made.format),
        stage=stage,
        reading=reading,
        columns=tuple(column_lines(made, reading)) if asks and reading is not None else (),
        roles=ROLES,
        keyed=KEYED,
        item_keys=_item_keys() if asks and made.format == "table" else (),
        questions=tuple((*one, str(KINDS.get(one[2], one[2]))) for one in made.seen.get("questions", ())),
        mappings=tuple(fitting_mappings(made)) if asks else (),
        waves=waves,
        problems=tuple(made.problems[:SHOWN_PROBLEMS]),
        losses=tuple(made.losses[:SHOWN_LOSSES]),
        more_problems=max(0, made.summary.get("problems", len(made.problems)) - SHOWN_PROBLEMS),
        more_losses=max(0, len(made.losses) - SHOWN_LOSSES),
        can_apply=checked,
        needs_agreement=checked and bool(made.summary.get("errors")),
        can_undo=made.state == State.APPLIED and untouched,
        can_release=made.state == State.APPLIED and bool(waves) and untouched,
    )


def _stage(made: MovingImport, changes: bool) -> str:
    if made.state in WORKING:
        return "working"
    if made.state == State.UPLOADED or (made.state == State.CHECKED and changes):
        return "ask"
    if made.state == State.CHECKED:
        return "dry"
    return "done" if made.state == State.APPLIED else "over"


def _item_keys() -> tuple[tuple[str, str], ...]:
    """Return keys and words of the items a column may be, for the list beside the key field."""
    from headwater.rooms.listen.moving_checking import known_instruments
    from headwater.vocab import say

    found: dict[str, str] = {}
    for instrument in known_instruments().values():
        for item in instrument.items:
            if item.kind in ("scale", "recommend", "single", "text"):
                found.setdefault(item.key, say(item.text))
    return tuple(found.items())
