"""Writes the federal customer experience upload, version 2."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from headwater.formats.a11.responses import DIRECTIONS, DRIVERS, HEADER, A11Responses, Volumes
from headwater.formats.writing import replacing, safe_cell, write_csv
from headwater.vocab import InputError, RefusedError, Study
from headwater.vocab.answers import ITEM_MISSING

VOLUME_HEADER = ("volume_of_customers", "volume_of_customers_provided_survey_opportunity", "volume_of_respondents")


def write_a11_answers(
    path: Path | str, responses: A11Responses, *, study: Study, volumes: Volumes | None = None
) -> tuple[Path, ...]:
    """Write an upload of GSA Touchpoints: UTF-8 without a byte order mark, picks 1, 0 or empty. Returns the files.

    Ids are counted from 1 anew, so that they lead to nobody. A comment that begins like a formula gets a single quote
    in front. volumes: written beside as `<name>_volumes.csv`, for the fields of the upload page. Atomic.
    Raises RefusedError for a study whose promise is not identified: the upload is one row a response. Raises InputError
    when there is no response, or when the volumes do not match them.
    """
    if study.promise != "identified":
        message = (
            f"the study {study.key} is {study.promise}; the upload is one row a response and cannot be made of it."
        )
        raise RefusedError(message)
    if not len(responses):
        raise InputError("there is no response to upload.")
    if volumes is not None and volumes.answered != len(responses):
        message = f"{volumes.answered:,} customers are said to have answered; there are {len(responses):,} responses."
        raise InputError(f"{message} Correct the volume.")
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    columns = [responses.question.tolist()]
    columns += [responses.picks[direction, driver].tolist() for direction in DIRECTIONS for driver in DRIVERS]
    for number, (cells, comment) in enumerate(
        zip(zip(*columns, strict=True), responses.comments, strict=True), start=1
    ):
        codes = ["" if code == ITEM_MISSING else code for code in cells]
        writer.writerow([number, *codes, safe_cell(comment.replace("\x00", ""))])
    target = Path(path)
    with replacing(target) as stream:
        stream.write(text.getvalue().encode())
    if volumes is None:
        return (target,)
    beside = target.with_name(f"{target.stem}_volumes.csv")
    write_csv(beside, VOLUME_HEADER, [[volumes.customers, volumes.asked, volumes.answered]])
    return target, beside
