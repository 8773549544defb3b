"""The path of somebody new to a board: six short briefings, each with a question, and a partner to talk to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.decide.account_field import name_of
from headwater.rooms.engage.active_role.services import RoleRefusedError
from headwater.rooms.engage.asks import NewAsk, cancel_ask, check_load, record_ask
from headwater.rooms.engage.models import BoardPath, BoardStep
from headwater.rooms.house import audit
from headwater.rooms.people.logic.roles import LEADER, Viewer
from headwater.rooms.people.models import User

STEP_MINUTES, TALK_MINUTES, TALK_WITHIN = 5, 30, timedelta(days=14)


@dataclass(frozen=True)
class Step:
    """One briefing. question: what to take along into the next meeting."""

    key: str
    title: str | Promise
    text: str | Promise
    question: str | Promise


STEPS: tuple[Step, ...] = (
    Step(
        "listen",
        gettext_lazy("Listen before you lead"),
        gettext_lazy(
            "In the first weeks people tell you more than they ever will again. Ask the same three questions of many: "
            "what should stay, what should stop, what do I not see. Write the answers down before you judge them."
        ),
        gettext_lazy("Whom have you not heard yet, and who would not say it to you directly?"),
    ),
    Step(
        "numbers",
        gettext_lazy("Read a number with its range"),
        gettext_lazy(
            "Every figure here comes with how sure it is. A difference inside the range is no difference. A board that "
            "reacts to noise teaches everybody to explain noise."
        ),
        gettext_lazy("Which figure on the table would you decide by, and how sure is it?"),
    ),
    Step(
        "front",
        gettext_lazy("Go where the work is done"),
        gettext_lazy(
            "Reports arrive smoothed. Two hours beside the people who meet customers show what was smoothed away. Go "
            "without an entourage, ask, and promise nothing you cannot keep."
        ),
        gettext_lazy("What did you see there that no report says?"),
    ),
    Step(
        "decide",
        gettext_lazy("Decide in days, and say why"),
        gettext_lazy(
            "A slow decision is felt as a no by everybody who waits for it. Say by when you decide, decide by then, "
            "and give the reason in two sentences, also when the answer is no."
        ),
        gettext_lazy("Which decision waits for you now, and who waits with it?"),
    ),
    Step(
        "bad_news",
        gettext_lazy("Make bad news safe"),
        gettext_lazy(
            "What you do with the first bad news decides whether there is a second. Thank whoever brings it, ask what "
            "they would do, and only then ask how it came about."
        ),
        gettext_lazy("When did somebody last tell you something you did not like, and what did you say first?"),
    ),
    Step(
        "promises",
        gettext_lazy("Promise little, and keep it visibly"),
        gettext_lazy(
            "People look at whether the small things come: the call, the visit, the answer by Friday. Write each "
            "promise down with a day. Where you cannot keep one, say so before its day."
        ),
        gettext_lazy("Which of your promises does somebody count on this month?"),
    ),
)


@dataclass(frozen=True)
class BoardPage:
    """One's own path. steps: each with what was taken along, None while not read. partner: their name, "" for none."""

    path: BoardPath | None
    steps: tuple[tuple[Step, BoardStep | None], ...]
    partner: str

    @property
    def read(self) -> int:
        """Briefings that were read."""
        return sum(done is not None for _step, done in self.steps)


def board_page(*, viewer: Viewer) -> BoardPage:
    """Return the viewer's own path; nobody else's can be asked for. Raises PermissionDenied to who leads no unit."""
    if not viewer.has(LEADER):
        raise PermissionDenied
    path = BoardPath.objects.select_related("partner__person").filter(leader=viewer.user_id).first()
    done = {one.step: one for one in BoardStep.objects.filter(path=path)} if path is not None else {}
    partner = name_of(path.partner) if path is not None and path.partner is not None else ""
    return BoardPage(path, tuple((one, done.get(one.key)) for one in STEPS), partner)


def read_step(*, step: str, words: str, actor: User, now: datetime) -> BoardStep:
    """Keep that one read a briefing, and what one takes along. Anew replaces the words. Raises RoleRefusedError."""
    if all(one.key != step for one in STEPS):
        raise RoleRefusedError(_("There is no such step."))
    with transaction.atomic():
        path = _path(actor, now)
        found, is_new = BoardStep.objects.get_or_create(
            path=path, step=step, defaults={"words": words.strip()[:500], "read_at": now}
        )
        if not is_new and found.words != words.strip()[:500]:
            found.words = words.strip()[:500]
            found.save(update_fields=["words"])
        if is_new:
            _record("board.step_read", path, actor, now)
    return found


def name_partner(
    *, partner: User, actor: User, now: datetime, by_date: date | None = None, over_reason: str = ""
) -> BoardPath:
    """Ask somebody to be one's partner: half an hour within two weeks, which stands in their minutes.

    The same again changes nothing; another replaces them. by_date: another day. over_reason: why it cannot wait, where
    their week is full. Raises RoleRefusedError for oneself and a day that passed, OverloadError for a full week without
    a reason.
    """
    if partner.pk == actor.pk:
        raise RoleRefusedError(_("A partner is somebody else."))
    with transaction.atomic():
        path = _path(actor, now)
        if path.partner_id == partner.pk:
            return path
        if by_date is not None and by_date < localdate(now):
            raise RoleRefusedError(_("The day has passed."))
        due, source = by_date or localdate(now) + TALK_WITHIN, f"board:{path.pk}"
        check_load([NewAsk(partner, TALK_MINUTES, due, source)], over_reason=over_reason, actor=actor)
        cancel_ask(source=source, actor=actor, now=now)
        path.partner = partner
        path.save(update_fields=["partner"])
        record_ask(
            person=partner,
            kind="talk",
            title=_("A talk with %(name)s, who is new to the board") % {"name": name_of(actor)},
            minutes=TALK_MINUTES,
            due_date=due,
            href=reverse("engage:asks"),
            source=source,
            actor=actor,
            now=now,
            over_reason=over_reason,
        )
        _record("board.partner_named", path, actor, now)
    return path


def _path(actor: User, now: datetime) -> BoardPath:
    path, is_new = BoardPath.objects.select_for_update().get_or_create(leader=actor, defaults={"begun_at": now})
    if is_new:
        _record("board.begun", path, actor, now)
    return path


def _record(action: str, path: BoardPath, actor: User, now: datetime) -> None:
    payload = {"path": str(path.pk)}
    audit.record(action=action, actor=str(actor.pk), subject=str(actor.pk), payload=payload, now=now)
