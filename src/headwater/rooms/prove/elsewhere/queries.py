"""What the pages of shared summaries show. Every query takes its viewer and refuses what they may not see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from headwater.reports import wording as words
from headwater.rooms.people.logic.roles import Viewer, can
from headwater.rooms.people.tabs import has_role_for
from headwater.rooms.people.viewers import require
from headwater.rooms.prove.effects.allowed import SEE
from headwater.rooms.prove.effects.learned import FamilyLine, families_of, pooled_words, title_of
from headwater.rooms.prove.elsewhere.gathering import Choices, Ready, ready_summary
from headwater.rooms.prove.elsewhere.reading import family_of
from headwater.rooms.prove.elsewhere.services import SHARE
from headwater.rooms.prove.elsewhere.signing import file_of, own_key, public_of
from headwater.rooms.prove.elsewhere.words import SECTORS, SIZES, WAITING
from headwater.rooms.prove.logic.elsewhere import FEW_ORGANISATIONS, Elsewhere, Told, elsewhere
from headwater.rooms.prove.logic.sharing import DECIMALS, Family, least_of
from headwater.rooms.prove.models import BroughtSummary, EffectCheck, SharedSummary
from headwater.vocab import speaking

SHORT = 8


@dataclass(frozen=True)
class Row:
    """What one organisation says of one kind of action, as people read it."""

    name: str
    about: str
    mean: str
    effects: str
    outcomes: str
    year: int
    is_invented: bool


@dataclass(frozen=True)
class Kind:
    """One kind of action on one kind of score, elsewhere and here. said: what all say together; more: how sure."""

    title: str
    together: Elsewhere
    said: str
    more: tuple[str, ...]
    rows: tuple[Row, ...]
    own: tuple[str, ...]


@dataclass(frozen=True)
class ElsewherePage:
    """What tends to work elsewhere. own_only: kinds that only this house has. left_out: invented files set aside."""

    kinds: tuple[Kind, ...]
    own_only: tuple[FamilyLine, ...]
    organisations: int
    is_invented: bool
    left_out: int
    shares: bool


@dataclass(frozen=True)
class BroughtLine:
    """One summary that was brought. stands: whether it counts, or why not."""

    summary: BroughtSummary
    name: str
    rows: int
    stands: str


@dataclass(frozen=True)
class FilesPage:
    """Summaries of others, and those that left from here."""

    brought: tuple[BroughtLine, ...]
    shared: tuple[SharedSummary, ...]


@dataclass(frozen=True)
class SharePage:
    """What would leave, word for word. titles: of the rows; waiting: what stays and why."""

    ready: Ready
    text: str
    titles: tuple[str, ...]
    waiting: tuple[str, ...]
    key: str


def elsewhere_page(*, viewer: Viewer, now: datetime) -> ElsewherePage:
    """Return what tends to work elsewhere, beside here. Raises PermissionDenied."""
    if not has_role_for(viewer, SEE):
        raise PermissionDenied
    counted, left_out = counted_summaries()
    own = {one.family.key: one for one in families_of(viewer=viewer, now=now)}
    told: dict[Family, list[tuple[BroughtSummary, dict[str, Any]]]] = {}
    for one in counted:
        for row in one.content["rows"]:
            told.setdefault(family_of(row), []).append((one, row))
    with speaking(get_language() or "en"):
        kinds = tuple(_kind(family, told[family], own.get(family)) for family in sorted(told))
    return ElsewherePage(
        kinds,
        tuple(line for key, line in own.items() if key not in told),
        len(counted),
        any(one.is_invented for one in counted),
        left_out,
        can(viewer, SHARE),
    )


def counted_summaries() -> tuple[tuple[BroughtSummary, ...], int]:
    """Return the summaries that count, one an organisation, and how many invented ones were set aside.

    The latest edition of an organisation counts; invented ones count only while there is no real one.
    """
    latest: dict[str, BroughtSummary] = {}
    for one in BroughtSummary.objects.order_by("edition"):
        latest[one.key] = one
    every = sorted(latest.values(), key=lambda one: (one.brought_at, one.digest))
    real = [one for one in every if not one.is_invented]
    return (tuple(real), len(every) - len(real)) if real else (tuple(every), 0)


def files_page(*, viewer: Viewer) -> FilesPage:
    """Return all files. Raises PermissionDenied."""
    require(viewer, SHARE)
    counted, _left = counted_summaries()
    standing = {one.pk for one in counted}
    newest: dict[str, int] = {}
    every = list(BroughtSummary.objects.select_related("brought_by").order_by("-brought_at", "digest"))
    for one in every:
        newest[one.key] = max(newest.get(one.key, 0), one.edition)
    lines = tuple(
        BroughtLine(one, name_of(one), len(one.content["rows"]), _stands(one, standing, newest)) for one in every
    )
    return FilesPage(lines, tuple(SharedSummary.objects.select_related("shared_by").order_by("-edition")))


def share_page(*, viewer: Viewer, choices: Choices, now: datetime) -> SharePage:
    """Return what would leave. Raises PermissionDenied."""
    require(viewer, SHARE)
    ready = ready_summary(choices=choices, now=now)
    text = file_of(ready.content, own_key()).decode()
    titles = tuple(title_of(family) for family in sorted(ready.shared.rows))
    waiting = tuple(
        _("%(kind)s: %(why)s") % {"kind": title_of(family), "why": WAITING[why]}
        for family, why in sorted(ready.shared.waiting.items())
    )
    return SharePage(ready, text, titles, waiting, public_of(own_key()))


def shared_file(*, viewer: Viewer, summary_id: UUID) -> tuple[str, bytes]:
    """Return the name and bytes of a summary that left. Raises PermissionDenied, SharedSummary.DoesNotExist."""
    require(viewer, SHARE)
    found = SharedSummary.objects.get(pk=summary_id)
    return f"effects-{found.edition}.json", file_of(found.content, own_key())


def name_of(one: BroughtSummary) -> str:
    """Return what an organisation is called here: as who brought it wrote, else the beginning of its key."""
    return one.label or _("Organisation %(key)s") % {"key": one.key[:SHORT]}


def _stands(one: BroughtSummary, standing: set[UUID], newest: dict[str, int]) -> str:
    if one.pk in standing:
        return _("counts")
    if one.edition < newest[one.key]:
        return _("replaced by a later one of the same organisation")
    return _("invented, and left out because real ones stand here")


def _kind(family: Family, told: Iterable[tuple[BroughtSummary, dict[str, Any]]], own: FamilyLine | None) -> Kind:
    listed = list(told)
    decimals = DECIMALS[family[2]]
    together = elsewhere(
        [
            Told(one.key, row["mean"], row["error"], least_of(row["effects"]), row["outcomes_of_ten"]["harm"])
            for one, row in listed
        ]
    )
    rows = tuple(_row(one, row, decimals) for one, row in listed)
    said, more = _said(together, decimals)
    return Kind(title_of(family), together, said, (*more, *_scale(family)), rows, _own(together, own, decimals))


def _harmed(together: Elsewhere) -> str:
    """How many say that some of it did harm."""
    count = len(together.told)
    if count == 1:
        return _("It says that some of it did harm.") if together.harmed else _("It says that none of it did harm.")
    if not together.harmed:
        return _("None of them says that any of it did harm.")
    return ngettext(
        "%(n)s of %(all)s organisations says that some of it did harm.",
        "%(n)s of %(all)s organisations say that some of it did harm.",
        together.harmed,
    ) % {"n": together.harmed, "all": count}


def _said(together: Elsewhere, decimals: int) -> tuple[str, tuple[str, ...]]:
    count, harmed = len(together.told), _harmed(together)
    pooled = together.pooled
    if pooled is None:
        said = (
            _("One organisation alone: what it found may be its own case. Nothing can be said of others.")
            if count == 1
            else _("Two organisations: too few to say what others would find. Read each for itself.")
        )
        return said, (harmed,)
    given = pooled_words(pooled, decimals)
    said = {
        "works": _("It tends to help elsewhere: %(mean)s toward the better on average (%(range)s)."),
        "harms": _("It tends to do harm elsewhere: %(mean)s on average (%(range)s)."),
        "unclear": _("No tendency is clear elsewhere: %(mean)s on average (%(range)s)."),
    }[together.tendency] % given  # fmt: skip
    more = [
        _("An organisation that is not among the %(k)s may find anything from %(ahead)s. %(i2)s%% of the differences "
          "between them are more than chance.") % given,
        harmed,
    ]  # fmt: skip
    if together.without_one is not None:
        low, high = together.without_one
        more.append(
            _("Leaving out any one of them, the average lies between %(low)s and %(high)s.")
            % {"low": words.signed(low, decimals), "high": words.signed(high, decimals)}
        )
    if count < FEW_ORGANISATIONS:
        more.append(_("%(k)s organisations are few: the ranges are wide, and may still be too narrow.") % given)
    return said, tuple(more)


def _row(one: BroughtSummary, row: dict[str, Any], decimals: int) -> Row:
    # The normal range of the error as given; pooling widens it for few effects.
    half = 1.96 * Told(one.key, row["mean"], row["error"], least_of(row["effects"]), 0).widened
    content = one.content
    about = [str(named[content[name]]) for name, named in (("sector", SECTORS), ("size", SIZES)) if content[name]]
    outcomes = [
        f"{EffectCheck.Verdict(verdict).label}: {number}"
        for verdict, number in sorted(
            row["outcomes_of_ten"].items(), key=lambda pair: list(EffectCheck.Verdict.values).index(pair[0])
        )
        if number
    ]
    spread = words.spread(row["mean"] - half, row["mean"] + half, decimals, sign=True)
    return Row(
        name_of(one),
        ", ".join(about),
        f"{words.signed(row['mean'], decimals)} ({spread})",
        row["effects"],
        " · ".join(outcomes),
        row["made_in"],
        one.is_invented,
    )


def _own(together: Elsewhere, own: FamilyLine | None, decimals: int) -> tuple[str, ...]:
    """What this house found, and whether it lies where organisations elsewhere lie."""
    if own is None:
        return (_("Nothing of this kind was registered here."),)
    lines = [own.words]
    here, there = own.family.pooled, together.pooled
    if here is not None and there is not None:
        inside = there.predicted_low <= here.mean <= there.predicted_high
        lines.append(
            _("That lies where organisations elsewhere lie.")
            if inside
            else _("That lies outside what organisations elsewhere would lead one to expect.")
        )
    return tuple(lines)


def _scale(family: Family) -> tuple[str, ...]:
    unit, ends = family[2], family[3]
    if unit == "percent":
        return (_("In percentage points, toward the better."),)
    return (_("On a scale of %(ends)s, toward the better.") % {"ends": ends.replace("-", "–", 1)},)
