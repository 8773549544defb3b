"""The words of PDF pages, as far as their fonts' maps tell: enough to search for a canary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_CHAR = re.compile(rb"beginbfchar(.*?)endbfchar", re.S)
_RANGE = re.compile(rb"beginbfrange(.*?)endbfrange", re.S)
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_TRIPLE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>|\[(.*?)\])", re.S)
_HEX = re.compile(rb"<([0-9A-Fa-f]+)>")
_SHOW = re.compile(
    rb"\[((?:\\.|\((?:\\.|[^\\()])*\)|[^\]\\(])*)\]\s*TJ"
    rb"|(\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]*>)\s*(?:Tj|'|\")",
    re.S,
)
_STRING = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]*>", re.S)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.S)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def page_texts(streams: Sequence[bytes]) -> Iterator[str]:
    """Yield the text of every stream that shows text, once for every font map and once as it stands.

    streams: inflated streams of one file. Which font a string is set in is not followed: each map is tried, which finds
    at least every run of words that was set in one font.
    """
    maps = [found for stream in streams if b"beginbf" in stream and (found := _character_map(stream))]
    for stream in streams:
        if b"Tj" not in stream and b"TJ" not in stream:
            continue
        runs = [_joined(match.group(1) or match.group(2)) for match in _SHOW.finditer(stream)]
        runs = [run for run in runs if run]
        if not runs:
            continue
        yield "\n".join(run.decode("latin-1") for run in runs)
        for characters in maps:
            width = max(map(len, characters))
            said = [_decoded(run, characters, width) for run in runs]
            yield "\n".join(said) + "\n" + "".join(said)


def _decoded(run: bytes, characters: dict[bytes, str], width: int) -> str:
    return "".join(characters.get(run[place : place + width], "") for place in range(0, len(run), width))


def _joined(shown: bytes) -> bytes:
    return b"".join(_bytes_of(match.group(0)) for match in _STRING.finditer(shown))


def _bytes_of(token: bytes) -> bytes:
    if token[:1] == b"<":
        digits = re.sub(rb"\s", b"", token[1:-1])
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())

    def plain(match: re.Match[bytes]) -> bytes:
        code = match.group(1)
        if code[:1].isdigit():
            return bytes([int(code, 8) & 0xFF])
        return b"" if code in (b"\n", b"\r", b"\r\n") else _NAMED.get(code, code)

    return _ESCAPE.sub(plain, token[1:-1])


def _character_map(stream: bytes) -> dict[bytes, str]:
    found: dict[bytes, str] = {}
    for block in _CHAR.findall(stream):
        for code, text in _PAIR.findall(block):
            found[bytes.fromhex(code.decode())] = _unicode(text)
    for block in _RANGE.findall(stream):
        for first, last, start, listed in _TRIPLE.findall(block):
            low, high, width = int(first, 16), int(last, 16), len(first) // 2
            texts = [_unicode(text) for text in _HEX.findall(listed)] if listed else []
            for number in range(low, min(high, low + 65535) + 1):
                if texts:
                    text = texts[number - low] if number - low < len(texts) else ""
                else:
                    text = chr(min(int(start, 16) + number - low, 0x10FFFF)) if start else ""
                found[number.to_bytes(width, "big")] = text
    return found


def _unicode(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be", "replace")
