"""Commitments, visits, obstacles, incidents, safety."""
