"""Files of stakeholders: a dry run, bringing it in, and taking it back.

A file is matched anew when it is brought in. When the register changed so that it would do something else than shown,
it becomes a dry run again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.rooms.engage.logic.register_rows import RATED
from headwater.rooms.engage.models import (
    AttitudeReading,
    Preference,
    Rating,
    RegisterChange,
    RegisterFile,
    Stakeholder,
    WeeklyCap,
)
from headwater.rooms.engage.stakeholders import services
from headwater.rooms.engage.stakeholders.file_reading import TEXTS, Plan, new_candidate, read_register, reason_of
from headwater.rooms.engage.stakeholders.register import StakeholderRefusedError, begin_again, write_down
from headwater.rooms.house import audit
from headwater.rooms.people.models import Person, User

MOST_PROBLEMS = 500
PLAIN = ("external_id", "name", "email", "role", "organisation")
State = RegisterFile.State
MADE: Mapping[str, type[models.Model]] = {"rating": Rating, "attitude": AttitudeReading, "preference": Preference}
NEW, OUT = "new", "out"


def check_file(*, content: bytes, file_name: str, actor: User, now: datetime) -> RegisterFile:
    """Read a file in a dry run and keep what it would do. Nothing of the register changes."""
    plans, problems = read_register(content, file_name, today=timezone.localdate(now))
    with transaction.atomic():
        made = RegisterFile.objects.create(
            file_name=file_name[:200],
            sha256=hashlib.sha256(content).hexdigest(),
            rows=plans,
            problems=[asdict(problem) for problem in problems[:MOST_PROBLEMS]],
            uploaded_at=now,
            uploaded_by=actor,
        )
        _record("checked", made, actor, now, rows=len(plans), problems=len(problems))
    return made


def is_usable(made: RegisterFile) -> bool:
    """Whether a dry run may be brought in: no row of it is wrong, and it does something."""
    return bool(made.rows) and not any(one["severity"] == "error" for one in made.problems)


def apply_file(*, file_id: UUID, decisions: Mapping[int, str], actor: User, now: datetime) -> RegisterFile:
    """Bring a file in. decisions: by row, for proposals: the number of the one meant, a "new" person, or left "out".

    Raises StakeholderRefusedError for a file with errors, one already decided, a proposal nobody decided on, and when
    somebody of it was erased or changed since.
    """
    with transaction.atomic():
        made = _locked(file_id, State.CHECKED)
        if not is_usable(made):
            raise StakeholderRefusedError(_("This file has errors. Correct them and upload it again."))
        open_rows = [
            plan["row"]
            for plan in made.rows
            if plan["how"] == "proposed" and decisions.get(plan["row"]) not in _choices(plan)
        ]
        if open_rows:
            told = ", ".join(str(row) for row in open_rows[:10])
            raise StakeholderRefusedError(_("Say for each proposal who is meant. Open: row %(rows)s.") % {"rows": told})
        rows = []
        for plan in made.rows:
            decision = decisions.get(plan["row"], "") if plan["how"] == "proposed" else ""
            if decision == OUT:
                rows.append({"row": plan["row"], "how": OUT, "stakeholder": "", "fields": []})
                continue
            candidates = [new_candidate(plan["values"])] if decision == NEW else plan["candidates"]
            chosen = candidates[int(decision)] if decision.isdigit() else candidates[0]
            one = _bring_in(made, {**plan, **chosen}, actor, now)
            fields = [key for key, _before, _after in chosen["changes"]]
            how = "new" if decision == NEW else plan["how"]
            rows.append(
                {
                    "row": plan["row"],
                    "how": how,
                    "stakeholder": str(one.pk),
                    "fields": fields,
                    "added": not chosen["stakeholder"],
                }
            )
        made.rows, made.state, made.applied_at = rows, State.APPLIED, now
        made.save()
        changed = RegisterChange.objects.filter(made_by=made)
        _record("applied", made, actor, now, added=changed.filter(before=None).count(), touched=changed.count())
    return made


def drop_file(*, file_id: UUID, actor: User, now: datetime) -> None:
    """Throw a dry run away, with what it said of people. Safe to repeat."""
    with transaction.atomic():
        made = RegisterFile.objects.select_for_update().get(pk=file_id)
        if made.state == State.DROPPED:
            return
        made = _locked(file_id, State.CHECKED)
        made.state, made.rows, made.problems = State.DROPPED, [], []
        made.save()
        _record("dropped", made, actor, now)


def undo_file(*, file_id: UUID, actor: User, now: datetime) -> RegisterFile:
    """Take a file back: what it added goes, what it changed stands as before. Safe to repeat.

    What somebody changed by hand since stays. Somebody it added who is in use elsewhere is put away instead of deleted.
    """
    with transaction.atomic():
        made = RegisterFile.objects.select_for_update().get(pk=file_id)
        if made.state == State.UNDONE:
            return made
        made = _locked(file_id, State.APPLIED)
        for change in RegisterChange.objects.select_related("stakeholder").filter(made_by=made):
            _take_back(change, actor, now)
        made.state, made.undone_at = State.UNDONE, now
        made.save()
        _record("undone", made, actor, now)
    return made


def _choices(plan: Plan) -> set[str]:
    return {NEW, OUT, *(str(place) for place in range(len(plan["candidates"])))}


def _bring_in(made: RegisterFile, plan: Plan, actor: User, now: datetime) -> Stakeholder:
    values = plan["values"]
    before = None
    if plan["stakeholder"]:
        one = Stakeholder.objects.select_for_update().filter(pk=plan["stakeholder"], erased_at=None).first()
        if one is None:
            raise StakeholderRefusedError(_("Row %(row)s: this stakeholder was erased.") % {"row": plan["row"]})
        before = {name: getattr(one, name) for name in PLAIN} | {"archived": one.archived_at is not None}
    else:
        person = Person.objects.filter(pk=plan["person"], is_active=True).first() if plan["person"] else None
        if plan["person"] and person is None:
            raise StakeholderRefusedError(_("Row %(row)s: this person has left.") % {"row": plan["row"]})
        _check_free(plan, person)
        one = Stakeholder.objects.select_for_update().filter(person=person).exclude(person=None).first() or Stakeholder(
            person=person,
            name="" if person else values["name"],
            email="" if person else values.get("email", ""),
        )
        begin_again(one, actor=actor, origin=Stakeholder.Origin.FILE, now=now)
        write_down("added", one, actor, now, origin="file", file=str(made.pk))
    changed = {key: after for key, _before, after in plan["changes"] if key in PLAIN}
    if one.person_id is not None:
        changed = {key: value for key, value in changed.items() if key not in ("name", "email")}
    external = changed.get("external_id", "")
    if external and Stakeholder.objects.filter(external_id=external).exclude(pk=one.pk).exists():
        raise StakeholderRefusedError(_("Row %(row)s: somebody else has this id now.") % {"row": plan["row"]})
    for name, value in changed.items():
        setattr(one, name, value)
    one.archived_at = None
    one.save()
    touched = _note(one, plan, made, actor, now)
    if before is None or changed or any(touched.values()) or before["archived"]:
        after = {"plain": changed, "made": touched}
        RegisterChange.objects.create(made_by=made, stakeholder=one, before=before, after=after)
        if before is not None:
            write_down("brought_in", one, actor, now, file=str(made.pk), fields=sorted(changed))
    return one


def _check_free(plan: Plan, person: Person | None) -> None:
    """Refuse to add somebody who came into the register since the dry run."""
    email = plan["values"].get("email", "")
    taken = (
        Stakeholder.objects.filter(person=person, erased_at=None)
        if person is not None
        else Stakeholder.objects.filter(email__iexact=email or "-", person=None)
    )
    if taken.exists():
        raise StakeholderRefusedError(
            _("Row %(row)s: they came into the register meanwhile. Upload the file again.") % {"row": plan["row"]}
        )


def _note(one: Stakeholder, plan: Plan, made: RegisterFile, actor: User, now: datetime) -> dict[str, list[str]]:
    """Note what a row rates, reads and assumes. Returns the ids of what was added, by kind, and the cap before."""
    reason = reason_of(plan["values"], made.file_name)
    found: dict[str, list[str]] = {"rating": [], "attitude": [], "preference": []}
    for key, before, after in plan["changes"]:
        if key in RATED:
            row = services.rate(stakeholder=one, aspect=key, value=int(after), reason=reason, actor=actor, now=now)
            found["rating"].append(str(row.pk))
        elif key in ("attitude", "desired"):
            reading = services.read_attitude(
                stakeholder=one,
                level=after,
                source=AttitudeReading.Source.JUDGED,
                words=reason_of(plan["values"], made.file_name, "attitude_reason"),
                aspect=AttitudeReading.Aspect.NOW if key == "attitude" else AttitudeReading.Aspect.DESIRED,
                actor=actor,
                now=now,
            )
            found["attitude"].append(str(reading.pk))
        elif key in TEXTS:
            said = services.say_preference(stakeholder=one, kind=key, value=after, is_asked=False, actor=actor, now=now)
            if said is not None:
                found["preference"].append(str(said.pk))
        elif key == "minutes":
            services.say_minutes(stakeholder=one, minutes=int(after), is_asked=False, actor=actor, now=now)
            found["minutes"] = [before, after]
    return found


def _take_back(change: RegisterChange, actor: User, now: datetime) -> None:
    one = Stakeholder.objects.select_for_update().get(pk=change.stakeholder_id)
    if one.erased_at is not None:
        return
    for kind, model in MADE.items():
        model._default_manager.filter(pk__in=change.after["made"].get(kind, ())).delete()
    if change.after["made"].get("minutes"):
        _put_cap_back(one, *change.after["made"]["minutes"], actor=actor, now=now)
    if change.before is None:
        change.delete()
        try:
            with transaction.atomic():
                one.delete()
        except models.ProtectedError:
            one.archived_at = one.archived_at or now
            one.save(update_fields=["archived_at"])
        write_down("taken_out", change.stakeholder, actor, now)
        return
    for name, value in change.after["plain"].items():
        if getattr(one, name) == value:
            setattr(one, name, change.before[name])
    if change.before["archived"]:
        one.archived_at = now
    one.save()
    write_down("put_back", one, actor, now)


def _put_cap_back(one: Stakeholder, before: str, after: str, *, actor: User, now: datetime) -> None:
    whose = {"person": one.person} if one.person_id is not None else {"outsider": one}
    row = WeeklyCap.objects.filter(**whose, basis=WeeklyCap.Basis.ASSUMED, minutes=int(after)).first()
    if row is None:
        return
    if before:
        row.minutes, row.set_at, row.set_by = int(before), now, actor
        row.save()
    else:
        row.delete()


def _locked(file_id: UUID, state: str) -> RegisterFile:
    made = RegisterFile.objects.select_for_update().get(pk=file_id)
    if made.state != state:
        raise StakeholderRefusedError(_("This file was already decided."))
    return made


def _record(action: str, made: RegisterFile, actor: User, now: datetime, **payload: Any) -> None:
    told = {"file": made.sha256, **payload}
    audit.record(action=f"stakeholders.file_{action}", actor=str(actor.pk), subject=str(made.pk), payload=told, now=now)
