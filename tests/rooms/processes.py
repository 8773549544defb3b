"""What processes of their own do to a served folder, for tests that need several at once.

`python -m tests.rooms.processes` reads its folder and database from the environment, as the server does. It says
`ready`, then takes lines of JSON, each a verb and its arguments, and answers each with a line of JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parents[2]
PATIENCE = 600


def environment(folder: Path, address: str = "", **more: str) -> dict[str, str]:
    """The environment of a process that works on a folder and a database, and on no other."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("HEADWATER_", "DJANGO_"))}
    named = {"HEADWATER_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "headwater.site.settings"}
    if address:
        named["HEADWATER_DATABASE_URL"] = address
    return {**plain, **named, **more}


def command(*words: str | Path, **named: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m ...` to its end."""
    whole = [sys.executable, "-m", *map(str, words)]
    return subprocess.run(whole, capture_output=True, text=True, env=named, timeout=PATIENCE, check=False, cwd=HERE)


class Crew:
    """Processes that wait for what to do. To be used as a context, which ends them."""

    def __init__(self, size: int, named: Mapping[str, str]) -> None:
        whole = [sys.executable, "-m", "tests.rooms.processes"]
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self._started = [
            subprocess.Popen(
                whole, env=dict(named), cwd=HERE, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
            )
            for _ in range(size)
        ]  # fmt: skip
        for process in self._started:
            assert self._heard(process) == "ready"

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._started:
            process.communicate(timeout=PATIENCE)  # the end of its input is its end
        self._errors.close()

    def at_once(self, verb: str, *many: Mapping[str, Any]) -> list[Any]:
        """Let one process for each set of arguments begin at the same moment. Returns what they answer."""
        busy = self._started[: len(many)]
        assert len(busy) == len(many)
        for process, arguments in zip(busy, many, strict=True):
            assert process.stdin is not None
            process.stdin.write(json.dumps([verb, arguments]) + "\n")
        for process in busy:
            assert process.stdin is not None
            process.stdin.flush()
        return [json.loads(self._heard(process)) for process in busy]

    def alone(self, verb: str, **arguments: Any) -> Any:
        """Let one process do something."""
        return self.at_once(verb, arguments)[0]

    def _heard(self, process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            self._errors.seek(0)
            raise AssertionError(self._errors.read())
        return line.rstrip("\n")


def _lead() -> Any:
    return _account("experience.lead")


def plan(*, channel: str, title: str, launch: bool = True) -> dict[str, Any]:
    """Make a study with a wave that opens now; launched and open unless asked otherwise."""
    from django.utils import timezone

    from headwater.rooms.listen.launching import launch_wave
    from headwater.rooms.listen.models import Wave
    from headwater.rooms.listen.studies import create_study, schedule_wave
    from headwater.rooms.listen.waves import advance_wave

    now = timezone.now()
    study = create_study(
        title=title, questionnaires=[("pulse", None)], channel=channel, ignores_cap=True, actor=_lead(), now=now
    )
    wave = schedule_wave(
        study_id=study.pk, opens_at=now, days_open=7, late_days=1, reminders=[], actor=_lead(), now=now
    )
    if launch:
        launch_wave(wave_id=wave.pk, actor=_lead(), now=now)
        advance_wave(wave_id=wave.pk, now=now)
    wave = Wave.objects.select_related("study").get(pk=wave.pk)
    return {"wave": str(wave.pk), "study": wave.study.key, "key": wave.key, "until": wave.late_until.isoformat()}


def launch(*, wave: str) -> dict[str, Any]:
    """Launch a wave that may be launched already. Returns how many were asked."""
    from django.utils import timezone

    from headwater.rooms.listen.launching import launch_wave

    made = launch_wave(wave_id=_uuid(wave), actor=_lead(), now=timezone.now())
    return {"invited": made.invited}


def answer(*, wave: str, value: int | None = None, skip: int = 0, most: int = 10_000) -> dict[str, Any]:
    """Answer through invitations, in order. value: one code throughout. Returns what became of each."""
    from django.utils import timezone

    from headwater.instruments import item_rules
    from headwater.rooms.listen.logic.links import Place, link_token, read_token
    from headwater.rooms.listen.models import Invitation, Wave
    from headwater.rooms.listen.respond_waves import live_wave
    from headwater.rooms.listen.responding import submit_response

    live = live_wave(Wave.objects.get(pk=_uuid(wave)))
    states = (Invitation.State.WAITING, Invitation.State.SENT)
    kinds = []
    asked = Invitation.objects.filter(wave_id=live.id, state__in=states).order_by("pk")[skip : skip + most]
    for number, one in enumerate(asked):
        token = link_token(live.secrets, live.frozen, Place(one.unit_key, one.cuts, one.language), bytes(one.number))
        chosen = {
            key: min(max(value if value is not None else rule.low + 1 + number % 4, rule.low), rule.high)
            for key, rule in item_rules(live.frozen.questionnaires).items()
        }
        link = read_token(live.secrets, live.frozen, token)
        kinds.append(submit_response(wave=live, link=link, answers=chosen, now=timezone.now()).kind)
    return {"kinds": kinds}


def advance(*, until: str) -> dict[str, Any]:
    """Take every wave as far as a moment just after `until` allows. Returns the steps taken."""
    from headwater.rooms.listen.waves import advance_waves

    return {"steps": [step.value for _, step in advance_waves(now=_moment(until) + timedelta(minutes=1))]}


def close(*, wave: str, until: str) -> dict[str, Any]:
    """Close a wave, and go no further."""
    from headwater.rooms.listen.logic.clock import Step
    from headwater.rooms.listen.models import Wave
    from headwater.rooms.listen.waves import STEPS

    STEPS[Step.CLOSE](Wave.objects.get(pk=_uuid(wave)), _moment(until) + timedelta(minutes=1))
    return look(wave=wave)


def token() -> dict[str, Any]:
    """Make a token of the API that may hand responses in."""
    from django.utils import timezone

    from headwater.rooms.people.tokens import make_token

    made = make_token(name="test", scopes=("responses:write",), studies=(), actor=_lead(), now=timezone.now())
    return {"token": made.text}


def post(*, token: str, key: str, study: str, wave: str, first: int, count: int, turned: bool) -> dict[str, Any]:
    """Hand a batch in under an idempotency key. turned: its responses in the other order."""
    from django.test import Client

    from headwater.instruments import item_rules
    from headwater.rooms.listen.models import Wave
    from headwater.rooms.listen.respond_waves import live_wave

    live = live_wave(Wave.objects.get(study__key=study, key=wave))
    chosen = {name: rule.low + 1 for name, rule in item_rules(live.frozen.questionnaires).items()}
    unit = live.frozen.unit_ids[0]
    given = [{"id": f"r{number}", "unit": unit, "answers": chosen} for number in range(first, first + count)]
    body = json.dumps({"study": study, "wave": wave, "responses": given[::-1] if turned else given})
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key, "Host": "localhost"}
    done = Client(raise_request_exception=False).post(
        "/api/v1/responses", body, content_type="application/json", headers=headers
    )
    return {"status": done.status_code, "body": done.json() if done.status_code < 500 else done.content.decode()}


def look(*, wave: str) -> dict[str, Any]:
    """What the records say of a wave."""
    from collections import Counter

    from django.conf import settings

    from headwater.intake import read_manifest, wave_folder
    from headwater.rooms.house import audit
    from headwater.rooms.house.models import AuditEntry
    from headwater.rooms.listen.logic.wave_keys import has_key
    from headwater.rooms.listen.models import Invitation, SealedResponse, Wave
    from headwater.vocab.store_layout import ANSWERS

    found = Wave.objects.select_related("study").get(pk=_uuid(wave))
    manifest = read_manifest(wave_folder(Path(settings.STORE), ANSWERS, found.study.key, found.key))
    entries = AuditEntry.objects.filter(subject=str(found.study_id)).values_list("action", flat=True)
    return {
        "state": found.state,
        "outcome": found.outcome,
        "responses": found.responses,
        "stored": SealedResponse.objects.filter(wave=found, is_complete=True).count(),
        "invitations": Invitation.objects.filter(wave=found).count(),
        "sealed": None if manifest is None else manifest.rows,
        "parts": None if manifest is None else len(manifest.parts),
        "has_key": has_key(settings.KEYS, found.pk),
        "audit": dict(Counter(entries)),
        "trail_is_whole": audit.verify().is_whole,
    }


def live(*, title: str) -> dict[str, Any]:
    """Take a wave through its whole life, with thirty answers."""
    made = plan(channel="code", title=title)
    kinds = answer(wave=made["wave"], most=30)["kinds"]
    done = advance(until=made["until"])["steps"]
    return {"kinds": kinds, "steps": done, **look(wave=made["wave"])}


def report(*, code: str) -> dict[str, Any]:
    """Report an injury under a receipt code, as a phone does that sends it anew."""
    from django.utils import timezone

    from headwater.rooms.act.incidents.reporting import Report, report_incident

    now = timezone.now()
    said = Report(kind="injury", what="A hand was cut.", happened_date=timezone.localdate(now))
    return {"incident": str(report_incident(report=said, code=code, actor=None, now=now).pk)}


def excuse(*, incident: str) -> dict[str, Any]:
    """Open an incident as the top leader and excuse what is owed. Returns the version that may be closed."""
    from django.utils import timezone

    from headwater.rooms.act.incidents.duties import duties_of, excuse_duty, open_incident
    from headwater.rooms.act.models import Incident

    top, now, key = _account("top.leader"), timezone.now(), _uuid(incident)
    found = open_incident(incident_id=key, actor=top, now=now)
    for owed in duties_of(found):
        if not owed.is_settled:
            version = Incident.objects.get(pk=key).version
            excuse_duty(incident_id=key, key=owed.key, excuse="A drill.", version=version, actor=top, now=now)
    return {"version": Incident.objects.get(pk=key).version}


def end(*, incident: str, version: int, who: str) -> dict[str, Any]:
    """Close an incident as somebody who read a version of it. Returns whether they did, or were told of another."""
    from django.utils import timezone

    from headwater.rooms.act.incidents.duties import close_incident
    from headwater.rooms.act.incidents.refusals import IncidentChangedError

    values: dict[str, Any] = {"actor": _account(who), "now": timezone.now()}
    try:
        close_incident(incident_id=_uuid(incident), version=version, **values)
    except IncidentChangedError:
        return {"who": who, "became": "told"}
    return {"who": who, "became": "closed"}


def look_at(*, incident: str) -> dict[str, Any]:
    """What the records say of an incident."""
    from collections import Counter

    from headwater.rooms.act.models import Incident, IncidentDuty, IncidentNotice
    from headwater.rooms.house import audit
    from headwater.rooms.house.models import AuditEntry

    found = Incident.objects.select_related("closed_by").get(pk=_uuid(incident))
    mail = IncidentNotice.objects.filter(incident=found, reason="reported")
    return {
        "state": found.state,
        "closed_by": found.closed_by.email.partition("@")[0] if found.closed_by is not None else "",
        "duties": IncidentDuty.objects.filter(incident=found).count(),
        "notices": mail.count(),
        "audit": dict(Counter(AuditEntry.objects.filter(subject=str(found.pk)).values_list("action", flat=True))),
        "trail_is_whole": audit.verify().is_whole,
    }


def _account(who: str) -> Any:
    from headwater.rooms.people.models import User

    return User.objects.select_related("person").get(email=f"{who}@demo.example")


def _uuid(text: str) -> Any:
    from uuid import UUID

    return UUID(text)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


VERBS: Mapping[str, Callable[..., dict[str, Any]]] = {
    one.__name__: one
    for one in (plan, launch, answer, advance, close, token, post, look, live, report, excuse, end, look_at)
}


def main() -> int:
    """Do what is asked, line by line."""
    import django

    django.setup()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        verb, arguments = json.loads(line)
        sys.stdout.write(json.dumps(VERBS[verb](**arguments)) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
