"""A folder with one open wave of every channel, for a browser: `python -m tests.rooms.respond_house FOLDER`.

The addresses are written to FOLDER/pages.json by name.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def build(folder: Path) -> None:
    """Make the waves and write their addresses."""
    os.environ["HEADWATER_DIR"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "headwater.site.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    from tests.rooms.respond_cast import make_round

    from headwater.rooms.listen.logic.links import customer_token, kiosk_token

    mail = make_round(settings.KEYS)
    make_round(settings.KEYS, study="codes", channel="code")
    posters = make_round(settings.KEYS, study="open", channel="open")
    customers = make_round(settings.KEYS, study="cust", channel="customers")
    poster = f"/q/{kiosk_token(posters.live.secrets, posters.live.frozen, 'north')}/"
    customer = customer_token(customers.live.secrets, customers.live.frozen, "north", {"touchpoint": "phone"}, "c-1")
    pages = {
        "mail": f"/r/{mail.token()}",
        "other": f"/r/{mail.token(b'm' * 16)}",
        "third": f"/r/{mail.token(b'o' * 16)}",
        "code": "/w/codes-w1/",
        "poster": poster,
        "kiosk": f"{poster}kiosk/",
        "customer": f"/c/{customer}",
        "call": f"/c/{customer}/call",
        "forged": f"/r/{'A' * 54}",
    }
    (folder / "pages.json").write_text(json.dumps(pages), encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]))
