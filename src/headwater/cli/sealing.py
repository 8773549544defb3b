"""Sealing a wave's answers for an analysis; answers that would replace others wait aside until their release stands."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from headwater.cli.replacing import exchange, held_aside
from headwater.intake import read_manifest, seal, wave_folder
from headwater.intake.digest import delivery_digest
from headwater.vocab import AnswerTable, InputError, Problem, Study, Wave
from headwater.vocab.store_layout import ANSWERS, COMMENTS

LEDGERS = "ledgers"
SUMS = "sums"
ASIDE = ".waiting-"


@dataclass
class AnswerStore:
    """A folder of sealed answers, and the waves that wait aside to replace what it holds."""

    folder: Path
    kept: bool
    """Whether the folder stays after the analysis."""
    _waiting: list[tuple[Path, Study, Wave]] = field(default_factory=list)
    _held: ExitStack = field(default_factory=ExitStack)

    def seal(self, study: Study, wave: Wave, table: AnswerTable, *, source: str) -> Path:
        """Seal a wave from its one file. Returns the store to read it from.

        Where the store holds other answers of the wave, the new ones wait aside until `settle`: together they would
        count twice. Raises InputError when the wave was sealed under another promise or other cuts, or in several
        deliveries, which one file cannot take the place of.
        """
        sealed = read_manifest(wave_folder(self.folder, ANSWERS, study.key, wave.key))
        if sealed is None or not {part.digest for part in sealed.parts} - {delivery_digest(table, source)}:
            seal(self.folder, study, wave, table, source=source)
            return self.folder
        if len(sealed.parts) > 1:
            message = f"the store holds wave {wave.key!r} of study {study.key!r} in {len(sealed.parts)} deliveries."
            remedy = "One file cannot take their place. Name an empty store, or remove that wave from this one."
            raise InputError(Problem(message, remedy, str(self.folder)))
        if sealed.promise != study.promise:
            raise self._frozen(wave, f"as {sealed.promise}; it cannot go on as {study.promise}")
        if dict(sealed.cuts) != {cut.key: cut.levels for cut in study.cuts}:
            raise self._frozen(wave, "under other cuts; cuts are frozen at launch")
        aside = self._held.enter_context(held_aside(self.folder, ASIDE))
        seal(aside, study, wave, table, source=source)
        self._waiting.append((aside, study, wave))
        return aside

    def settle(self) -> None:
        """Put the waves that wait aside in the place of those they replace. Comments first: answers say what counts."""
        for aside, study, wave in self._waiting:
            for kind in (COMMENTS, ANSWERS):
                new, old = (wave_folder(store, kind, study.key, wave.key) for store in (aside, self.folder))
                if not new.exists():
                    new.mkdir(parents=True)
                old.parent.mkdir(parents=True, exist_ok=True)
                if not old.exists():
                    new.replace(old)
                elif not exchange(new, old):
                    shutil.rmtree(old)
                    new.replace(old)
        self._waiting.clear()

    def _frozen(self, wave: Wave, how: str) -> InputError:
        return InputError(Problem(f"wave {wave.key!r} was sealed {how}.", "Analyse it as before.", str(self.folder)))


@contextmanager
def answer_store(store: Path | None) -> Iterator[AnswerStore]:
    """Yield the store named, made where it is missing; without one a private folder that is removed in the end."""
    with ExitStack() as stack:
        if store is not None:
            store.mkdir(parents=True, exist_ok=True)
            folder = store
        else:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="headwater-")))
        yield AnswerStore(folder, store is not None, _held=stack)
