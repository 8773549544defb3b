"""Moments on disk come back as they were."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from tests.core.engine.world import PLAN, STUDY, WAVE, answers, same_moments

from headwater.engine import compute_moments, load_moments, save_moments, update_moments
from headwater.intake import seal
from headwater.vocab import InputError, MomentPlan, Moments


@pytest.fixture
def moments(tmp_path: Path) -> Moments:
    seal(tmp_path / "store", STUDY, WAVE, answers(100, 1, weighted=True))
    return compute_moments(tmp_path / "store", "ex", "2026", PLAN)


def test_moments_come_back(tmp_path: Path, moments: Moments) -> None:
    path = tmp_path / "moments.npz"
    save_moments(path, moments)
    assert same_moments(load_moments(path), moments)
    seal(tmp_path / "store", STUDY, WAVE, answers(40, 2))
    whole = compute_moments(tmp_path / "store", "ex", "2026", PLAN)
    assert same_moments(update_moments(load_moments(path), tmp_path / "store"), whole)
    save_moments(path, whole)
    assert load_moments(path).sources == whole.sources
    assert sorted(file.name for file in tmp_path.iterdir()) == ["moments.npz", "store"]


def test_moments_without_scores_come_back(tmp_path: Path) -> None:
    seal(tmp_path / "store", STUDY, WAVE, answers(30, 1))
    bare = compute_moments(tmp_path / "store", "ex", "2026", MomentPlan(PLAN.items))
    save_moments(tmp_path / "moments", bare)
    found = load_moments(tmp_path / "moments")
    assert found.crosses is None
    assert not found.weighted
    assert same_moments(found, bare)


def test_a_killed_save_leaves_the_old_file(tmp_path: Path, moments: Moments, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "moments.npz"
    save_moments(path, moments)
    before = path.read_bytes()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        save_moments(path, moments)
    assert path.read_bytes() == before


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_file_cut_short_is_named(tmp_path: Path, moments: Moments, share: float) -> None:
    path = tmp_path / "moments.npz"
    save_moments(path, moments)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InputError, match=r"moments\.npz"):
        load_moments(path)


def test_what_is_not_moments_is_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", a=np.arange(3))
    with pytest.raises(InputError, match=r"other\.npz"):
        load_moments(tmp_path / "other.npz")
    (tmp_path / "text.npz").write_text("not an archive", "utf-8")
    with pytest.raises(InputError, match=r"text\.npz"):
        load_moments(tmp_path / "text.npz")
    with pytest.raises(InputError, match="no such file"):
        load_moments(tmp_path / "nowhere.npz")
