"""The page that says which experience is wanted: its sections, in the order in which they are read aloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LONGEST = 600
"""A section, in characters: five sections of this length fill one page and take four minutes to read aloud."""


@dataclass(frozen=True)
class VisionSection:
    """One section. title: as it stands over the words. hint: what belongs there."""

    key: str
    title: str | Promise
    hint: str | Promise


SECTIONS: tuple[VisionSection, ...] = (
    VisionSection("led", _("What it is like to be led here"), _("What a person who is led well here notices.")),
    VisionSection("work", _("What it is like to work here"), _("A good ordinary day, as those who work see it.")),
    VisionSection("served", _("What it is like to be served here"), _("What a customer remembers a week later.")),
    VisionSection("said", _("What people will say"), _("In their words, as if overheard.")),
    VisionSection("not", _("What we will not do"), _("What we give up for it. A vision without a no is a wish.")),
)
"""In their order."""


def kept_words(written: Mapping[str, str]) -> dict[str, str]:
    """Return the words by section, without sections that are empty or unknown."""
    words = {section.key: " ".join(written.get(section.key, "").split())[:LONGEST] for section in SECTIONS}
    return {key: text for key, text in words.items() if text}
