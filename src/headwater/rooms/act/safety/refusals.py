"""What safety refuses."""

from __future__ import annotations

from headwater.vocab import HeadwaterError


class SafetyRefusedError(HeadwaterError):
    """Something cannot stand so; the message says why and what to do."""

    exit_code = 3


class DecidedMeanwhileError(SafetyRefusedError):
    """Somebody else decided between looking and saying: nothing was changed."""
