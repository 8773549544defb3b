"""The audit trail: whole, append-only, unreadable after erasure, broken by any tampering."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from tests.rooms.conftest import NOW

from headwater.rooms.house import audit
from headwater.rooms.house.models import AppendOnlyError, AuditEntry, AuditHead, AuditKey

pytestmark = pytest.mark.django_db


def write(count: int = 5) -> list[AuditEntry]:
    return [
        audit.record(action="test.done", actor="one", subject=f"person-{number % 2}", payload={"n": number}, now=NOW)
        for number in range(count)
    ]


def tamper(sql: str) -> None:
    """Change the table as somebody with the database file could: without the triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE house_auditentry DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER house_audit_no_update")
            cursor.execute("DROP TRIGGER house_audit_no_delete")
        cursor.execute(sql)


def test_a_chain_is_whole_and_read_back() -> None:
    entries = write()
    assert audit.verify() == audit.Verdict(5, None)
    assert [audit.read_payload(entry) for entry in entries] == [{"n": number} for number in range(5)]
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "whole: 5 entries" in out.getvalue()


def test_an_empty_trail_is_whole() -> None:
    assert audit.verify().is_whole


@pytest.mark.parametrize(
    ("sql", "broken_at"),
    [
        ("UPDATE house_auditentry SET action = 'other' WHERE sequence = 3", 3),
        ("UPDATE house_auditentry SET actor = 'other' WHERE sequence = 2", 2),
        ("UPDATE house_auditentry SET subject = 'person-1' WHERE sequence = 1", 1),
        ("UPDATE house_auditentry SET at = '2020-01-01 00:00:00+00' WHERE sequence = 4", 4),
        ("UPDATE house_auditentry SET payload = (SELECT payload FROM house_auditentry LIMIT 1) WHERE sequence = 3", 3),
        ("DELETE FROM house_auditentry WHERE sequence = 2", 2),
        ("DELETE FROM house_auditentry WHERE sequence = 5", 5),
        ("DELETE FROM house_auditentry", 1),
    ],
)  # fmt: skip
def test_tampering_shows_where(sql: str, broken_at: int) -> None:
    write()
    tamper(sql)
    assert audit.verify().broken_at == broken_at
    with pytest.raises(CommandError, match=f"entry {broken_at}"):
        call_command("verify_audit")


def test_rewriting_the_tail_without_the_secret_shows() -> None:
    write()
    tamper("UPDATE house_auditentry SET digest = previous WHERE sequence = 5")
    AuditHead.objects.update(digest=AuditEntry.objects.get(sequence=5).digest)
    assert audit.verify().broken_at == 5


def test_text_in_place_of_a_payload_shows() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL refuses text there")
    write()
    tamper("UPDATE house_auditentry SET payload = 'plain' WHERE sequence = 2")
    assert audit.verify().broken_at == 2


@pytest.mark.parametrize("sql", ["UPDATE house_auditentry SET action = 'x'", "DELETE FROM house_auditentry"])
def test_the_database_refuses_changes(sql: str) -> None:
    write(1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert audit.verify().is_whole


def test_the_model_refuses_changes() -> None:
    entry = write(1)[0]
    with pytest.raises(AppendOnlyError):
        entry.save()
    with pytest.raises(AppendOnlyError):
        entry.delete()


def test_erasing_destroys_the_key_and_keeps_the_chain() -> None:
    entries = write()
    audit.erase_subject(subject="person-0", actor="officer", now=NOW)
    assert audit.verify() == audit.Verdict(6, None)
    assert AuditKey.objects.get(subject="person-0").wrapped is None
    with pytest.raises(audit.ErasedError):
        audit.read_payload(entries[0])
    assert audit.read_payload(entries[1]) == {"n": 1}
    with pytest.raises(audit.ErasedError):
        audit.record(action="test.done", actor="one", subject="person-0", payload={}, now=NOW)


def test_payloads_are_not_readable_in_the_table() -> None:
    audit.record(action="test.done", actor="one", subject="s", payload={"name": "Canary Nightingale"}, now=NOW)
    stored = bytes(AuditEntry.objects.get().payload)
    assert b"Canary" not in stored
    assert b"Nightingale" not in stored


def test_what_is_rolled_back_leaves_no_entry() -> None:
    write(1)

    def write_and_fail() -> None:
        with transaction.atomic():
            write(1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert audit.verify() == audit.Verdict(1, None)
