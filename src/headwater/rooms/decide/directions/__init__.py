"""Vision, goals and directions."""
