"""Where sealed answers lie: folders by study and wave, and the manifest that says what counts.

    STORE/answers/study=<study>/wave=<wave>/part-<digest>.parquet
    STORE/answers/study=<study>/wave=<wave>/_sealed.json
    STORE/comments/study=<study>/wave=<wave>/part-<digest>.parquet

A file that the manifest does not name does not exist for a reader. It is left over from a sealing that was killed, and
the next sealing removes it.
"""

from __future__ import annotations

import re
from pathlib import Path

from headwater.vocab import InputError, Problem

ANSWERS = "answers"
COMMENTS = "comments"
MANIFEST = "_sealed.json"
ASIDE = ".aside-"
"""Prefix of files being written. They are renamed when whole."""

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")


def check_key(key: str, what: str) -> str:
    """Return a study's or wave's key when it is safe as a folder name. Raises InputError when it is not."""
    if not _SAFE.fullmatch(key):
        raise InputError(
            Problem(
                f"the key of the {what}, {key!r}, cannot name a folder.",
                "Use 1 to 80 letters, digits, hyphens, full stops and underscores, beginning with a letter or digit.",
            )
        )
    return key


def wave_folder(store: Path, kind: str, study: str, wave: str) -> Path:
    """Return the folder of a wave's answers or comments. Raises InputError on keys that are no folder names."""
    return store / kind / f"study={check_key(study, 'study')}" / f"wave={check_key(wave, 'wave')}"


def part_name(digest: str) -> str:
    """Name the file of one sealed delivery."""
    return f"part-{digest}.parquet"
