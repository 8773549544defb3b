"""The questionnaire that stands for an upload of OMB Circular A-11: its question, its picks, its words."""

from __future__ import annotations

from headwater.formats.a11 import A11Import
from headwater.formats.a11.responses import COMMENT_ITEM, DIRECTIONS, DRIVERS, THUMBS_ITEM
from headwater.instruments import load_instrument
from headwater.vocab import Choice, Instrument, Item, Lens, ResponseScale

KEY, VERSION = "a11_contact", "1.0"
_WORDS = {
    "effectiveness": ("My need was met", "Se resolvió lo que necesitaba"),
    "ease": ("It was easy", "Fue fácil"),
    "efficiency": ("It took a fair time", "Llevó un tiempo razonable"),
    "transparency": ("I knew what was going on", "Supe qué estaba pasando"),
    "humanity": ("I was treated with respect", "Me trataron con respeto"),
    "employee": ("Somebody helped me", "Alguien me ayudó"),
    "other": ("Something else", "Otra cosa"),
}
_ASKS = {
    "positive": ("What went well?", "¿Qué salió bien?"),
    "negative": ("What did not go well?", "¿Qué no salió bien?"),
}


def a11_instrument(found: A11Import) -> Instrument:
    """Return the questionnaire of an upload: question 1 in the words of `cx_contact`, picks as choices, the comment."""
    contact = load_instrument("cx_contact")
    keys = {key for table in found.tables.values() for key in table.items}
    items: list[Item] = []
    scales: dict[str, ResponseScale] = {}
    for item in contact.items:
        if item.key in keys:
            items.append(_bilingual(item))
            scales[item.response_scale] = _shortened(contact.response_scales[item.response_scale])
    if THUMBS_ITEM in keys:
        labels = {"en": ("Thumbs down", "Thumbs up"), "es": ("Pulgar abajo", "Pulgar arriba")}
        scales["a11_thumbs_scale"] = ResponseScale("a11_thumbs_scale", 0, 1, labels, 1, 0)
        words = {"en": "How was this contact?", "es": "¿Cómo fue este contacto?"}
        items.append(Item(THUMBS_ITEM, words, response_scale="a11_thumbs_scale"))
    for direction in DIRECTIONS:
        choices = tuple(Choice(driver, dict(zip(("en", "es"), _WORDS[driver], strict=True))) for driver in DRIVERS)
        words = dict(zip(("en", "es"), _ASKS[direction], strict=True))
        items.append(Item(f"a11_{direction}", words, kind="multiple", choices=choices))
    items.append(_bilingual(contact.item(COMMENT_ITEM)))
    return Instrument(
        key=KEY,
        version=VERSION,
        lens=Lens.CX,
        title={"en": "Customer contact (A-11 upload)", "es": "Contacto con el cliente (carga A-11)"},
        purpose={"en": "Moved in from an A-11 upload.", "es": "Traído de una carga A-11."},
        languages=("en", "es"),
        response_scales=scales,
        items=tuple(items),
        scales=(),
        source="OMB Circular A-11, section 280, version 2; questions in the words of cx_contact",
        licence=contact.licence,
    )


def _bilingual(item: Item) -> Item:
    from dataclasses import replace

    return replace(item, text={code: item.text[code] for code in ("en", "es")}, shown_if="", required=False)


def _shortened(scale: ResponseScale) -> ResponseScale:
    from dataclasses import replace

    skip = {code: scale.may_skip[code] for code in ("en", "es")} if scale.may_skip else None
    return replace(scale, labels={code: scale.labels[code] for code in ("en", "es")}, may_skip=skip)
