"""Opening files for comparison: every part of an archive, archives inside it opened too, XML laid out line by line."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

from lxml import etree

EXPECTED = Path(__file__).parent / "expected"


def parts(data: bytes, prefix: str = "") -> dict[str, bytes]:
    """Every part by its path; parts of an archive inside an archive as outer.xlsx!inner.xml."""
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if content.startswith(b"PK\x03\x04"):
                found.update(parts(content, f"{prefix}{name}!"))
            else:
                found[prefix + name] = content
    return found


def laid_out(content: bytes) -> str:
    """XML with one element a line, so that a difference is readable."""
    root = etree.fromstring(content, etree.XMLParser(remove_blank_text=True))
    etree.indent(root, " ")
    text: str = etree.tostring(root, encoding="unicode")
    return text + "\n"


def assert_as_expected(name: str, content: bytes) -> None:
    """Compare a part with the file kept of it; HEADWATER_GOLDEN=write keeps it anew."""
    place = EXPECTED / name
    text = laid_out(content)
    if os.environ.get("HEADWATER_GOLDEN") == "write":
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    assert text == place.read_text("utf-8"), f"{name} differs from what is kept in tests/golden/expected"
