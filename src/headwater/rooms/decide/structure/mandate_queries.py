"""The mandate: what the team may, what it lacks and who can mend it; as a page and as one sheet to be signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.reports.document import Block, Callout, Callouts, Document, Paragraph, Section, Sentence, Table
from headwater.rooms.decide.models import ActivityRight, Mandate, TeamMember
from headwater.rooms.decide.structure.access import may_manage, require_team
from headwater.rooms.decide.structure.mandate_services import mandate_content, mandate_in_force
from headwater.rooms.decide.structure.matrix import holder_words
from headwater.rooms.decide.structure.words import STRUCTURE_WORDS
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.look import brand_of
from headwater.rooms.people.models import Person, Unit
from headwater.rooms.people.queries import organisation_name


@dataclass(frozen=True)
class RightLine:
    """One right: what it is, whether it was given, and who can give it."""

    kind: str
    words: str
    is_given: bool
    holder: str


@dataclass(frozen=True)
class Row:
    """One activity with who answers for it and the rights it needs. flags: what lacks, in a sentence."""

    title: str
    answers: str
    rights: tuple[RightLine, ...]
    flag: str


@dataclass(frozen=True)
class MandateText:
    """A mandate in words."""

    structure: str
    meaning: str
    duties: tuple[str, ...]
    members: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]

    @property
    def flags(self) -> int:
        """How many activities lack authority."""
        return sum(bool(row.flag) for row in self.rows)


@dataclass(frozen=True)
class MandatePage:
    """The mandate as it stands, and the one put before the sponsor. changed: what stands differs from what was put."""

    text: MandateText | None
    mandate: Mandate | None
    sponsor: str
    changed: bool
    may_manage: bool
    may_sign: bool
    suggested: Person | None


def mandate_page(*, viewer: Viewer) -> MandatePage:
    """Return the mandate. Raises PermissionDenied for those it does not open to."""
    require_team(viewer)
    now, mandate = mandate_content(), mandate_in_force()
    waits = mandate is not None and mandate.signed_at is None
    signs = mandate is not None and waits and viewer.person == str(mandate.sponsor_id)
    shown: Mapping[str, Any] = mandate.content if mandate is not None and signs else now
    return MandatePage(
        text=_text(shown) if shown["structure"] else None,
        mandate=mandate,
        sponsor=str(mandate.sponsor) if mandate is not None else "",
        changed=mandate is not None and mandate.content != now,
        may_manage=may_manage(viewer),
        may_sign=signs,
        suggested=_sponsor(),
    )


def mandate_document(*, viewer: Viewer) -> Document | None:
    """Return the mandate on one page: as it was signed or waits for it, else as it stands; None before a structure."""
    require_team(viewer)
    mandate = mandate_in_force()
    content = mandate.content if mandate is not None else mandate_content()
    if not content["structure"]:
        return None
    text = _text(content)
    name = organisation_name()
    return Document(
        kind="mandate",
        key="mandate",
        title=_("What the experience leadership team is asked to do, and what it may."),
        subtitle=f"{text.structure}. {text.meaning}",
        organisation=name,
        period=_("Mandate %(n)s") % {"n": mandate.number} if mandate is not None else _("Draft, put before nobody yet"),
        audience=_("the sponsor and the team"),
        minutes=3,
        language=get_language() or "en",
        brand=brand_of(),
        sections=(Section(_("The mandate"), _blocks(text, mandate)),),
        made_on=mandate.asked_at.date() if mandate is not None else None,
    )


def _blocks(text: MandateText, mandate: Mandate | None) -> tuple[Block, ...]:
    members = "; ".join(f"{name}, {part.lower()}" for name, part in text.members) or _("Nobody yet.")
    rows = tuple(
        (row.title, row.answers or "–", _rights(row, is_given=True) or "–", _rights(row, is_given=False) or "–")
        for row in text.rows
    )
    blocks: list[Block] = [
        Sentence(" ".join(text.duties)),
        Paragraph(members, _("The team.")),
        Table(
            _("What it does, who answers for it, and what was given for it"),
            (_("Activity"), _("Answers for it"), _("Given"), _("Not given")),
            rows,
            widths=(4.0, 2.0, 3.0, 3.0),
        ),
    ]
    if text.flags:
        flags = tuple(Callout("need", row.title, row.flag) for row in text.rows if row.flag)
        blocks.append(Callouts(flags[:4]))
    blocks.append(Paragraph(_signature(mandate), _("Signature of the sponsor.")))
    return tuple(blocks)


def _rights(row: Row, *, is_given: bool) -> str:
    return "; ".join(
        f"{one.kind}: {one.words}" if one.words else one.kind for one in row.rights if one.is_given == is_given
    )


def _signature(mandate: Mandate | None) -> str:
    if mandate is not None and mandate.signed_at is not None:
        day = date_format(localtime(mandate.signed_at), "DATE_FORMAT")
        name = mandate.signed_name or str(mandate.sponsor)
        return _("Signed by %(name)s on %(day)s.") % {"name": name, "day": day}
    name = str(mandate.sponsor) if mandate is not None else "____________________"
    return _("%(name)s, on ____________________ (day): ______________________________") % {"name": name}


def _text(content: Mapping[str, Any]) -> MandateText:
    ids = {one[0] for one in content["members"]} | {one["answers"] for one in content["activities"]}
    people = {str(one.pk): str(one) for one in Person.objects.filter(pk__in=[UUID(key) for key in ids if key])}
    held = {right[3] for one in content["activities"] for right in one["rights"] if right[3]}
    units = {str(one.pk): one for one in Unit.objects.select_related("leader").filter(pk__in=[UUID(k) for k in held])}
    top = Unit.objects.select_related("leader").filter(is_open=True, parent=None).first()
    rows = []
    for one in content["activities"]:
        rights = tuple(
            RightLine(str(ActivityRight.Kind(kind).label), words, given, holder_words(units.get(unit), top))
            for kind, words, given, unit in one["rights"]
        )
        rows.append(Row(one["title"], people.get(one["answers"], ""), rights, _flag(rights)))
    words = STRUCTURE_WORDS[content["structure"]]
    return MandateText(
        str(words.title),
        str(words.meaning),
        tuple(content["duties"]),
        tuple((people.get(key, ""), str(TeamMember.Part(part).label)) for key, part in content["members"]),
        tuple(rows),
    )


def _flag(rights: tuple[RightLine, ...]) -> str:
    missing = [one for one in rights if not one.is_given]
    if not missing:
        return ""
    kinds = ", ".join(one.kind.lower() for one in missing)
    holders = "; ".join(dict.fromkeys(one.holder for one in missing))
    return _("Responsibility without authority: %(rights)s. It can be given by %(holder)s.") % {
        "rights": kinds,
        "holder": holders,
    }


def _sponsor() -> Person | None:
    member = TeamMember.objects.select_related("person").filter(
        part=TeamMember.Part.SPONSOR, left_at=None, person__is_active=True
    )
    found = member.order_by("joined_at").first()
    if found is not None:
        return found.person
    top = Unit.objects.select_related("leader").filter(is_open=True, parent=None).first()
    return top.leader if top is not None else None
