"""What the people met read: what a visit led to, without an account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext_lazy as _

from headwater.rooms.act.incidents.respond_pages import own_page, plain_words
from headwater.rooms.act.visits.letters import visit_of_token
from headwater.rooms.act.visits.queries import told_page


def told(request: HttpRequest, token: str) -> HttpResponse:
    """The feedback of a closed visit. Who opens it is not kept."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    visit = visit_of_token(token)
    if visit is None:
        title, words = _("This link cannot be opened"), _("It is not whole, or it is over. Ask your leader for it.")
        return plain_words(request, title=title, words=words, status=404)
    return own_page(request, "act/front/visit_told.html", {"page": told_page(visit=visit)})
