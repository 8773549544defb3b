"""Launch: everything a wave promises is frozen, its key is made, and those who are asked are drawn."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from headwater.instruments import moment_plan, to_yaml
from headwater.rooms.house import audit
from headwater.rooms.listen.logic.links import Place, WaveSecrets, access_code, code_place, link_token, slip_of_code
from headwater.rooms.listen.logic.places import hide
from headwater.rooms.listen.logic.plans import PlannedCut, WavePlan
from headwater.rooms.listen.logic.sampling import draw_sample
from headwater.rooms.listen.logic.wave_keys import destroy_key, make_key, private_key
from headwater.rooms.listen.models import AccessCode, Invitation, ListenSettings, Study, Wave
from headwater.rooms.listen.questionnaire_services import fix_version
from headwater.rooms.listen.questionnaires import instrument_of
from headwater.rooms.listen.releasing import earlier_of, previous_wave
from headwater.rooms.listen.studies import StudyRefusedError, offered_languages, questionnaires_of
from headwater.rooms.listen.study_population import asked_by_unit, level_codes, members_of
from headwater.rooms.listen.study_texts import texts_of
from headwater.rooms.people.models import User
from headwater.rooms.people.populations import Member, tree_of
from headwater.vocab import InputError, Instrument, UnitTree

CHUNK = 2_000
NAMED = (Study.Channel.MAIL, Study.Channel.CODE)
"""Channels in which each invited person has an invitation."""
State = Invitation.State


class LaunchRefusedError(StudyRefusedError):
    """A wave cannot be launched; `problems` says all that is wrong."""

    def __init__(self, problems: Sequence[str]) -> None:
        """Take every problem found."""
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))


@dataclass(frozen=True)
class Drawn:
    """One person who was drawn, with what their answer will carry and whether they are asked."""

    member: Member
    unit: str
    cuts: dict[str, str]
    state: str


def launch_wave(*, wave_id: UUID, actor: User | None, now: datetime) -> Wave:
    """Freeze the plan of a wave, make its key, draw the sample and write the invitations. Nothing is sent yet.

    Launching twice changes nothing. Raises LaunchRefusedError with all that stands in the way.
    """
    if Wave.objects.filter(pk=wave_id).exclude(launched_at=None).exists():
        return Wave.objects.get(pk=wave_id)
    problems = launch_problems(Wave.objects.select_related("study").get(pk=wave_id), now=now)
    if problems:
        raise LaunchRefusedError(problems)
    with transaction.atomic():
        # Two launches at once could both find that a person has one contact left.
        ListenSettings.objects.get_or_create(pk=1)
        cap = ListenSettings.objects.select_for_update().get(pk=1)
        wave = Wave.objects.select_for_update().get(pk=wave_id)
        if wave.launched_at is not None or wave.state != Wave.State.PLANNED:
            return wave
        study = Study.objects.select_for_update().get(pk=wave.study_id)
        try:
            _freeze(study, wave, cap, actor, now)
        except DatabaseError:
            raise  # the lock may be lost with the connection: a key that is left is what the next launch uses
        except BaseException:
            destroy_key(settings.KEYS, wave_id)  # under the lock, so that it is no other launch's key
            raise
    return wave


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
    try:
        tree, _rows = tree_of()
        if study.channel in NAMED and next(members_of(study), None) is None:
            found.append(_("Nobody belongs to the people you chose."))
        unknown = set(study.population.get("units", [])) - set(tree.ids)
        if study.channel not in NAMED and unknown:
            found.append(_("A unit you chose is closed."))
    except LookupError:
        found.append(_("Bring in your organisation first, or choose units that are open."))
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
        return [str(problem) for problem in error.problems]
    return []


def _freeze(study: Study, wave: Wave, cap: ListenSettings, actor: User | None, now: datetime) -> None:
    tree, _rows = tree_of()
    instruments = _fixed(study, actor, now)
    drawn = draw_people(study, tree, cap, now=now) if study.channel in NAMED else []
    asked = [one.unit for one in drawn if one.state == State.WAITING]
    if study.channel in NAMED and not asked:
        raise LaunchRefusedError([_("Nobody can be asked: no address, too few, or asked too often of late.")])
    plan = _plan(study, wave, tree, instruments, asked)
    before = previous_wave(wave)
    if before is not None:
        wave.outcome = {**wave.outcome, "earlier": earlier_of(plan, before)}
    wave.public_key = make_key(settings.KEYS, wave.pk)
    wave.plan = plan.to_json()
    wave.invited = len(asked)
    wave.launched_at, wave.launched_by = now, actor
    wave.save()
    _write_invitations(study, wave, drawn)
    if study.channel == Study.Channel.CODE:
        _write_codes(wave, plan, now)
    counted = Counter(one.state for one in drawn)
    payload = {"wave": wave.key, "plan": plan.digest, "people": dict(counted)}
    name = str(actor.pk) if actor is not None else audit.SYSTEM
    audit.record(action="wave.launched", actor=name, subject=str(study.pk), payload=payload, now=now)


def _fixed(study: Study, actor: User | None, now: datetime) -> list[Instrument]:
    """Fix the study's own questionnaires, since a wave is built on them, and only then read what they ask."""
    for one in questionnaires_of(study):
        if one.version is not None:
            fix_version(version_id=one.version.pk, actor=actor, now=now)
    return [instrument_of(one) for one in questionnaires_of(study)]


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
        cuts=tuple(PlannedCut(cut["key"], cut["label"], cut["attribute"], tuple(cut["levels"])) for cut in study.cuts),
        texts=texts_of(study),
        tables=tuple(study.tables),
        organisation=settings.ORGANISATION or tree.names[0],
    )


def draw_people(study: Study, tree: UnitTree, cap: ListenSettings, *, now: datetime) -> list[Drawn]:
    """Draw the sample, and say of each person drawn whether they are asked and what their answer will carry.

    The order of checks: an address, then the cap on contacts, then, in an anonymous study, enough people who share the
    place. So nobody counts as company who is not asked.
    """
    members = list(members_of(study))
    generator = np.random.default_rng(int.from_bytes(os.urandom(16), "big"))
    positions = draw_sample([member.unit for member in members], study.sample_percent, generator)
    people = [members[place] for place in positions.tolist()]
    held = set() if study.ignores_cap or not cap.cap_contacts else contacted_too_often(cap, now=now)
    states = []
    for member in people:
        if study.channel == Study.Channel.MAIL and not member.email:
            states.append(State.UNREACHABLE)
        else:
            states.append(State.CAPPED if member.id in held else State.WAITING)
    return _placed(study, tree, people, [str(state) for state in states])


def _placed(study: Study, tree: UnitTree, people: Sequence[Member], states: Sequence[str]) -> list[Drawn]:
    codes = level_codes(study.cuts, [member.attributes for member in people])
    units = np.array([tree.index_of[member.unit] for member in people], np.int64)
    asked = np.array([state == State.WAITING for state in states], bool)
    if study.promise == Study.Promise.ANONYMOUS and asked.any():
        hidden = hide(tree, units[asked], codes[asked], study.k)
        units[asked], codes[asked] = hidden.unit, hidden.cuts
    found = []
    for place, member in enumerate(people):
        state, unit = states[place], int(units[place])
        levels = {
            cut["key"]: cut["levels"][code]
            for cut, code in zip(study.cuts, codes[place].tolist(), strict=True)
            if code >= 0 and state == State.WAITING
        }
        if unit < 0:
            found.append(Drawn(member, member.unit, {}, str(State.TOO_FEW)))
        else:
            found.append(Drawn(member, tree.ids[unit], levels, state))
    return found


def contacted_too_often(cap: ListenSettings, *, now: datetime) -> set[UUID]:
    """Return people who were invited as often as the cap allows, over all studies, within its days.

    Invitations that wait to be sent count as sent. Cancelled waves do not count.
    """
    since = now - timedelta(days=cap.cap_days)
    standing = Invitation.objects.exclude(wave__state=Wave.State.CANCELLED).exclude(person=None)
    sent = Q(state__in=(State.SENT, State.BOUNCED), sent_at__gt=since) | Q(
        state=State.WAITING, wave__launched_at__gt=since
    )
    counted = Counter(standing.filter(sent).values_list("person_id", flat=True).iterator(CHUNK))
    return {person for person, count in counted.items() if person is not None and count >= cap.cap_contacts}


def _write_invitations(study: Study, wave: Wave, drawn: Sequence[Drawn]) -> None:
    spoken = list(study.languages)
    for start in range(0, len(drawn), CHUNK):
        Invitation.objects.bulk_create(
            Invitation(
                wave=wave,
                number=os.urandom(16),
                person_id=one.member.id,
                unit_key=one.unit,
                cuts=one.cuts,
                language=language_for(one.member.language, spoken),
                state=one.state,
            )
            for one in drawn[start : start + CHUNK]
        )


def _write_codes(wave: Wave, plan: WavePlan, now: datetime) -> None:
    """Keep for each invitation the keyed hash of its access code, and the link it opens, locked. No code is kept."""
    secrets = WaveSecrets.of(private_key(settings.KEYS, wave.pk))
    asked = Invitation.objects.filter(wave=wave, state=State.WAITING).order_by("pk")
    codes = []
    for invitation in asked.iterator(CHUNK):
        place = Place(invitation.unit_key, invitation.cuts, invitation.language)
        number = bytes(invitation.number)
        locked = code_place(secrets, link_token(secrets, plan, place, number))
        codes.append(AccessCode(wave=wave, slip=slip_of_code(secrets, access_code(secrets, number)), place=locked))
    # In the order of their hashes: the order of invitations must not tell whose a code is.
    AccessCode.objects.bulk_create(sorted(codes, key=lambda code: bytes(code.slip)), batch_size=CHUNK)
    asked.update(state=State.SENT, sent_at=now)


def language_for(wish: str, spoken: Sequence[str]) -> str:
    """Return the language somebody is written to in: theirs, one that shares it, else the study's first."""
    base = wish.partition("-")[0].lower()
    exact = next((code for code in spoken if code.lower() == wish.lower()), "")
    return exact or next((code for code in spoken if base and code.partition("-")[0].lower() == base), spoken[0])
