"""A file of stakeholders: uploaded, looked at in a dry run, brought in, taken back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.rooms.engage.stakeholders import file_pages, file_services, forms, register_pages
from headwater.rooms.engage.stakeholders.register import StakeholderRefusedError
from headwater.rooms.people.viewers import permitted, user_of, viewer


@permitted(register_pages.MANAGE)
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Read a file in a dry run."""
    form = forms.RegisterFileForm(request.POST, request.FILES)
    if not form.is_valid():
        context = {
            "feed": forms.FeedForm(prefix="feed"),
            "person": forms.PersonForm(prefix="person"),
            "outsider": forms.OutsiderForm(prefix="outsider"),
            "file": form,
        }
        return render(request, "engage/stakeholders_add.html", context, status=422)
    file = form.cleaned_data["file"]
    made = file_services.check_file(
        content=file.read(), file_name=file.name, actor=user_of(request), now=timezone.now()
    )
    return redirect("engage:stakeholders_file", made.pk)


@permitted(register_pages.MANAGE)
@require_safe
def register_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """What a file would do, or did."""
    page = file_pages.file_page(viewer=viewer(request), file_id=file_id)
    return render(request, "engage/stakeholders_file.html", {"page": page})


@permitted(register_pages.MANAGE)
@require_POST
def decide(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Bring a file in, drop it, or take it back, as the button says."""
    register_pages.get_register_file(viewer=viewer(request), file_id=file_id)
    actor, now, decision = user_of(request), timezone.now(), request.POST.get("decision", "")
    decisions = {
        int(row): str(value)
        for name, value in request.POST.items()
        if (row := name.removeprefix("row-")) != name and row.isascii() and row.isdigit() and len(row) < 10
    }
    try:
        if decision == "apply":
            file_services.apply_file(file_id=file_id, decisions=decisions, actor=actor, now=now)
            messages.success(request, _("The file was brought in."))
        elif decision == "drop":
            file_services.drop_file(file_id=file_id, actor=actor, now=now)
            messages.success(request, _("The file was dropped. Nothing changed."))
            return redirect("engage:stakeholders")
        elif decision == "undo":
            file_services.undo_file(file_id=file_id, actor=actor, now=now)
            messages.success(request, _("Everything stands as before this file."))
    except StakeholderRefusedError as error:
        messages.error(request, str(error))
    return redirect("engage:stakeholders_file", file_id)
