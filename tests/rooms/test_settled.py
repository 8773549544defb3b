"""What a server loads when it starts stays, and is out of the way of the collector of unused objects."""

from __future__ import annotations

import gc


def test_what_was_loaded_is_not_looked_through_again() -> None:
    from headwater.site import wsgi

    try:
        wsgi.settle()
        assert gc.get_freeze_count() > 10_000
        assert gc.isenabled()  # what requests leave behind is collected as ever
    finally:
        gc.unfreeze()
    assert gc.get_freeze_count() == 0
