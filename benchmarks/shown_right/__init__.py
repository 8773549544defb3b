"""Simulated organisations with a known truth: whether what Headwater claims of its numbers holds."""
