"""Opening sealed files, locked or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headwater.vocab.data_key import LOCKED, opening_key

if TYPE_CHECKING:
    import pyarrow as pa

    from headwater.engine.session import UnitRange
    from headwater.engine.store import Part

ROWS_AT_ONCE = 131_072


def opened_with(path: Path, data_key: Path | None = None) -> dict[str, Any]:
    """Return what a Parquet reader needs to open the file at `path`; nothing for one that is not locked.

    data_key: the key file, in place of HEADWATER_DATA_KEY. Raises InputError when the file is locked and the data key
    cannot be read.
    """
    from pyarrow.parquet.encryption import create_decryption_properties

    key = opening_key(path, data_key)
    return {} if key is None else {"decryption_properties": create_decryption_properties(footer_key=key)}


def is_locked(path: Path) -> bool:
    """Whether a sealed file is locked with the data key; a file that cannot be read counts as not locked."""
    try:
        with path.open("rb") as file:
            return file.read(len(LOCKED)) == LOCKED
    except OSError:
        return False


def stream(parts: Sequence[Part], units: UnitRange) -> pa.RecordBatchReader:
    """Return the rows of some parts, locked or not, one batch at a time; columns that a part lacks are null.

    Row groups that hold no unit of the range are passed over; of those at its edges some rows may lie outside it.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    found = [pq.read_schema(part.path, **opened_with(part.path)) for part in parts]
    texts = {field.name for schema in found for field in schema if pa.types.is_string(field.type)}
    coded = pa.dictionary(pa.int32(), pa.string())
    plain = pa.unify_schemas([schema.remove_metadata() for schema in found])
    schema = pa.schema([(field.name, coded if field.name in texts else field.type) for field in plain])

    def batches() -> Iterator[Any]:
        for part in parts:
            held = [name for name in schema.names if name in part.columns]
            codes = [name for name in held if name in texts]
            with pq.ParquetFile(part.path, read_dictionary=codes, **opened_with(part.path)) as file:
                for batch in file.iter_batches(ROWS_AT_ONCE, row_groups=_groups(part, units)):
                    columns = [
                        batch.column(field.name) if field.name in held else pa.nulls(batch.num_rows, field.type)
                        for field in schema
                    ]
                    yield pa.record_batch(columns, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def _groups(part: Part, units: UnitRange) -> list[int]:
    """The row groups of a part that may hold a unit of the range; rows are sorted by unit."""
    firsts = [first for first, _rows in part.starts]
    if len(firsts) < 1:
        return []
    lasts = [*firsts[1:], None]
    return [
        number
        for number, (first, last) in enumerate(zip(firsts, lasts, strict=True))
        if (units.stop is None or first < units.stop) and (units.start is None or last is None or last >= units.start)
    ]
