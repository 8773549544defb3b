"""Decks on a schedule: made of what is released and of what each receiver may see, kept, and told of by mail."""
