"""What the active role answers in the slots of the house: what waits, erasure, export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.engage.active_role.queries import own_role_page
from headwater.rooms.engage.models import Ask, BoardPath, BoardStep, RoleAct, RoleDuty, RoleVersion
from headwater.rooms.house.slots import Erased, ExportFile, Need
from headwater.rooms.people.logic.roles import LEADER
from headwater.rooms.people.viewers import user_of, viewer

SIGN_MINUTES, NOTE_MINUTES = 3, 1
NEWS = timedelta(days=14)
"""For how long a miss stands among what needs its leader."""


def needs_of(request: HttpRequest, now: datetime) -> Iterator[Need]:
    """Yield an agreement that waits for a signature, and a cadence that was missed lately: to its leader, first."""
    asker, today = viewer(request), timezone.localdate(now)
    if not asker.has(LEADER) or not RoleVersion.objects.filter(leader=user_of(request), dropped_at=None).exists():
        return
    page = own_role_page(viewer=asker, today=today)
    if page.waiting is not None:
        yield Need(
            f"role-{page.waiting.version.pk}",
            _("Active role"),
            _("An agreement waits for your signature"),
            _("Read it, change it or sign it. Nothing holds before."),
            SIGN_MINUTES,
            reverse("engage:role"),
            _("Read"),
            order=1,
        )
    for line in page.current.lines if page.current is not None else ():
        for period in line.periods:
            if period.state == "missed" and today <= period.last + NEWS:
                yield Need(
                    f"cadence-{line.duty.pk}-{period.first.isoformat()}",
                    _("Active role"),
                    _("Fewer than agreed: %(what)s") % {"what": line.duty.get_kind_display()},
                    _("%(done)s of %(wanted)s. You hear first; the experience lead sees it 48 hours after its end.")
                    % {"done": period.done, "wanted": period.wanted},
                    NOTE_MINUTES,
                    reverse("engage:role"),
                    _("Look, or note what is missing"),
                    order=2,
                )


def erase(*, person: str, actor: str, now: datetime) -> Iterator[Erased]:
    """Erase a person's agreements, what they did, and their path; as a proposer or partner they leave no name."""
    pk = UUID(person)
    acts, _kinds = RoleAct.objects.filter(leader__person=pk).delete()
    versions = RoleVersion.objects.filter(leader__person=pk)
    RoleDuty.objects.filter(version__in=versions).delete()
    agreed, _kinds = versions.delete()
    paths = BoardPath.objects.filter(leader__person=pk)
    Ask.objects.filter(source__in=[f"board:{one.pk}" for one in paths]).delete()
    steps, _kinds = BoardStep.objects.filter(path__in=paths).delete()
    paths.delete()
    partnered = BoardPath.objects.filter(partner__person=pk).update(partner=None)
    yield Erased(gettext_lazy("agreements on the active role, and what was done"), acts + agreed)
    yield Erased(gettext_lazy("steps of the path to a board"), steps + partnered)


def export(*, person: str, now: datetime) -> Iterator[ExportFile]:
    """Write down what a person agreed to, what they did, and what they took along."""
    pk = UUID(person)
    found = {
        "agreements": list(
            RoleDuty.objects.filter(version__leader__person=pk)
            .order_by("version__number", "kind")
            .values(
                "version__number",
                "version__proposed_at",
                "version__signed_at",
                "version__dropped_at",
                "version__note",
                "kind",
                "amount",
                "per",
            )
        ),
        "acts": list(
            RoleAct.objects.filter(leader__person=pk)
            .order_by("at_date")
            .values("kind", "at_date", "asked_date", "recorded_at")
        ),
        "path": list(
            BoardStep.objects.filter(path__leader__person=pk).order_by("read_at").values("step", "words", "read_at")
        ),
    }
    if any(found.values()):
        content = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        yield ExportFile("active-role.json", "application/json", content.encode())
