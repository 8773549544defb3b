"""Files of other products taken in, decided about and dropped. Every write is one transaction with its audit entry."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.rooms.house import audit
from headwater.rooms.house.jobs import enqueue_job
from headwater.rooms.listen.logic.mapping import ALIKE, Reading, Target, kept_reading, likeness
from headwater.rooms.listen.models import MovingImport, SavedMapping, Wave
from headwater.rooms.listen.moving_applying import MovingRefusedError, apply, intend, remove_sealed
from headwater.rooms.listen.moving_checking import check, decided, look_at, note
from headwater.rooms.listen.moving_files import ANSWERS, SURVEY, incoming, keep_file, remove_files
from headwater.rooms.listen.moving_reading import sort_files
from headwater.rooms.people.models import User

JOB = "move_answers_in"
SMALL = 3 << 20
"""Bytes of a file that are worked on at once; larger ones wait for a worker, and the page says so."""
PATIENCE = timedelta(minutes=10)
"""After which work that was begun and did not end is begun again."""
KEPT = timedelta(days=7)
"""How long a file waits for a decision before it is dropped."""
State = MovingImport.State
OPEN = (State.UPLOADED, State.LOOKING, State.CHECKING, State.CHECKED, State.APPLYING)
WORK = {State.LOOKING: look_at, State.CHECKING: check}


class SameFileError(MovingRefusedError):
    """A file that was brought in before, or waits already. import_id: where."""

    def __init__(self, message: str, import_id: UUID) -> None:
        """Take the words and the import."""
        super().__init__(message)
        self.import_id = import_id


@dataclass(frozen=True)
class Arrived:
    """An uploaded file: where it lies, what people call it, its digest and size."""

    path: Path
    name: str
    sha256: str
    size: int


def take_files(*, files: Sequence[Arrived], actor: User, now: datetime) -> MovingImport:
    """Take uploaded files over and look at them. Raises InputError for files that are not read, SameFileError for
    ones that are known.
    """
    sorted_files = sort_files([(one.path, one.name) for one in files])
    by_path = {one.path: one for one in files}
    main = by_path[(sorted_files.answers or sorted_files.survey)[0]]  # type: ignore[index]
    survey = by_path[sorted_files.survey[0]] if sorted_files.survey and sorted_files.answers else None
    digest = main.sha256
    if survey is not None:
        digest = hashlib.sha256(f"{main.sha256}{survey.sha256}".encode()).hexdigest()
    _refuse_same(digest)
    import_id = uuid4()
    keep_file(main.path, import_id, ANSWERS if sorted_files.answers else SURVEY)
    if survey is not None:
        keep_file(survey.path, import_id, SURVEY)
    try:
        with transaction.atomic():
            made = MovingImport.objects.create(
                pk=import_id,
                file_name=_shown_name(main.name),
                survey_name=_shown_name(survey.name) if survey is not None else "",
                size=sum(one.size for one in files),
                sha256=digest,
                format=sorted_files.format,
                state=State.LOOKING,
                uploaded_at=now,
                uploaded_by=actor,
                begun_at=now,
            )
            note("answers.uploaded", made, str(actor.pk), now)
    except BaseException:
        remove_files(import_id)
        raise
    return work_on(made, now)


def _shown_name(name: str) -> str:
    words = "".join(sign for sign in name if sign.isprintable()).rpartition("/")[2].rpartition("\\")[2]
    return words[-200:] or "file"


def _refuse_same(digest: str) -> None:
    same = MovingImport.objects.filter(sha256=digest, state__in=(*OPEN, State.APPLIED)).first()
    if same is None:
        return
    if same.state == State.APPLIED:
        message = _("This very file was brought in before. Bringing it in twice would count everybody twice.")
    else:
        message = _("This very file is here already and waits for a decision.")
    raise SameFileError(message, same.pk)


def decide_mapping(
    *, import_id: UUID, reading: Reading, target: Target, save_as: str, actor: User, now: datetime
) -> MovingImport:
    """Keep what was decided, under a name for the next file if one is given, and make the dry run."""
    with transaction.atomic():
        made = MovingImport.objects.select_for_update().get(pk=import_id)
        if made.state not in (State.UPLOADED, State.CHECKED):
            raise MovingRefusedError(_("This file was already decided."))
        made.mapping = {"reading": reading.to_json(), "target": target.to_json()}
        made.state, made.begun_at, made.problems, made.losses, made.summary = State.CHECKING, now, [], [], {}
        made.save()
        if save_as.strip():
            _save_mapping(made, reading, " ".join(save_as.split())[:200], actor, now)
    return work_on(made, now)


def _save_mapping(made: MovingImport, reading: Reading, name: str, actor: User, now: datetime) -> None:
    values = {
        "format": made.format,
        "header": list(made.seen.get("header", ())),
        "mapping": reading.to_json(),
        "changed_at": now,
        "changed_by": actor,
    }
    SavedMapping.objects.update_or_create(name=name, defaults=values)
    audit.record(action="mapping.saved", actor=str(actor.pk), subject=str(made.pk), payload={"name": name}, now=now)


def fitting_mappings(made: MovingImport) -> list[SavedMapping]:
    """Return the kept mappings whose header is much like the file's, most alike first."""
    header = made.seen.get("header", ())
    found = [(likeness(one.header, header), one) for one in SavedMapping.objects.filter(format=made.format)]
    return [one for share, one in sorted(found, key=lambda pair: (-pair[0], pair[1].name)) if share >= ALIKE]


def use_mapping(*, import_id: UUID, mapping_id: UUID, actor: User, now: datetime) -> MovingImport:
    """Take a kept mapping for a file, as far as it fits. Raises MovingRefusedError when the file was decided."""
    with transaction.atomic():
        made = MovingImport.objects.select_for_update().get(pk=import_id)
        if made.state not in (State.UPLOADED, State.CHECKED):
            raise MovingRefusedError(_("This file was already decided."))
        kept = SavedMapping.objects.get(pk=mapping_id)
        reading, _target = decided(made)
        header = [one["name"] for one in made.seen.get("columns", ())] or made.seen.get("offered", [])
        made.mapping = {**made.mapping, "reading": kept_reading(kept.mapping, reading, header).to_json()}
        made.state = State.UPLOADED
        made.save()
        audit.record(
            action="mapping.used", actor=str(actor.pk), subject=str(made.pk), payload={"name": kept.name}, now=now
        )
    return made


def bring_in(*, import_id: UUID, leave_out: bool, actor: User, now: datetime) -> MovingImport:
    """Bring a checked file in. Raises MovingRefusedError when it may not be."""
    made = intend(import_id=import_id, leave_out=leave_out, actor=actor, now=now)
    return work_on(made, now, actor=str(actor.pk))


def drop(*, import_id: UUID, actor: User, now: datetime) -> None:
    """Throw a file away that was not brought in."""
    with transaction.atomic():
        made = MovingImport.objects.select_for_update().get(pk=import_id)
        if made.state not in (State.UPLOADED, State.CHECKED, State.LOOKING, State.CHECKING):
            raise MovingRefusedError(_("This file was already decided."))
        _drop(made, str(actor.pk), now)
    remove_files(import_id)


def _drop(made: MovingImport, actor: str, now: datetime) -> None:
    made.state, made.begun_at, made.seen, made.problems = State.DROPPED, None, {}, []
    made.save()
    note("answers.dropped", made, actor, now)


def work_on(made: MovingImport, now: datetime, *, actor: str = audit.SYSTEM) -> MovingImport:
    """Do the work that an import waits for: a small file's at once, a large one's in a job."""
    if made.size > SMALL:
        arguments: dict[str, Any] = {"import_id": str(made.pk), "actor": actor}
        enqueue_job(name=JOB, arguments=arguments, now=now, attempts_allowed=3)
    else:
        work(import_id=made.pk, actor=actor, now=now)
        made.refresh_from_db()
    return made


def work(*, import_id: UUID, actor: str, now: datetime) -> None:
    """Take an import through the step that it waits for. Safe to repeat."""
    state = MovingImport.objects.filter(pk=import_id).values_list("state", flat=True).first()
    if state == State.APPLYING:
        apply(import_id=import_id, actor=actor, now=now)
    elif state in WORK:
        WORK[State(state)](import_id=import_id, now=now)


def work_job(*, import_id: str, actor: str, now: datetime) -> None:
    """The job: it runs without a transaction around it, so that reading a large file locks nobody out."""
    work(import_id=UUID(import_id), actor=actor, now=now)


def tidy(*, now: datetime) -> None:
    """Begin again what was begun and did not end; drop files nobody decided about; remove what no record names."""
    for made in MovingImport.objects.filter(begun_at__lt=now - PATIENCE, state__in=OPEN):
        MovingImport.objects.filter(pk=made.pk).update(begun_at=now)
        arguments = {"import_id": str(made.pk), "actor": audit.SYSTEM}
        enqueue_job(name=JOB, arguments=arguments, now=now, attempts_allowed=3)
    for made in MovingImport.objects.filter(uploaded_at__lt=now - KEPT, state__in=(State.UPLOADED, State.CHECKED)):
        with transaction.atomic():
            _drop(made, audit.SYSTEM, now)
        remove_files(made.pk)
    standing = {str(pk) for pk in MovingImport.objects.filter(state__in=OPEN).values_list("pk", flat=True)}
    for folder in incoming().iterdir():
        old = folder.stat().st_mtime < (now - PATIENCE).timestamp()
        if folder.is_dir() and folder.name not in standing and old:
            remove_files(UUID(folder.name))
        elif folder.name.startswith(".part-") and old:
            folder.unlink(missing_ok=True)
    for made in MovingImport.objects.filter(state=State.UNDONE, undone_at__gt=now - KEPT):
        for one in made.waves:
            if not Wave.objects.filter(study__key=one["study"], key=one["wave"]).exists():
                remove_sealed(one["study"], one["wave"])
