"""A Discovery as somebody who takes part sees it. Nothing of the truth is in it before it was revealed to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from headwater.reports import wording
from headwater.rooms.engage.discovery.reveal import Revealed
from headwater.rooms.engage.discovery.shown import Asked, answers_behind, asked_of, reveal_of, shared_words
from headwater.rooms.engage.discovery.taking import is_revealed
from headwater.rooms.engage.logic.discovery_steps import (
    COMMIT,
    CONCLUDE,
    MINUTES,
    OVER,
    PREDICT,
    REVEAL,
    SEE,
    Done,
    step_of,
)
from headwater.rooms.engage.models import (
    Discovery,
    DiscoveryCommitment,
    DiscoveryNote,
    DiscoveryParticipant,
    DiscoverySelfView,
)

PARTS = {PREDICT: "predict", SEE: "see", REVEAL: "reveal", CONCLUDE: "conclude", COMMIT: "commit", OVER: "over"}


@dataclass(frozen=True)
class StepShown:
    """One of the five steps. state: "done", "now" or ""."""

    title: str
    minutes: int
    state: str


@dataclass(frozen=True)
class CardShown:
    """One card to see. number: from 1."""

    number: int
    count: int
    kind: str
    title: str
    words: str
    aside: str
    language: str
    note: str

    @property
    def is_last(self) -> bool:
        """Whether no other follows."""
        return self.number == self.count


@dataclass(frozen=True)
class TakePage:
    """A Discovery as somebody who takes part sees it. part: the step that is shown, by name.

    revealed: empty before the reveal. analyst_words: "" before their own conclusion. others: conclusions that were
    shared. self_view: how they rated themself, said apart from everything.
    """

    discovery: Discovery
    participant: DiscoveryParticipant
    unit: str
    part: str
    is_waiting: bool
    steps: tuple[StepShown, ...]
    mark: str
    asked: tuple[Asked, ...]
    card: CardShown | None
    notes: tuple[str, ...]
    revealed: tuple[Revealed, ...]
    n: int
    inside: int
    scores: int
    self_view: str
    analyst_words: str
    others: tuple[str, ...]
    commitment: DiscoveryCommitment | None
    was_late: bool

    @property
    def is_revealed(self) -> bool:
        """Whether the truth is shown."""
        return bool(self.revealed)


def take_page(*, discovery: Discovery, participant: DiscoveryParticipant, card: int = 0) -> TakePage:
    """Return the page of one participant. card: which one to see, from 0."""
    shown = is_revealed(discovery, participant)
    commitment = DiscoveryCommitment.objects.filter(participant=participant).first()
    done = Done(
        locked=participant.locked_at is not None,
        seen=participant.seen_at is not None,
        revealed=shown,
        concluded=participant.concluded_at is not None,
        committed=commitment is not None,
    )
    step, waits = step_of(done, stage=discovery.stage, has_cards=bool(discovery.cards))
    notes = dict(DiscoveryNote.objects.filter(participant=participant).values_list("card", "words"))
    revealed = reveal_of(discovery, participant) if shown else ()
    locked_scores = [one for one in revealed if one.is_inside is not None]
    return TakePage(
        discovery=discovery,
        participant=participant,
        unit=discovery.unit.name,
        part=PARTS[step],
        is_waiting=waits,
        steps=_steps(step, has_cards=bool(discovery.cards)),
        mark=mark_of(discovery, participant),
        asked=asked_of(discovery) if step == PREDICT else (),
        card=_card(discovery, card, notes) if step == SEE and not waits else None,
        notes=tuple(notes[key] for key in sorted(notes)) if step > SEE else (),
        revealed=revealed,
        n=answers_behind(discovery) if shown else 0,
        inside=sum(bool(one.is_inside) for one in locked_scores),
        scores=len(locked_scores),
        self_view=_self_view(participant) if shown else "",
        analyst_words=discovery.analyst_words if done.concluded else "",
        others=shared_words(discovery, besides=participant) if done.concluded and discovery.is_team else (),
        commitment=commitment,
        was_late=shown and participant.locked_at is None,
    )


def mark_of(discovery: Discovery, participant: DiscoveryParticipant | None) -> str:
    """Return what changes when a page that waits has something new to show. It says nothing else."""
    own = participant is not None and participant.revealed_at is not None
    return f"{discovery.stage}-{int(own)}"


def _steps(step: int, *, has_cards: bool) -> tuple[StepShown, ...]:
    names = {
        PREDICT: _("Foresee"),
        SEE: _("See"),
        REVEAL: _("The reveal"),
        CONCLUDE: _("Your conclusion"),
        COMMIT: _("One commitment"),
    }
    kept = {key: name for key, name in names.items() if has_cards or key != SEE}
    return tuple(
        StepShown(name, MINUTES[key], "done" if key < step else "now" if key == step else "")
        for key, name in kept.items()
    )


def _card(discovery: Discovery, card: int, notes: Mapping[int, str]) -> CardShown | None:
    count = len(discovery.cards)
    if not count:
        return None
    place = min(max(card, 0), count - 1)
    found = discovery.cards[place]
    return CardShown(
        number=place + 1,
        count=count,
        kind=found["kind"],
        title=found.get("title", ""),
        words=found["words"],
        aside=found.get("note", ""),
        language=found.get("language", ""),
        note=notes.get(place, ""),
    )


def _self_view(participant: DiscoveryParticipant) -> str:
    found = DiscoverySelfView.objects.filter(participant=participant).first()
    if found is None:
        return ""
    return wording.figure(found.value, 1)
