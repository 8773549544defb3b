"""What deciding keeps, a file a subject."""

__all__: list[str] = []
