"""The questionnaire of answers that came without their survey: what the codes and the heading rows alone can tell."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from headwater.formats.moving import MovedAnswers
from headwater.formats.moving.answer_scales import Option
from headwater.formats.moving.asking import Asked, Asker
from headwater.formats.moving.building import SurveyBuilder
from headwater.formats.moving.documents import load_bytes
from headwater.formats.qualtrics.headings import read_export
from headwater.formats.reading import Limits
from headwater.vocab import InputError, Instrument, Lens, Problem
from headwater.vocab.answers import ITEM_MISSING


def instrument_of_answers(
    path: Path, name: str, made: MovedAnswers, lens: Lens, *, limits: Limits | None = None
) -> Instrument:
    """Return a questionnaire of one rating a coded column and one text a column of words.

    A rating runs over the codes that occur. Columns that hold 0 and 1 alone are choices of a longer question, which
    nobody can name without the survey; they are kept as they are and not scored. Raises InputError when nothing is
    left to ask.
    """
    words = _words(path, name, limits or Limits())
    builder = SurveyBuilder("Qualtrics", name, ("en",))
    asker = Asker(builder)
    keys = list(dict.fromkeys(key for table in made.tables.values() for key in table.items))
    for key in keys:
        codes: set[int] = set()
        for table in made.tables.values():
            codes |= set(np.unique(table.items[key]).tolist()) if key in table.items else set()
        codes.discard(ITEM_MISSING)
        if len(codes) < 2 or codes <= {0, 1} or max(codes) - min(codes) > 10:
            continue
        options = [Option(str(code), {"en": str(code)}, str(code)) for code in range(min(codes), max(codes) + 1)]
        asker.one_of(Asked(key, {"en": words.get(key, key)}), options, kind="scale")
    for key in dict.fromkeys(key for table in made.tables.values() for key in table.comments):
        asker.free(Asked(key, {"en": words.get(key, key)}), "text")
    if not builder.items:
        message = "without its survey nothing of this export can be scored."
        raise InputError(Problem(message, "Give the survey (.qsf) as well.", name))
    title = name.rpartition(".")[0] or name
    return builder.finish(
        key=title, title={"en": title}, purpose={}, lens=lens, source="Qualtrics export without its survey"
    ).instrument


def _words(path: Path, name: str, limits: Limits) -> dict[str, str]:
    """Return the words of the second heading row by the key that a column gets."""
    from headwater.formats.moving.keys import key_from

    data, file = load_bytes(path, name, limits, "a Qualtrics export")
    _, headings = read_export(data, file, limits)
    return {key_from(column): said for said, column in headings.by_words.items() if said}
