"""How was this made: what an analyst needs to check a number or to work it out again."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Making:
    """How the numbers of a view came to be.

    method: one sentence. formula: as it is calculated, plain text; empty where there is none. n: who is behind it, in
    words. inputs: the hash of everything the numbers are a function of. limits: what they do not say. sources: papers,
    standards and data sets. versions: program by version.
    """

    method: Text
    n: Text
    inputs: str
    formula: Text = ""
    limits: tuple[Text, ...] = ()
    sources: tuple[Text, ...] = ()
    versions: tuple[tuple[str, str], ...] = field(default=())
