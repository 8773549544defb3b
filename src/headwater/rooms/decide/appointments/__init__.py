"""Who is appointed, how candidates are rated, and why."""
