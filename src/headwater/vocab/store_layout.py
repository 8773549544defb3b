"""Where sealed answers lie: what the writer and the readers of a store agree on.

    STORE/answers/study=<study>/wave=<wave>/part-<digest>.parquet
    STORE/answers/study=<study>/wave=<wave>/_sealed.json
    STORE/comments/study=<study>/wave=<wave>/part-<digest>.parquet

The manifest says which parts count. A file that it does not name does not exist for a reader. It is left over from a
sealing that was killed, and the next sealing removes it. The columns of a part are in `headwater.vocab.answers`.
"""

from __future__ import annotations

import re
from pathlib import Path

from headwater.vocab.problems import InputError, Problem

ANSWERS = "answers"
COMMENTS = "comments"
MANIFEST = "_sealed.json"
MANIFEST_FORMAT = 1
"""The number that a manifest carries. A reader refuses any other."""

ASIDE = ".aside-"
"""Prefix of files being written. They are renamed when whole."""

SCORE_LIMIT = 2**31
"""Ready-made scores at rest lie within this limit, so that a product of two fits 64 bits."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")


def check_key(key: str, what: str) -> str:
    """Return the key of a study or wave when it is safe as a folder name. Raises InputError when it is not."""
    if not _SAFE.fullmatch(key):
        raise InputError(
            Problem(
                f"{key!r} is not the key of a {what}: it cannot name a folder.",
                "Use 1 to 80 letters, digits, hyphens, full stops and underscores, beginning with a letter or digit.",
            )
        )
    return key


def wave_folder(store: Path, kind: str, study: str, wave: str) -> Path:
    """Return the folder of a wave's ANSWERS or COMMENTS.

    Raises InputError on keys that are no folder names, and on a store that is an address (s3://...) and not a folder.
    """
    if store.parts and _SCHEME.fullmatch(store.parts[0]):
        raise InputError(Problem(f"the store {store} is an address.", "A store is a folder; mount it to read it."))
    return store / kind / f"study={check_key(study, 'study')}" / f"wave={check_key(wave, 'wave')}"


def part_name(digest: str) -> str:
    """Name the file of one sealed delivery."""
    return f"part-{digest}.parquet"
