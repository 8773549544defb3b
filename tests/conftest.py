"""Fixtures every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings
from tests.postgresql import embedded, is_wanted

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("searching", deadline=None)
settings.load_profile(os.environ.get("HEADWATER_EXAMPLES", "repeatable"))

if is_wanted():
    embedded()  # before any worker starts, so that all of them find this one server

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data and oracles beside the repository; skips with the reason when absent."""
    place = Path(os.environ.get("HEADWATER_SHARED", ROOT.parent / "shared"))
    if not (place / "oracles").is_dir():
        pytest.skip(f"reference data not found at {place}; set HEADWATER_SHARED to run this test")
    return place
