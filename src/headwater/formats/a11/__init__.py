"""The federal customer experience upload of OMB Circular A-11, section 280: in and out."""

from headwater.formats.a11.reading import A11Import, read_a11_answers
from headwater.formats.a11.responses import A11Responses, PickShare, Volumes, pick_shares, responses_of
from headwater.formats.a11.writing import write_a11_answers

__all__ = [
    "A11Import",
    "A11Responses",
    "PickShare",
    "Volumes",
    "pick_shares",
    "read_a11_answers",
    "responses_of",
    "write_a11_answers",
]
