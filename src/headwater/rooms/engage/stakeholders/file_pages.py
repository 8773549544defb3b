"""What a file of stakeholders would do, row by row, as a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from headwater.rooms.engage.models import AttitudeReading, Preference, Rating, RegisterFile, Stakeholder
from headwater.rooms.engage.stakeholders.file_services import is_usable
from headwater.rooms.engage.stakeholders.register_pages import get_register_file
from headwater.rooms.house.slots import Text
from headwater.rooms.people.logic.roles import Viewer

MOST_SHOWN = 500

HOW = {
    "id": gettext_lazy("the same external id"),
    "email": gettext_lazy("the same e-mail address"),
    "name": gettext_lazy("the same name and place, and nothing new"),
    "proposed": gettext_lazy("perhaps the same: you decide"),
    "new": gettext_lazy("nobody like this is here yet"),
    "out": gettext_lazy("left out"),
}


@dataclass(frozen=True)
class Change:
    """One value before and after."""

    name: Text
    before: str
    after: str


@dataclass(frozen=True)
class Candidate:
    """One whom a row may mean. number: as the form sends it."""

    number: int
    name: str
    place: str
    is_known: bool
    changes: tuple[Change, ...]
    kept: tuple[Text, ...]


@dataclass(frozen=True)
class FileLine:
    """One row of the file. adds: somebody new comes into the register."""

    row: int
    name: str
    how: str
    why: Text
    candidates: tuple[Candidate, ...]
    adds: bool
    stakeholder: str = ""


@dataclass(frozen=True)
class FilePage:
    """A file. added, merged, unchanged, open: how many rows do what."""

    made: RegisterFile
    lines: tuple[FileLine, ...]
    more: int
    added: int
    merged: int
    unchanged: int
    open: int
    is_usable: bool
    problems: tuple[dict[str, Any], ...]


def file_page(*, viewer: Viewer, file_id: UUID) -> FilePage:
    """Return what a file would do, or did."""
    made = get_register_file(viewer=viewer, file_id=file_id)
    if made.state == RegisterFile.State.CHECKED:
        lines = [_planned(plan) for plan in made.rows]
    else:
        names = {
            str(one.pk): str(one)
            for one in Stakeholder.objects.select_related("person").filter(
                pk__in=[plan["stakeholder"] for plan in made.rows if plan["stakeholder"]]
            )
        }
        lines = [_done(plan, names) for plan in made.rows]
    lines.sort(key=lambda line: (line.how != "proposed", line.row))
    changing = [line for line in lines if line.how not in ("proposed", "out")]
    added = sum(line.adds for line in changing)
    merged = sum(not line.adds and any(one.changes for one in line.candidates) for line in changing)
    return FilePage(
        made=made,
        lines=tuple(lines[:MOST_SHOWN]),
        more=max(0, len(lines) - MOST_SHOWN),
        added=added,
        merged=merged,
        unchanged=len(changing) - added - merged,
        open=sum(line.how == "proposed" for line in lines) if made.state == RegisterFile.State.CHECKED else 0,
        is_usable=is_usable(made),
        problems=tuple(made.problems),
    )


def field_name(key: str) -> Text:
    """Return what a field of a file is called."""
    names: dict[str, Text] = {
        "external_id": _("external id"),
        "name": _("name"),
        "email": _("e-mail address"),
        "role": _("role"),
        "organisation": _("organisation"),
        "attitude": _("attitude now"),
        "desired": _("attitude hoped for"),
        "minutes": _("minutes a week"),
        **{aspect.value: aspect.label for aspect in Rating.Aspect},
        **{kind.value: kind.label for kind in Preference.Kind},
    }
    return names.get(key, key)


def _planned(plan: dict[str, Any]) -> FileLine:
    candidates = tuple(
        Candidate(
            number,
            one["name"] or plan["name"],
            one["place"],
            bool(one["stakeholder"]),
            tuple(
                Change(field_name(key), _shown(key, before), _shown(key, after))
                for key, before, after in one["changes"]
            ),
            tuple(field_name(key) for key in one["kept"]),
        )
        for number, one in enumerate(plan["candidates"])
    )
    adds = plan["how"] != "proposed" and not candidates[0].is_known
    return FileLine(plan["row"], plan["name"], plan["how"], HOW[plan["how"]], candidates, adds)


def _done(plan: dict[str, Any], names: dict[str, str]) -> FileLine:
    changes = tuple(Change(field_name(key), "", "") for key in plan["fields"])
    name = names.get(plan["stakeholder"], "") or pgettext("a row without anybody", "nobody any more")
    candidate = Candidate(0, name, "", True, changes, ())
    adds = bool(plan.get("added"))
    return FileLine(
        plan["row"], name, plan["how"], HOW[plan["how"]], (candidate,), adds, plan["stakeholder"] if name else ""
    )


def _shown(key: str, value: str) -> str:
    if not value:
        return ""
    if key in ("attitude", "desired"):
        return str(AttitudeReading.Level(value).label)
    if key == "form":
        return str(Preference.Form(value).label)
    return value
