"""Rivers on disk: plain JSON, written aside and renamed."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from headwater.vocab import (
    Certainty,
    Design,
    InputError,
    Lens,
    LinkEstimate,
    Problem,
    PublishedRange,
    River,
    Station,
    Stream,
)

FORMAT = 1


def save_river(river: River, path: Path) -> Path:
    """Write a river. Returns the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.aside")
    text = json.dumps({"format": FORMAT, **asdict(river)}, ensure_ascii=False)
    aside.write_text(text + "\n", encoding="utf-8")
    os.replace(aside, path)
    return path


def load_river(path: Path) -> River:
    """Read a river. Raises InputError when the file holds none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found.pop("format") != FORMAT:
            raise ValueError("another format")
        return River(
            **{
                **found,
                "stations": tuple(
                    Station(**{**station, "lens": Lens(station["lens"])}) for station in found["stations"]
                ),
                "streams": tuple(_stream(stream) for stream in found["streams"]),
                "unknowns": tuple((what, why) for what, why in found["unknowns"]),
                "sources": tuple(found["sources"]),
            }
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            Problem(f"this is no readable River ({error}).", "Run `headwater analyse` again.", file=path.name)
        ) from error


def _stream(found: dict[str, Any]) -> Stream:
    return Stream(
        **{
            **found,
            "dry_bed": _estimate(found["dry_bed"]),
            "water": _estimate(found["water"]),
            "others": tuple(LinkEstimate(**{**other, "design": Design(other["design"])}) for other in found["others"]),
            "certainty": Certainty(found["certainty"]),
            "published": None if found["published"] is None else PublishedRange(**found["published"]),
            "notes": tuple(found["notes"]),
        }
    )


def _estimate(found: dict[str, Any] | None) -> LinkEstimate | None:
    return None if found is None else LinkEstimate(**{**found, "design": Design(found["design"])})
