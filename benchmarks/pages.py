"""Pages of studies and of the organisation over 100,000 people: p95 of each, beside the goal of 200 ms.

    python -m benchmarks.pages                  100,000 people, 8,209 units, 40 requests a page
    python -m benchmarks.pages --people 20000

A folder of its own, SQLite, one process. A request goes through the whole application, sign-in included, without the
network. Pages are asked in turn, so that none profits from having just been asked. The first request of each page is
printed apart: the first that counts people after the organisation changed reads them all once in each process.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from benchmarks._large_organisation import account, bring_in, own_folder

PEOPLE, REQUESTS, GOAL = 100_000, 40, 0.200
CUTS = ("tenure", "area")
RATES = "study with an open wave, rates"


def make_studies(lead: Any) -> dict[str, Any]:
    """A study that is open with rates published, one in preparation, both with two cuts, and sixty more."""
    from django.utils import timezone

    from headwater.rooms.listen.launching import launch_wave
    from headwater.rooms.listen.models import Wave
    from headwater.rooms.listen.rates import publish_rates
    from headwater.rooms.listen.studies import create_study, schedule_wave

    now = timezone.now()
    values: dict[str, Any] = {"actor": lead, "now": now}
    cuts = [{"key": one, "label": one, "attribute": one, "levels": levels_of(one)} for one in CUTS]
    found: dict[str, Any] = {}
    for name, opens_at in (("open", now - timedelta(days=2)), ("planned", now + timedelta(days=2))):
        study = create_study(
            title=f"A study that is {name}", questionnaires=[("lx_core@1.0", None)], channel="mail", cuts=cuts, **values
        )
        wave = schedule_wave(
            study_id=study.pk, opens_at=opens_at, days_open=14, late_days=2, reminders=[5], title=name, **values
        )
        found[name] = wave
    launch_wave(wave_id=found["open"].pk, actor=lead, now=now)
    Wave.objects.filter(pk=found["open"].pk).update(state=Wave.State.OPEN)
    found["open"] = Wave.objects.select_related("study").get(pk=found["open"].pk)
    answer_some(found["open"], 20_000)
    publish_rates(wave=found["open"], now=now)
    for number in range(60):
        create_study(title=f"Study {number}", questionnaires=[("pulse@1.0", None)], **values)
    return found


def levels_of(attribute: str) -> list[str]:
    """The values of an attribute."""
    from headwater.rooms.people.populations import attribute_values

    return sorted(one.value for one in attribute_values(attribute))


def answer_some(wave: Any, count: int) -> None:
    """Store so many answers as respondents would leave them, written together: this is not about their speed."""
    import os

    from headwater.rooms.listen.logic.links import OpenLink, Place
    from headwater.rooms.listen.models import Invitation, SealedResponse
    from headwater.rooms.listen.respond_waves import live_wave
    from headwater.rooms.listen.responding import lock_answers

    live = live_wave(wave)
    rows = []
    for unit, language in Invitation.objects.filter(wave=wave).values_list("unit_key", "language")[:count]:
        link = OpenLink(kind=0, place=Place(unit, {}, language), slip=os.urandom(32))
        body = lock_answers(live, link, {}, language)
        rows.append(SealedResponse(wave=wave, slip=link.slip, body=body, mark=os.urandom(32), is_complete=True))
    SealedResponse.objects.bulk_create(rows, batch_size=2_000)


def addresses(found: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """The pages, by what they are called: who asks, and where."""
    from headwater.rooms.people.models import Person, Unit

    planned, running = found["planned"], found["open"]
    region = Unit.objects.get(key="d3r11")
    person = Person.objects.get(key="p777")
    made = {
        "studies": "/listen/",
        RATES: f"/listen/studies/{running.study_id}/",
        "study in preparation": f"/listen/studies/{planned.study_id}/",
        "make a wave stricter": f"/listen/waves/{running.pk}/stricter",
    }
    for step in ("what", "whom", "promise", "how", "words", "review"):
        made[f"step: {step}"] = f"/listen/studies/{planned.study_id}/{step}/"
    desk = {name: ("lead", path) for name, path in made.items()}
    return desk | {
        "home": ("lead", "/"),
        "organisation": ("lead", "/people/"),
        "organisation, found by name": ("lead", "/people/?q=Person+777"),
        "one unit": ("lead", f"/people/units/{region.pk}/"),
        "units below one": ("lead", f"/people/units/{region.pk}/children"),
        "one person": ("lead", f"/people/persons/{person.pk}/"),
        "organisation, as a leader": ("leader", "/people/"),
    }


def main() -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--only", default="", help="pages whose name holds this")
    chosen = parser.parse_args()
    with own_folder():
        run(chosen.people, chosen.requests, chosen.only)


def run(people: int, requests: int, only: str) -> None:
    """Measure every page."""
    from django.test import Client

    from headwater.rooms.people.models import Unit

    began = time.perf_counter()
    bring_in(people)
    clients = {"lead": Client(), "leader": Client()}
    lead = account("experience_lead")
    clients["lead"].force_login(lead)
    clients["leader"].force_login(account("", "l-d3"))
    pages = {name: one for name, one in addresses(make_studies(lead)).items() if only in name}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{people:,} people, {Unit.objects.count():,} units, made in {time.perf_counter() - began:.0f} s")
    took: dict[str, list[float]] = {name: [] for name in pages}
    sizes, first = {}, {}
    for number in range(requests + 2):
        for name, (who, path) in pages.items():
            clock = time.perf_counter()
            answer = clients[who].get(path)
            seconds = time.perf_counter() - clock
            if answer.status_code != 200:
                raise SystemExit(f"{path} answers {answer.status_code}")
            if name == RATES and b'class="rates"' not in answer.content:
                raise SystemExit("the page shows no rates")
            sizes[name] = len(answer.content)
            if number == 0:
                first[name] = seconds
            if number >= 2:
                took[name].append(seconds)
    slow = 0
    print(f"{'page':<34}{'p50':>9}{'p95':>9}{'longest':>9}{'first':>9}{'size':>10}   goal {GOAL * 1e3:.0f} ms at p95")
    for name, each in took.items():
        each.sort()
        p95 = each[min(int(len(each) * 0.95), len(each) - 1)]
        slow += p95 > GOAL
        shown = "".join(f"{seconds * 1e3:6.0f} ms" for seconds in (each[len(each) // 2], p95, each[-1], first[name]))
        print(f"{name:<34}{shown}{sizes[name] / 1024:7.0f} kB   {'holds' if p95 <= GOAL else 'does not hold'}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"memory: {before / 1024:,.0f} MB after building, at most {peak / 1024:,.0f} MB while pages were asked")
    print(f"claim: every page under {GOAL * 1e3:.0f} ms at p95: {'holds' if not slow else f'{slow} pages do not'}")


if __name__ == "__main__":
    main()
