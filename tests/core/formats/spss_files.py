"""SPSS files made for tests."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest

from headwater.formats.moving import MovedAnswers, SurveyImport
from headwater.formats.spss import read_spss_answers, read_spss_survey
from headwater.vocab import Study

stat = pytest.importorskip("pyreadstat")
polars = pytest.importorskip("polars")
AGREE = {1.0: "Strongly disagree", 2.0: "Disagree", 3.0: "Neither", 4.0: "Agree", 5.0: "Strongly agree"}
TURNED = {1.0: "Strongly agree", 2.0: "Agree", 3.0: "Neither", 4.0: "Disagree", 5.0: "Strongly disagree"}
IDENTIFIED = Study("s", "S", promise="identified")


def with_sets(data: bytes, text: str) -> bytes:
    """Add a record of multiple-response sets before the end of the dictionary."""
    body = text.encode()
    record = struct.pack("<iiii", 7, 7, 1, len(body)) + body
    place = data.index(struct.pack("<ii", 999, 0))
    return data[:place] + record + data[place:]


def sav(folder: Path, columns: dict[str, list[Any]], *, sets: str = "", ending: str = ".sav", **more: Any) -> bytes:
    path = folder / f"made{ending}"
    stat.write_sav(polars.DataFrame(columns, strict=False), str(path), compress=ending == ".zsav", **more)
    data = path.read_bytes()
    return with_sets(data, sets) if sets else data


def survey(data: bytes, **named: Any) -> SurveyImport:
    return read_spss_survey(data, name="a.sav", **named)


def answers(data: bytes, mapping: Any = None, **named: Any) -> MovedAnswers:
    return read_spss_answers(data, mapping, name="a.sav", **named)


def lost(found: SurveyImport | MovedAnswers) -> str:
    return "\n".join(map(str, found.losses))


def said(found: SurveyImport | MovedAnswers) -> str:
    return "\n".join(map(str, found.problems))
