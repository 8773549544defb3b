"""`python -m headwater.site DIR`: what `headwater serve` starts."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


def main() -> int:
    """Set the folder before the settings are read, then serve."""
    parser = argparse.ArgumentParser(prog="python -m headwater.site")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--administrator", default="")
    parser.add_argument("--prepare-only", action="store_true")
    chosen = parser.parse_args()
    os.environ["HEADWATER_DIR"] = str(chosen.folder.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.site.settings")
    os.environ.setdefault("HEADWATER_ADDRESS", f"http://{chosen.host}:{chosen.port}")
    from headwater.site.serving import prepare, serve
    from headwater.vocab import HeadwaterError

    try:
        prepare(demo=chosen.demo, people=chosen.people, administrator=chosen.administrator)
    except HeadwaterError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0 if chosen.prepare_only else serve(host=chosen.host, port=chosen.port)


if __name__ == "__main__":
    sys.exit(main())
