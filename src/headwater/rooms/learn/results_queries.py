"""What the pages of figures by unit and period show. Every query takes its viewer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language

from headwater.chain.stations import STAGE_ORDER
from headwater.rooms.learn.models import Chain, ChainStation, ResultImport
from headwater.rooms.learn.results_services import is_usable
from headwater.rooms.learn.river_queries import address_of, title_of
from headwater.rooms.learn.river_sources import scores_in, sources
from headwater.rooms.learn.river_stations import Score, stations_of
from headwater.rooms.learn.river_store import index_of
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.viewers import require
from headwater.vocab import Lens, say

SHOWN = 200
"""Problems listed on the page of a file."""


@dataclass(frozen=True)
class ChainLine:
    """One chain in the list."""

    chain: Chain
    title: str
    stations: int
    files: int
    river: str
    """The address of its River, "" while there is none."""


@dataclass(frozen=True)
class FigureLine:
    """One figure of a file: how many values it brings and between which limits."""

    key: str
    label: str
    values: int
    low: float | None
    high: float | None
    has_base: bool


@dataclass(frozen=True)
class FilePage:
    """One file: what it would bring, or brought."""

    made: ResultImport
    title: str
    figures: tuple[FigureLine, ...]
    problems: tuple[Mapping[str, Any], ...]
    is_open: bool
    is_usable: bool
    mapping: str


@dataclass(frozen=True)
class StationLine:
    """One station. is_given: whether it has values now. is_chosen: False for one that was taken by itself."""

    key: str
    label: str
    lens: str
    source: str
    higher_is_better: bool
    is_given: bool
    is_chosen: bool


@dataclass(frozen=True)
class ChainPage:
    """A chain: its stations, links and files."""

    chain: Chain
    title: str
    stations: tuple[StationLine, ...]
    files: tuple[ResultImport, ...]
    sources: tuple[tuple[str, str], ...]
    pairs: tuple[tuple[str, str], ...]
    chosen_pairs: tuple[str, ...]
    river: str


def chain_lines(*, viewer: Viewer) -> tuple[ChainLine, ...]:
    """Return all chains, the organisation's first."""
    require(viewer, "results.import")
    return tuple(
        ChainLine(
            chain,
            title_of(chain),
            ChainStation.objects.filter(chain=chain).count(),
            ResultImport.objects.filter(chain=chain, state=ResultImport.State.APPLIED).count(),
            address_of(chain) if index_of(chain) is not None else "",
        )
        for chain in Chain.objects.order_by("-is_own", "title")
    )


def get_chain(*, viewer: Viewer, key: str) -> Chain:
    """Return a chain. Raises Http404, PermissionDenied."""
    require(viewer, "results.import")
    return get_object_or_404(Chain, key=key)


def get_file(*, viewer: Viewer, import_id: UUID) -> ResultImport:
    """Return a file of figures. Raises Http404, PermissionDenied."""
    require(viewer, "results.import")
    return get_object_or_404(ResultImport.objects.select_related("chain", "uploaded_by"), pk=import_id)


def file_page(*, viewer: Viewer, import_id: UUID) -> FilePage:
    """Return the page of one file."""
    import yaml

    made = get_file(viewer=viewer, import_id=import_id)
    found = made.summary.get("figures", {})
    return FilePage(
        made=made,
        title=title_of(made.chain),
        figures=tuple(
            FigureLine(key, one["label"], one["values"], one["low"], one["high"], one["has_base"])
            for key, one in found.items()
        ),
        problems=tuple(made.problems[:SHOWN]),
        is_open=made.state == ResultImport.State.CHECKED,
        is_usable=is_usable(made),
        mapping=yaml.safe_dump(made.mapping, allow_unicode=True, sort_keys=False),
    )


def chain_page(*, viewer: Viewer, key: str) -> ChainPage:
    """Return the page of one chain."""
    chain = get_chain(viewer=viewer, key=key)
    files = tuple(ResultImport.objects.filter(chain=chain).select_related("uploaded_by").order_by("-uploaded_at"))
    figures = {
        name: str(figure["label"])
        for made in files
        if made.state == ResultImport.State.APPLIED
        for name, figure in made.summary["figures"].items()
    }
    scores = scores_in(sources()) if chain.is_own else []
    stations = stations_of(chain, scores, tuple(figures), (get_language() or "en")[:2])
    declared = list(ChainStation.objects.filter(chain=chain))
    given = {place.key for place in stations.places}
    titles = {(one.key, one.study): one.study_title for one in scores}
    lines = [
        StationLine(
            one.key,
            one.label,
            one.get_lens_display(),
            titles.get((one.key, one.study), one.study) if one.study else figures.get(one.key, ""),
            one.higher_is_better,
            one.key in given,
            True,
        )
        for one in declared
    ]
    chosen = {one.key for one in declared}
    lines += [
        StationLine(
            place.key,
            place.label,
            str(dict(ChainStation.LENSES)[str(place.lens)]),
            titles.get((place.key, stations.studies.get(place.key, "")), ""),
            place.higher_is_better,
            True,
            False,
        )
        for place in stations.places
        if place.key not in chosen
    ]
    return ChainPage(
        chain=chain,
        title=title_of(chain),
        stations=tuple(lines),
        files=files,
        sources=(*(("figure:" + name, label) for name, label in figures.items()), *_score_choices(scores)),
        pairs=tuple(
            (f"{a.key}>{b.key}", f"{a.label} → {b.label}")
            for a in stations.places
            for b in stations.places
            if a.key != b.key and STAGE_ORDER.index(a.lens) < STAGE_ORDER.index(b.lens) and _flows(a.lens, b.lens)
        ),
        chosen_pairs=tuple(f"{source}>{target}" for source, target in stations.links),
        river=address_of(chain) if index_of(chain) is not None else "",
    )


def station_values(page: ChainPage, key: str) -> dict[str, Any]:
    """Return what the form of a station begins with. Raises Http404 for one that is not there."""
    declared = ChainStation.objects.filter(chain=page.chain, key=key).first()
    if declared is not None:
        source = f"score:{declared.study}:{key}" if declared.study else f"figure:{key}"
        return {
            "source": source,
            "label_en": declared.labels.get("en", ""),
            "label_es": declared.labels.get("es", ""),
            "lens": declared.lens,
            "higher_is_better": "yes" if declared.higher_is_better else "no",
            "more": declared.words.get("more", ""),
            "more_es": declared.words.get("es", {}).get("more", ""),
        }
    score = next((one for one in scores_in(sources()) if one.key == key), None) if page.chain.is_own else None
    for source, label in page.sources:
        if source.rpartition(":")[2] == key:
            labels = {"en": label} if score is None else score.labels
            return {
                "source": source,
                "label_en": labels.get("en", ""),
                "label_es": labels.get("es", ""),
                "higher_is_better": "yes",
            }
    raise Http404


def _flows(source: Lens, target: Lens) -> bool:
    return not (source is Lens.LX and target is Lens.SERVICE)


def _score_choices(scores: list[Score]) -> list[tuple[str, str]]:
    return [(f"score:{one.study}:{one.key}", f"{say(one.labels) or one.key} · {one.study_title}") for one in scores]
