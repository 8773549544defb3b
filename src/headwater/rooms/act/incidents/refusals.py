"""What cannot be done with an incident, and why."""

from __future__ import annotations

from headwater.vocab import HeadwaterError


class IncidentRefusedError(HeadwaterError):
    """It cannot be done so; the message says why. field: of the form it concerns, "" for none."""

    exit_code = 3

    def __init__(self, message: str, field: str = "") -> None:
        """Take the words, and the field."""
        super().__init__(message)
        self.field = field


class IncidentChangedError(IncidentRefusedError):
    """Somebody else changed it since the page was loaded. Nothing was changed now."""
