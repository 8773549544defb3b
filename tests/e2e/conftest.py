"""What the end-to-end tests share: the fixed cast, analysed once."""

from __future__ import annotations

import pytest
from tests.e2e.outcomes import Analysed, run
from tests.world import world_folder


@pytest.fixture(scope="session")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Analysed:
    """The fixed cast, analysed with the River in every form. Tests that change the result copy it first."""
    place = tmp_path_factory.mktemp("cast")
    project = world_folder(place / "project")
    outcome = run("analyse", project, "--out", place / "result")
    assert outcome.code == 0, outcome.err
    return Analysed(project, place / "result", outcome)
