"""Opening files to the last layer: archives in archives, compressed streams, tables; with limits against bombs."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from headwater.vocab import InputError, Problem

MOST_LAYERS = 6
MOST_BYTES = 512 * 1024 * 1024
"""Bytes that one outer file may unfold to."""
MOST_RATIO = 300
"""Bytes out for a byte in, of one member, beyond which it is a bomb; small members may exceed it."""
SMALL = 8 * 1024 * 1024

_STREAM = re.compile(rb"stream\r?\n")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes of a file. path: names of the layers, the outer file first. decoded: whether it was unfolded."""

    path: tuple[str, ...]
    data: bytes

    @property
    def name(self) -> str:
        """All layers, joined by "!"."""
        return "!".join(self.path)

    @property
    def suffix(self) -> str:
        """Ending of the innermost name, in lower case, without the dot."""
        return self.path[-1].rpartition(".")[2].lower()


class _Budget:
    def __init__(self, file: str) -> None:
        self.file, self.left = file, MOST_BYTES

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise self.bomb(f"unfolds to more than {MOST_BYTES // 2**20} MB")

    def bomb(self, what: str) -> InputError:
        return InputError(
            Problem(f"this file {what}; it may be a bomb.", "Remove it, then audit again.", file=self.file)
        )


def unfold(path: Path, name: str = "") -> Iterator[Piece]:
    """Yield a file, then everything inside it: archive members, gzip, PDF streams, Parquet and NumPy tables as text.

    Raises InputError when a file unfolds to more than 512 MB, holds a member that grows more than 300 times, or nests
    deeper than 6 layers, and when an archive is damaged.
    """
    yield from unfold_bytes(path.read_bytes(), name or path.name)


def unfold_bytes(data: bytes, name: str) -> Iterator[Piece]:
    """As `unfold`, for bytes in memory."""
    yield from _unfold(Piece((name,), data), _Budget(name))


def _unfold(piece: Piece, budget: _Budget) -> Iterator[Piece]:
    budget.take(len(piece.data))
    yield piece
    if len(piece.path) > MOST_LAYERS:
        raise budget.bomb(f"nests more than {MOST_LAYERS} layers")
    data = piece.data
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        yield from _zip(piece, budget)
    elif data[:2] == b"\x1f\x8b":
        yield from _unfold(Piece((*piece.path, "gz"), _inflate_gzip(data, budget)), budget)
    elif data[:5] == b"%PDF-":
        yield from _pdf(piece, budget)
    elif data[:4] == b"PAR1":
        yield from _parquet(piece, budget)
    elif data[:6] == b"\x93NUMPY":
        yield from _array(piece, budget)


def _zip(piece: Piece, budget: _Budget) -> Iterator[Piece]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(piece.data))
    except (zipfile.BadZipFile, ValueError) as error:
        raise InputError(Problem(f"{piece.name} is a damaged archive ({error}).", file=budget.file)) from error
    with archive:
        if archive.comment:
            yield Piece((*piece.path, "archive comment"), archive.comment)
        for member in archive.infolist():
            if member.is_dir():
                continue
            if member.file_size > SMALL and member.file_size > MOST_RATIO * max(member.compress_size, 1):
                raise budget.bomb(f"holds {member.filename!r}, which grows {MOST_RATIO} times and more")
            if member.file_size > budget.left:
                raise budget.bomb(f"unfolds to more than {MOST_BYTES // 2**20} MB")
            try:
                with archive.open(member) as stream:
                    held = stream.read(member.file_size + 1)
            except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError, NotImplementedError) as error:
                raise InputError(
                    Problem(f"{piece.name}: member {member.filename!r} cannot be read ({error}).", file=budget.file)
                ) from error
            if len(held) > member.file_size:
                raise budget.bomb(f"holds {member.filename!r}, which is larger than it says")
            if member.comment or member.extra:
                yield Piece((*piece.path, member.filename, "member comment"), member.comment + b" " + member.extra)
            yield from _unfold(Piece((*piece.path, member.filename), held), budget)


def _inflate_gzip(data: bytes, budget: _Budget) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            held = stream.read(budget.left + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(Problem(f"this gzip file is damaged ({error}).", file=budget.file)) from error
    if len(held) > budget.left or (len(held) > SMALL and len(held) > MOST_RATIO * len(data)):
        raise budget.bomb("unfolds without end")
    return held


def _pdf(piece: Piece, budget: _Budget) -> Iterator[Piece]:
    """Flate streams, and the text of pages as the fonts' maps give it."""
    streams: list[bytes] = []
    for number, start in enumerate(_STREAM.finditer(piece.data)):
        inflater = zlib.decompressobj()
        try:
            held = inflater.decompress(piece.data[start.end() :], min(budget.left, MOST_BYTES) + 1)
        except zlib.error:
            continue  # Not a Flate stream: a picture or plain text, which lies open in the file itself.
        if len(held) > SMALL and len(held) > MOST_RATIO * max(len(piece.data), 1):
            raise budget.bomb("holds a PDF stream that grows without end")
        streams.append(held)
        yield from _unfold(Piece((*piece.path, f"stream {number}"), held), budget)
    from headwater.privacy.audit.pdftext import page_texts

    for number, text in enumerate(page_texts(streams)):
        yield Piece((*piece.path, f"text {number}.txt"), text.encode())


def _parquet(piece: Piece, budget: _Budget) -> Iterator[Piece]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(io.BytesIO(piece.data))
        if sum(file.metadata.row_group(n).total_byte_size for n in range(file.metadata.num_row_groups)) > budget.left:
            raise budget.bomb(f"unfolds to more than {MOST_BYTES // 2**20} MB")
        table = file.read()
    except pa.ArrowException as error:
        raise InputError(Problem(f"{piece.name} is a damaged Parquet file ({error}).", file=budget.file)) from error
    for key, value in (table.schema.metadata or {}).items():
        if key != b"ARROW:schema":
            yield Piece((*piece.path, "metadata", key.decode("utf-8", "replace")), value)
    for column in table.column_names:
        values = table[column].unique().to_pylist()
        text = "\n".join(repr(value) if isinstance(value, float) else str(value) for value in values)
        held = text.encode("utf-8", "replace")
        budget.take(len(held))
        yield Piece((*piece.path, f"column {column}.txt"), held)


def _array(piece: Piece, budget: _Budget) -> Iterator[Piece]:
    import numpy as np

    try:
        values = np.load(io.BytesIO(piece.data), allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise InputError(Problem(f"{piece.name} is a damaged NumPy array ({error}).", file=budget.file)) from error
    text = "\n".join(map(str, np.unique(values.ravel()).tolist())).encode("utf-8", "replace")
    budget.take(len(text))
    yield Piece((*piece.path, "array.txt"), text)
