"""Pages of customers' call backs: working them off, and erasing those of one customer."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.listen import call_backs
from headwater.rooms.listen.models import CallBack
from headwater.rooms.people.viewers import permitted, user_of, viewer
from headwater.rooms.people.views import number


class ContactForm(forms.Form):
    """Whose call backs are erased."""

    contact = forms.CharField(label=gettext_lazy("Telephone number or e-mail address"), max_length=300)


@login_required
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Call backs of one's own units."""
    page = call_backs.calls_page(
        viewer=viewer(request), now=timezone.now(), settled="settled" in request.GET, page=number(request, "page")
    )
    return render(request, "listen/calls/list.html", {"page": page})


@login_required
@require_POST
def work_off(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Note what came of one, settle it, or open it again."""
    longest = CallBack._meta.get_field("outcome").max_length or 500
    outcome, wish = request.POST.get("outcome", "").replace("\x00", " "), request.POST.get("do", "note")
    if len(outcome.strip()) > longest:
        messages.error(request, _("At most %(n)s characters. Nothing was changed.") % {"n": longest})
        return redirect("listen:calls")
    try:
        call_backs.work_off(
            call_id=call_id,
            outcome=outcome,
            settled=wish == "settle",
            viewer=viewer(request),
            actor=user_of(request),
            now=timezone.now(),
        )
    except call_backs.CallRefusedError as error:
        messages.error(request, str(error))
    else:
        said = {"settle": _("It is settled."), "open": _("It is open again.")}
        messages.success(request, said.get(wish, _("The note is kept.")))
    return redirect("listen:calls")


@permitted("privacy.erase")
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Find what a customer left by number or address, then erase it."""
    form, found = ContactForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        contact = form.cleaned_data["contact"]
        if request.POST.get("do") == "erase":
            count = call_backs.erase_by_contact(
                contact=contact, viewer=viewer(request), actor=user_of(request), now=timezone.now()
            )
            told = ngettext("%(n)d call back was erased.", "%(n)d call backs were erased.", count)
            messages.success(request, told % {"n": count})
            return redirect("listen:erase_calls")
        found = call_backs.count_by_contact(contact=contact, viewer=viewer(request))
    context = {"form": form, "found": found}
    return render(request, "listen/calls/erase.html", context, status=422 if form.errors else 200)
