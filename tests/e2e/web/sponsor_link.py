"""The link by which somebody outside the organisation hands a briefing on.

python -m tests.e2e.web.sponsor_link FOLDER      lets an unanswered briefing go through them, and prints the link's path
"""

from __future__ import annotations

import os
import sys


def path_of_link() -> str:
    """Let a sent and unanswered copy go through a stakeholder from outside. Returns the path of their page."""
    from headwater.rooms.engage.briefings.handing_on import path_to_hand
    from headwater.rooms.engage.models import BriefingCopy, Stakeholder

    copy = BriefingCopy.objects.filter(sent_at__isnull=False, answered_at=None).order_by("sent_at", "pk")[0]
    copy.sponsor = Stakeholder.objects.filter(person=None, erased_at=None, archived_at=None).order_by("name")[0]
    copy.save(update_fields=["sponsor"])
    return path_to_hand(copy)


if __name__ == "__main__":
    os.environ["HEADWATER_DIR"] = sys.argv[1]
    os.environ["DJANGO_SETTINGS_MODULE"] = "headwater.site.settings"
    import django

    django.setup()
    sys.stdout.write(path_of_link())
