"""Sealing and release: answers leave the records, their key is destroyed, and what may be shown is shown at once.

Four things happen in this order, each safe to repeat: the answers are opened, shuffled and written to the store; the
key and everything under it are destroyed; the wave is scored and attacked by the auditor; what stood the attack is kept
in the folder of released results. Nothing is shown in between.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import transaction

from headwater.intake import read_manifest, seal, wave_folder
from headwater.privacy.audit import audit_releases
from headwater.privacy.releases import ReleaseTable, release_table
from headwater.rooms.house import audit
from headwater.rooms.house.jobs import enqueue_job
from headwater.rooms.house.slots import BENCHMARKS
from headwater.rooms.house.webhooks import announce
from headwater.rooms.listen.logic.plans import WavePlan
from headwater.rooms.listen.logic.wave_keys import MissingKeyError, destroy_key
from headwater.rooms.listen.models import SealedResponse, Study, Wave
from headwater.rooms.listen.rates import published_rates
from headwater.rooms.listen.sealing import (
    SEALING,
    answer_table,
    begin_sealing,
    counted_responses,
    forget_responses,
    open_responses,
)
from headwater.rooms.listen.serving import has_services, score_wave_of_services, services_folder, services_of
from headwater.rooms.listen.studies import plan_in_force, plan_of
from headwater.scoring import (
    Benchmark,
    Comparisons,
    Specification,
    save_services,
    score_wave,
    specify,
)
from headwater.scoring.ledgering import Ledgers, commit_release, propose_release
from headwater.scoring.preparing import place_book, prepared_book
from headwater.scoring.services import server_moments, service_specification
from headwater.scoring.storage import MANIFEST, load_book_lightly
from headwater.vocab import InputError, ScoreBook, Shares
from headwater.vocab.store_layout import ANSWERS

TOO_FEW = "too_few"
NOTHING_TO_SCORE = "nothing_to_score"
NOBODY = "nobody"
MOST_TOLD = 20
"""Findings of the auditor that are kept with the wave."""


def seal_wave(*, wave_id: UUID, now: datetime) -> Wave:
    """Open the answers of a closed wave, shuffle them and write them to the store.

    Where responses were damaged, or both copies of the key are lost, it stops until somebody decides. Sealing again
    after a loss of power adds nothing twice: what lies in the store is replaced by what the records say now. Where the
    records came back from a backup made before sealing, so that they know nothing of it, it goes on from what the store
    holds. Answers of another origin under the wave's name stop it.
    """
    wave = Wave.objects.select_related("study").get(pk=wave_id)
    if wave.state != Wave.State.CLOSED:
        return wave
    plan = plan_in_force(wave)
    counting = counted_responses(wave)
    try:
        responses = list(open_responses(wave, skip_damaged=bool(wave.outcome.get("without_damaged"))))
    except MissingKeyError:
        return _sealed_before(wave, plan, now) or _stop(wave, now, {"by": "key", "lines": []})
    except InputError as error:
        return _stop(wave, now, {"by": "damage", "lines": _told(error)})
    if responses:
        table = answer_table(plan, responses)
        if wave.stricter.get("without_comments"):
            table = replace(table, comments={})
        try:
            if not begin_sealing(wave, plan, len(responses)):
                return _sealed_before(wave, plan, now) or wave
            seal(settings.STORE, plan.vocab_study, plan.vocab_wave, table, source=str(wave.pk), whole=True)
        except InputError as error:
            return _stop(wave, now, {"by": "store", "lines": _told(error)})
    if responses and wave.study.promise != Study.Promise.ANONYMOUS:
        from headwater.rooms.listen.rows import keep_rows

        keep_rows(plan, responses)
    apart = SealedResponse.objects.filter(
        wave=wave, is_complete=True, standing=SealedResponse.Standing.QUARANTINED
    ).count()
    with transaction.atomic():
        wave = Wave.objects.select_for_update().get(pk=wave_id)
        if wave.state != Wave.State.CLOSED or counted_responses(wave) != counting:
            return wave  # taken further, or somebody decided meanwhile which responses count: it is sealed again
        wave.state, wave.sealed_at, wave.responses = Wave.State.SEALED, now, len(responses)
        kept = {key: value for key, value in wave.outcome.items() if key != SEALING}
        wave.outcome = {**kept, "left_apart": apart}
        wave.save(update_fields=["state", "sealed_at", "responses", "outcome"])
        _record("wave.sealed", wave, now, {"plan": plan.digest})
    return wave


def _sealed_before(wave: Wave, plan: WavePlan, now: datetime) -> Wave | None:
    """Take a wave whose answers the store holds to SEALED, with the number that lies there. None when it holds none.

    What the store holds must have been sealed under the same promise and cuts.
    """
    with transaction.atomic():
        locked = Wave.objects.select_for_update().get(pk=wave.pk)
        if locked.state != Wave.State.CLOSED:
            return locked  # somebody else sealed it meanwhile, and destroyed the key
        found = read_manifest(wave_folder(Path(settings.STORE), ANSWERS, plan.study, plan.wave))
        if found is None or not found.parts or found.promise != plan.promise:
            return None
        if dict(found.cuts) != {cut.key: cut.levels for cut in plan.cuts}:
            return None
        locked.state, locked.sealed_at, locked.responses = Wave.State.SEALED, now, found.rows
        locked.save(update_fields=["state", "sealed_at", "responses"])
        _record("wave.found_sealed", locked, now, {"plan": plan.digest, "responses": found.rows})
    return locked


def forget_wave(*, wave_id: UUID, now: datetime) -> None:
    """Destroy both copies of a sealed wave's key, then what lay under it. Safe to repeat.

    The key goes first: whatever a crash leaves behind is then ciphertext that nobody can read.
    """
    wave = Wave.objects.get(pk=wave_id)
    if wave.state not in (Wave.State.SEALED, Wave.State.RELEASED) or wave.forgotten_at is not None:
        return
    destroy_key(settings.KEYS, wave.pk)
    forget_responses(wave)
    with transaction.atomic():
        if Wave.objects.filter(pk=wave_id, forgotten_at=None).update(forgotten_at=now):
            _record("wave.key_destroyed", wave, now, {})


def release_wave(*, wave_id: UUID, now: datetime) -> Wave:
    """Score a sealed wave, have it attacked, and release what may be shown, all of it together.

    A wave too small to show anything releases nothing and says so. What the auditor or the ledger finds stops the
    release until somebody has looked.
    """
    wave = Wave.objects.select_related("study").get(pk=wave_id)
    if wave.state != Wave.State.SEALED or wave.forgotten_at is None:
        return wave
    plan = plan_in_force(wave)
    if not wave.responses:
        return _finish(wave, now, {"nothing": NOBODY})
    try:
        specification = specify(plan.questionnaires)
    except InputError:
        return _finish(wave, now, {"nothing": NOTHING_TO_SCORE})
    if not specification.columns or (plan.services and not plan.cuts):
        return _finish(wave, now, {"nothing": NOTHING_TO_SCORE})
    if plan.services:
        return _release_services(wave, plan, specification, now)
    earlier = _wave_before(wave)
    previous = None if earlier is None else standing_book(earlier)
    book, moments = score_wave(
        settings.STORE,
        study=plan.vocab_study,
        wave=plan.vocab_wave,
        tree=plan.tree,
        specification=specification,
        comparisons=_comparisons(wave, previous),
        invited=plan.invited_array if "response" in plan.tables else None,
    )
    if "shares" not in plan.tables:
        book = replace(book, shares=Shares((), np.zeros(1, np.int64), np.zeros((len(plan.tree), 0))))
    if not book.everybody.shown.any():
        return _finish(wave, now, {"nothing": TOO_FEW})
    judged = [] if earlier is None or previous is None else [release_table(previous, rates=published_rates(earlier))]
    judge = partial(propose_release, book, moments, specification, ledgers())
    with prepared_book(book, book_folder(wave), judge) as prepared:
        found = Wave.objects.get(pk=wave.pk)
        if found.state != Wave.State.SEALED:
            return found  # another process released it while this one waited
        verdict = _verdict(judged, [release_table(book, rates=published_rates(wave))])
        if not verdict["clean"]:
            return _stop(wave, now, {"by": "auditor", **verdict})
        prepared.wait()  # what cannot be written is not recorded as released
        try:
            prepared.record()
        except InputError as error:
            return _stop(wave, now, {"by": "ledger", "lines": _told(error)})
        place_book(prepared)
    shown = int(book.everybody.shown.any(axis=1).sum())
    figures = int(sum(int(panel.shown.sum()) for panel in book.panels))
    outcome = {"units": len(plan.tree), "units_shown": shown, "figures": figures, "audit": verdict}
    return _finish(wave, now, {**outcome, "inputs_hash": book.inputs_hash})


def _release_services(wave: Wave, plan: WavePlan, specification: Specification, now: datetime) -> Wave:
    """Release the ratings of units that serve: a ScoreBook each, judged together."""
    before = previous_wave(wave)
    earlier = services_of(before) if before is not None and has_services(before) else None
    services, moments = score_wave_of_services(plan, specification, earlier)
    shown = [book for book in services.books if book.everybody.shown.any()]
    if not shown:
        return _finish(wave, now, {"nothing": TOO_FEW})
    released = Wave.objects.filter(study_id=wave.study_id, state=Wave.State.RELEASED).order_by("order")
    judged = [release_table(book) for one in released if has_services(one) for book in services_of(one).books]
    verdict = _verdict(judged, [release_table(book) for book in services.books])
    if not verdict["clean"]:
        return _stop(wave, now, {"by": "auditor", **verdict})
    try:
        for server, book in zip(services.servers, services.books, strict=True):
            commit_release(book, server_moments(moments, server), service_specification(specification), ledgers())
    except InputError as error:
        return _stop(wave, now, {"by": "ledger", "lines": _told(error)})
    save_services(services, services_folder(wave))
    units = int(np.any([book.everybody.shown.any(axis=1) for book in services.books], axis=0).sum())
    figures = int(sum(int(book.everybody.shown.sum()) for book in services.books))
    made = hashlib.sha256("".join(book.inputs_hash for book in services.books).encode()).hexdigest()
    told = {"units": len(plan.tree), "units_shown": units, "figures": figures, "audit": verdict}
    return _finish(wave, now, {**told, "servers": len(shown), "inputs_hash": made})


def try_release_again(*, wave_id: UUID, actor: str, now: datetime) -> None:
    """Let a stopped release be tried again: by the privacy officer, once what stopped it was looked into."""
    _decide(wave_id, actor, now, "release.tried_again", finish=False)


def seal_without_damaged(*, wave_id: UUID, actor: str, now: datetime) -> None:
    """Let a wave be sealed without the responses that do not open: by decision, written down."""
    with transaction.atomic():
        wave = Wave.objects.select_for_update().get(pk=wave_id)
        stopped = wave.outcome.get("stopped", {})
        if wave.state != Wave.State.CLOSED or stopped.get("by") != "damage":
            return
        wave.outcome = {key: value for key, value in wave.outcome.items() if key != "stopped"}
        wave.outcome["without_damaged"] = True
        wave.save(update_fields=["outcome"])
        payload = {"wave": wave.key, "why": stopped}
        audit.record(action="wave.sealed_without", actor=actor, subject=str(wave.study_id), payload=payload, now=now)


def release_nothing(*, wave_id: UUID, actor: str, now: datetime) -> None:
    """End a stopped wave by releasing nothing: by the privacy officer. Its key and responses are destroyed."""
    _decide(wave_id, actor, now, "release.given_up", finish=True)


def book_folder(wave: Wave) -> Path:
    """Return where the ScoreBook of a wave lies once it is released."""
    released: Path = settings.RELEASED
    return released / wave.study.key / wave.key


def standing_book(wave: Wave) -> ScoreBook:
    """Return the ScoreBook of a released wave, not held in memory whole where its numbers were mapped for pages."""
    return load_book_lightly(book_folder(wave), str(wave.outcome.get("inputs_hash", "")))


def has_book(wave: Wave) -> bool:
    """Whether numbers of a wave were released to those who see results. A study kept for one person releases none."""
    return wave.study.kept_for_id is None and holds_book(wave)


def holds_book(wave: Wave) -> bool:
    """Whether numbers of a wave were released to anybody."""
    return wave.state == Wave.State.RELEASED and (book_folder(wave) / MANIFEST).is_file()


def ledgers() -> Ledgers:
    """Return where it is kept which totals were released, and the private sums to judge later versions by."""
    return Ledgers((Path(settings.RELEASED) / "ledgers",), Path(settings.STORE) / "sums")


def previous_wave(wave: Wave) -> Wave | None:
    """Return the wave before this one that was launched, whether released or not."""
    # Pages walk along waves; a large plan takes long to read, and is read all the same when it is asked for.
    earlier = Wave.objects.select_related("study").defer("plan").exclude(launched_at=None)
    earlier = earlier.filter(study_id=wave.study_id, order__lt=wave.order)
    return earlier.exclude(state=Wave.State.CANCELLED).order_by("-order").first()


def _wave_before(wave: Wave) -> Wave | None:
    """The wave before, where numbers of it were released.

    It is all that an attack needs of what stands: waves share no answers, and a book says nothing of other waves but
    what changed since the one before.
    """
    before = previous_wave(wave)
    return before if before is not None and holds_book(before) else None


def _comparisons(wave: Wave, previous: ScoreBook | None) -> Comparisons:
    """The wave before, unit by unit, as the mapping at launch said which units are the same group."""
    benchmark = _benchmark(wave)
    if previous is None:
        return Comparisons(benchmark=benchmark)
    return Comparisons(previous=previous, earlier_unit=wave.outcome.get("earlier"), benchmark=benchmark)


def _benchmark(wave: Wave) -> Benchmark | None:
    """The version that the study was to be compared with when the wave was launched."""
    if wave.launched_at is None:
        return None
    found = (find(wave.study_id, wave.launched_at) for find in BENCHMARKS.values())
    return next((one for one in found if one is not None), None)


def _verdict(judged: Sequence[ReleaseTable], tables: Sequence[ReleaseTable]) -> dict[str, Any]:
    """Attack tables together with those that stood before. Returns what is kept with the wave."""
    verdict = audit_releases([*judged, *tables], judged=judged)
    leaks = [f"{one.place}: {one.how}" for one in verdict.findings if one.severity == "leak"]
    return {
        "clean": verdict.clean,
        "lines": [verdict.lines()[0], *leaks[:MOST_TOLD]],
        "tried": int(sum(verdict.checks.values())),
        "cautions": sum(finding.severity == "caution" for finding in verdict.findings),
    }


def _told(error: InputError) -> list[str]:
    """What stopped a wave, as it is kept: a page says each line again in its own language."""
    told = [(problem.message, problem.remedy, problem.column or problem.file) for problem in error.problems]
    return [words for said in told for words in said if words]


def _finish(wave: Wave, now: datetime, outcome: Mapping[str, Any]) -> Wave:
    with transaction.atomic():
        locked = Wave.objects.select_for_update().get(pk=wave.pk)
        if locked.state != Wave.State.SEALED:
            return locked
        locked.outcome = {**{key: value for key, value in locked.outcome.items() if key != "stopped"}, **outcome}
        locked.state, locked.released_at = Wave.State.RELEASED, now
        locked.save(update_fields=["state", "released_at", "outcome"])
        told = {key: outcome[key] for key in ("nothing", "inputs_hash") if key in outcome}
        _record("wave.released", locked, now, told)
        announce(event="wave.released", data={"study": locked.study.key, "wave": locked.key, **told}, now=now)
        if "nothing" not in outcome:
            enqueue_job(
                name="work_out_findings", arguments={"wave_id": str(wave.pk)}, now=now, once_key=f"findings:{wave.pk}"
            )
    return locked


def _stop(wave: Wave, now: datetime, why: Mapping[str, Any]) -> Wave:
    with transaction.atomic():
        locked = Wave.objects.select_for_update().get(pk=wave.pk)
        if locked.state != wave.state:
            return locked  # another process took it further meanwhile
        locked.outcome = {**locked.outcome, "stopped": dict(why)}
        locked.save(update_fields=["outcome"])
        _record("release.stopped", locked, now, why)
    return locked


def _decide(wave_id: UUID, actor: str, now: datetime, action: str, *, finish: bool) -> None:
    with transaction.atomic():
        wave = Wave.objects.select_for_update().get(pk=wave_id)
        if wave.state not in (Wave.State.CLOSED, Wave.State.SEALED) or "stopped" not in wave.outcome:
            return
        why = wave.outcome["stopped"]
        wave.outcome = {key: value for key, value in wave.outcome.items() if key != "stopped"}
        if finish:
            wave.outcome["nothing"] = "stopped"
            wave.state, wave.released_at = Wave.State.RELEASED, now
        wave.save(update_fields=["state", "released_at", "outcome"])
        audit.record(action=action, actor=actor, subject=str(wave.study_id), payload={"why": why}, now=now)
    if finish:
        forget_wave(wave_id=wave_id, now=now)


def _record(action: str, wave: Wave, now: datetime, payload: Mapping[str, Any]) -> None:
    told = {"wave": wave.key, **payload}
    audit.record(action=action, actor=audit.SYSTEM, subject=str(wave.study_id), payload=told, now=now)


def earlier_of(plan: WavePlan, before: Wave) -> dict[str, str]:
    """Return which units are the same group as one of an earlier wave: present unit -> earlier unit, by key.

    Reorganisations since that wave was launched are followed. A unit that is no whole earlier unit has no entry.
    """
    from headwater.rooms.people.successors import earlier_units

    old = plan_of(before).tree
    assert before.launched_at is not None
    recut = earlier_units(old, before.launched_at, plan.tree)
    found = {}
    for number in np.flatnonzero(recut.comparable).tolist():
        sources = recut.sources(number)
        first = int(sources[0]) if len(sources) else -1
        if first >= 0 and len(sources) == old.size[first] and int(sources[-1]) == first + len(sources) - 1:
            found[plan.tree.ids[number]] = old.ids[first]
    return found
