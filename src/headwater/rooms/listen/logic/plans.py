"""The plan of a wave: everything that is frozen at launch, as one value that can be written down and hashed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from headwater.instruments import read_instrument
from headwater.org import number_units
from headwater.vocab import Cut, Instrument, IntArray, Promise, Study, Texts, UnitTree, Wave, say

FORMAT = 1


@dataclass(frozen=True)
class PlannedCut:
    """A cut as declared: which attribute of a person it is, and its levels. Anyone outside them has no level."""

    key: str
    label: str
    attribute: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class WavePlan:
    """All that decides what a wave asks, whom, and what may be released of it.

    instruments: questionnaires as YAML. unit_*: the tree in preorder at launch; unit_parents: the place of the unit
    above, -1 at the top. invited: people of each unit (not below it) who are asked; empty where nobody knows how many
    (open links, customers). texts: words of the first page by name and language. tables: what is released, named.
    services: the units served by each unit that serves, by key; empty in studies that are not about internal service.
    """

    study: str
    study_title: str
    wave: str
    wave_title: str
    order: int
    lens: str
    promise: Promise
    channel: str
    k: int
    comment_k: int
    languages: tuple[str, ...]
    instruments: tuple[str, ...]
    unit_ids: tuple[str, ...]
    unit_names: tuple[str, ...]
    unit_parents: tuple[int, ...]
    unit_leaders: tuple[str, ...]
    invited: tuple[int, ...] = ()
    cuts: tuple[PlannedCut, ...] = ()
    texts: Mapping[str, Texts] = field(default_factory=dict)
    tables: tuple[str, ...] = ("scores", "shares", "response")
    organisation: str = ""
    services: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    format: int = FORMAT

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> WavePlan:
        """Read a plan back. Raises ValueError for another format, KeyError or TypeError for a damaged one."""
        if content["format"] != FORMAT:
            raise ValueError(f"the plan of a wave has format {content['format']}, not {FORMAT}")
        values = {name.name: content[name.name] for name in fields(cls) if name.name != "services"}
        for name, value in values.items():
            if isinstance(value, list):
                values[name] = tuple(value)
        values["cuts"] = tuple(PlannedCut(**{**cut, "levels": tuple(cut["levels"])}) for cut in content["cuts"])
        values["services"] = {unit: tuple(served) for unit, served in content.get("services", {}).items()}
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """Write the plan down. Without services nothing is written of them, as in plans before there were any."""
        content: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return content if self.services else {key: value for key, value in content.items() if key != "services"}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the plan: what respondents and auditors can compare."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    @cached_property
    def questionnaires(self) -> tuple[Instrument, ...]:
        """The questionnaires, read. Raises InputError when one does not pass its checks."""
        return tuple(read_instrument(text, f"{self.study}-{place + 1}") for place, text in enumerate(self.instruments))

    @cached_property
    def tree(self) -> UnitTree:
        """The tree at launch. Waves of one organisation share it."""
        return _tree(self.unit_ids, self.unit_parents, self.unit_names, self.unit_leaders)

    @cached_property
    def invited_array(self) -> IntArray | None:
        """int64[U], people of each unit who are asked; None where nobody knows."""
        return np.array(self.invited, np.int64) if self.invited else None

    @cached_property
    def vocab_study(self) -> Study:
        """The study as the core knows it."""
        return Study(
            key=self.study,
            title=self.study_title,
            promise=self.promise,
            k=self.k,
            comment_k=self.comment_k,
            instruments=tuple(f"{one.key}@{one.version}" for one in self.questionnaires),
            cuts=tuple(Cut(cut.key, cut.label, cut.levels) for cut in self.cuts),
        )

    @cached_property
    def vocab_wave(self) -> Wave:
        """The wave as the core knows it."""
        return Wave(self.study, self.wave, self.wave_title, self.order)

    def text(self, name: str, language: str) -> str:
        """Return words of the first page in a language, else in English; empty when there are none."""
        return say(self.texts[name], language) if self.texts.get(name) else ""


@lru_cache(maxsize=4)
def _tree(ids: tuple[str, ...], above: tuple[int, ...], names: tuple[str, ...], leaders: tuple[str, ...]) -> UnitTree:
    return number_units(ids, ["" if parent < 0 else ids[parent] for parent in above], names, leaders)


def tightened(plan: WavePlan, stricter: Mapping[str, Any]) -> WavePlan:
    """Return a plan with what was tightened after launch. Raises ValueError for anything that would loosen it."""
    from dataclasses import replace

    k, comment_k = int(stricter.get("k", plan.k)), int(stricter.get("comment_k", plan.comment_k))
    if k < plan.k or comment_k < plan.comment_k:
        raise ValueError("after launch a study can only be made stricter: the smallest group cannot be made smaller")
    dropped = set(stricter.get("dropped_cuts", ()))
    cuts = tuple(cut for cut in plan.cuts if cut.key not in dropped)
    return replace(plan, k=k, comment_k=max(comment_k, k), cuts=cuts)
