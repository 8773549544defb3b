"""Rows without an order: what SQLite and PostgreSQL remember about when a row was written is made useless.

SQLite numbers the rows of a table as they come. Between two reports whose minute is known, the number of an anonymous
one would tell its minute too; so every row of these tables gets a drawn number. PostgreSQL keeps the transaction that
wrote a row and where it lies; rows of anonymous reports are written again once their hour is over (`trail`).
"""

from __future__ import annotations

import secrets
from uuid import UUID

from django.db import connection, models

from headwater.rooms.act.models import Incident, IncidentDuty, IncidentMessage, IncidentNotice

LARGEST = 2**62


def forget_order(*rows: models.Model) -> None:
    """Give rows that were just written drawn numbers, in the caller's transaction."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for row in rows:
            table = connection.ops.quote_name(row._meta.db_table)
            assert isinstance(row.pk, UUID)
            # the table's name is ours; every value is bound
            cursor.execute(f"UPDATE {table} SET rowid = %s WHERE id = %s", [secrets.randbelow(LARGEST), row.pk.hex])


def write_again(incident: Incident) -> None:
    """Write an incident's rows anew, so that the database no longer knows when each was written first."""
    if connection.vendor == "sqlite":
        return
    Incident.objects.filter(pk=incident.pk).update(kind=models.F("kind"))
    IncidentDuty.objects.filter(incident=incident).update(key=models.F("key"))
    IncidentMessage.objects.filter(incident=incident).update(text=models.F("text"))
    IncidentNotice.objects.filter(incident=incident).update(reason=models.F("reason"))
