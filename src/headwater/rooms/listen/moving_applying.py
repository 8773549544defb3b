"""Bringing a checked file in, taking it out again, and releasing it.

What it becomes is written down first; then the answers are sealed, which is safe to repeat; then study, waves and
questionnaires are made in one transaction. Sealed answers that no wave names do not exist for any page, and the next
attempt removes them.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from headwater.instruments import library, to_yaml
from headwater.intake import seal
from headwater.intake.durable import only_writer
from headwater.rooms.house import audit
from headwater.rooms.listen import questionnaires, rows
from headwater.rooms.listen.logic.links import pseudonym
from headwater.rooms.listen.logic.mapping import Reading, Target, wave_days
from headwater.rooms.listen.logic.plans import PlannedCut, WavePlan
from headwater.rooms.listen.logic.wave_keys import study_key
from headwater.rooms.listen.models import (
    MovingImport,
    QuestionnaireVersion,
    Study,
    StudyQuestionnaire,
    Wave,
)
from headwater.rooms.listen.moving_checking import (
    Ready,
    decided,
    fingerprint,
    note,
    prepare,
    settle,
    wave_dates,
)
from headwater.rooms.listen.moving_files import folder_of, remove_files
from headwater.rooms.listen.questionnaire_services import fix_version, make_questionnaire
from headwater.rooms.people.models import Person, User
from headwater.rooms.people.queries import organisation_name
from headwater.vocab import HeadwaterError, InputError, Instrument, Problem
from headwater.vocab.store_layout import ANSWERS, COMMENTS, wave_folder

State = MovingImport.State


class MovingRefusedError(HeadwaterError):
    """A file cannot be brought in, taken out or released as it stands; the message says why and what to do."""

    exit_code = 3


def intend(*, import_id: UUID, leave_out: bool, actor: User, now: datetime) -> MovingImport:
    """Write down what a checked file becomes. leave_out: rows and answers with errors stay behind, as was agreed.

    Raises MovingRefusedError when it may not be brought in.
    """
    with transaction.atomic():
        made = MovingImport.objects.select_for_update().get(pk=import_id)
        if made.state != State.CHECKED:
            raise MovingRefusedError(_("This file was already decided."))
        if made.summary.get("unusable"):
            raise MovingRefusedError(_("The file cannot be used as it was described. Correct it, or upload another."))
        if made.summary.get("errors") and not leave_out:
            raise MovingRefusedError(_("Some of it cannot be read. Agree to leave that out, or correct it first."))
        target = decided(made)[1]
        study = Study.objects.filter(pk=target.study).first() if target.study else None
        key = study.key if study is not None else _free_key(target.title or made.file_name)
        found = made.summary.get("waves", [])
        taken = set(Wave.objects.filter(study=study).values_list("key", flat=True)) if study is not None else set()
        again = sorted({one["key"] for one in found} & taken)
        if again:
            message = _("The study has the wave %(wave)s already. Give this one another name.")
            raise MovingRefusedError(message % {"wave": ", ".join(again)})
        made.waves = [
            {"study": key, "wave": one["key"], "title": one["title"], "rows": one["rows"], "id": str(uuid4())}
            for one in found
        ]
        made.made = {"study_id": str(study.pk if study is not None else uuid4()), "makes_study": study is None}
        made.state, made.begun_at = State.APPLYING, now
        made.save()
        note("answers.agreed", made, str(actor.pk), now)
    return made


def apply(*, import_id: UUID, actor: str, now: datetime) -> None:
    """Seal what was intended and make its study and waves. Safe to repeat, at any point of an earlier attempt."""
    folder = folder_of(import_id)
    if not folder.is_dir():
        return
    with only_writer(folder):
        made = MovingImport.objects.get(pk=import_id)
        if made.state != State.APPLYING:
            return
        try:
            ready = prepare(made)
            if fingerprint(ready) != made.summary.get("fingerprint"):
                message = "the organisation or its questionnaires changed since the dry run."
                raise InputError(Problem(message, "Run the dry run again and look at what it says now."))
            plans = {one["wave"]: _plan(made, ready, number) for number, one in enumerate(made.waves)}
            for one in made.waves:
                _seal(made, one, plans[one["wave"]], ready)
            with transaction.atomic():
                _keep(made, ready, plans, actor, now)
        except InputError as error:
            _put_back(import_id, error)
            return
    remove_files(import_id)


def _plan(made: MovingImport, ready: Ready, number: int) -> WavePlan:
    """Return the plan of one wave. Its questionnaires and its order are set when it is kept."""
    target = settle(decided(made)[1])
    intended = made.waves[number]
    table, tree = ready.tables[intended["wave"]], ready.moved.tree
    assert tree is not None
    columns = _cut_labels(made)
    return WavePlan(
        study=intended["study"],
        study_title=target.title or made.file_name,
        wave=intended["wave"],
        wave_title=intended["title"],
        order=number,
        lens=target.lens,
        promise=target.promise,
        channel=str(Study.Channel.OPEN),
        k=target.k,
        comment_k=max(target.comment_k, target.k),
        languages=_languages(ready.moved.instruments),
        instruments=tuple(to_yaml(instrument) for instrument in ready.moved.instruments),
        unit_ids=tree.ids,
        unit_names=tree.names,
        unit_parents=tuple(tree.parent.tolist()),
        unit_leaders=tree.leaders,
        cuts=tuple(
            PlannedCut(key, columns.get(key, key), columns.get(key, key), levels)
            for key, (_, levels) in table.cuts.items()
        ),
        tables=("scores", "shares"),
        organisation=organisation_name(),
    )


def _cut_labels(made: MovingImport) -> dict[str, str]:
    reading, _target = decided(made)
    if reading.columns:
        return {one.key: one.name for one in reading.columns if one.role == "cut"}
    from headwater.formats.moving.keys import KeyRing

    ring = KeyRing()
    return {ring.take(column, "cut"): column for column in reading.cuts}


def _languages(instruments: Sequence[Instrument]) -> tuple[str, ...]:
    shared = [code for code in instruments[0].languages if all(code in one.languages for one in instruments)]
    return tuple(shared or instruments[0].languages[:1])


def _seal(made: MovingImport, intended: Mapping[str, Any], plan: WavePlan, ready: Ready) -> None:
    """Seal one wave. What an earlier attempt left under its name is removed first, or the same again adds nothing."""
    if Wave.objects.filter(study__key=plan.study, key=plan.wave).exists():
        raise InputError(Problem("the study has this wave already.", "Give it another name."))
    remove_sealed(plan.study, plan.wave)
    table = ready.tables[intended["wave"]]
    seal(settings.STORE, plan.vocab_study, plan.vocab_wave, table, source=str(made.pk))
    if plan.promise == "anonymous":
        return
    persons = ready.moved.persons.get(intended["wave"], ())
    rows.keep_table(plan, table, respondents=_respondents(made, plan, persons))


def _respondents(made: MovingImport, plan: WavePlan, persons: Sequence[str]) -> list[str]:
    """Return what stands for who answered, as the study promised: a pseudonym, or the person."""
    if not persons:
        return []
    known = {key: str(pk) for key, pk in Person.objects.values_list("key", "pk")}
    subjects = [known.get(person, person) for person in persons]
    if plan.promise == "identified":
        return subjects
    key = study_key(settings.KEYS, UUID(made.made["study_id"]))
    names = {subject: pseudonym(key, subject) if subject else "" for subject in set(subjects)}
    return [names[subject] for subject in subjects]


def _keep(made: MovingImport, ready: Ready, plans: Mapping[str, WavePlan], actor: str, now: datetime) -> None:
    """Make the study, its questionnaires and its waves, and mark the import: the moment at which it counts."""
    locked = MovingImport.objects.select_for_update().get(pk=made.pk)
    if locked.state != State.APPLYING:
        return
    reading, target = decided(made)
    target = settle(target)
    user = User.objects.filter(pk=actor).first() if actor != audit.SYSTEM else made.uploaded_by
    assert user is not None
    chosen, made_ids = _questionnaires(made, ready, reading, user, now)
    study = _study(locked, target, ready, chosen, user, now) if plans else None
    sources = tuple(source for _, _, source in chosen)
    if study is not None:
        orders = _orders(study, locked, target)
        for intended, (first, last, order) in zip(locked.waves, orders, strict=True):
            plan = replace(plans[intended["wave"]], instruments=sources, order=order)
            plan.questionnaires  # noqa: B018 - read once, so that a plan that cannot be read is never kept
            Wave.objects.create(
                pk=UUID(intended["id"]),
                study=study,
                key=plan.wave,
                title=plan.wave_title,
                order=order,
                state=Wave.State.SEALED,
                opens_at=first,
                closes_at=last,
                late_until=last,
                plan=plan.to_json(),
                public_key=b"",
                responses=intended["rows"],
                sealed_at=now,
                forgotten_at=now,
                outcome={"moved_in": str(made.pk)},
            )
    locked.made = {**locked.made, "questionnaires": made_ids}
    locked.state, locked.applied_at, locked.begun_at = State.APPLIED, now, None
    # Row numbers and values of the file say nothing any more once the file is gone.
    locked.problems = [problem for problem in locked.problems if problem["row"] is None]
    locked.seen = {**locked.seen, "columns": [{**one, "samples": []} for one in locked.seen.get("columns", ())]}
    locked.save()
    note("answers.moved_in", locked, actor, now)


def _questionnaires(
    made: MovingImport, ready: Ready, reading: Reading, actor: User, now: datetime
) -> tuple[list[tuple[str, QuestionnaireVersion | None, str]], list[str]]:
    """Return (library, version, source) of every questionnaire, and the ids of those that were made for it."""
    found: list[tuple[str, QuestionnaireVersion | None, str]] = []
    made_ids: list[str] = []
    has_waves = bool(ready.tables)
    own = {to_yaml(questionnaires.instrument_of_version(one)): one for one in questionnaires.latest_versions()}
    for instrument in ready.moved.instruments:
        name, source = f"{instrument.key}@{instrument.version}", to_yaml(instrument)
        if name in reading.questionnaires and instrument.key in library():
            found.append((name, None, source))
            continue
        version = own.get(source) or _same_words(instrument, own)
        if version is None:
            what = _("Moved in from %(file)s") % {"file": made.survey_name or made.file_name}
            version = make_questionnaire(instrument=instrument, based_on="", what=what, actor=actor, now=now)
            made_ids.append(str(version.questionnaire_id))
        if has_waves:
            version = fix_version(version_id=version.pk, actor=actor, now=now)
        found.append(("", version, version.source))
    return found, made_ids


def _same_words(instrument: Instrument, own: Mapping[str, QuestionnaireVersion]) -> QuestionnaireVersion | None:
    """Return a questionnaire that differs in its key alone, as a second file of the same survey does."""
    for version in own.values():
        key = questionnaires.instrument_of_version(version).key
        if key.startswith(instrument.key[:20]) and to_yaml(replace(instrument, key=key)) in own:
            return own[to_yaml(replace(instrument, key=key))]
    return None


def _study(
    made: MovingImport,
    target: Target,
    ready: Ready,
    chosen: Sequence[tuple[str, QuestionnaireVersion | None, str]],
    actor: User,
    now: datetime,
) -> Study:
    if not made.made["makes_study"]:
        return Study.objects.select_for_update().get(pk=made.made["study_id"])
    study = Study.objects.create(
        pk=UUID(made.made["study_id"]),
        key=made.waves[0]["study"],
        title=target.title or made.file_name,
        lens=target.lens,
        promise=target.promise,
        channel=Study.Channel.OPEN,
        k=target.k,
        comment_k=max(target.comment_k, target.k),
        languages=list(_languages(ready.moved.instruments)),
        made_at=now,
        made_by=actor,
    )
    for place, (shelved, version, _source) in enumerate(chosen):
        StudyQuestionnaire.objects.create(study=study, place=place, library=shelved, version=version)
    return study


def _orders(study: Study, made: MovingImport, target: Target) -> list[tuple[datetime, datetime, int]]:
    """Return when each wave began and ended, and its order among the study's waves. Raises InputError without room."""
    first_day, last_day = wave_dates(target)
    zone, count = get_current_timezone(), len(made.waves)
    spans = []
    for number, one in enumerate(made.waves):
        first, last = wave_days(one["title"], first_day, last_day, number, count)
        begins = datetime.combine(first, time(0), zone).astimezone(UTC)
        spans.append((begins, datetime.combine(last, time(0), zone).astimezone(UTC) + timedelta(days=1)))
    waves = list(Wave.objects.filter(study=study).order_by("order").values_list("opens_at", "order"))
    before = [order for opens, order in waves if opens <= spans[0][0]]
    after = [order for opens, order in waves if opens > spans[0][0]]
    low = max(before, default=-1) + 1
    if after and min(after) - low < count:
        message = "a later wave of this study leaves no place before it in the order of its waves."
        raise InputError(Problem(message, "Bring it in as a study of its own."))
    if not waves:
        low = 1
    highest = Wave.objects.filter(study=study).aggregate(found=Max("order"))["found"]
    if highest is not None and not after:
        low = highest + 1
    return [(begins, ends, low + number) for number, (begins, ends) in enumerate(spans)]


def _put_back(import_id: UUID, error: InputError) -> None:
    """Return an import to its dry run, with what stopped it."""
    with transaction.atomic():
        made = MovingImport.objects.select_for_update().get(pk=import_id)
        for one in made.waves:
            if not Wave.objects.filter(study__key=one["study"], key=one["wave"]).exists():
                remove_sealed(one["study"], one["wave"])
        made.state, made.begun_at, made.waves, made.made = State.CHECKED, None, [], {}
        made.problems = [*(asdict(problem) for problem in error.problems), *made.problems]
        made.summary = {**made.summary, "unusable": True, "errors": made.summary.get("errors", 0) + 1}
        made.save()


def remove_sealed(study: str, wave: str) -> None:
    """Delete the sealed answers, comments and rows under a wave's name. Only for waves that no record names."""
    for kind in (ANSWERS, COMMENTS):
        folder = wave_folder(settings.STORE, kind, study, wave)
        shutil.rmtree(folder, ignore_errors=True)
        if folder.parent.is_dir() and not any(folder.parent.iterdir()):
            folder.parent.rmdir()
    rows.forget_rows(study, wave)


def _free_key(title: str) -> str:
    base = slugify(title)[:50].strip("-") or "moved-in"
    taken = set(Study.objects.filter(key__startswith=base).values_list("key", flat=True))
    taken |= {one["study"] for made in MovingImport.objects.filter(state=State.APPLYING) for one in made.waves}
    return next(key for n in range(len(taken) + 1) if (key := f"{base}-{n + 1}" if n else base) not in taken)
