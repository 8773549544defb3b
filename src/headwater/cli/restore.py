"""`headwater restore`: a backup back into a new folder."""

from __future__ import annotations

import argparse
from pathlib import Path

EPILOG = """examples:
  headwater restore monday.tar records-restored
  headwater serve records-restored
"""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = EPILOG
    parser.add_argument("file", type=Path, help="a file made by `headwater backup`")
    parser.add_argument("folder", type=Path, help="a folder that is not there yet, or empty")


def run(arguments: argparse.Namespace) -> int:
    """Replace this process by the restoring; nothing is returned. Raises InputError when the web part is missing."""
    from headwater.cli.serve import run_site

    return run_site("headwater.site.backup", "restore", arguments.folder, arguments.file, as_json=arguments.json)
