"""PowerPoint decks: native editable charts and tables on a branded master."""

from headwater.reports.renderers.pptx.deck import deck_bytes, render

__all__ = ["deck_bytes", "render"]
