"""A study of 60 items in 12 scales over 100,000 people and 12,005 units, its waves released as the product does it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.scorebook import A_SCALE, ITEMS, answers
from headwater.vocab import AnswerTable, UnitTree

SCALES = ("Direction", "Trust", "Support", "Tools", "Team", "Voice", "Growth", "Fairness", "Pace", "Safety", "Care")
"""What moves the last of twelve, the outcome."""
OUTCOME = "Commitment"
MOST_OF_ANONYMOUS = 2
"""Cuts that an anonymous study may have."""


def questionnaire() -> str:
    """60 five-point items in 12 scales of five, the last of them an outcome."""
    lines = [
        "format: 1",
        "key: sixty",
        'version: "1.0"',
        "lens: ex",
        "title: {en: Sixty questions}",
        "purpose: {en: Asks sixty things.}",
        "languages: [en]",
        'source: "Written for benchmarks"',
        "licence: CC-BY-4.0",
        "response_scales:",
        "  agree5:",
        "    low: 1",
        "    high: 5",
        "    favourable_from: 4",
        "    unfavourable_to: 2",
        "    labels: {en: [Strongly disagree, Disagree, Neither agree nor disagree, Agree, Strongly agree]}",
        "items:",
    ]
    for number in range(ITEMS):
        words = f"At work, thing number {number + 1} goes the way it should go."
        lines.append(f'  - {{key: q{number:02d}, text: {{en: "{words}"}}, response_scale: agree5}}')
    lines.append("scales:")
    for number, name in enumerate((*SCALES, OUTCOME)):
        keys = ", ".join(f"q{item:02d}" for item in range(number * A_SCALE, (number + 1) * A_SCALE))
        role = "outcome" if name == OUTCOME else "driver"
        lines.append(f"  - {{key: s{number}, name: {{en: {name}}}, role: {role}, items: [{keys}]}}")
    return "\n".join(lines) + "\n"


def bring_in_tree(tree: UnitTree, people: int, names: Sequence[str] = ()) -> None:
    """Write the units of a tree, a leader each, and so many people in all. names: of the people who lead nothing."""
    from django.db import transaction

    from headwater.rooms.people.models import OrganisationState, Person, Unit
    from headwater.rooms.people.trees import renumber_units

    units = [Unit(key=key, name=name) for key, name in zip(tree.ids, tree.names, strict=True)]
    leaders = []
    for row, above in enumerate(tree.parent.tolist()):
        units[row].parent = units[above] if above >= 0 else None
        home = units[max(above, 0)]
        leaders.append(
            Person(key=f"l-{row}", name=f"Leader of {units[row].name}", unit=home, email=f"l{row}@x.example")
        )
    leaves = [unit for unit, size in zip(units, tree.size.tolist(), strict=True) if size == 1]
    others = [
        Person(
            key=f"p{one}",
            name=names[one] if names else f"Person {one}",
            unit=leaves[one % len(leaves)],
            email=f"p{one}@x.example",
        )
        for one in range(people - len(leaders))
    ]
    with transaction.atomic():
        Unit.objects.bulk_create(units, batch_size=5_000)
        Person.objects.bulk_create([*leaders, *others], batch_size=5_000)
        for unit, leader in zip(units, leaders, strict=True):
            unit.leader = leader
        Unit.objects.bulk_update(units, ["leader"], batch_size=500)
        OrganisationState.objects.get_or_create(pk=1)
        renumber_units()


def released_waves(count: int, cuts: int) -> Iterator[tuple[Any, dict[str, float]]]:
    """Release so many waves, a quarter apart; yields each with the seconds that its parts took.

    Only the last is released as the product releases: scored, attacked together with all before it, and written to the
    ledger. The others are scored and kept, for attacking each would take minutes and show nothing new.
    """
    from django.conf import settings
    from django.utils import timezone

    from headwater.intake import read_manifest, seal, wave_folder
    from headwater.rooms.listen.models import Study, Wave
    from headwater.rooms.listen.releasing import release_wave
    from headwater.rooms.listen.studies import plan_in_force
    from headwater.vocab.store_layout import ANSWERS

    declared = declared_cuts(cuts)
    latest = timezone.now() - timedelta(days=10)
    study, _made = Study.objects.get_or_create(
        key="sixty",
        defaults={
            "title": "Working here",
            "lens": "ex",
            "languages": ["en"],
            "made_at": latest,
            "promise": "anonymous" if cuts <= MOST_OF_ANONYMOUS else "confidential",
        },
    )
    Wave.objects.exclude(state=Wave.State.RELEASED).delete()
    for order in range(Wave.objects.count() + 1, count + 1):
        tree, table = answers(order)
        at = latest - timedelta(days=91 * (count - order))
        wave = sealed_wave(study, tree, table, declared, order, at, (questionnaire(),))
        plan = plan_in_force(wave)
        table = _with_cuts(table, declared, order)
        began = time.perf_counter()
        # A run that was stopped may have sealed these very answers already, under the id of another row.
        if read_manifest(wave_folder(Path(settings.STORE), ANSWERS, plan.study, plan.wave)) is None:
            seal(settings.STORE, plan.vocab_study, plan.vocab_wave, table, source=str(wave.pk))
        sealed, busy = time.perf_counter(), time.process_time()
        wave = release_wave(wave_id=wave.pk, now=at) if order == count else kept_wave(wave, at)
        if wave.state != Wave.State.RELEASED or "nothing" in wave.outcome:
            raise SystemExit(f"wave {order} was not released: {wave.outcome}")
        took = time.perf_counter() - sealed
        yield wave, {"seal": sealed - began, "release": took, "CPU of it": time.process_time() - busy}


def answered(order: int, cuts: int) -> tuple[UnitTree, AnswerTable]:
    """The tree and the answers of a wave, each respondent in a level of so many cuts."""
    tree, table = answers(order)
    return tree, _with_cuts(table, declared_cuts(cuts), order)


def declared_cuts(cuts: int) -> tuple[Any, ...]:
    """So many cuts of three to six levels."""
    from headwater.rooms.listen.logic.plans import PlannedCut

    levels = ("first", "second", "third", "fourth", "fifth", "sixth")
    return tuple(PlannedCut(f"cut{n}", f"Cut {n + 1}", f"cut{n}", levels[: 3 + n % 4]) for n in range(cuts))


def kept_wave(wave: Any, at: datetime) -> Any:
    """Score a wave and keep its book as released."""
    from django.conf import settings

    from headwater.rooms.learn.books import book_of
    from headwater.rooms.listen.releasing import book_folder, previous_wave, standing_book
    from headwater.rooms.listen.studies import plan_in_force
    from headwater.scoring import Comparisons, save_book, score_wave, specify

    plan, before = plan_in_force(wave), previous_wave(wave)
    book, _moments = score_wave(
        settings.STORE,
        study=plan.vocab_study,
        wave=plan.vocab_wave,
        tree=plan.tree,
        specification=specify(plan.questionnaires),
        comparisons=Comparisons(None if before is None else standing_book(before)),
        invited=plan.invited_array,
    )
    save_book(book, book_folder(wave))
    figures = int(sum(int(panel.shown.sum()) for panel in book.panels))
    wave.outcome |= {"units": len(plan.tree), "figures": figures, "inputs_hash": book.inputs_hash}
    wave.state, wave.released_at = wave.State.RELEASED, at
    wave.save()
    book_of(wave)  # the first page that is asked for maps it
    return wave


def sealed_wave(
    study: Any,
    tree: UnitTree,
    table: AnswerTable,
    cuts: tuple[Any, ...],
    order: int,
    at: datetime,
    instruments: tuple[str, ...],
    services: Mapping[str, tuple[str, ...]] | None = None,
) -> Any:
    """A wave that was asked of a quarter more people than answered, closed, its answers about to be sealed.

    instruments: questionnaires as YAML. services: who serves whom, by key. Nobody knows how many customers were asked.
    """
    from headwater.rooms.listen.logic.plans import WavePlan
    from headwater.rooms.listen.models import Wave

    told = np.bincount(table.unit, minlength=len(tree))
    plan = WavePlan(
        study=study.key,
        study_title=study.title,
        wave=f"w{order}",
        wave_title=f"Wave {order}",
        order=order,
        lens=study.lens,
        promise=study.promise,
        channel=study.channel,
        k=5,
        comment_k=10,
        languages=("en",),
        instruments=instruments,
        unit_ids=tree.ids,
        unit_names=tree.names,
        unit_parents=tuple(tree.parent.tolist()),
        unit_leaders=tree.leaders,
        invited=() if study.channel == study.Channel.CUSTOMERS else tuple((told + told // 4).tolist()),
        cuts=cuts,
        organisation=tree.names[0],
        services=services or {},
    )
    return Wave.objects.create(
        study=study,
        key=plan.wave,
        title=plan.wave_title,
        order=order,
        state=Wave.State.SEALED,
        opens_at=at - timedelta(days=17),
        closes_at=at - timedelta(days=3),
        late_until=at,
        launched_at=at - timedelta(days=17),
        sealed_at=at,
        forgotten_at=at,
        responses=len(table),
        plan=plan.to_json(),
        outcome={"earlier": {key: key for key in tree.ids}} if order > 1 else {},
        public_key=b"gone with its private half",
    )


def _with_cuts(table: AnswerTable, cuts: tuple[Any, ...], order: int) -> AnswerTable:
    """The answers, each respondent in a level of every cut by chance."""
    from dataclasses import replace

    rng = np.random.default_rng(1_000 + order)
    drawn = {cut.key: (rng.integers(0, len(cut.levels), len(table)).astype(np.int16), cut.levels) for cut in cuts}
    return replace(table, cuts=drawn)
