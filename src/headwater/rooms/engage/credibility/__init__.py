"""Promises, forecasts and how they turned out."""
