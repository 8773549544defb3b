"""`headwater backup`: everything of a served folder in one file, while it is served."""

from __future__ import annotations

import argparse
from pathlib import Path

EPILOG = """examples:
  headwater backup records --to monday.tar
  HEADWATER_DATABASE_URL=postgresql://me@db/headwater headwater backup records --to monday.tar
"""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = EPILOG
    parser.add_argument("folder", type=Path, help="the folder that is served")
    parser.add_argument("--to", type=Path, required=True, metavar="FILE", help="the file to write")


def run(arguments: argparse.Namespace) -> int:
    """Replace this process by the backup; nothing is returned. Raises InputError when the web part is missing."""
    from headwater.cli.serve import run_site

    return run_site("headwater.site.backup", "backup", arguments.folder, arguments.to, as_json=arguments.json)
