"""The page on contacts to take along: as rows, and as slides."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.reports.document import Document, Section, Table
from headwater.rooms.learn.journey_contact_pages import ContactsPage
from headwater.rooms.learn.sheets import Cell, Sheet
from headwater.rooms.people.look import brand_of
from headwater.rooms.people.queries import organisation_name


def contacts_document(page: ContactsPage) -> Document:
    """Return the page as a document: one section a question, and one on how it was made."""
    making = page.making
    sections = []
    if page.repeats_block is not None:
        notes = tuple(words for words in (page.lasting_sentence, page.repair_sentence) if words)
        sections.append(
            Section(page.repeats_sentence, (page.repeats_block,), _("What bad contacts add up to"), speaker_notes=notes)
        )
    if page.weights_block is not None:
        sections.append(Section(page.weights_sentence, (page.weights_block,), _("What each contact weighs")))
    rows = [
        (_("Method"), str(making.method)),
        (_("Formula"), str(making.formula)),
        (_("Who is behind it"), str(making.n)),
    ]
    rows += [(_("What it does not say"), str(limit)) for limit in making.limits]
    rows.append((_("Hash of the inputs"), making.inputs))
    words = _("How was this made")
    sections.append(Section(words, (Table(words, (_("What"), _("How")), tuple(rows), (), (1.0, 5.0)),)))
    return Document(
        kind="contacts",
        key=f"contacts-{page.wave.key}",
        title=page.sentence,
        subtitle=f"{page.wave.study.title}, {page.wave.title}",
        organisation=organisation_name(),
        period=page.wave.title,
        audience=_("whoever works on it"),
        minutes=len(sections),
        language=(get_language() or "en").split("-", maxsplit=1)[0],
        brand=brand_of(),
        sections=tuple(sections),
        footer=_("The whole organisation. Nothing here is about fewer than %(k)s customers.") % {"k": 50},
        notes=(str(making.method),),
        inputs_hash=making.inputs,
        made_on=None if page.wave.released_at is None else page.wave.released_at.date(),
        made_with=dict(making.versions),
    )


def contacts_sheet(page: ContactsPage) -> Sheet:
    """Return weights and steps as rows."""
    rows: list[tuple[Cell, ...]] = []
    if page.weights is not None:
        rows += [
            ("weight", one.touchpoint, one.share, one.low, one.high, one.slope, one.slope_low, one.slope_high,
             one.customers)
            for one in page.weights.weights
        ]  # fmt: skip
    if page.repeats is not None:
        rows += [
            ("bad contact", str(one.number) + ("+" if one.is_more else ""), one.curve, one.curve_low, one.curve_high,
             one.step, one.step_low, one.step_high, one.customers)
            for one in page.repeats.steps
        ]  # fmt: skip
    return Sheet(
        name=f"contacts {page.wave.study.key} {page.wave.key} {page.number + 1}",
        title=page.sentence,
        header=("what", "which", "value", "low", "high", "step", "step_low", "step_high", "customers"),
        rows=rows,
        notes=(str(page.making.method), str(page.making.n), *(str(limit) for limit in page.making.limits)),
    )
