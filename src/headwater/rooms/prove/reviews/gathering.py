"""One review gathered from every room, in every language of the desk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from headwater.rooms.prove.reviews.doing import incidents_in, obstacles_in, promises_in, visits_in
from headwater.rooms.prove.reviews.facts import Facts, Said
from headwater.rooms.prove.reviews.health import closed_share, minutes_of_leaders, pace_in, spoken_of
from headwater.rooms.prove.reviews.hearing import chosen_in, heard_in
from headwater.rooms.prove.reviews.judging import changed_in, headline_of, visits_move, worth_of
from headwater.rooms.prove.reviews.span import Part
from headwater.vocab import speaking


def gather(part: Part) -> tuple[dict[str, Any], str]:
    """Return the facts by language as plain values, and the hash of them."""
    found: dict[str, Any] = {}
    for language in settings.DESK_LANGUAGES:
        with override(language), speaking(language):
            found[language] = facts_of(part).as_plain()
    text = json.dumps(found, sort_keys=True, ensure_ascii=False)
    return found, f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def told_once(lines: Iterable[Said]) -> tuple[Said, ...]:
    """Return lines in which one record stands once, with all that is said of it."""
    found: dict[str, Said] = {}
    for place, one in enumerate(lines):
        key = one.ref or f"line:{place}"
        first = found.get(key)
        found[key] = one if first is None else replace(first, detail=f"{first.detail} {one.detail}")
    return tuple(found.values())


def facts_of(part: Part) -> Facts:
    """Return what there is to say of a part and quarter, in the language in force."""
    heard, heard_words = heard_in(part)
    chosen, stopped = chosen_in(part)
    made, kept, broken = promises_in(part)
    visits, unvisited = visits_in(part)
    obstacles, blocked, raised, cleared = obstacles_in(part)
    incidents, owed, reported, closed = incidents_in(part)
    changed, waiting, unmoved = changed_in(part)
    felt, felt_words = visits_move(part)
    failed = told_once((*unmoved, *owed, *broken, *unvisited, *blocked, *stopped))
    return Facts(
        headline=headline_of(changed, waiting, len(failed)),
        failed=failed,
        heard=heard,
        heard_words=heard_words,
        chosen=chosen,
        did=(made, visits[0], obstacles, incidents),
        promises=kept,
        changed=changed,
        waiting=waiting,
        worth=worth_of(part),
        leaders=(visits[1], minutes_of_leaders(part)),
        loop=(pace_in(part), closed_share(raised + reported, cleared + closed)),
        spoken=spoken_of(part),
        visits=felt,
        visits_words=felt_words,
        limits=(
            _("Numbers are released ones; what is too small to be shown safely is not in here."),
            _("An effect is a change beside matched units, not proof: what else happened stands with each check."),
            _("What was not recorded here did not come in."),
        ),
    )
