"""A plan as a picture: decoded, freed of everything besides its pixels, made small enough and written anew."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from headwater.vocab import InputError, Problem

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 12 << 20
MOST_PIXELS = 40_000_000
WIDEST = 1600
"""Pixels of the longer side that are kept: a plan is never shown larger."""
COLOURS = 64
_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


@dataclass(frozen=True)
class PlanImage:
    """A picture written anew. data: PNG. width, height: in pixels of the picture as it came, which places are given
    in.
    """

    data: bytes
    width: int
    height: int


def is_image(data: bytes) -> bool:
    """Whether a file begins as PNG or JPEG does."""
    return data.startswith(_STARTS)


def read_plan_image(data: bytes, *, name: str = "") -> PlanImage:
    """Read a PNG or JPEG. What is kept is made of its pixels alone: no metadata, no profile, no second picture.

    Raises InputError: another kind of file, damaged, larger than 12 MB or 40 million pixels.
    """
    from PIL import Image as Images
    from PIL import ImageOps

    file = name or "plan"
    if not is_image(data):
        raise InputError(Problem("this is neither PNG nor JPEG.", "Save the plan as SVG, PNG or JPEG.", file))
    if len(data) > MOST_BYTES:
        raise InputError(Problem(f"the picture is larger than {MOST_BYTES >> 20} MB.", "Save it smaller.", file))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Images.open(io.BytesIO(data), formats=("PNG", "JPEG")) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise InputError(
                        Problem(
                            f"the picture has more than {MOST_PIXELS // 1_000_000} million pixels.",
                            "Save it smaller.",
                            file,
                        )
                    )
                opened.load()
                turned = ImageOps.exif_transpose(opened)
                width, height = turned.size
                turned.thumbnail((WIDEST, WIDEST))
                flat = _on_white(turned)
    except InputError:
        raise
    # Decoders raise a dozen kinds of errors for damaged files; none of them tells a person more.
    except Exception:
        raise InputError(Problem("the picture is damaged.", "Open it, save it again, and upload that.", file)) from None
    plain = io.BytesIO()
    flat.quantize(COLOURS).save(plain, "PNG", optimize=True)
    return PlanImage(plain.getvalue(), width, height)


def _on_white(image: Image) -> Image:
    """Lay a picture with transparent parts on white; return it in plain colours."""
    from PIL import Image as Images

    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        clear = image.convert("RGBA")
        white = Images.new("RGBA", clear.size, "white")
        return Images.alpha_composite(white, clear).convert("RGB")
    return image.convert("RGB")
