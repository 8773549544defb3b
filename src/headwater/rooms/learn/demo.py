"""The demonstration's part of learning: figures by unit and period, and a map, brought in as files would be."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime

import numpy as np

from headwater.rooms.learn.models import ResultImport
from headwater.rooms.learn.place_demo import build_places
from headwater.rooms.learn.results_services import apply_results, check_results, own_chain, set_station
from headwater.rooms.listen.demo_studies import DemoStudies
from headwater.rooms.people.models import User
from headwater.simulation import World
from headwater.vocab import Lens

FILE = "results.csv"

FIGURES = {"on_time": ("On time", True), "absence": ("Sick days", False), "turnover": ("Turnover", False)}
"""By key: what the file calls it, in percent, and whether more of it is better."""

SPANISH = {"on_time": "Puntualidad", "absence": "Bajas por enfermedad", "turnover": "Rotación"}

RISES = {"on_time": "better punctuality", "absence": "fewer sick days", "turnover": "less turnover"}
"""What a rise toward the better is called."""


def build_demo(*, people: int, seed: int, now: datetime) -> Iterable[str]:
    """Bring the results and places of the sample organisation in, unless there are any. Returns nothing to print."""
    actor = User.objects.filter(email="experience.lead@demo.example").first()
    if actor is None or ResultImport.objects.exists():
        return []
    studies = DemoStudies(people=people, seed=seed, actor=actor, now=now)
    chain = own_chain(now=now)
    content = results_file(studies.world, studies.periods())
    made = check_results(chain_id=chain.pk, content=content, file_name=FILE, actor=actor, now=now)
    apply_results(import_id=made.pk, actor=actor, now=now)
    by_label = {figure["label"]: key for key, figure in made.summary["figures"].items()}
    for name, (label, is_better) in FIGURES.items():
        set_station(
            chain_id=chain.pk,
            key=by_label[label],
            lens=Lens.RESULT,
            labels={"en": label, "es": SPANISH[name]},
            higher_is_better=is_better,
            words={"more": RISES[name]},
            actor=actor,
            now=now,
        )
    build_places(tree=studies.world.staff.tree, actor=actor, now=now)
    return []


def results_file(world: World, periods: list[str]) -> bytes:
    """Write a simulated organisation's figures as its systems would: unit, period, figure, value, number behind it.

    periods: the name of each simulated quarter. Figures of one unit without people or customers are left out.
    """
    found, size = world.results, np.bincount(world.staff.team[1:], minlength=len(world.staff.tree))
    values = {
        "on_time": found.values["on_time"],
        "absence": found.values["absence"],
        "turnover": 100 * found.values["left"] / np.where(size > 0, size, np.nan)[:, None],
    }
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("unit", "period", "figure", "value", "base"))
    for name, (label, _is_better) in FIGURES.items():
        for row, unit in enumerate(found.units):
            for column, period in enumerate(periods):
                value = float(values[name][row, column])
                if size[row] and not np.isnan(value):
                    writer.writerow((unit, period, label, f"{value:.2f}", int(size[row])))
    return text.getvalue().encode()
