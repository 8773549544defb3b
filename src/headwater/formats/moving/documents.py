"""Files of other products opened with suspicion: sized before reading, XML without entities, archives measured."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headwater.formats.encodings import to_utf8
from headwater.formats.limits import Limits
from headwater.formats.reading import Source
from headwater.vocab import InputError, Problem

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_DOCUMENT_BYTES = 200_000_000
"""A survey or its responses as JSON or XML are read whole, so they must be far smaller than a table may be."""

_SMALL_PART = 10_000_000


def load_bytes(source: Source, name: str, limits: Limits, expected: str) -> tuple[bytes, str]:
    """Return the bytes of a file and what problems call it. Raises InputError when it is absent, empty or too large."""
    most = limits.file_bytes
    if isinstance(source, bytes):
        data, file = source, name or "input"
    else:
        path = Path(source)
        file = name or path.name
        try:
            if path.is_dir():
                raise InputError(Problem("this is a folder.", f"Name {expected}.", file))
            with path.open("rb") as handle:
                data = handle.read(most + 1)
        except FileNotFoundError:
            raise InputError(Problem("there is no such file.", "Check the path.", str(source))) from None
        except OSError as error:
            message = f"the file cannot be read: {error.strerror}."
            raise InputError(Problem(message, "Check the path.", file)) from None
    if len(data) > most:
        message = f"the file has more than {most / 1e6:,.0f} MB."
        raise InputError(Problem(message, f"Give {expected}, or split it.", file))
    if not data.strip():
        raise InputError(Problem("the file is empty.", f"Give {expected}.", file))
    return data, file


def parse_json(data: bytes, file: str, expected: str) -> Any:
    """Read JSON. Raises InputError with the row where it breaks off."""
    _check_document(data, file)
    text = to_utf8(data, file)[0].decode()
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise InputError(Problem("the JSON is nested too deeply.", f"Give {expected}.", file)) from None
    except json.JSONDecodeError as error:
        message = f"the JSON breaks off or is damaged: {error.msg.lower()}."
        raise InputError(Problem(message, f"Export it again and give {expected}.", file, error.lineno)) from None
    except ValueError as error:
        raise InputError(Problem(f"the JSON cannot be read: {error}.", f"Give {expected}.", file)) from None


def parse_xml(data: bytes, file: str, expected: str) -> Element:
    """Read XML that declares no entities and no document type. Raises InputError with the row where it breaks off."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    _check_document(data, file)
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        message = "the XML declares entities or a document type, which such a file never does."
        raise InputError(Problem(message, f"Do not trust it. Give {expected}.", file)) from None
    except ParseError as error:
        row = error.position[0] if getattr(error, "position", None) else None
        message = f"the XML breaks off or is damaged: {str(error).partition(':')[0]}."
        raise InputError(Problem(message, f"Export it again and give {expected}.", file, row)) from None
    except (ValueError, LookupError) as error:
        raise InputError(Problem(f"the XML cannot be read: {error}.", f"Give {expected}.", file)) from None
    return root


def open_archive(data: bytes, file: str, limits: Limits, expected: str) -> zipfile.ZipFile:
    """Open a zip file after measuring what it would unpack to. Raises InputError: damaged, encrypted, too much."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        message = f"the archive is damaged: {error}."
        raise InputError(Problem(message, f"Export it again and give {expected}.", file)) from None
    parts = package.infolist()
    if len(parts) > limits.parts:
        message = f"the archive holds {len(parts):,} files; at most {limits.parts:,} are opened."
        raise InputError(Problem(message, f"Give {expected}.", file))
    total = sum(part.file_size for part in parts)
    if total > limits.unpacked_bytes:
        message = (
            f"the archive unpacks to {total / 1e6:,.0f} MB; at most {limits.unpacked_bytes / 1e6:,.0f} MB are read."
        )
        raise InputError(Problem(message, f"Give {expected}.", file))
    for part in parts:
        if part.file_size > _SMALL_PART and part.file_size > limits.unpacked_ratio * max(part.compress_size, 1):
            ratio = part.file_size / max(part.compress_size, 1)
            message = f"{part.filename} unpacks to {ratio:,.0f} times its size: this looks like a zip bomb."
            raise InputError(Problem(message, "Do not trust it.", file))
        if part.flag_bits & 1:
            raise InputError(Problem("the archive is encrypted.", "Save it without a password.", file))
    return package


def read_part(package: zipfile.ZipFile, part: str, file: str, expected: str) -> bytes:
    """Return the bytes of one file in an archive. Raises InputError when it is damaged."""
    try:
        return package.read(part)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        message = f"{part} is damaged: {error}."
        raise InputError(Problem(message, f"Export it again and give {expected}.", file)) from None
    except Exception as error:  # zlib raises an error of its own, which is no OSError.
        message = f"{part} is damaged: {error}."
        raise InputError(Problem(message, f"Export it again and give {expected}.", file)) from None


def _check_document(data: bytes, file: str) -> None:
    if len(data) > MOST_DOCUMENT_BYTES:
        message = f"the file has {len(data) / 1e6:,.0f} MB; at most {MOST_DOCUMENT_BYTES / 1e6:,.0f} MB are read."
        raise InputError(Problem(message, "Export answers as CSV; a survey alone is far smaller.", file))


def _no_constant(word: str) -> None:
    raise ValueError(f"it holds {word}, which is no number")
