"""Fold what `makemigrations` adds to new tables one by one into their making.

    python scripts/fold_migration.py APP NAME

On SQLite every constraint added later rebuilds its table and every model that points at it. Folded, a room's first
migration takes a third of the time: of each start on a new folder, and of each test run.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("HEADWATER_DIR", tempfile.mkdtemp())
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.site.settings")

import django

django.setup()

from django.db import migrations  # noqa: E402
from django.db.migrations.loader import MigrationLoader  # noqa: E402
from django.db.migrations.writer import MigrationWriter  # noqa: E402


def fold(app: str, name: str) -> Path:
    """Rewrite a migration in place and return its path. Constraints and indexes of tables made elsewhere stay apart."""
    migration = MigrationLoader(None).disk_migrations[app, name]
    made: dict[str, migrations.CreateModel] = {}
    kept: list[migrations.operations.base.Operation] = []
    for step in migration.operations:
        if isinstance(step, migrations.CreateModel):
            made[step.name_lower] = step
        elif isinstance(step, migrations.AddConstraint) and step.model_name_lower in made:
            made[step.model_name_lower].options.setdefault("constraints", []).append(step.constraint)
            continue
        elif isinstance(step, migrations.AddIndex) and step.model_name_lower in made:
            made[step.model_name_lower].options.setdefault("indexes", []).append(step.index)
            continue
        kept.append(step)
    vars(migration)["operations"] = kept  # an attribute of the class, which its stubs do not let an instance set
    writer = MigrationWriter(migration, include_header=False)
    path = Path(writer.path)
    path.write_text(writer.as_string(), encoding="utf-8")
    return path


if __name__ == "__main__":
    print(fold(*sys.argv[1:3]))
