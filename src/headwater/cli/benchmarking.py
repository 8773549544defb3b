"""Benchmarks from a file: versioned values to compare a wave with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from headwater.formats.specs import Spec, read_spec
from headwater.scoring import Benchmark


def load_benchmark(path: Path) -> Benchmark:
    """Read a benchmark file.

    Keys: key, version, source, licence, and values: "measure:subject" -> a number, or {value, se}. A report made with
    version 3 stays on version 3: the version is part of the ScoreBook. Raises InputError naming the key that is wrong.
    """
    spec = read_spec(path)
    key = spec.need_text("key", "Name the benchmark.")
    version = spec.need_text("version", "Number the version; values of a version never change.")
    spec.need_text("source", "Say where the figures come from.")
    spec.take_text("licence")
    values = {}
    for name, content in spec.take_mapping("values").items():
        measure, _, subject = name.partition(":")
        if not subject:
            raise spec.error(f"names {name!r}.", 'Write "measure:subject", as "score:ex_growth".', "values")
        values[measure, subject] = _value(spec, name, content)
    spec.finish()
    if not values:
        raise spec.error("names no value.", "Add lines under `values`.", "values")
    return Benchmark(key, version, values)


def _value(spec: Spec, name: str, content: object) -> tuple[float, float]:
    inner = Spec(content if isinstance(content, Mapping) else {"value": content}, spec.file, f"values.{name}")
    value, error = inner.take_number("value"), inner.take_number("se")
    inner.finish()
    if value is None:
        raise inner.error("needs a value.", "Write a number, or {value: 3.6, se: 0.02}.")
    return float(value), float(error or 0.0)
