"""A Spark cluster of a master and two workers gives the same integers, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.core.engine.world import PLAN, STUDY, WAVE, answers, same_moments
from tests.ports import free_port

from headwater.engine import compute_moments, load_moments
from headwater.intake import seal

pytestmark = [pytest.mark.spark, pytest.mark.slow]

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "scripts" / "spark-cluster.sh"

DRIVER = """
import json, sys, tempfile, time
from pathlib import Path
from tests.core.engine.world import PLAN
from headwater.engine import compute_moments, save_moments
from headwater.engine.spark import start_session

store, there, again = map(Path, sys.argv[1:])
with tempfile.TemporaryDirectory() as aside:
    spark, ours = start_session(aside)
    assert ours
    status = spark.sparkContext._jsc.sc().statusStore()
    executors = lambda: [one for one in map(status.executorList(True).apply, range(status.executorList(True).size()))
                         if one.id() != "driver"]
    until = time.monotonic() + 300
    while len(executors()) < 2 and time.monotonic() < until:
        time.sleep(0.2)
    save_moments(there, compute_moments(store, "ex", "2026", PLAN, engine="spark"))
    print(json.dumps([[one.hostPort(), one.completedTasks(), one.failedTasks()] for one in executors()]))
    spark.stop()
save_moments(again, compute_moments(store, "ex", "2026", PLAN))
"""


@dataclass(frozen=True)
class Cluster:
    """A cluster that runs."""

    folder: Path
    environment: dict[str, str]

    def command(self, verb: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", str(SCRIPT), verb], env=self.environment, capture_output=True, text=True, timeout=600, check=False
        )

    def processes(self) -> list[int]:
        """Every process that was started with the cluster's folder in its environment: the executors are among them."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                if f"SPARK_CONF_DIR={self.folder}/".encode() in (place / "environ").read_bytes():
                    found.append(int(place.name))
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
        return found


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17 or newer")
    port, pages = free_port(), free_port()
    mine = {
        "PYTHON": sys.executable,
        "SPARK_CLUSTER_FOLDER": str(tmp_path / "cluster"),
        "SPARK_CLUSTER_PORT": str(port),
        "SPARK_CLUSTER_UI_PORT": str(pages),
        "HEADWATER_SPARK_MASTER": f"spark://127.0.0.1:{port}",
        "HEADWATER_ENGINE": "spark",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "PYSPARK_"))}
    found = Cluster(tmp_path / "cluster", kept | mine | {"COLUMNS": "40"})  # as some terminals say
    try:
        started = found.command("start")
        assert started.returncode == 0, started.stderr
        assert f"HEADWATER_SPARK_MASTER=spark://127.0.0.1:{port}" in started.stdout
        yield found
    finally:
        stopped = found.command("stop")
    assert stopped.returncode == 0, stopped.stderr


def test_two_workers_give_the_same_integers(tmp_path: Path, cluster: Cluster) -> None:
    """Two parts, weights and two cuts. Both workers take tasks; afterwards no process of the cluster is left."""
    store = tmp_path / "store [of] answers"
    for table in (answers(300, 1, weighted=True), answers(150, 2, units=9)):
        seal(store, STUDY, WAVE, table)
    here = compute_moments(store, "ex", "2026", PLAN, engine="duckdb")
    assert here.weighted

    there, again = tmp_path / "there.npz", tmp_path / "again.npz"
    order = [sys.executable, "-c", DRIVER, str(store), str(there), str(again)]
    done = subprocess.run(
        order, env=cluster.environment, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stderr
    executors = json.loads(done.stdout.splitlines()[-1])
    assert len({address for address, _, _ in executors}) == 2
    assert all(address.startswith("127.0.0.1:") for address, _, _ in executors)
    assert all(completed > 0 and failed == 0 for _, completed, failed in executors)
    assert same_moments(load_moments(there), here)
    assert same_moments(load_moments(again), here)

    running = cluster.command("status")
    assert running.returncode == 0
    assert len(cluster.processes()) >= 3
    assert cluster.command("start").returncode == 1, "a second cluster in the same folder"
    assert cluster.command("stop").returncode == 0
    assert cluster.command("status").returncode == 1
    assert cluster.processes() == []
    assert not cluster.folder.exists()


def test_the_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept", "utf-8")
    refused = Cluster(tmp_path, {**os.environ, "PYTHON": sys.executable, "SPARK_CLUSTER_FOLDER": str(tmp_path)})
    for verb in ("start", "stop", "status"):
        assert refused.command(verb).returncode == 2
    assert (tmp_path / "mine.txt").read_text("utf-8") == "kept"
