"""A wave that takes answers in a folder of its own, and the web server over it.

`python -m benchmarks._served_wave FOLDER COUNT CHANNEL` brings the database up to date, opens a wave of 60 five-point
items on one page and writes COUNT links to FOLDER/links.txt. The server is started as `headwater serve` starts it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ITEMS = 60
LINKS = "links.txt"


def sixty_items() -> str:
    """A questionnaire of 60 five-point items."""
    lines = [
        "format: 1",
        "key: sixty",
        'version: "1.0"',
        "lens: ex",
        "title: {en: Sixty questions}",
        "purpose: {en: Asks sixty things on one page.}",
        "languages: [en]",
        'source: "Written for benchmarks"',
        "licence: CC-BY-4.0",
        "response_scales:",
        "  agree5:",
        "    low: 1",
        "    high: 5",
        "    favourable_from: 4",
        "    unfavourable_to: 2",
        "    labels: {en: [Strongly disagree, Disagree, Neither agree nor disagree, Agree, Strongly agree]}",
        "items:",
    ]
    for number in range(1, ITEMS + 1):
        words = f"At work, thing number {number} goes the way it should go."
        lines.append(f'  - {{key: item_{number}, text: {{en: "{words}"}}, response_scale: agree5}}')
    return "\n".join(lines) + "\n"


def environment(folder: Path, database: str = "") -> dict[str, str]:
    """The environment of a process over a folder."""
    return {
        **os.environ,
        "HEADWATER_DIR": str(folder),
        "HEADWATER_DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "headwater.site.settings",
    }


def prepare(folder: Path, count: int, database: str = "", channel: str = "mail") -> list[str]:
    """Make the wave in another process. Returns the paths of its links."""
    command = [sys.executable, "-m", "benchmarks._served_wave", str(folder), str(count), channel]
    subprocess.run(command, env=environment(folder, database), check=True)
    return (folder / LINKS).read_text(encoding="ascii").split()


@contextmanager
def served(folder: Path, port: int, database: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """Run the web server over a folder until the block ends."""
    process = start(folder, port, database)
    try:
        yield process
    finally:
        stop(process)


def start(folder: Path, port: int, database: str = "") -> subprocess.Popen[bytes]:
    """Start the web server in a process group of its own, and wait until it answers."""
    from headwater.site.serving import web_command

    process = subprocess.Popen(
        web_command("127.0.0.1", port), env=environment(folder, database), start_new_session=True
    )
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5)
        except urllib.error.HTTPError:
            return process
        except OSError:
            if process.poll() is not None:
                raise
            time.sleep(0.1)
        else:
            return process
    raise TimeoutError("the web server does not answer")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server and everything it started."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
    except ProcessLookupError:
        pass
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def memory_of(process: subprocess.Popen[bytes]) -> int:
    """Resident bytes of a server and its workers, shared pages counted in each."""
    found = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
            if int(fields[2]) == process.pid:
                found += int((status.parent / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except OSError:
            continue
    return found


def make_wave(folder: Path, count: int, channel: str) -> None:
    """Bring the database up to date, open a wave, write its links."""
    import django

    django.setup()
    from datetime import timedelta

    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    from headwater.rooms.listen.logic import wave_keys
    from headwater.rooms.listen.logic.links import Place, WaveSecrets, link_token
    from headwater.rooms.listen.logic.plans import WavePlan
    from headwater.rooms.listen.models import Study, Wave

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    now = timezone.now()
    plan = WavePlan(
        study="bench",
        study_title="Sixty questions",
        wave="w1",
        wave_title="First",
        order=1,
        lens="ex",
        promise="anonymous",
        channel=channel,
        k=5,
        comment_k=10,
        languages=("en",),
        instruments=(sixty_items(),),
        unit_ids=("all", "north"),
        unit_names=("All", "North"),
        unit_parents=(-1, 0),
        unit_leaders=("", ""),
        organisation="Harbour Transit",
    )
    study = Study.objects.create(key=plan.study, title=plan.study_title, lens="ex", languages=["en"], made_at=now)
    wave = Wave(
        study=study,
        key=plan.wave,
        title=plan.wave_title,
        order=1,
        state=Wave.State.OPEN,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=7),
        late_until=now + timedelta(days=9),
        launched_at=now,
        plan=plan.to_json(),
    )
    wave.public_key = wave_keys.make_key(settings.KEYS, wave.pk)
    wave.save()
    keys = WaveSecrets.of(wave_keys.private_key(settings.KEYS, wave.pk))
    tokens = (link_token(keys, plan, Place("north"), os.urandom(16)) for _ in range(count))
    (folder / LINKS).write_text("\n".join(f"/r/{token}" for token in tokens) + "\n", encoding="ascii")


if __name__ == "__main__":
    make_wave(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
