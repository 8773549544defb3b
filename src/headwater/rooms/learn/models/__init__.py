"""What learning keeps, a file a subject."""

from headwater.rooms.learn.models.looks import Look

__all__ = ["Look"]
