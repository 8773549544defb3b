"""Writing: what is written is read back equal, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.instruments import dump_instrument, library, load_instrument, to_yaml
from headwater.instruments.nodes import parse_nodes
from headwater.instruments.parsing import parse_instrument
from headwater.vocab import Choice, InputError, Instrument, Item, Lens, Problem, ResponseScale, Scale


@pytest.mark.parametrize("key", sorted(library()))
def test_the_library_goes_round(key: str, tmp_path: Path) -> None:
    path = tmp_path / f"{key}.yaml"
    dump_instrument(load_instrument(key), path)
    assert load_instrument(path) == load_instrument(key)
    first = path.read_bytes()
    dump_instrument(load_instrument(path), path)
    assert path.read_bytes() == first


def test_an_invalid_questionnaire_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "lx.yaml"
    path.write_text("old", encoding="utf-8")
    lx = load_instrument("lx_core")
    with pytest.raises(InputError, match="used twice"):
        dump_instrument(replace(lx, items=(*lx.items, lx.items[0])), path)
    with pytest.raises(InputError, match="words that YAML does not keep"):
        dump_instrument(replace(lx, source=" Acme "), path)
    assert path.read_text(encoding="utf-8") == "old"
    assert os.listdir(tmp_path) == ["lx.yaml"]


def test_a_failing_rename_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(InputError, match="cannot be written: No space left on device"):
        dump_instrument(load_instrument("pulse"), tmp_path / "pulse.yaml")
    assert os.listdir(tmp_path) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        dump_instrument(load_instrument("pulse"), tmp_path / "none" / "pulse.yaml")


WORDS = (
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=30).map(str.strip).filter(bool)
)
KEYS = st.from_regex(r"[a-z][a-z0-9]{0,8}(_[a-z0-9]{1,8}){0,2}", fullmatch=True)


@st.composite
def instruments(draw: st.DrawFn) -> Instrument:
    languages = tuple(draw(st.lists(st.sampled_from(["en", "es", "no", "pt-BR"]), min_size=1, max_size=3, unique=True)))

    def texts() -> dict[str, str]:
        return {language: draw(WORDS) for language in languages}

    low = draw(st.integers(-3, 1))
    high = draw(st.integers(low + 1, low + 6))
    favourable = draw(st.integers(low + 1, high))
    response = ResponseScale(
        draw(KEYS),
        low,
        high,
        {
            language: tuple(draw(st.lists(WORDS, min_size=high - low + 1, max_size=high - low + 1, unique=True)))
            for language in languages
        },
        favourable,
        draw(st.integers(low, favourable - 1)),
        texts() if draw(st.booleans()) else None,
    )
    keys = draw(st.lists(KEYS, min_size=3, max_size=8, unique=True))
    items = [Item(key, texts(), response_scale=response.key, reverse=draw(st.booleans())) for key in keys[:-2]]
    items[-1] = replace(items[-1], required=True, changed=draw(st.just("") | WORDS))
    if draw(st.booleans()):
        choices = tuple(Choice(key, texts()) for key in ("a", "b", "no"))
        items.append(Item(keys[-2], texts(), kind="best_worst", choices=choices, sets=(("no", "b", "a"),)))
    members = tuple(item.key for item in items if item.kind == "scale")
    scale = Scale(keys[-1], texts(), members, draw(st.sampled_from(Lens)), "driver", len(members))
    return Instrument(
        key=draw(KEYS),
        version=draw(st.sampled_from(["1", "1.0", "1.10", "2024.1.0"])),
        lens=draw(st.sampled_from(Lens)),
        title=texts(),
        purpose=texts(),
        languages=languages,
        response_scales={response.key: response},
        items=tuple(items),
        scales=(scale,),
        source=draw(WORDS),
        licence=draw(WORDS),
        unreviewed=languages[:1] if draw(st.booleans()) else (),
        notes=texts() if draw(st.booleans()) else {},
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instruments())
def test_any_valid_questionnaire_goes_round(instrument: Instrument) -> None:
    text = to_yaml(instrument)
    again, problems = parse_instrument(parse_nodes(text.encode(), "round.yaml"), "round.yaml", {})
    assert again == instrument
    assert [problem for problem in problems if problem.severity == "error"] == []


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        root = parse_nodes(content, "any.yaml")
    except InputError as error:
        found: Sequence[Problem] = error.problems
    else:
        found = parse_instrument(root, "any.yaml", {})[1]
    assert found
