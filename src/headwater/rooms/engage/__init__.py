"""Stakeholders, briefings, Discovery, challenge, credibility, the active role, risks."""
