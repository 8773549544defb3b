"""Pages of those who get decks: their own, its file, and that they want no more of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.engage.decks import queries, services
from headwater.rooms.engage.decks.links import receiver_of_token
from headwater.rooms.engage.decks.views import file_response
from headwater.rooms.people.viewers import user_of, viewer


@login_required
@require_safe
def read(request: HttpRequest, issue_id: UUID) -> HttpResponse:
    """A deck for its receiver."""
    page = queries.read_page(viewer=viewer(request), issue_id=issue_id)
    services.note_opened(issue_id=issue_id, actor=user_of(request), now=timezone.now())
    return render(request, "engage/decks_read.html", {"page": page})


@login_required
@require_safe
def own_file(request: HttpRequest, issue_id: UUID) -> HttpResponse:
    """The file of a deck, for its receiver."""
    issue = queries.own_issue(viewer=viewer(request), issue_id=issue_id)
    services.note_opened(issue_id=issue_id, actor=user_of(request), now=timezone.now(), is_saved=True)
    return file_response(request, issue, back=redirect("engage:decks_read", issue_id), is_manager=False)


@login_required
@require_POST
def choose(request: HttpRequest, receiver_id: UUID) -> HttpResponse:
    """Want no more of a deck, or want it again, signed in."""
    if not queries.own_receivers(viewer(request)).filter(pk=receiver_id).exists():
        raise PermissionDenied
    if request.POST.get("do") == "again":
        services.take_up(receiver_id=receiver_id, actor=user_of(request), now=timezone.now())
        messages.success(request, _("You get the next one again."))
    else:
        services.decline(receiver_id=receiver_id, actor=user_of(request), now=timezone.now())
        messages.success(request, _("You are sent no more of these. Who set it up sees that."))
    return redirect("engage:decks")


# A mail program posts here by itself (RFC 8058): it has no cookie and no form of ours, only the signed link.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, token: str) -> HttpResponse:
    """Want no more of a deck, by the link of its mail. It shows nothing of the deck but its title."""
    receiver = receiver_of_token(token)
    if receiver is None:
        raise Http404
    if request.method == "POST":
        receiver = services.decline(receiver_id=receiver.pk, actor=None, now=timezone.now())
    return render(request, "engage/decks_end.html", {"receiver": receiver})
