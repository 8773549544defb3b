"""Leaders find the truth themselves."""
