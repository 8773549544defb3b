"""The check-in by mail link: one commitment, one answer, without signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from headwater.rooms.act.commitments.forms import CheckInForm
from headwater.rooms.act.commitments.links import OpenedLink, read_link
from headwater.rooms.act.commitments.services import CommitmentRefusedError, check_in
from headwater.rooms.act.models import CheckIn
from headwater.rooms.house import audit
from headwater.rooms.house.languages import choose_language
from headwater.rooms.house.plain_pages import plain_page
from headwater.rooms.people.queries import organisation_name

SPOKEN = ("en", "es")


# The address holds the secret, and no cookie is read: there is nothing for a forged form to ride on.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Say how one commitment goes."""
    opened = read_link(token)
    offered = SPOKEN if opened is None else _offered(opened)
    spoken = choose_language(request, offered=offered, asked=request.GET.get("lang", ""))
    if opened is None:
        return plain_page("act/commitments_link_gone.html", {}, spoken=spoken, organisation_name="", status=404)
    said = CheckIn.objects.filter(key=opened.key, commitment=opened.commitment).first()
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None:
        data["key"] = str(opened.key)
    form = CheckInForm(data)
    if data is not None and said is None and form.is_valid():
        try:
            said = check_in(
                commitment_id=opened.commitment.pk,
                key=opened.key,
                going=form.cleaned_data["going"],
                line=form.cleaned_data["line"],
                by=opened.commitment.owner_id,
                actor=audit.SYSTEM,
                by_mail=True,
                now=timezone.now(),
            )
        except CommitmentRefusedError as refusal:
            form.add_error(refusal.field or None, str(refusal))
    is_wrong = said is None and bool(form.errors)
    return plain_page(
        "act/commitments_link.html",
        {"opened": opened, "said": said, "form": form, "is_open": opened.commitment.is_open},
        spoken=spoken,
        organisation_name=organisation_name(),
        status=422 if is_wrong else 200,
    )


def _offered(opened: OpenedLink) -> tuple[str, ...]:
    """Both desk languages, the owner's own first."""
    own = opened.commitment.owner.language[:2]
    return tuple(sorted(SPOKEN, key=lambda code: code != own))
