"""Which signs the bytes of a text file stand for."""

from __future__ import annotations

import codecs

from headwater.vocab import InputError, Problem

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAVE = "Save the file again as CSV UTF-8."


def to_utf8(data: bytes, file: str, encoding: str = "") -> tuple[bytes, tuple[Problem, ...]]:
    """Return the text as UTF-8 bytes, line ends kept, without a byte order mark.

    Reads UTF-8, UTF-16 and UTF-32 by their marks, UTF-8 without one, and Windows-1252 with a warning. Raises
    InputError when lines in UTF-8 and lines in another encoding are mixed, when a byte fits no encoding, or when the
    text holds NUL signs. `encoding` overrides the guess.
    """
    problems: tuple[Problem, ...] = ()
    if encoding:
        data = _decode(data, file, encoding).encode()
    elif mark := next((name for bom, name in _BOMS if data.startswith(bom)), ""):
        data = data[3:] if mark == "utf-8-sig" else _decode(data, file, mark).encode()
        if mark == "utf-8-sig" and not _is_utf8(data):
            raise InputError(_mixed(data, file))
    elif wide := _wide_without_mark(data):
        data = _decode(data, file, wide).encode()
        problems = (Problem("the encoding is taken to be UTF-16 without a mark.", _SAVE, file, severity="warning"),)
    elif not _is_utf8(data):
        data, problems = _windows(data, file)
    if b"\x00" in data:
        row = data[: data.index(b"\x00")].count(b"\n") + 1
        message = "the text holds a NUL sign: this is no text file, or it is damaged."
        raise InputError(Problem(message, _SAVE, file, row))
    if b"\n" not in data and b"\r" in data:
        data = data.replace(b"\r", b"\n")
    return data, problems


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decode(data: bytes, file: str, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError:
        raise InputError(Problem(f"there is no encoding called {encoding!r}.", "Try utf-8 or cp1252.", file)) from None
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise InputError(Problem(f"byte {error.start:,} is not {encoding.upper()} text.", _SAVE, file, row)) from None


def _wide_without_mark(data: bytes) -> str:
    head = data[:4096]
    if len(head) < 4 or b"\x00" not in head:
        return ""
    even, odd = head[::2].count(0), head[1::2].count(0)
    pairs = len(head) // 2
    if odd > 0.7 * pairs and even < 0.1 * pairs:
        return "utf-16-le"
    if even > 0.7 * pairs and odd < 0.1 * pairs:
        return "utf-16-be"
    return ""


def _first_lines(data: bytes) -> tuple[int, int]:
    """Return the first row that is not UTF-8, and the first that is UTF-8 with signs beyond ASCII (0 for none)."""
    foreign = native = 0
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.isascii():
            continue
        if _is_utf8(line):
            native = native or number
        else:
            foreign = foreign or number
        if foreign and native:
            break
    return foreign, native


def _mixed(data: bytes, file: str) -> Problem:
    foreign, native = _first_lines(data)
    beside = f"row {native} is UTF-8" if native else "the file says that it is UTF-8"
    return Problem(f"two encodings are mixed: {beside} and row {foreign} is not.", _SAVE, file, foreign)


def _windows(data: bytes, file: str) -> tuple[bytes, tuple[Problem, ...]]:
    foreign, native = _first_lines(data)
    if native:
        raise InputError(_mixed(data, file))
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        message = f"byte 0x{data[error.start]:02X} is neither UTF-8 nor Windows-1252 text."
        raise InputError(Problem(message, _SAVE, file, row)) from None
    message = "the file is not UTF-8; it is read as Windows-1252. Check accents and signs."
    return text.encode(), (Problem(message, _SAVE, file, foreign, severity="warning"),)
