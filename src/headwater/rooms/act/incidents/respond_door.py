"""The short way in for reports of incidents: no session, no account, no cookie, and no log that names an address.

Whoever reports there is nobody to the server, also in a browser that is signed in.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from headwater.rooms.act.front_door import FrontDoor
from headwater.rooms.act.incidents import respond_urls


class IncidentsDoor(FrontDoor):
    """Answers the addresses of reports; passes everything else on."""

    prefixes = ("/i/",)
    addresses = respond_urls.__name__
    lost = (
        _("Your report is NOT stored"),
        _("Something failed on our side. Go back, wait a minute and send it again."),
    )
