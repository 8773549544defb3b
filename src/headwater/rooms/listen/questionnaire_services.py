"""What happens to the organisation's questionnaires: made, edited, undone, fixed. Nothing fixed is ever changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from headwater.instruments import fork, library, to_yaml
from headwater.rooms.house import audit
from headwater.rooms.listen.logic.drafts import Draft, free_key, settle
from headwater.rooms.listen.models import Questionnaire, QuestionnaireEdit, QuestionnaireVersion
from headwater.rooms.listen.questionnaires import instrument_of_version, library_instrument
from headwater.rooms.people.models import User
from headwater.vocab import HeadwaterError, InputError, Instrument, say

State = QuestionnaireVersion.State
LONGEST_WHAT = 500


class QuestionnaireRefusedError(HeadwaterError):
    """A change that is not allowed; the message says why."""

    exit_code = 3


class StaleEditError(HeadwaterError):
    """The questionnaire changed since the page was opened. who: the name of whoever changed it, may be empty."""

    exit_code = 3

    def __init__(self, who: str, at: datetime) -> None:
        """Keep who and when."""
        self.who, self.at = who, at
        super().__init__(_("The questionnaire changed since you opened this page."))


def basis_of(version: QuestionnaireVersion) -> str:
    """Name a version as it stands: what a form was built on."""
    return f"{version.order}.{version.revision}"


def latest_version(questionnaire: Questionnaire) -> QuestionnaireVersion:
    """Return the latest version of a questionnaire."""
    versions = QuestionnaireVersion.objects.select_related("questionnaire", "changed_by")
    return versions.filter(questionnaire=questionnaire).order_by("-order")[0]


def draft_of(version: QuestionnaireVersion) -> Draft:
    """Return a version as a draft, with all that was fixed before it and what it is adapted from."""
    before = QuestionnaireVersion.objects.filter(questionnaire=version.questionnaire_id, order__lt=version.order)
    instrument = instrument_of_version(version)
    earlier = [instrument_of_version(one) for one in before.filter(state=State.FIXED).order_by("order")]
    parent = _parent(instrument)
    return Draft(instrument, version.waiting, (*([parent] if parent else []), *earlier))


def make_questionnaire(
    *,
    instrument: Instrument,
    based_on: str,
    what: str,
    actor: User,
    now: datetime,
    once: str = "",
    details: Mapping[str, Any] = {},
) -> QuestionnaireVersion:
    """Keep a new questionnaire with its first draft. Its key is made free where it is taken.

    once: what the form was given when it was opened; sending it twice makes one questionnaire. Raises InputError when
    the questionnaire does not pass its checks.
    """
    identity = uuid5(NAMESPACE_URL, f"{actor.pk}:{once}") if once else uuid4()
    made = Questionnaire.objects.filter(pk=identity).first()
    if made is not None:
        return latest_version(made)
    to_yaml(instrument)
    try:
        with transaction.atomic():
            return _made(identity, instrument, based_on, what, actor, now, details)
    except IntegrityError:
        # Somebody took the key, or sent the same form, a moment ago.
        made = Questionnaire.objects.filter(pk=identity).first()
        if made is not None:
            return latest_version(made)
        with transaction.atomic():
            return _made(identity, instrument, based_on, what, actor, now, details)


def _made(
    identity: UUID,
    instrument: Instrument,
    based_on: str,
    what: str,
    actor: User,
    now: datetime,
    details: Mapping[str, Any],
) -> QuestionnaireVersion:
    taken = {*library(), *Questionnaire.objects.values_list("key", flat=True)}
    if instrument.key in taken:
        instrument = replace(instrument, key=free_key(instrument.key, taken, "questionnaire"))
    made = Questionnaire.objects.create(pk=identity, key=instrument.key, title=_title(instrument), made_at=now)
    version = QuestionnaireVersion.objects.create(
        questionnaire=made,
        version=instrument.version,
        order=1,
        source=to_yaml(instrument),
        based_on=based_on,
        changed_at=now,
        changed_by=actor,
    )
    _audit("questionnaire.made", version, what, actor, now, **details)
    return version


def fork_library(*, name: str, title: str, actor: User, now: datetime, once: str = "") -> QuestionnaireVersion:
    """Adapt a questionnaire of the library: its own copy under its own key and title, trends to be kept by item."""
    parent = library_instrument(name)
    language = Draft(parent).source
    taken = {*library(), *Questionnaire.objects.values_list("key", flat=True)}
    made = fork(parent, free_key(f"{parent.key[:30]}_own", taken), title={language: title.strip()})
    what = _("Adapted from %(name)s") % {"name": say(parent.title, language)}
    based_on = f"{parent.key}@{parent.version}"
    return make_questionnaire(instrument=made, based_on=based_on, what=what, actor=actor, now=now, once=once)


def start_draft(*, questionnaire_id: UUID, actor: User, now: datetime) -> QuestionnaireVersion:
    """Return the draft of a questionnaire, begun from its latest fixed version when there is none."""
    questionnaire = Questionnaire.objects.get(pk=questionnaire_id)
    latest = latest_version(questionnaire)
    if latest.state == State.DRAFT:
        return latest
    before = instrument_of_version(latest)
    taken = set(QuestionnaireVersion.objects.filter(questionnaire=questionnaire).values_list("version", flat=True))
    number = next_number(latest.version, taken)
    try:
        with transaction.atomic():
            version = QuestionnaireVersion.objects.create(
                questionnaire=questionnaire,
                version=number,
                order=latest.order + 1,
                source=to_yaml(replace(before, version=number)),
                waiting=latest.waiting,
                based_on=f"{questionnaire.key}@{latest.version}",
                changed_at=now,
                changed_by=actor,
            )
            _audit("questionnaire.draft_begun", version, "", actor, now)
    except IntegrityError:
        return latest_version(questionnaire)
    return version


def edit_draft(
    *,
    questionnaire_id: UUID,
    basis: str,
    change: Callable[[Draft], Draft],
    what: str,
    actor: User,
    now: datetime,
    details: Mapping[str, Any] = {},
) -> QuestionnaireVersion:
    """Change the draft of a questionnaire. basis: `basis_of` the version the editor saw.

    Raises StaleEditError when somebody saved since, InputError with every fault of what would come of it. Saving what
    changes nothing leaves no trace, so that sending a form twice does nothing twice.
    """
    version = latest_version(Questionnaire.objects.get(pk=questionnaire_id))
    _require_fresh(version, basis)
    before = draft_of(version)
    after = change(before)
    if (after.instrument, _plain(after.waiting)) == (before.instrument, _plain(before.waiting)):
        return version
    number = _last_edit(version) + 1
    with transaction.atomic():
        _save(version, to_yaml(after.instrument), _plain(after.waiting), actor, now)
        QuestionnaireEdit.objects.create(
            version=version,
            number=number,
            what=what[:LONGEST_WHAT],
            before=version.source,
            before_waiting=version.waiting,
            made_at=now,
            made_by=actor,
        )
        _retitle(version, after.instrument)
        _audit("questionnaire.edited", version, what, actor, now, **details)
    return latest_version(version.questionnaire)


def undo_edit(*, questionnaire_id: UUID, basis: str, actor: User, now: datetime) -> QuestionnaireEdit:
    """Put back what the last change of the draft changed; again for the one before. Raises StaleEditError, or
    QuestionnaireRefusedError when nothing is left to undo.
    """
    version = latest_version(Questionnaire.objects.get(pk=questionnaire_id))
    _require_fresh(version, basis)
    edit = last_edit(version)
    if edit is None:
        raise QuestionnaireRefusedError(_("There is nothing to undo."))
    with transaction.atomic():
        _save(version, edit.before, edit.before_waiting, actor, now)
        edit.undone_at = now
        edit.save()
        version.source = edit.before
        _retitle(version, instrument_of_version(version))
        _audit("questionnaire.undone", version, edit.what, actor, now)
    return edit


def fix_version(*, version_id: UUID, actor: User | None, now: datetime) -> QuestionnaireVersion:
    """Fix a version: it is never changed again, and editing begins the next one. Launching a wave calls this.

    Fixing twice changes nothing.
    """
    with transaction.atomic():
        fixed = QuestionnaireVersion.objects.filter(pk=version_id, state=State.DRAFT).update(state=State.FIXED)
        version = QuestionnaireVersion.objects.select_related("questionnaire").get(pk=version_id)
        if fixed:
            _audit("questionnaire.fixed", version, "", actor, now)
    return version


def archive_questionnaire(*, questionnaire_id: UUID, is_archived: bool, actor: User, now: datetime) -> None:
    """Offer a questionnaire no longer, or again. Studies that ask it go on."""
    with transaction.atomic():
        changed = Questionnaire.objects.filter(pk=questionnaire_id).exclude(is_archived=is_archived)
        if changed.update(is_archived=is_archived):
            action = "questionnaire.archived" if is_archived else "questionnaire.brought_back"
            _audit(action, latest_version(Questionnaire.objects.get(pk=questionnaire_id)), "", actor, now)


def last_edit(version: QuestionnaireVersion) -> QuestionnaireEdit | None:
    """Return the latest change of a draft that was not undone; None for a fixed version."""
    if version.state == State.FIXED:
        return None
    edits = QuestionnaireEdit.objects.filter(version=version, undone_at=None).select_related("made_by")
    return edits.order_by("-number").first()


def saver(version: QuestionnaireVersion) -> str:
    """Return the name of whoever saved a version last; empty when nobody is known."""
    who = version.changed_by
    return (who.name or who.email) if who else ""


def replaced(draft: Draft, other: Instrument) -> Draft:
    """Return a draft that takes everything of another questionnaire but key, number and origin. What waited is kept."""
    mine = draft.instrument
    merged = replace(other, key=mine.key, version=mine.version, forked_from=mine.forked_from)
    waiting = {code: words for code, words in draft.waiting.items() if code not in other.languages}
    return settle(Draft(merged, waiting, draft.earlier), other.languages)


def next_number(version: str, taken: set[str]) -> str:
    """Return the number after a version's: 1.0, 1.1, ... 1.10."""
    parts = [int(part) for part in version.split(".")]
    parts = parts if len(parts) > 1 else [*parts, 0]
    while ".".join(map(str, parts)) in taken:
        parts[-1] += 1
    if parts[-1] > 9999:
        parts = [parts[0] + 1, 0]
    return ".".join(map(str, parts))


def _parent(instrument: Instrument) -> Instrument | None:
    """The questionnaire of the library that one is adapted from, if the library still has it."""
    try:
        return library_instrument(instrument.forked_from) if instrument.forked_from else None
    except InputError:
        return None


def _require_fresh(version: QuestionnaireVersion, basis: str) -> None:
    if basis != basis_of(version) or version.state != State.DRAFT:
        raise StaleEditError(saver(version), version.changed_at)


def _save(version: QuestionnaireVersion, source: str, waiting: Mapping[str, Any], actor: User, now: datetime) -> None:
    """Write a draft, unless somebody else did since it was read: compare and swap, the same on every database."""
    fresh = QuestionnaireVersion.objects.filter(pk=version.pk, revision=version.revision, state=State.DRAFT)
    changes = {"source": source, "waiting": waiting, "changed_at": now, "changed_by": actor}
    if not fresh.update(revision=version.revision + 1, **changes):
        _require_fresh(latest_version(version.questionnaire), "")


def _last_edit(version: QuestionnaireVersion) -> int:
    found = QuestionnaireEdit.objects.filter(version=version).aggregate(last=Max("number"))["last"]
    return int(found or 0)


def _retitle(version: QuestionnaireVersion, instrument: Instrument) -> None:
    Questionnaire.objects.filter(pk=version.questionnaire_id).update(title=_title(instrument))


def _title(instrument: Instrument) -> str:
    return say(instrument.title, Draft(instrument).source)[:300]


def _plain(waiting: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    return {code: dict(words) for code, words in waiting.items()}


def _audit(
    action: str, version: QuestionnaireVersion, what: str, actor: User | None, now: datetime, **details: Any
) -> None:
    payload = {"version": version.version, "what": what, **details}
    subject = str(version.questionnaire_id)
    who = str(actor.pk) if actor is not None else audit.SYSTEM
    audit.record(action=action, actor=who, subject=subject, payload=payload, now=now)
