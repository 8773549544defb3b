"""What may import what: no Django below the rooms, no heavy library at the start, the layers as written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.contracts.conftest import ROOT

PACKAGES = sorted(
    f"headwater.{path.parent.name}"
    for path in (ROOT / "src/headwater").glob("*/__init__.py")
    if path.parent.name not in {"rooms", "site"}
)
HEAVY = ("duckdb", "ibis", "pyspark", "scipy", "numba", "pptx", "pandas", "pyarrow", "statsmodels", "polars", "django")

WITHOUT_DJANGO = """
import importlib, pkgutil, sys
sys.modules["django"] = None
package = importlib.import_module(sys.argv[1])
names = [found.name for found in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
for name in names:
    if not name.endswith("__main__"):
        importlib.import_module(name)
print(len(names))
"""

AT_THE_START = """
import sys
from headwater.cli import main
try:
    main(sys.argv[2:])
except SystemExit as end:
    assert end.code == 0, end.code
found = sorted(name for name in sys.argv[1].split(",") if name in sys.modules)
sys.stderr.write(",".join(found))
"""


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter."""
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_below_the_rooms_imports_without_django(package: str) -> None:
    done = python(WITHOUT_DJANGO, package)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 1


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("analyse", "--help"), ("report", "--help")])
def test_help_imports_no_heavy_library(arguments: tuple[str, ...]) -> None:
    done = python(AT_THE_START, ",".join(HEAVY), *arguments)
    assert done.returncode == 0, done.stderr
    assert "headwater" in done.stdout
    assert done.stderr == "", f"`headwater {' '.join(arguments)}` imports {done.stderr}"


def test_the_layers_are_kept() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert ", 0 broken" in done.stdout
