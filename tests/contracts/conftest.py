"""What the contracts share: a folder in which the examples of the documentation can run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.e2e.outcomes import run
from tests.golden.books import make_book
from tests.golden.rivers import hospital_river
from tests.world import world_folder, write_rows

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fixed cast as the pages assume it: project files, `results`, a brand file, under the names they use."""
    place = world_folder(tmp_path_factory.mktemp("workplace"))
    assert run("analyse", place, "--out", place / "results", "--form", "none").code == 0
    (place / "brand.yaml").write_text("name: Lantern Ferries\n", encoding="utf-8")
    (place / "answers.yaml").write_text("{unit: unit, wave: wave}\n", encoding="utf-8")
    write_rows(place / "changes.csv", ("old_unit", "new_unit", "share"), [("N1", "N1", 1), ("N2", "N1", 1)])
    shutil.copy(place / "organisation.csv", place / "hr.csv")
    return place


@pytest.fixture
def names(workplace: Path) -> dict[str, object]:
    """The names that a page may use without making them: it says before that the reader has them."""
    from headwater.formats.organisation import read_organisation
    from headwater.instruments import load_instrument
    from headwater.reports.brand import Brand

    organisation = read_organisation(workplace / "organisation.csv")
    return {
        "before": organisation,
        "after": organisation,
        "organisation": organisation,
        "tree": organisation.tree,
        "brand": Brand("Lantern Ferries"),
        "instrument": load_instrument("lx_core"),
        "book": make_book(),
        "river": hospital_river(),
    }
