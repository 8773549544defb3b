"""How mature the practice of experience is."""
