"""Dry runs: an organisation file read and compared with the organisation as it stands, then kept for the decision.

Reading and comparing take long for a large file and hold no lock; keeping is one short transaction.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date

from headwater.formats.organisation import read_people
from headwater.org import load_organisation
from headwater.rooms.people.bulk import BATCH, insert_rows
from headwater.rooms.people.erased import count_returning
from headwater.rooms.people.logic.contacts import EMAIL, LANGUAGE, take_contacts
from headwater.rooms.people.logic.merging import merge_rows
from headwater.rooms.people.logic.plans import Encoded, Plan, encode_changes, keep_contacts, make_plan, state_of
from headwater.rooms.people.logic.succession import CHOSEN, Succession, guess_successions
from headwater.rooms.people.models import ImportChange, OrganisationImport, OrganisationState, Person, UnitSuccessor
from headwater.rooms.people.states import read_state
from headwater.vocab import InputError, Problem

MOST_PROBLEMS = 500
"""Problems kept for the page; the rest is counted."""
LARGE_ROWS, LARGE_WORKBOOK, LARGE_ORGANISATION = 2_000, 60_000, 10_000
"""Rows of a CSV file, bytes of a workbook, and people already here, from which on a check is left to the worker."""


@dataclass(frozen=True)
class Checked:
    """A plan, and what was odd in the file. plan is None when the file cannot be used.

    version: of the organisation that the file was compared with. returning: people in it who were erased here before.
    """

    plan: Plan | None
    problems: tuple[Problem, ...]
    version: int
    encoded: tuple[Encoded, ...] = ()
    fingerprint: str = ""
    successions: tuple[Succession, ...] = ()
    returning: int = 0


def is_large(content: bytes, file_name: str) -> bool:
    """Whether reading a file, or comparing it with the organisation, takes more than a moment."""
    is_workbook = file_name.lower().endswith(".xlsx")
    large = len(content) > LARGE_WORKBOOK if is_workbook else content.count(b"\n") > LARGE_ROWS
    return large or Person.objects.filter(is_active=True)[:LARGE_ORGANISATION].count() == LARGE_ORGANISATION


def plan_import(*, content: bytes, file_name: str, is_full: bool, effective_date: date) -> Checked:
    """Read a file and compare it with the organisation as it stands. Changes nothing."""
    version = OrganisationState.objects.filter(pk=1).values_list("version", flat=True).first() or 0
    try:
        found = read_people(content, name=file_name)
        rows, given, odd = take_contacts(found.rows, file_name)
        before = read_state()
        if not is_full and before.persons:
            rows, given = merge_rows(before, rows), frozenset((EMAIL, LANGUAGE))
        organisation = load_organisation(rows, as_of=effective_date, file=file_name)
    except InputError as error:
        return Checked(None, error.problems, version)
    told = (*found.problems, *odd, *organisation.problems)
    problems = tuple(replace(problem, row=problem.row or None) for problem in told)
    after = keep_contacts(before, state_of(organisation), given=given)
    plan = make_plan(before, after)
    encoded, fingerprint = encode_changes(plan)
    joining = [change.key for change in encoded if change.kind == "person" and change.what == "joins"]
    return Checked(
        plan,
        problems,
        version,
        tuple(encoded),
        fingerprint,
        tuple(guess_successions(before, after)),
        count_returning(joining),
    )


def plan_of(made: OrganisationImport) -> Checked:
    """Plan a kept import again. Raises ValueError when its file is gone."""
    if made.content is None:
        raise ValueError("the file of this import is gone")
    return plan_import(
        content=bytes(made.content),
        file_name=made.file_name,
        is_full=made.is_full,
        effective_date=made.effective_date,
    )


def keep_plan(made: OrganisationImport, checked: Checked) -> None:
    """Keep a plan with its import, in the caller's transaction. Successors that somebody chose stay chosen."""
    plan = checked.plan
    made.problems = [asdict(problem) for problem in checked.problems[:MOST_PROBLEMS]]
    made.version, made.fingerprint = checked.version, checked.fingerprint
    ImportChange.objects.filter(made_by=made).delete()
    if plan is None:
        made.summary = {"unreadable": True, "counts": {}, "stops": [], "problems": len(checked.problems)}
        UnitSuccessor.objects.filter(made_by=made).delete()
    else:
        counts: dict[str, int] = {}
        for change in checked.encoded:
            counts[f"{change.kind}_{change.what}"] = counts.get(f"{change.kind}_{change.what}", 0) + 1
        rows = [
            (made.pk, change.kind, change.key, change.what, _stored(change.before), _stored(change.after))
            for change in checked.encoded
        ]
        fields = ("made_by", "kind", "key", "what", "before", "after")
        insert_rows(ImportChange, fields, rows, encoded=("before", "after"))
        _keep_successions(made, checked.successions)
        made.summary = {
            "unreadable": False,
            "counts": counts,
            "present": plan.present,
            "stops": [asdict(stop) for stop in plan.stops],
            "swapped": list(plan.swapped[:MOST_PROBLEMS]),
            "problems": len(checked.problems),
            "returning": checked.returning,
        }
    made.save()


def _stored(encoded: str) -> str | None:
    return None if encoded == "null" else encoded


def _keep_successions(made: OrganisationImport, successions: tuple[Succession, ...]) -> None:
    old = {row.old for row in successions}
    UnitSuccessor.objects.filter(made_by=made).exclude(basis=CHOSEN).delete()
    for row in list(UnitSuccessor.objects.filter(made_by=made)):
        if row.old not in old:
            row.delete()
    chosen = set(UnitSuccessor.objects.filter(made_by=made).values_list("old", flat=True))
    UnitSuccessor.objects.bulk_create(
        [
            UnitSuccessor(made_by=made, old=row.old, new=row.new, share=row.share, basis=row.basis)
            for row in successions
            if row.old not in chosen
        ],
        batch_size=BATCH,
    )
