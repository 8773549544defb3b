"""Finding a canary: a number or word planted where it must not come out, searched in every layer of every file."""

from __future__ import annotations

import html
import json
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from headwater.privacy.audit.unpacking import Piece, unfold

FEWEST_DIGITS = 5
"""Significant digits from which a number found is no accident; fewer are searched only when asked for."""

_TAGS = re.compile(rb"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a canary was found: the outer file, the layers inside it, and the form it had."""

    file: Path
    inside: tuple[str, ...]
    form: str

    def __str__(self) -> str:
        """File and layers."""
        return "!".join((str(self.file), *self.inside))


def find_canary(needle: str | float, paths: Iterable[Path], *, fewest_digits: int = FEWEST_DIGITS) -> tuple[Place, ...]:
    """Search files and folders for a word or a number, with every archive, stream and table opened.

    needle: a word is searched as UTF-8 and UTF-16, escaped as in XML, JSON and links, and across tags that split it.
    A number is searched as a double, and written with `fewest_digits` to 15 significant digits, point or comma.
    Returns every piece of every file that holds it. Raises InputError for damaged archives and bombs, ValueError for an
    empty needle.
    """
    if isinstance(needle, str):
        if not needle:
            raise ValueError("an empty canary is everywhere")
        forms = _forms_of_word(needle)
        doubles: tuple[bytes, ...] = ()
    else:
        forms = _forms_of_number(float(needle), fewest_digits)
        doubles = (struct.pack("<d", needle), struct.pack(">d", needle))
    found = []
    for path in _files(paths):
        for piece in unfold(path):
            form = _find(piece, forms, doubles)
            if form is not None:
                found.append(Place(path, piece.path[1:], form))
    return tuple(found)


def _files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        files += [inner for inner in sorted(path.rglob("*")) if inner.is_file()] if path.is_dir() else [path]
    return files


def _forms_of_word(word: str) -> dict[bytes, str]:
    numeric = "".join(f"&#{ord(letter)};" if ord(letter) > 126 else html.escape(letter) for letter in word)
    hexadecimal = "".join(f"&#x{ord(letter):x};" if ord(letter) > 126 else html.escape(letter) for letter in word)
    forms = {word: "text"}
    for text, how in (
        (html.escape(word), "XML"),
        (numeric, "XML numbers"),
        (hexadecimal, "XML numbers"),
        (json.dumps(word)[1:-1], "JSON"),
        (quote(word), "link"),
    ):
        forms.setdefault(text, how)
    return _encoded(forms)


def _forms_of_number(number: float, fewest: int) -> dict[bytes, str]:
    forms: dict[str, str] = {repr(number): "number"}
    for digits in range(fewest, 16):
        text = f"{number:.{digits}g}"
        if "e" not in text and len(re.sub(r"[^0-9]", "", text).strip("0")) >= fewest:
            forms.setdefault(text, f"number, {digits} digits")
            forms.setdefault(text.replace(".", ","), f"number, {digits} digits, comma")
    return _encoded(forms)


def _encoded(forms: dict[str, str]) -> dict[bytes, str]:
    found: dict[bytes, str] = {}
    for text, form in forms.items():
        found.setdefault(text.encode(), form)
        found.setdefault(text.encode("utf-16-le"), f"{form}, UTF-16")
        found.setdefault(text.encode("utf-16-be"), f"{form}, UTF-16")
    return found


def _find(piece: Piece, forms: dict[bytes, str], doubles: tuple[bytes, ...]) -> str | None:
    named = piece.path[-1].encode()
    for double in doubles:
        if double in piece.data:
            return "double"
    for form, how in forms.items():
        if form in piece.data:
            return how
        if form in named:
            return f"name, {how}"
    if b"<" in piece.data[:200] or piece.suffix in ("xml", "html", "rels", "svg"):
        bare = _TAGS.sub(b"", piece.data)
        for form, how in forms.items():
            if form in bare:
                return f"{how}, across tags"
    return None
