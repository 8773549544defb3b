"""Many rows written by `executemany`: several times as quick as models, so that an import locks nobody out for long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

BATCH = 2_000


def insert_rows(
    model: type[models.Model], fields: Sequence[str], rows: Sequence[Sequence[Any]], *, encoded: Sequence[str] = ()
) -> None:
    """Insert rows, given as the values of fields; the others take what the database gives.

    encoded: JSON fields whose values are JSON texts already.
    """
    columns = ", ".join(_column(model, name) for name in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    _execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", model, fields, rows, encoded)


def update_rows(model: type[models.Model], fields: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Update some fields of rows, given as the values of these fields and the primary key behind them."""
    changes = ", ".join(f"{_column(model, name)} = %s" for name in fields)
    table, key = connection.ops.quote_name(model._meta.db_table), _column(model, model._meta.pk.name)
    _execute(f"UPDATE {table} SET {changes} WHERE {key} = %s", model, (*fields, model._meta.pk.name), rows)


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def _column(model: type[models.Model], name: str) -> str:
    return connection.ops.quote_name(str(_field(model, name).column))


def _execute(
    sql: str,
    model: type[models.Model],
    fields: Sequence[str],
    rows: Sequence[Sequence[Any]],
    encoded: Sequence[str] = (),
) -> None:
    prepare = [_as_it_is if name in encoded else _field(model, name).get_db_prep_save for name in fields]
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            cursor.executemany(
                sql,
                [tuple(make(value, connection) for make, value in zip(prepare, row, strict=True)) for row in part],
            )


def _as_it_is(value: Any, _connection: Any) -> Any:
    return value
