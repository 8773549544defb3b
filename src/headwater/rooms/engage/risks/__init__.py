"""Risks reported early."""
