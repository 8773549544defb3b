"""Headwater: leadership experience, employee experience, customer experience and results, one loop."""

__version__ = "0.1.0"
