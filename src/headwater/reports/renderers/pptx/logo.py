"""Logos for forms that take pictures only: an SVG is drawn once as PNG."""

from __future__ import annotations

from functools import lru_cache

from headwater.reports.brand import Logo


@lru_cache(maxsize=8)
def logo_png(logo: Logo) -> bytes:
    """Return a logo as PNG bytes. SVG is drawn by Typst at 300 points a side, on a transparent ground."""
    if logo.kind == "png":
        return logo.data
    import tempfile
    from pathlib import Path

    import typst

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "logo.svg").write_bytes(logo.data)
        page = '#set page(width: auto, height: auto, margin: 0pt, fill: none)\n#image("logo.svg", width: 300pt)\n'
        (place / "logo.typ").write_text(page, "utf-8")
        pages = typst.compile(place / "logo.typ", root=place, format="png", ppi=144)
    return pages if isinstance(pages, bytes) else b"".join(pages)
