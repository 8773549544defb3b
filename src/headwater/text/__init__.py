"""Comments: language, sentiment, themes, and people and places masked. Works offline, in many languages."""
