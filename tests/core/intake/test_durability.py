"""Sealing under several writers at once, and under kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from headwater.intake import open_waves, read_manifest, seal, wave_folder
from headwater.vocab import AnswerTable, Study, Wave

STUDY = Study("pulse", "Pulse")
WAVE = Wave("pulse", "one", "One", 1)

ENDLESS = """
import sys
from pathlib import Path
import numpy as np
from headwater.intake import seal
from headwater.vocab import AnswerTable, Study, Wave
chance = np.random.default_rng(int(sys.argv[2]))
while True:
    codes = chance.integers(1, 6, 500).astype(np.int8)
    table = AnswerTable(("a", "b"), chance.integers(0, 2, 500).astype(np.int32), {"q": codes},
                        comments={"q": tuple(("a", f"word {n}") for n in range(50))})
    seal(Path(sys.argv[1]), Study("pulse", "Pulse"), Wave("pulse", "one", "One", 1), table)
    print("sealed", flush=True)
"""


def table(seed: int) -> AnswerTable:
    codes = np.random.default_rng(seed).integers(1, 6, 40).astype(np.int8)
    return AnswerTable(("a",), np.zeros(40, np.int32), {"q": codes})


def files_are_those_of_the_manifest(store: Path) -> None:
    """Every part that counts is whole, with the rows and comments that the manifest states."""
    folder = wave_folder(store, "answers", "pulse", "one")
    manifest = read_manifest(folder)
    assert manifest is not None
    for part in manifest.parts:
        path = folder / f"part-{part.digest}.parquet"
        assert pq.ParquetFile(path).read().num_rows == part.rows
        assert path.stat().st_size == part.size
        comments = wave_folder(store, "comments", "pulse", "one") / path.name
        assert (pq.ParquetFile(comments).read().num_rows if part.comments else 0) == part.comments
    assert max(Counter(part.digest for part in manifest.parts).values()) == 1


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda seed: seal(tmp_path, STUDY, WAVE, table(seed % 6)), range(12)))
    assert sum(not report.already_sealed for report in reports) == 6
    assert open_waves(tmp_path)[0].rows == 240
    assert all(not report.removed for report in reports)
    files_are_those_of_the_manifest(tmp_path)


@pytest.mark.slow
def test_kills_at_any_moment_leave_whole_files(tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    for round_ in range(12):
        order = [sys.executable, "-c", ENDLESS, str(tmp_path), str(round_)]
        with subprocess.Popen(order, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"sealed\n"
            time.sleep(0.2 * chance.random())
            os.kill(process.pid, signal.SIGKILL)
        if open_waves(tmp_path):
            files_are_those_of_the_manifest(tmp_path)
    seal(tmp_path, STUDY, WAVE, table(99))
    files_are_those_of_the_manifest(tmp_path)
    manifest = read_manifest(wave_folder(tmp_path, "answers", "pulse", "one"))
    assert manifest is not None
    assert len(manifest.parts) > 12
    kept = {f"part-{part.digest}.parquet" for part in manifest.parts} | {"_sealed.json"}
    assert {path.name for path in wave_folder(tmp_path, "answers", "pulse", "one").iterdir()} == kept
