"""Rivers that rest on the same as before are kept; those that a new figure or a new word touches are made anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.rooms.conftest import NOW, Cast
from tests.rooms.river_cast import work_out_rivers

from headwater.rooms.learn import results_services, river_foundations, river_making, river_material
from headwater.rooms.learn.models import Chain, ChainStation
from headwater.rooms.learn.river_links import links_of
from headwater.rooms.learn.river_making import work_out_rivers as work_out
from headwater.rooms.learn.river_material import Material
from headwater.rooms.learn.river_store import Part, RiverIndex, index_of, river_of, rivers_folder

pytestmark = pytest.mark.usefixtures("own_folders")

Bring = Callable[..., None]
YEARS = ("2021", "2022", "2023")


def figures(years: tuple[str, ...], units: int = 12, shift: float = 0.0) -> bytes:
    """Calm and people seen in time, which go together, of some units."""
    lines = ["unit,period,figure,value"]
    for year in years:
        rng = np.random.default_rng(int(year))
        calm = rng.standard_normal(units) + shift * np.arange(units)
        for unit, value in enumerate(calm.tolist()):
            lines += [f"u{unit:02d},{year},Calm,{value:.3f}"]
            lines += [f"u{unit:02d},{year},Seen,{value + rng.standard_normal():.3f}"]
    return "\n".join(lines).encode()


@pytest.fixture(name="bring")
def bring_(cast: Cast) -> Bring:
    """Bring figures in and work the Rivers out."""
    chain = results_services.create_chain(title="Wards", actor=cast.analyst, now=NOW)

    def bring(years: tuple[str, ...], **how: float) -> None:
        content = figures(years, **how)  # type: ignore[arg-type]
        made = results_services.check_results(
            chain_id=chain.pk, content=content, file_name="wards.csv", actor=cast.analyst, now=NOW
        )
        results_services.apply_results(import_id=made.pk, actor=cast.analyst, now=NOW)
        ChainStation.objects.filter(key="calm").update(lens="ex")
        work_out_rivers()

    return bring


@pytest.fixture(name="estimated")
def estimated_(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The periods whose links are estimated, as they are."""
    found: list[str] = []

    def counted(chain: Chain, material: Material, part: Part, period: str) -> object:
        found.append(period)
        return links_of(chain, material, part, period)

    monkeypatch.setattr(river_making, "links_of", counted)
    return found


def wards() -> Chain:
    return Chain.objects.get(title="Wards")


def what_there_is() -> tuple[RiverIndex, dict[str, bytes]]:
    folder: Path = rivers_folder(wards())
    index = index_of(wards())
    assert index is not None
    return index, {path.name: path.read_bytes() for path in folder.glob("*.??.json")}


def test_a_second_run_estimates_nothing_and_gives_the_same(bring: Bring, estimated: list[str]) -> None:
    bring(YEARS)
    assert sorted(estimated) == list(YEARS)
    index, rivers = what_there_is()
    assert len(rivers) == 2 * len(YEARS)
    estimated.clear()
    work_out(chain=wards().key, now=NOW)
    assert estimated == []
    again, same = what_there_is()
    assert same == rivers
    assert (again.kept, again.parts, again.periods) == (index.kept, index.parts, index.periods)


def test_a_new_year_is_estimated_alone_and_gives_what_all_anew_would(bring: Bring, estimated: list[str]) -> None:
    bring(YEARS)
    estimated.clear()
    bring(("2024",))
    assert estimated == ["2024"]
    kept = what_there_is()
    for path in rivers_folder(wards()).iterdir():
        path.unlink()
    work_out(chain=wards().key, now=NOW)
    assert sorted(estimated) == ["2021", "2022", "2023", "2024", "2024"]
    assert what_there_is()[1] == kept[1]
    assert what_there_is()[0].kept == kept[0].kept


def test_a_corrected_year_is_estimated_again_with_all_that_follow(bring: Bring, estimated: list[str]) -> None:
    bring(YEARS)
    before = river_of(wards(), 0, 2, "en").inputs_hash
    estimated.clear()
    bring(("2022",), shift=0.5)
    assert sorted(estimated) == ["2022", "2023"]
    assert river_of(wards(), 0, 2, "en").inputs_hash != before


def test_a_river_whose_file_is_gone_is_made_again(bring: Bring, estimated: list[str]) -> None:
    bring(YEARS)
    _index, rivers = what_there_is()
    (rivers_folder(wards()) / "0-1.es.json").unlink()
    estimated.clear()
    work_out(chain=wards().key, now=NOW)
    assert estimated == ["2022"]
    assert what_there_is()[1] == rivers


def test_other_words_and_another_program_make_all_anew(
    bring: Bring, estimated: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(YEARS)
    estimated.clear()
    ChainStation.objects.filter(key="calm").update(labels={"en": "Quiet wards"})
    work_out(chain=wards().key, now=NOW)
    assert sorted(estimated) == list(YEARS)
    assert "Quiet wards" in what_there_is()[1]["0-0.en.json"].decode()
    estimated.clear()
    monkeypatch.setattr(river_foundations, "_program", lambda: "the next release")
    work_out(chain=wards().key, now=NOW)
    assert sorted(estimated) == list(YEARS)


def test_reasons_why_there_is_none_are_kept_too(bring: Bring, estimated: list[str]) -> None:
    bring(("2021",), units=5)
    bring(("2022",), units=12)
    index, _rivers = what_there_is()
    first = index.find(0, 0)
    assert first is not None
    assert not first.is_drawn
    assert "at least 8" in first.refused[0][1]
    estimated.clear()
    work_out(chain=wards().key, now=NOW)
    assert estimated == []
    assert what_there_is()[0].kept == index.kept


def test_the_oldest_period_drops_out_and_the_others_stay(
    bring: Bring, estimated: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(river_material, "MOST_PERIODS", 3)
    bring(YEARS)
    estimated.clear()
    bring(("2024",))
    assert estimated == ["2024"]
    index, rivers = what_there_is()
    assert index.periods == ("2022", "2023", "2024")
    assert len(rivers) == 6
    assert "2021 – 2022" in rivers["0-0.en.json"].decode()
