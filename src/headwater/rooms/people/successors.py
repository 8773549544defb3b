"""What became of units in a reorganisation: shown, chosen, and followed from an earlier tree to the present one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from headwater.org import Recut, UnitLink, UnitMapping
from headwater.rooms.house import audit
from headwater.rooms.people.imports import ImportRefusedError, State
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.logic.succession import Succession, follow, take_back
from headwater.rooms.people.models import ImportChange, OrganisationImport, Unit, UnitSuccessor, User
from headwater.rooms.people.past import events_after
from headwater.rooms.people.populations import tree_of
from headwater.rooms.people.queries import get_import
from headwater.rooms.people.viewers import require
from headwater.vocab import HeadwaterError, UnitTree

ROWS = 50
MOST_PARTS = 5
MOST_OFFERED = 300
OPEN = (State.CHECKED, State.WAITING)
"""While an import stands so, what becomes of its units can be put right."""


class UnknownUnitsError(HeadwaterError):
    """A choice names units that will not be there."""

    def __init__(self, units: tuple[str, ...]) -> None:
        """Take the ids."""
        super().__init__(", ".join(units))
        self.units = units


@dataclass(frozen=True)
class SuccessionRow:
    """One old unit and the units that follow it."""

    old: str
    old_name: str
    is_closing: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Part:
    """One unit that follows. new: "" when nowhere."""

    new: str
    name: str
    share: float
    basis: str
    basis_title: str


@dataclass(frozen=True)
class SuccessionPage:
    """A page of old units; `offered` are units that may follow them."""

    made: OrganisationImport
    rows: tuple[SuccessionRow, ...]
    pages: Page[str]
    offered: tuple[tuple[str, str], ...]
    is_open: bool

    def with_choices(self, chosen: Mapping[str, Sequence[str]]) -> SuccessionPage:
        """Return the page with what somebody entered in place of what is kept."""
        rows = tuple(
            replace(row, parts=tuple(Part(new, "", 0.0, "", "") for new in chosen[row.old] if new.strip()))
            if row.old in chosen
            else row
            for row in self.rows
        )
        return replace(self, rows=rows)


def list_successions(*, viewer: Viewer, made_by: OrganisationImport) -> dict[str, int]:
    """Count the old units of an import: all, and those that go nowhere."""
    require(viewer, "organisation.import")
    rows = UnitSuccessor.objects.filter(made_by=made_by)
    lost = rows.filter(new="").values("old").distinct().count()
    return {"all": rows.values("old").distinct().count(), "lost": lost}


def succession_page(*, viewer: Viewer, import_id: UUID, page: int) -> SuccessionPage:
    """Return one page of old units with what follows them. Raises Http404."""
    made = get_import(viewer=viewer, import_id=import_id)
    olds = UnitSuccessor.objects.filter(made_by=made).order_by("old").values_list("old", flat=True).distinct()
    pages = Paginator(olds, ROWS).get_page(page)
    keys = list(pages.object_list)
    kept: dict[str, list[UnitSuccessor]] = {key: [] for key in keys}
    for row in UnitSuccessor.objects.filter(made_by=made, old__in=keys).order_by("-share", "new"):
        kept[row.old].append(row)
    names = _names(made, {*keys, *(row.new for rows in kept.values() for row in rows if row.new)})
    closing = set(_closing(made).filter(key__in=keys).values_list("key", flat=True))
    rows = tuple(
        SuccessionRow(
            key,
            names[key][0],
            key in closing,
            tuple(
                Part(row.new, names[row.new][1] if row.new else "", row.share, row.basis, row.get_basis_display())
                for row in kept[key]
            ),
        )
        for key in keys
    )
    return SuccessionPage(made, rows, pages, _offered(made), made.state in OPEN)


def _closing(made: OrganisationImport) -> QuerySet[ImportChange]:
    return ImportChange.objects.filter(made_by=made, kind="unit", what="leaves")


def _names(made: OrganisationImport, keys: set[str]) -> dict[str, tuple[str, str]]:
    """The name of each unit before and after an import."""
    standing = dict(Unit.objects.filter(key__in=keys).values_list("key", "name"))
    found = {key: (standing.get(key, key), standing.get(key, key)) for key in keys}
    for change in ImportChange.objects.filter(made_by=made, kind="unit", key__in=keys):
        before, after = found[change.key]
        found[change.key] = ((change.before or {}).get("name", before), (change.after or {}).get("name", after))
    return found


def _offered(made: OrganisationImport) -> tuple[tuple[str, str], ...]:
    """Units that may follow, those that the import makes first."""
    changes = ImportChange.objects.filter(made_by=made, kind="unit").exclude(after=None).order_by("pk")
    new = [(change.key, str((change.after or {})["name"])) for change in changes[:MOST_OFFERED]]
    known = {key for key, _name in new}
    closing = set(_closing(made).values_list("key", flat=True))
    standing = Unit.objects.filter(is_open=True).order_by("number").values_list("key", "name")[:MOST_OFFERED]
    more = [(key, name) for key, name in standing if key not in known and key not in closing]
    return tuple([*new, *more][:MOST_OFFERED])


def choose_successors(*, import_id: UUID, chosen: Mapping[str, Sequence[str]], actor: User, now: datetime) -> None:
    """Keep what somebody says became of old units; several new units mean that the team was parted.

    Empty choices mean that a unit goes nowhere. Saying again what is kept changes nothing. Raises ImportRefusedError
    once the import is decided, UnknownUnitsError for units that will not be there.
    """
    with transaction.atomic():
        made = OrganisationImport.objects.select_for_update().get(pk=import_id)
        if made.state not in OPEN:
            raise ImportRefusedError(_("This import was already decided."))
        wanted = {
            old: list(dict.fromkeys(new.strip() for new in news if new.strip()))[:MOST_PARTS]
            for old, news in chosen.items()
        }
        _refuse_unknown(made, {new for news in wanted.values() for new in news})
        changed = {}
        for old, news in wanted.items():
            kept = UnitSuccessor.objects.filter(made_by=made, old=old)
            standing = {row.new for row in kept}
            if not standing or standing == set(news or [""]):
                continue
            kept.delete()
            UnitSuccessor.objects.bulk_create(
                UnitSuccessor(
                    made_by=made, old=old, new=new, share=1 / len(news or [""]), basis=UnitSuccessor.Basis.CHOSEN
                )
                for new in news or [""]
            )
            changed[old] = news
        if changed:
            payload = {"units": changed}
            audit.record(
                action="organisation.mapped", actor=str(actor.pk), subject=str(made.pk), payload=payload, now=now
            )


def _refuse_unknown(made: OrganisationImport, keys: set[str]) -> None:
    after = set(
        ImportChange.objects.filter(made_by=made, kind="unit", key__in=keys)
        .exclude(after=None)
        .values_list("key", flat=True)
    )
    closing = set(_closing(made).filter(key__in=keys).values_list("key", flat=True))
    after |= set(Unit.objects.filter(key__in=keys, is_open=True).values_list("key", flat=True)) - closing
    if unknown := tuple(sorted(keys - after)):
        raise UnknownUnitsError(unknown)


def earlier_units(old: UnitTree, taken_at: datetime, new: UnitTree | None = None) -> Recut:
    """Place the units of an earlier tree in the present one, or in `new`, through every import since.

    old: the tree of a wave, its ids the keys of units. taken_at: when it was frozen. Recut.sources(unit) are the old
    units whose teams together are a new one; Recut.comparable says of which units an earlier result may be shown at
    all, and Recut.reasons why not. Which unions are released is for the gate to say. Raises LookupError while there is
    no organisation.
    """
    there = new if new is not None else tree_of()[0]
    return UnitMapping(tuple(_within(follow(old.ids, _steps_since(taken_at)), there))).recut(old, there)


def _steps_since(taken_at: datetime) -> list[list[Succession]]:
    steps = []
    for _when, import_id, is_applied in events_after(taken_at):
        rows = [
            Succession(row.old, row.new, row.share, row.basis)
            for row in UnitSuccessor.objects.filter(made_by=import_id).order_by("old", "new")
        ]
        if not is_applied:
            joined = ImportChange.objects.filter(made_by=import_id, kind="unit", what="joins")
            rows = take_back(rows, frozenset(joined.values_list("key", flat=True)))
        steps.append(rows)
    return steps


def _within(links: Sequence[UnitLink], tree: UnitTree) -> list[UnitLink]:
    """Turn links to units that are no longer there into links to nowhere."""
    shares: dict[tuple[str, str], float] = {}
    for link in links:
        pair = (link.old, link.new if link.new in tree.index_of else "")
        shares[pair] = shares.get(pair, 0.0) + link.share
    return [UnitLink(*pair, min(share, 1.0)) for pair, share in shares.items()]
