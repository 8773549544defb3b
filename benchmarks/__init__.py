"""Performance claims, each a ratio beside what a user would otherwise use, in one run."""
