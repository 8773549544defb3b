"""Migrations that render each new model alone make the tables that Django makes by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

MIGRATE = """
import sys
import django
from django.db.migrations.state import ProjectState
by_itself = ProjectState.add_model
django.setup()
assert ProjectState.add_model is not by_itself
if sys.argv[1] == "django":
    ProjectState.add_model = by_itself
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0, skip_checks=True)
with connection.cursor() as cursor:
    cursor.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name, tbl_name")
    print(repr(cursor.fetchall()))
"""


@pytest.mark.slow
def test_the_tables_are_the_same(tmp_path: Path) -> None:
    made = {}
    for how in ("django", "alone"):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("HEADWATER_")}
        environment |= {"HEADWATER_DIR": str(tmp_path / how), "DJANGO_SETTINGS_MODULE": "headwater.site.settings"}
        command = [sys.executable, "-W", "ignore", "-c", MIGRATE, how]
        made[how] = subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout
    assert made["alone"].count("CREATE TABLE") > 150
    assert made["alone"] == made["django"]
