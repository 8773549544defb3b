"""Saying no with reasons, and asks for support."""
