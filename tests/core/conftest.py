"""The core knows no data key unless a test names one; the rooms' settings, loaded in the same process, name theirs."""

from __future__ import annotations

import pytest

from headwater.vocab.data_key import VARIABLE


@pytest.fixture(autouse=True)
def _no_data_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
