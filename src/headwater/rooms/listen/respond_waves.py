"""Waves that take answers, kept in the process: their plan, form and keys, so that a page costs no more than it must.

What is kept is what is frozen at launch. Whether a wave still takes answers is read again every time.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from uuid import UUID

from django.conf import settings

from headwater.rooms.listen.logic import wave_keys
from headwater.rooms.listen.logic.answers import Form, form_of
from headwater.rooms.listen.logic.links import ForgedLinkError, WaveSecrets, tag_of, wave_tag
from headwater.rooms.listen.logic.plans import WavePlan, tightened
from headwater.rooms.listen.models import Wave

FRESH_SECONDS = 2.0
"""How long a process goes without asking for waves that opened or were tightened."""


@dataclass(frozen=True)
class LiveWave:
    """A wave with what answering it takes. plan: the one in force, tightened where it was. frozen: as at launch.

    Links are read with the frozen plan: a cut that was dropped later still stands in them.
    """

    id: UUID
    study_id: UUID
    study: str
    key: str
    state: str
    opens_at: datetime
    closes_at: datetime
    late_until: datetime
    public_key: bytes
    frozen: WavePlan
    plan: WavePlan
    secrets: WaveSecrets
    without_comments: bool = False

    @cached_property
    def form(self) -> Form:
        """Its questions: without those for comments once comments are thrown away unread."""
        form = form_of(self.frozen)
        return form.without_comments() if self.without_comments else form

    @cached_property
    def study_key(self) -> bytes:
        """The key of the study's pseudonyms and shared links."""
        return wave_keys.study_key(key_folders(), self.study_id)


LOOK_SECONDS = 30.0
_kept: dict[UUID, tuple[str, LiveWave]] = {}
_tags: dict[bytes, tuple[float, list[LiveWave]]] = {}
_lock = threading.Lock()


def key_folders() -> Sequence[Path]:
    """The two folders of keys."""
    folders: Sequence[Path] = settings.KEYS
    return folders


def live_wave(wave: Wave) -> LiveWave:
    """Return a wave with its plan and keys. Raises MissingKeyError when its key was destroyed or lost."""
    stamp = f"{wave.state} {wave.stricter} {wave.opens_at} {wave.closes_at} {wave.late_until}"
    known = _kept.get(wave.pk)
    if known is not None and known[0] == stamp and known[1].public_key == bytes(wave.public_key or b""):
        if not any((folder / f"{wave.pk}.key").exists() for folder in key_folders()):
            forget_wave(wave.pk)
            raise wave_keys.MissingKeyError(f"the key of wave {wave.pk} is gone")
        return known[1]
    private = wave_keys.private_key(key_folders(), wave.pk)
    frozen = known[1].frozen if known is not None else WavePlan.from_json(wave.plan or {})
    live = LiveWave(
        wave.pk,
        wave.study_id,
        frozen.study,
        frozen.wave,
        wave.state,
        wave.opens_at,
        wave.closes_at,
        wave.late_until,
        bytes(wave.public_key or b""),
        frozen,
        tightened(frozen, wave.stricter) if wave.stricter else frozen,
        WaveSecrets.of(private),
        bool(wave.stricter.get("without_comments")),
    )
    _kept[wave.pk] = (stamp, live)
    return live


def waves_of_token(token: str, *, clock: float) -> list[LiveWave]:
    """Return the waves whose tag a link carries: one, or none. clock: seconds of a monotonic clock.

    Raises ForgedLinkError for what is no link at all.
    """
    tag = tag_of(token)
    known = _tags.get(tag)
    if known is not None and clock - known[0] < FRESH_SECONDS:
        return known[1]
    with _lock:
        _refresh(clock)
        found = _tags.get(tag)
        return found[1] if found is not None else []


def wave_named(name: str, *, clock: float) -> LiveWave:
    """Return the wave that `<study>-<wave>` names. Raises ForgedLinkError when no such wave takes or took answers."""
    with _lock:
        _refresh_if_stale(clock)
        for _, waves in _tags.values():
            for live in waves:
                if f"{live.study}-{live.key}" == name:
                    return live
    raise ForgedLinkError


def wave_of_study(study: str, *, clock: float) -> LiveWave:
    """Return the latest open wave of a study, else its latest one. Raises ForgedLinkError."""
    with _lock:
        _refresh_if_stale(clock)
        found = [live for _, waves in _tags.values() for live in waves if live.study == study]
    if not found:
        raise ForgedLinkError
    return max(found, key=lambda live: (live.state == Wave.State.OPEN, live.frozen.order))


def forget_wave(wave_id: UUID) -> None:
    """Drop a wave's keys from this process."""
    _kept.pop(wave_id, None)
    _tags.clear()


def forget_all() -> None:
    """Drop everything kept in this process."""
    _kept.clear()
    _tags.clear()


def drop_destroyed(*, clock: float) -> None:
    """Drop from this process the keys whose files are gone: sealing ran in another process. Looks twice a minute."""
    if clock - _looked[0] < LOOK_SECONDS:
        return
    _looked[0] = clock
    gone = [wave for wave in _kept if not any((folder / f"{wave}.key").exists() for folder in key_folders())]
    for wave in gone:
        forget_wave(wave)


_refreshed: list[float] = [float("-inf")]
_looked: list[float] = [float("-inf")]


def _refresh_if_stale(clock: float) -> None:
    if not _tags or clock - _refreshed[0] >= FRESH_SECONDS:
        _refresh(clock)


def _refresh(clock: float) -> None:
    """Read which waves there are. Those sealed or never launched have no key, and no link of theirs can be read."""
    found: dict[bytes, list[LiveWave]] = {}
    states = (Wave.State.PLANNED, Wave.State.OPEN, Wave.State.CLOSED)
    for wave in Wave.objects.filter(state__in=states, public_key__isnull=False).order_by("order"):
        try:
            live = live_wave(wave)
        except wave_keys.MissingKeyError:
            continue
        found.setdefault(wave_tag(live.study, live.key), []).append(live)
    _tags.clear()
    _tags.update({tag: (clock, waves) for tag, waves in found.items()})
    _refreshed[0] = clock
