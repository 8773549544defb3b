"""Learning: what was released, and what it means for whoever looks at it."""
