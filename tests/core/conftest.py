"""The core knows no data key unless a test names one; the rooms' settings, loaded in the same process, name theirs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from headwater.vocab.data_key import VARIABLE


@pytest.fixture(autouse=True, scope="module")
def _no_data_key() -> Iterator[None]:
    """Before any other fixture of the core: what is sealed once for many tests is sealed plain."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(VARIABLE, raising=False)
        yield
