"""Do background work until told to stop."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from headwater.rooms.house.jobs import tick


class Command(BaseCommand):
    """Ticks schedules, then works off the queue, again and again. Stops after the job at hand on SIGTERM."""

    help = "Fire schedules and run jobs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("--pause", type=float, default=2.0, help="seconds between looks at the queue (2)")
        parser.add_argument("--once", action="store_true", help="look once, work off the queue and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work."""
        stop = threading.Event()
        if not options["once"]:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        worker = Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        while not stop.is_set():
            close_old_connections()
            tick(now=timezone.now())
            worker.run()
            if options["once"]:
                return
            stop.wait(options["pause"])
