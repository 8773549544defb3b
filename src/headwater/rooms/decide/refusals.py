"""What a service of deciding refuses."""

from __future__ import annotations


class DecideRefusedError(ValueError):
    """Something that cannot be done now; the message says why and what to do."""
