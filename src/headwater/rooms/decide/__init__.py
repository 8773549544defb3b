"""Vision, directions, the experience leadership team, maturity."""
