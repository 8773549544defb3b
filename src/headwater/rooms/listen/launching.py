"""Launch: everything a wave promises is frozen, its key is made, and those who are asked are drawn.

What takes long is done before: people are drawn and their invitations written while nothing of it counts. The last
step is one short transaction, which looks again at all that the drawing was built on. A wave is launched by it or not
at all.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from headwater.instruments import moment_plan, to_yaml
from headwater.rooms.house import audit
from headwater.rooms.house.templatetags.problems import told_in_place
from headwater.rooms.listen.drawing import NAMED, Drawn, State, draw_people, language_for
from headwater.rooms.listen.logic.links import Place, WaveSecrets, access_code, code_place, link_token, slip_of_code
from headwater.rooms.listen.logic.plans import WavePlan
from headwater.rooms.listen.logic.serving import spread
from headwater.rooms.listen.logic.wave_keys import destroy_key, make_key, private_key
from headwater.rooms.listen.models import AccessCode, Invitation, ListenSettings, Study, Wave, WaveLaunch
from headwater.rooms.listen.questionnaire_services import fix_version
from headwater.rooms.listen.questionnaires import instrument_of
from headwater.rooms.listen.releasing import earlier_of, previous_wave
from headwater.rooms.listen.serving import cuts_of, service_problems
from headwater.rooms.listen.studies import StudyRefusedError, offered_languages, questionnaires_of
from headwater.rooms.listen.study_population import asked_by_unit, has_members
from headwater.rooms.listen.study_texts import texts_of
from headwater.rooms.people.models import OrganisationState, Unit, User
from headwater.rooms.people.populations import tree_of
from headwater.vocab import InputError, Instrument, UnitTree

Clock = Callable[[], datetime]
CHUNK = 500
"""Rows written in one transaction: few, so that nobody waits for long."""
MOST_DRAWS = 4
"""How often people are drawn anew because the organisation or the study changed meanwhile."""


class LaunchRefusedError(StudyRefusedError):
    """A wave cannot be launched; `problems` says all that is wrong."""

    def __init__(self, problems: Sequence[str]) -> None:
        """Take every problem found."""
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))


class UnsettledError(Exception):
    """What people were drawn from changed again and again while they were drawn."""


class _ChangedError(Exception):
    """What people were drawn from is not what stands now."""


class Watch:
    """What goes on around a launch. This one: a transaction of the caller is around it, and nobody else is at it."""

    @contextmanager
    def part(self) -> Iterator[None]:
        """One short transaction of many; others come in between."""
        with transaction.atomic():
            self.hold()
            yield

    def hold(self) -> None:
        """Make sure, within a transaction, that this launch is still this process's to make."""

    def step(self, done: int, total: int) -> None:
        """Write down, within a transaction, how far it is."""

    def end(self) -> None:
        """Write down, within the last transaction, that it is done."""


@dataclass(frozen=True)
class _Ready:
    """A launch worked out, before anything is written. basis: all that it was built on."""

    basis: str
    plan: WavePlan
    drawn: list[Drawn]
    earlier: dict[str, str] | None
    at: datetime


def launch_wave(*, wave_id: UUID, actor: User | None, now: datetime) -> Wave:
    """Launch a wave in one transaction: for small ones, and where nobody else writes. Nothing is sent yet.

    Launching twice changes nothing; a launch that is being prepared in the background is left to go on. Raises
    LaunchRefusedError with all that stands in the way.
    """
    wave = Wave.objects.select_related("study").get(pk=wave_id)
    if wave.launched_at is not None:
        return wave
    problems = launch_problems(wave, now=now)
    if problems:
        raise LaunchRefusedError(problems)
    with transaction.atomic():
        _lock_rules()
        wave = Wave.objects.select_for_update().get(pk=wave_id)
        if wave.launched_at is not None or wave.state != Wave.State.PLANNED or is_being_launched(wave):
            return wave
        try:
            return carry_through(wave_id, actor=actor, clock=lambda: now, watch=Watch())
        except DatabaseError:
            raise  # the lock may be lost with the connection: a key that is left is what the next launch uses
        except BaseException:
            destroy_key(settings.KEYS, wave_id)  # under the lock, so that it is no other launch's key
            raise


def carry_through(wave_id: UUID, *, actor: User | None, clock: Clock, watch: Watch) -> Wave:
    """Draw, write and launch. Draws anew when what it was built on changed meanwhile.

    Raises LaunchRefusedError, UnsettledError, and whatever the watch raises.
    """
    for _attempt in range(MOST_DRAWS):
        ready = _worked_out(wave_id, clock)
        make_key(settings.KEYS, wave_id)  # first of all, so that nothing can be written under no key
        codes = _write(wave_id, ready, watch)
        try:
            return _launched(wave_id, ready, codes, actor, watch)
        except _ChangedError:
            continue
    raise UnsettledError("the organisation changed each time while people were drawn")


def is_being_launched(wave: Wave) -> bool:
    """Whether a launch in the background is under way."""
    return WaveLaunch.objects.filter(wave=wave, state=WaveLaunch.State.WORKING).exists()


def launch_problems(wave: Wave, *, now: datetime) -> list[str]:
    """Return all that stands in the way of launching, in plain words; empty when nothing does."""
    study = wave.study
    found = []
    if wave.state != Wave.State.PLANNED or study.is_archived:
        found.append(_("This wave is not planned any more."))
    if wave.closes_at <= now:
        found.append(_("The wave would close before it opens: choose a later day."))
    found += _questionnaire_problems(study)
    missing = [code for code in study.languages if code not in offered_languages(study)]
    if missing:
        found.append(_("Not every question is translated into %(codes)s.") % {"codes": ", ".join(missing)})
    if not study.languages:
        found.append(_("Choose at least one language."))
    found += _population_problems(study)
    found += service_problems(study)
    running = Wave.objects.filter(study=study).exclude(pk=wave.pk).exclude(launched_at=None)
    if running.filter(state__in=(Wave.State.PLANNED, Wave.State.OPEN, Wave.State.CLOSED)).exists():
        found.append(_("Another wave of this study is still open."))
    return found


def _questionnaire_problems(study: Study) -> list[str]:
    try:
        instruments = [instrument_of(one) for one in questionnaires_of(study)]
        if not instruments:
            return [_("Choose a questionnaire.")]
        moment_plan(instruments)
    except InputError as error:
        return [told_in_place(problem) for problem in error.problems]
    return []


def _population_problems(study: Study) -> list[str]:
    try:
        if not Unit.objects.filter(is_open=True).exists():
            raise LookupError
        if study.channel in NAMED:
            return [] if has_members(study) else [_("Nobody belongs to the people you chose.")]
        tree, _rows = tree_of()
        unknown = set(study.population.get("units", [])) - set(tree.ids)
        return [_("A unit you chose is closed.")] if unknown else []
    except LookupError:
        return [_("Bring in your organisation first, or choose units that are open.")]


def _lock_rules() -> ListenSettings:
    """Lock the rules of contact: two launches at once could both find that a person has one contact left."""
    ListenSettings.objects.get_or_create(pk=1)
    return ListenSettings.objects.select_for_update().get(pk=1)


def _worked_out(wave_id: UUID, clock: Clock) -> _Ready:
    """Work a launch out from what stands now. Nothing is written."""
    wave = Wave.objects.select_related("study").get(pk=wave_id)
    study, rules = wave.study, ListenSettings.objects.get_or_create(pk=1)[0]
    at = clock()  # before the organisation is read: whatever is brought in later is not in this plan
    instruments = [instrument_of(one) for one in questionnaires_of(study)]
    basis = _basis(study, wave, rules, instruments)
    try:
        tree, _rows = tree_of()
        drawn = draw_people(study, tree, rules, now=at) if study.channel in NAMED else []
    except LookupError:
        raise LaunchRefusedError(_population_problems(study)) from None
    asked = [one.unit for one in drawn if one.state == State.WAITING]
    if study.channel in NAMED and not asked:
        raise LaunchRefusedError([_("Nobody can be asked: no address, too few, or asked too often of late.")])
    plan = _plan(study, wave, tree, instruments, asked)
    before = previous_wave(wave)
    return _Ready(basis, plan, drawn, earlier_of(plan, before) if before is not None else None, at)


def _basis(study: Study, wave: Wave, rules: ListenSettings, instruments: Sequence[Instrument]) -> str:
    """All that a launch is built on, as text to compare: study, wave, rules, questions, organisation, launches."""
    launched = Wave.objects.exclude(launched_at=None).count()
    version = OrganisationState.objects.filter(pk=1).values_list("version", flat=True).first()
    asks = [(one.place, one.library, str(one.version_id)) for one in questionnaires_of(study)]
    words = [to_yaml(one) for one in instruments]
    found = [_values(study), _values(wave), _values(rules), asks, words, launched, version]
    return json.dumps(found, cls=DjangoJSONEncoder, sort_keys=True)


def _values(row: Model) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in ("public_key", "outcome")
    }


def _plan(
    study: Study, wave: Wave, tree: UnitTree, instruments: Sequence[Instrument], asked: Sequence[str]
) -> WavePlan:
    return WavePlan(
        study=study.key,
        study_title=study.title,
        wave=wave.key,
        wave_title=wave.title,
        order=wave.order,
        lens=study.lens,
        promise=study.promise,  # type: ignore[arg-type]
        channel=study.channel,
        k=study.k,
        comment_k=study.comment_k,
        languages=tuple(study.languages),
        instruments=tuple(to_yaml(one) for one in instruments),
        unit_ids=tree.ids,
        unit_names=tree.names,
        unit_parents=tuple(tree.parent.tolist()),
        unit_leaders=tree.leaders,
        invited=asked_by_unit(tree, asked) if study.channel in NAMED else (),
        cuts=cuts_of(study, tree),
        texts=texts_of(study),
        tables=tuple(study.tables),
        organisation=settings.ORGANISATION or tree.names[0],
        services=spread(tree, study.services),
    )


def _write(wave_id: UUID, ready: _Ready, watch: Watch) -> int:
    """Write invitations, and codes where people get one, in parts of a short transaction each. Returns how many codes.

    What an earlier attempt left goes first. Until the wave is launched nothing of it is read.
    """
    clear_rows(wave_id, watch)
    by_code = ready.plan.channel == Study.Channel.CODE
    total, done = len(ready.drawn) * (2 if by_code else 1), 0
    secrets = WaveSecrets.of(private_key(settings.KEYS, wave_id)) if by_code else None
    codes: list[AccessCode] = []
    for start in range(0, len(ready.drawn), CHUNK):
        part = [_invitation(wave_id, ready, one) for one in ready.drawn[start : start + CHUNK]]
        if secrets is not None:
            codes += [_code(secrets, ready.plan, one) for one in part if one.state == State.SENT]
        with watch.part():
            Invitation.objects.bulk_create(part)
            done += len(part)
            watch.step(done, total)
    # In the order of their hashes: the order of invitations must not tell whose a code is.
    codes.sort(key=lambda code: bytes(code.slip))
    for start in range(0, len(codes), CHUNK):
        with watch.part():
            made = AccessCode.objects.bulk_create(codes[start : start + CHUNK])
            done += len(made)
            watch.step(done, total)
    return len(codes)


def clear_rows(wave_id: UUID, watch: Watch) -> None:
    """Delete what a launch that did not come to its end left, in parts. Rows of a launched wave stay."""
    for kind in (AccessCode, Invitation):
        left: list[int] = [0]
        while left:
            with watch.part():
                rows = kind._default_manager.filter(wave_id=wave_id, wave__launched_at=None)
                left = list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK])
                kind._default_manager.filter(pk__in=left).delete()


def _invitation(wave_id: UUID, ready: _Ready, one: Drawn) -> Invitation:
    """One invitation. A code is handed out and not sent: it counts as sent from the launch on."""
    is_handed_out = ready.plan.channel == Study.Channel.CODE and one.state == State.WAITING
    return Invitation(
        wave_id=wave_id,
        number=os.urandom(16),
        person_id=one.member.id,
        unit_key=one.unit,
        cuts=one.cuts,
        language=language_for(one.member.language, ready.plan.languages),
        state=State.SENT if is_handed_out else one.state,
        sent_at=ready.at if is_handed_out else None,
    )


def _code(secrets: WaveSecrets, plan: WavePlan, invitation: Invitation) -> AccessCode:
    """The keyed hash of an invitation's access code, and the link it opens, locked. The code itself is kept nowhere."""
    place = Place(invitation.unit_key, invitation.cuts, invitation.language)
    number = bytes(invitation.number)
    locked = code_place(secrets, link_token(secrets, plan, place, number))
    slip = slip_of_code(secrets, access_code(secrets, number))
    return AccessCode(wave_id=invitation.wave_id, slip=slip, place=locked)


def _launched(wave_id: UUID, ready: _Ready, codes: int, actor: User | None, watch: Watch) -> Wave:
    """Launch, in one short transaction. Raises _ChangedError when something it was built on changed."""
    with transaction.atomic():
        rules = _lock_rules()
        watch.hold()
        wave = Wave.objects.select_for_update().get(pk=wave_id)
        if wave.launched_at is not None or wave.state != Wave.State.PLANNED:
            return wave
        study = Study.objects.select_for_update().get(pk=wave.study_id)
        for one in questionnaires_of(study):
            if one.version is not None:
                fix_version(version_id=one.version.pk, actor=actor, now=ready.at)
        instruments = [instrument_of(one) for one in questionnaires_of(study)]
        if _basis(study, wave, rules, instruments) != ready.basis:
            raise _ChangedError
        counted = Counter(one.state for one in ready.drawn)
        _check_rows(wave_id, len(ready.drawn), codes)
        if ready.earlier is not None:
            wave.outcome = {**wave.outcome, "earlier": ready.earlier}
        wave.public_key = make_key(settings.KEYS, wave_id)
        wave.plan = ready.plan.to_json()
        wave.invited = counted[str(State.WAITING)]
        wave.launched_at, wave.launched_by = ready.at, actor
        wave.save()
        watch.end()
        payload = {"wave": wave.key, "plan": ready.plan.digest, "people": dict(counted)}
        name = str(actor.pk) if actor is not None else audit.SYSTEM
        audit.record(action="wave.launched", actor=name, subject=str(study.pk), payload=payload, now=ready.at)
    return wave


def _check_rows(wave_id: UUID, people: int, codes: int) -> None:
    """Raise RuntimeError unless exactly what was drawn stands there."""
    found = Invitation.objects.filter(wave_id=wave_id).count(), AccessCode.objects.filter(wave_id=wave_id).count()
    if found != (people, codes):
        raise RuntimeError(f"{found[0]} invitations and {found[1]} codes stand there, not {people} and {codes}")
