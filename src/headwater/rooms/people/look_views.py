"""The page of the organisation's name, look and words."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.rooms.people.look import change_look, own_look
from headwater.rooms.people.look_forms import LookForm
from headwater.rooms.people.viewers import permitted, user_of
from headwater.vocab import InputError


@permitted("look.change")
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    """Name, colour, logo and words."""
    standing = own_look()
    form = LookForm(request.POST or None, request.FILES or None, look=standing)
    if request.method == "POST" and form.is_valid():
        try:
            change_look(look=form.as_look(), actor=user_of(request), now=timezone.now())
        except InputError as error:
            form.add_problems(error)
        else:
            messages.success(request, _("Pages and reports now say it so."))
            return redirect("people:look")
    context = {"form": form, "has_logo": standing.logo is not None}
    return render(request, "people/look.html", context, status=422 if form.errors else 200)
