"""Responses a second through the API: batches of 100 responses of 60 items, on disk before they are answered.

`python -m benchmarks.api` measures SQLite (synchronous=FULL), and PostgreSQL where HEADWATER_DATABASE_URL names a
server. Each response is checked, locked to the wave's key and stored under its sender's id. The generator runs on the
same cores.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from time import perf_counter

from benchmarks._served_wave import ITEMS, environment, memory_of, prepare, served

BATCH, SENDERS, RUNS, SECONDS = 100, 4, 5, 5.0
MADE = 60
"""Batches made ready for each sender before the clock starts."""
GOAL = 2_500
PEER = 121
"""Additions a second through the API of a well-known PHP survey product, one a call, on such a machine."""
PORT = 18_433
PLACE = "/api/v1/responses"


def make_token() -> None:
    """Print a token that may hand in responses: run in the folder's own environment."""
    import django

    django.setup()
    from django.utils import timezone

    from headwater.rooms.people.services import create_account
    from headwater.rooms.people.tokens import make_token

    now = timezone.now()
    user = create_account(email="api@example.org", name="API", person=None, actor="benchmark", now=now)
    print(make_token(name="benchmark", scopes=["responses:write"], actor=user, now=now).text)


def batch(generator: random.Random, name: str) -> bytes:
    """One batch of responses with ids of their own."""
    answers = [{f"item_{item}": generator.randint(1, 5) for item in range(1, ITEMS + 1)} for _ in range(BATCH)]
    responses = [{"id": f"{name}-{place}", "unit": "north", "answers": one} for place, one in enumerate(answers)]
    return json.dumps({"study": "bench", "wave": "w1", "responses": responses}).encode()


def run(token: str, number: int, seconds: float) -> tuple[int, float, list[float]]:
    """Send batches from several connections. Returns responses stored, seconds, and seconds of each batch."""
    stored, took, lock = [0], [], threading.Lock()
    ready = [[batch(random.Random(f"{number} {sender} {count}"), f"{number}-{sender}-{count}") for count in range(MADE)]
             for sender in range(SENDERS)]  # fmt: skip
    begin = perf_counter()

    def send(sender: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        count = 0
        while perf_counter() - begin < seconds and count < MADE:
            name, body = f"{number}-{sender}-{count}", ready[sender][count]
            headers = {
                "Authorization": f"Bearer {token}",
                "Idempotency-Key": f"key-{name}",
                "Content-Type": "application/json",
            }
            asked = perf_counter()
            connection.request("POST", PLACE, body, headers)
            answer = connection.getresponse()
            content = json.loads(answer.read())
            if answer.status != 200 or content["stored"] != BATCH:
                raise SystemExit(f"the API answered {answer.status}: {str(content)[:300]}")
            with lock:
                stored[0] += BATCH
                took.append(perf_counter() - asked)
            count += 1
        connection.close()

    senders = [threading.Thread(target=send, args=(sender,)) for sender in range(SENDERS)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    return stored[0], perf_counter() - begin, took


def measure(name: str, database: str) -> None:
    """Measure one database and print the median of the runs."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "records"
        folder.mkdir()
        prepare(folder, 1, database, channel="open")
        command = [sys.executable, "-m", "benchmarks.api", "--token"]
        made = subprocess.run(command, env=environment(folder, database), check=True, capture_output=True, text=True)
        with served(folder, PORT, database) as process:
            run(made.stdout.strip(), 0, 1.5)
            runs = [run(made.stdout.strip(), number + 1, SECONDS) for number in range(RUNS)]
            memory = memory_of(process)
    rates = [stored / seconds for stored, seconds, _ in runs]
    took = sorted(second for _, _, each in runs for second in each)
    median = statistics.median(rates)
    print(
        f"{name:12} {median:7.0f} responses a second (runs {', '.join(f'{rate:.0f}' for rate in rates)}); a batch p50 "
        f"{took[len(took) // 2] * 1e3:.0f} ms, p99 {took[int(len(took) * 0.99)] * 1e3:.0f} ms; "
        f"{memory / 2**20:.0f} MB resident in all; {median / PEER:.0f} times the {PEER} of the peer; goal {GOAL:,}"
    )


def main() -> None:
    """Measure."""
    if "--token" in sys.argv:
        make_token()
        return
    measure("SQLite", "")
    if os.environ.get("HEADWATER_DATABASE_URL"):
        measure("PostgreSQL", os.environ["HEADWATER_DATABASE_URL"])


if __name__ == "__main__":
    main()
