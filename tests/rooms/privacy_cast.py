"""What tests of the privacy desk share: one person whom nothing else resembles, and looking for what is left."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import connection
from django.urls import reverse
from tests.rooms.conftest import NOW, TODAY, Cast, bring_in, organisation_csv, signed_in, unit

from headwater.rooms.house import jobs, mail
from headwater.rooms.house.models import Job
from headwater.rooms.people import privacy
from headwater.rooms.people.erasure import erase_person
from headwater.rooms.people.models import (
    ErasureReceipt,
    Person,
    Role,
    User,
)
from headwater.rooms.people.services import appoint_deputy, create_account, give_role

DESK = "/people/privacy/"


def person(key: str) -> Person:
    return Person.objects.get(key=key)


def page(user: User, address: str) -> str:
    return str(signed_in(user).get(address).content.decode())


def erase(key: str, actor: User | None) -> ErasureReceipt:
    return erase_person(person_id=person(key).pk, actor=actor, now=NOW)


def everything_in_the_database() -> str:
    """Every text and blob of every table, so that nothing kept anywhere is overlooked."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [f"{table}: {row!r}" for row in cursor.fetchall()]
    return "\n".join(found)


def with_canary() -> bytes:
    """The organisation with one person whom nothing else resembles."""
    head, *rows = organisation_csv().decode().splitlines()
    lines = [f"{head},email,language,shoe size"]
    lines += [f"{row},,," for row in rows]
    lines.append("kanari7,Quill Nightjar,north1,north1-t,Team north1,quill@nightjar.example,es,Size-Fortyzwo")
    return "\n".join(lines).encode()


CANARIES = ("kanari7", "Quill", "Nightjar", "nightjar.example", "Fortyzwo")


def bring_canary(cast: Cast) -> Person:
    """Somebody with an account, a role, a deputyship, history, messages and a request."""
    bring_in(with_canary(), cast.administrator)
    moved = with_canary().replace(b"north1,north1-t,Team north1,quill", b"north2,north2-t,Team north2,quill")
    bring_in(moved, cast.administrator)
    found = person("kanari7")
    user = create_account(
        email="quill@nightjar.example", name="Quill Nightjar", person=found, actor="test", now=NOW, password="x" * 14
    )
    give_role(user=user, role=Role.ANALYST, unit=None, actor="test", now=NOW)
    EmailAddress.objects.create(user=user, email=user.email, primary=True)
    signed_in(user)
    appoint_deputy(
        unit=unit("south-d"), person=found, from_date=TODAY, until_date=None, actor=cast.administrator, now=NOW
    )
    mail.send_mail_later(to=user.email, subject="Dear Quill", text="kanari7", now=NOW)
    privacy.ask(person=found, kind="erase", actor=user, now=NOW)
    return found


def files_of(cast: Cast, key: str) -> dict[str, bytes]:
    answer = signed_in(cast.privacy_officer).post(reverse("people:export_person", args=[person(key).pk]))
    assert answer["Content-Disposition"] == 'attachment; filename="everything.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def run_jobs(name: str, now: datetime) -> None:
    for job in Job.objects.filter(name=name, state=Job.State.WAITING):
        assert jobs.run_job(job_id=job.pk, now=max(now, job.run_at)) == Job.State.DONE
