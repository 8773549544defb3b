"""Effects, value, reviews."""
