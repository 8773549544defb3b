"""An organisation of eighteen teams with a planted link from leaders to work to results, released and ready."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from django.conf import settings
from tests.rooms.conftest import NOW, Cast
from tests.rooms.study_cast import asked, enlarge, launched

from headwater.instruments import item_rules
from headwater.intake import seal
from headwater.rooms.house.jobs import run_job
from headwater.rooms.house.models import Job
from headwater.rooms.listen.models import Wave
from headwater.rooms.listen.releasing import forget_wave, release_wave
from headwater.rooms.listen.studies import plan_of
from headwater.vocab import AnswerTable

TEAMS = 9


def release_work_study(cast: Cast) -> Wave:
    """A released wave about leaders and work, in which teams that are better led work better."""
    enlarge(cast.administrator, teams=TEAMS, size=16)
    wave = launched(
        cast.experience_lead, questionnaires=[("lx_core@1.0", None), ("ex_factors@1.0", None)], channel="code"
    )
    plan = plan_of(wave)
    rng = np.random.default_rng(4)
    units = [invitation.unit_key for invitation in asked(wave)]
    ids = sorted(set(units))
    led = {unit: rng.standard_normal() * 0.45 for unit in ids}
    felt = {unit: 0.9 * value + rng.standard_normal() * 0.15 for unit, value in led.items()}
    items = {}
    for key, rule in item_rules(plan.questionnaires).items():
        by_unit = led if key.startswith("lx") else felt
        truth = np.array([by_unit[unit] for unit in units])
        drawn = 3 + (-truth if rule.reverse else truth) + rng.standard_normal(len(units)) * 1.1
        items[key] = np.clip(np.rint(drawn), rule.low, rule.high).astype(np.int8)
    table = AnswerTable(tuple(ids), np.array([ids.index(unit) for unit in units], np.int32), items)
    seal(settings.STORE, plan.vocab_study, plan.vocab_wave, table, source=str(wave.pk))
    ended = wave.late_until + timedelta(minutes=1)
    Wave.objects.filter(pk=wave.pk).update(state=Wave.State.SEALED, sealed_at=ended, responses=len(table))
    forget_wave(wave_id=wave.pk, now=ended)
    release_wave(wave_id=wave.pk, now=ended)
    wave.refresh_from_db()
    assert wave.state == Wave.State.RELEASED, wave.outcome
    return wave


def results_csv(period: str = "2026-03") -> bytes:
    """On-time figures of the teams, which follow nothing: a result without a link."""
    rng = np.random.default_rng(9)
    lines = ["unit,period,figure,value,base"]
    for division in range(2):
        for team in range(TEAMS):
            lines.append(f"d{division}t{team}-t,{period},On time,{90 + rng.standard_normal():.2f},100")
    return "\n".join(lines).encode()


def work_out_rivers() -> None:
    """Run the jobs that work Rivers out."""
    for job in Job.objects.filter(name="work_out_rivers", state=Job.State.WAITING):
        run_job(job_id=job.pk, now=max(NOW, job.run_at))
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.last_error
