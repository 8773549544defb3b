"""Questionnaires written as YAML, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from headwater.instruments.nodes import parse_nodes
from headwater.instruments.parsing import FORMAT, parse_instrument
from headwater.vocab import InputError, Instrument, Item, Problem, ResponseScale, Scale


def to_yaml(instrument: Instrument) -> str:
    """Write a questionnaire as YAML that `load_instrument` reads back as an equal one. Response scales are written
    out, so that the file stands on its own. Raises InputError when the instrument is not valid.
    """
    import yaml

    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True

    text: str = yaml.dump(
        _document(instrument), Dumper=Plain, allow_unicode=True, sort_keys=False, width=110, default_flow_style=False
    )
    name = f"{instrument.key}@{instrument.version}"
    again, problems = parse_instrument(parse_nodes(text.encode(), name), name, {})
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InputError(errors)
    if again != instrument:
        raise InputError(Problem("the questionnaire holds words that YAML does not keep.", "Trim its texts.", name))
    return text


def dump_instrument(instrument: Instrument, path: str | os.PathLike[str]) -> None:
    """Write a questionnaire to a file: aside first, then renamed, so that no half file is ever seen.

    Raises InputError when the instrument is not valid or the place cannot be written; the old file then stays.
    """
    target = Path(path)
    content = to_yaml(instrument).encode()
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as aside:
            try:
                aside.write(content)
                aside.flush()
                os.fsync(aside.fileno())
                _allow_reading(aside.name)
                os.replace(aside.name, target)
            except BaseException:
                Path(aside.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem(f"cannot be written: {reason}.", "Choose another place.", str(target))) from None


def _allow_reading(name: str) -> None:
    """Give the file the rights any new file has; temporary ones are for their owner alone."""
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(name, 0o666 & ~mask)


def _document(instrument: Instrument) -> dict[str, Any]:
    return _kept(
        {
            "format": int(FORMAT),
            "key": instrument.key,
            "version": instrument.version,
            "lens": str(instrument.lens),
            "title": dict(instrument.title),
            "purpose": dict(instrument.purpose),
            "languages": list(instrument.languages),
            "unreviewed": list(instrument.unreviewed),
            "respondent_only": list(instrument.respondent_only),
            "source": instrument.source,
            "licence": instrument.licence,
            "forked_from": instrument.forked_from,
            "notes": dict(instrument.notes),
            "response_scales": {key: _response_scale(scale) for key, scale in instrument.response_scales.items()},
            "items": [_item(item) for item in instrument.items],
            "scales": [_scale(scale) for scale in instrument.scales],
        }
    )


def _response_scale(scale: ResponseScale) -> dict[str, Any]:
    return _kept(
        {
            "low": scale.low,
            "high": scale.high,
            "favourable_from": scale.favourable_from,
            "unfavourable_to": scale.unfavourable_to,
            "labels": {language: list(labels) for language, labels in scale.labels.items()},
            "may_skip": None if scale.may_skip is None else dict(scale.may_skip),
        }
    )


def _item(item: Item) -> dict[str, Any]:
    return _kept(
        {
            "key": item.key,
            "kind": item.kind,
            "text": dict(item.text),
            "response_scale": item.response_scale,
            "reverse": item.reverse,
            "required": item.required,
            "choices": [{"key": choice.key, "text": dict(choice.text)} for choice in item.choices],
            "sets": [list(shown) for shown in item.sets],
            "shown_if": item.shown_if,
            "changed": item.changed,
        }
    )


def _scale(scale: Scale) -> dict[str, Any]:
    return _kept(
        {
            "key": scale.key,
            "name": dict(scale.name),
            "lens": str(scale.lens),
            "role": scale.role,
            "items": list(scale.items),
            "min_answered": scale.min_answered,
            "parts": list(scale.parts),
        }
    )


def _kept(fields: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing. A code of 0 says something."""
    return {name: value for name, value in fields.items() if value or (value == 0 and value is not False)}
