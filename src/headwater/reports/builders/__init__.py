"""Builders: released numbers in, a Document out."""
