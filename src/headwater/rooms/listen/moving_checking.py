"""Looking at uploaded files and trying them out: the first look, and the dry run. Neither changes anything else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from headwater.instruments import library
from headwater.rooms.house import audit
from headwater.rooms.listen import questionnaires
from headwater.rooms.listen.logic.mapping import Reading, Target, first_reading
from headwater.rooms.listen.models import MovingImport, Study
from headwater.rooms.listen.moving_coarsening import coarsen
from headwater.rooms.listen.moving_files import ANSWERS, SURVEY, folder_of, remove_files
from headwater.rooms.listen.moving_reading import Files, Moved, Seen, look, read_moved
from headwater.rooms.people.populations import tree_of
from headwater.vocab import AnswerTable, InputError, Instrument, Problem, UnitTree
from headwater.vocab.studies import MAX_CUTS_ANONYMOUS

MOST_PROBLEMS = 500
MOST_LOSSES = 1_000
State = MovingImport.State


@dataclass(frozen=True)
class Ready:
    """What an import would bring: what was read, made as coarse as its promise asks. notes: what that changed."""

    moved: Moved
    tables: Mapping[str, AnswerTable]
    notes: tuple[Problem, ...]


def files_of(made: MovingImport) -> Files:
    """Return the files of an import. Raises InputError when they were removed."""
    folder = folder_of(made.pk)
    answers, survey = folder / ANSWERS, folder / SURVEY
    if not answers.is_file() and not survey.is_file():
        raise InputError(Problem("the file was removed.", "Upload it again.", made.file_name))
    return Files(
        made.format,
        (answers, made.file_name) if answers.is_file() else None,
        (survey, made.survey_name or made.file_name) if survey.is_file() else None,
    )


def present_tree() -> UnitTree | None:
    """Return the organisation as it stands, None before there is one."""
    try:
        return tree_of()[0]
    except LookupError:
        return None


def known_instruments() -> dict[str, Instrument]:
    """Return every questionnaire whose items a column may be, by `key@version`."""
    own = [questionnaires.instrument_of_version(one) for one in questionnaires.latest_versions()]
    found = [*own, *(questionnaires.library_instrument(key) for key in sorted(library()))]
    return {f"{one.key}@{one.version}": one for one in found}


def look_at(*, import_id: UUID, now: datetime) -> None:
    """Take the first look at an import's files, and keep what it gave. What cannot be used at all is refused."""
    made = MovingImport.objects.get(pk=import_id)
    if made.state != State.LOOKING:
        return
    try:
        seen = look(files_of(made), tuple(known_instruments().values()), present_tree())
    except InputError as error:
        _fail(import_id, error, now)
        return
    reading = first_reading(seen.format, seen.columns, seen.questionnaires)
    with transaction.atomic():
        locked = MovingImport.objects.select_for_update().get(pk=import_id)
        if locked.state != State.LOOKING:
            return
        locked.state, locked.begun_at = State.UPLOADED, None
        locked.seen = seen_to_json(seen)
        locked.mapping = {"reading": reading.to_json(), "target": Target(title=seen.title).to_json()}
        locked.save()


def check(*, import_id: UUID, now: datetime) -> None:
    """Make the dry run of an import as it was decided, and keep what it found."""
    made = MovingImport.objects.get(pk=import_id)
    if made.state != State.CHECKING:
        return
    try:
        ready = prepare(made)
        problems, losses = [*ready.moved.problems, *ready.notes], ready.moved.losses
        summary = _summary(ready)
    except InputError as error:
        problems, losses, summary = list(error.problems), (), {"unusable": True}
    with transaction.atomic():
        locked = MovingImport.objects.select_for_update().get(pk=import_id)
        if locked.state != State.CHECKING:
            return
        locked.state, locked.begun_at = State.CHECKED, None
        locked.problems = [asdict(problem) for problem in problems[:MOST_PROBLEMS]]
        locked.losses = [asdict(loss) for loss in losses[:MOST_LOSSES]]
        count = sum(problem.severity == "error" for problem in problems)
        locked.summary = {**summary, "errors": count, "problems": len(problems), "losses": len(losses)}
        locked.save()
        note("answers.checked", locked, audit.SYSTEM, now)


def prepare(made: MovingImport) -> Ready:
    """Read an import as decided. Raises InputError when the files, the decision or the study do not allow it."""
    reading, target = decided(made)
    target = settle(target)
    if target.promise == "anonymous":
        reading = reading.without_person()
    known = known_instruments()
    chosen = [known[name] for name in reading.questionnaires if name in known]
    tree = present_tree()
    if reading.matches_units and tree is None and made.format == "table":
        message = "there is no organisation yet whose units the file could name."
        raise InputError(Problem(message, "Bring in the organisation first, or keep the file's own units."))
    moved = read_moved(files_of(made), reading, target, instruments=chosen, tree=tree)
    if not moved.tables and made.seen.get("has_answers", True):
        raise InputError([*moved.problems, Problem("no response can be read.", "Correct what is listed.")])
    tables = dict(moved.tables)
    notes: list[Problem] = []
    for key, table in moved.tables.items():
        _check_cuts(table, target)
        if target.promise == "anonymous":
            tables[key] = _coarse(table, moved, key, target, notes)
    return Ready(moved, tables, tuple(notes))


def decided(made: MovingImport) -> tuple[Reading, Target]:
    """Return what was decided about an import."""
    return Reading.from_json(made.mapping["reading"]), Target.from_json(made.mapping["target"])


def settle(target: Target) -> Target:
    """Take the promises of a study that exists; they hold for its answers, whatever a form says."""
    if not target.study:
        return target
    study = Study.objects.filter(pk=target.study, is_archived=False).first()
    if study is None:
        raise InputError(Problem("the study chosen is not there any more.", "Choose again."))
    promise: Any = study.promise
    return replace(target, title=study.title, lens=study.lens, promise=promise, k=study.k, comment_k=study.comment_k)


def _check_cuts(table: AnswerTable, target: Target) -> None:
    if target.promise == "anonymous" and len(table.cuts) > MAX_CUTS_ANONYMOUS:
        message = f"an anonymous study carries at most two cuts; {len(table.cuts)} are chosen."
        raise InputError(Problem(message, "Leave some out, or declare the study confidential."))


def _coarse(table: AnswerTable, moved: Moved, key: str, target: Target, notes: list[Problem]) -> AnswerTable:
    assert moved.tree is not None
    try:
        found = coarsen(table, moved.tree, target.k)
    except ValueError:
        title, count = moved.titles.get(key, key), len(table)
        message = (
            f"the wave {title!r} has {count:,} responses; nothing of fewer than {target.k} people is kept anonymously."
        )
        raise InputError(Problem(message, "Leave the wave out.")) from None
    if found.moved:
        message = (
            f"{found.moved:,} responses of {found.units:,} units with fewer than {target.k} responses stand under "
            "a unit further up."
        )
        notes.append(Problem(message, "So no row tells whose it is.", severity="note"))
    if found.opened:
        message = (
            f"{found.opened:,} responses no longer carry a cut that fewer than {target.k} people of their unit share."
        )
        notes.append(Problem(message, "", severity="note"))
    return found.table


def _summary(ready: Ready) -> dict[str, Any]:
    moved = ready.moved
    waves = [
        {
            "key": key,
            "title": moved.titles.get(key, key),
            "rows": len(table),
            "units": len(table.unit_ids),
            "questions": len(table.items),
            "comments": sum(map(len, table.comments.values())),
            "cuts": {name: list(levels) for name, (_, levels) in table.cuts.items()},
        }
        for key, table in ready.tables.items()
    ]
    questions = sum(len(instrument.items) for instrument in moved.instruments)
    return {
        "unusable": False,
        "rows_read": moved.rows_read,
        "rows_kept": moved.rows_kept,
        "waves": waves,
        "questions": questions,
        "fingerprint": fingerprint(ready),
    }


def fingerprint(ready: Ready) -> str:
    """Return what changes when the same file would bring something else: SHA-256 over units, answers and the tree."""
    digest = hashlib.sha256()
    if ready.moved.tree is not None:
        digest.update("\n".join(ready.moved.tree.ids).encode())
    for key, table in ready.tables.items():
        digest.update(f"{key}\n{len(table)}\n".encode())
        digest.update("\n".join(table.unit_ids).encode())
        digest.update(table.unit.tobytes())
        for name in sorted(table.items):
            digest.update(name.encode() + table.items[name].tobytes())
    return digest.hexdigest()


def wave_dates(target: Target) -> tuple[date, date]:
    """Return the first and last day that were decided. Raises InputError when they are no days."""
    try:
        return date.fromisoformat(target.first_day), date.fromisoformat(target.last_day)
    except ValueError:
        raise InputError(Problem("when the answers were given is not said.", "Give both days.")) from None


def seen_to_json(seen: Seen) -> dict[str, Any]:
    """Write the first look down."""
    content = asdict(seen)
    content["columns"] = [{**asdict(one), "samples": list(one.samples)} for one in seen.columns]
    return content


def _fail(import_id: UUID, error: InputError, now: datetime) -> None:
    with transaction.atomic():
        made = MovingImport.objects.select_for_update().get(pk=import_id)
        made.state, made.begun_at = State.FAILED, None
        made.problems = [asdict(problem) for problem in error.problems[:MOST_PROBLEMS]]
        made.summary = {"unusable": True, "errors": len(error.problems)}
        made.save()
        note("answers.refused", made, audit.SYSTEM, now)
    remove_files(import_id)


def note(action: str, made: MovingImport, actor: str, now: datetime) -> None:
    """Record what happened to an import: its file by name and digest, no answer."""
    payload = {
        "file": made.file_name,
        "sha256": made.sha256,
        "format": made.format,
        "state": made.state,
        "waves": [{"study": one["study"], "wave": one["wave"]} for one in made.waves],
        "rows": made.summary.get("rows_kept"),
    }
    audit.record(action=action, actor=actor, subject=str(made.pk), payload=payload, now=now)
