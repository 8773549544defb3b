"""Attacks on office files: what lies in a deck or a sheet beside what is seen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from headwater.privacy.audit.evidence import Evidence
from headwater.privacy.audit.pieces import pieces_of
from headwater.privacy.audit.unpacking import Piece

_CACHED = re.compile(rb"<c:(?:numCache|numLit)>(.*?)</c:(?:numCache|numLit)>", re.S)
_CACHED_TEXT = re.compile(rb"<c:strCache>(.*?)</c:strCache>", re.S)
_POINT = re.compile(rb"<c:v>([^<]*)</c:v>")
_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.S)
_VALUE = re.compile(rb"<v>([^<]*)</v>")
_FORMULA = re.compile(rb"<c:f>([^<]*)</c:f>")
_SHEET = re.compile(rb"<sheet\b[^>]*>")
_TARGET = re.compile(rb'Target="([^"]+)"')
_ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')
_DIGITS = 1e-6


def workbook_in_deck(evidence: Evidence) -> None:
    """The workbook behind a chart holds more than the chart draws: other numbers, other sheets."""
    for path in evidence.files:
        if path.suffix.lower() not in (".pptx", ".docx", ".xlsx"):
            continue
        pieces = {piece.path[1:]: piece for piece in pieces_of(evidence, path)}
        charts = [inner for inner in pieces if len(inner) == 1 and re.search(r"charts/chart[^/]*\.xml$", inner[0])]
        for inner in charts:
            chart = pieces[inner]
            embedded = _embedded(inner[0], pieces)
            if embedded is None:
                continue
            evidence.tried("workbook_in_deck", 1)
            _compare(evidence, path.stem, chart, embedded, pieces)


def _embedded(chart: str, pieces: dict[tuple[str, ...], Piece]) -> str | None:
    place = PurePosixPath(chart)
    links = pieces.get((str(place.parent / "_rels" / f"{place.name}.rels"),))
    if links is None:
        return None
    for target in _TARGET.findall(links.data):
        if b"embeddings/" in target:
            parts: list[str] = []
            for part in (place.parent / target.decode("utf-8", "replace")).parts:
                parts = parts[:-1] if part == ".." else [*parts, part]
            return "/".join(parts)
    return None


def _compare(evidence: Evidence, stem: str, chart: Piece, embedded: str, pieces: dict[tuple[str, ...], Piece]) -> None:
    drawn = [number for cache in _CACHED.findall(chart.data) for number in _numbers(_POINT.findall(cache))]
    drawn += [number for cache in _CACHED_TEXT.findall(chart.data) for number in _numbers(_POINT.findall(cache))]
    sheets = {inner: piece for inner, piece in pieces.items()
              if inner[:1] == (embedded,) and len(inner) == 2 and "worksheets/sheet" in inner[1]}  # fmt: skip
    held = [number for piece in sheets.values() for number in _cells(piece.data)]
    known = sorted(drawn)
    extra = [number for number in held if not _among(number, known)]
    if extra:
        evidence.found(
            "workbook_in_deck",
            chart.name,
            f"the workbook {embedded} behind the chart holds {len(extra)} numbers that the chart does not draw, such "
            f"as {', '.join(f'{number:g}' for number in extra[:3])}.",
            units=[stem],
        )
    used = {formula.partition(b"!")[0].strip(b"'") for formula in _FORMULA.findall(chart.data)}
    if len(sheets) > max(len(used), 1):
        evidence.found(
            "workbook_in_deck",
            chart.name,
            f"the workbook {embedded} behind the chart has {len(sheets)} sheets; the chart draws from {len(used)}.",
            units=[stem],
        )


def _numbers(texts: Sequence[bytes]) -> Iterator[float]:
    for text in texts:
        try:
            yield float(text)
        except ValueError:
            continue


def _cells(sheet: bytes) -> Iterator[float]:
    for attributes, inner in _CELL.findall(sheet):
        if b't="s"' in attributes or b't="inlineStr"' in attributes or b't="str"' in attributes:
            continue
        yield from _numbers(_VALUE.findall(inner))


def _among(number: float, known: Sequence[float]) -> bool:
    from bisect import bisect_left

    slack = _DIGITS * max(abs(number), 1.0)
    place = bisect_left(known, number - slack)
    return place < len(known) and known[place] <= number + slack


def hidden_content(evidence: Evidence) -> None:
    """Sheets, rows, columns, names, comments and slides that are there but not seen."""
    for path in evidence.files:
        if path.suffix.lower() not in (".pptx", ".docx", ".xlsx"):
            continue
        for piece in pieces_of(evidence, path):
            evidence.tried("hidden_content", 1)
            for what in _hidden(piece):
                evidence.found("hidden_content", piece.name, what, units=[path.stem])


def _hidden(piece: Piece) -> Iterator[str]:
    name, data = piece.path[-1], piece.data
    if name.endswith("xl/workbook.xml"):
        for tag in _SHEET.findall(data):
            held = dict(_ATTRIBUTE.findall(tag))
            if held.get(b"state", b"visible") != b"visible":
                yield f"sheet {held.get(b'name', b'').decode('utf-8', 'replace')!r} is {held[b'state'].decode()}."
        for attributes, target in re.findall(rb"<definedName\b([^>]*)>([^<]*)", data):
            label = dict(_ATTRIBUTE.findall(attributes)).get(b"name", b"").decode("utf-8", "replace")
            if b'hidden="1"' in attributes and not label.startswith("_xlnm."):
                yield f"the name {label!r} is hidden and stands for {target.decode('utf-8', 'replace')}."
            elif b"[" in target.partition(b"!")[0]:
                yield f"the name {label!r} points into another file: {target.decode('utf-8', 'replace')}."
            elif re.fullmatch(rb"-?[0-9.]+|\{.*\}", target.strip()):
                yield f"the name {label!r} holds a number: {target.decode('utf-8', 'replace')}."
    elif "worksheets/" in name and name.endswith(".xml"):
        for tag, kind in ((rb"<row\b[^>]*\bhidden=\"1\"", "row"), (rb"<col\b[^>]*\bhidden=\"1\"", "column")):
            if count := len(re.findall(tag, data)):
                yield f"{count} {kind}{'s' if count > 1 else ''} of the sheet {'are' if count > 1 else 'is'} hidden."
    elif re.search(r"(comments|threadedComments|persons)[^/]*/?[^/]*\.xml$", name) and "/_rels/" not in name:
        yield "the file carries comments, which name who wrote them."
    elif re.search(r"ppt/slides/slide\d+\.xml$", name) and re.search(rb"<p:sld\b[^>]*\bshow=\"0\"", data):
        yield "the slide is hidden."
    elif re.search(r"(externalLinks|customXml|pivotCache)/[^/]*\.xml$", name):
        yield "the file carries data of another file, which is not seen."


_CREATOR = re.compile(rb"<(dc:creator|cp:lastModifiedBy)>([^<]*)<")
_MANAGER = re.compile(rb"<Manager>([^<]+)<")
_HOME = re.compile(rb"(?:/home/|/Users/|[A-Za-z]:\\Users\\|\\\\[A-Za-z0-9_-]+\\)[A-Za-z0-9._-]+")


def file_metadata(evidence: Evidence) -> None:
    """Who made a file: people, accounts and folders in its properties. All files of a release have one maker."""
    makers: dict[str, list[tuple[str, str]]] = {}
    for path in evidence.files:
        suffix = path.suffix.lower()
        if suffix not in (".pptx", ".docx", ".xlsx", ".pdf", ".html"):
            continue
        for piece in pieces_of(evidence, path):
            name = piece.path[-1]
            if name.startswith("docProps/") or (suffix == ".pdf" and len(piece.path) == 1):
                evidence.tried("file_metadata", 1)
                for _, maker in _CREATOR.findall(piece.data):
                    if maker.strip():
                        makers.setdefault(maker.decode("utf-8", "replace"), []).append((piece.name, path.stem))
                for manager in _MANAGER.findall(piece.data):
                    how = f"the properties name a manager: {manager.decode('utf-8', 'replace')}."
                    evidence.found("file_metadata", piece.name, how, units=[path.stem])
                for home in _HOME.findall(piece.data)[:1]:
                    how = f"the properties name a personal folder: {home.decode('utf-8', 'replace')}."
                    evidence.found("file_metadata", piece.name, how, units=[path.stem])
    usual = Counter({maker: len(places) for maker, places in makers.items()}).most_common(1)
    for maker, places in makers.items():
        account = "@" in maker or "\\" in maker
        if account or maker != usual[0][0]:
            place, stem = places[0]
            how = f"the properties say who made or changed the file: {maker!r}, unlike the other files."
            evidence.found("file_metadata", place, how, units=[stem])
