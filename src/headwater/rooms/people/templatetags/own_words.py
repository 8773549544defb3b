"""The organisation's own words on a page."""

from __future__ import annotations

from django import template
from django.template import Context
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.reports.brand import Noun
from headwater.rooms.people.look import Pair, own_words

register = template.Library()
KEPT = "_own_words"


def _plain() -> dict[Noun, Pair]:
    return {
        "customer": (_("customer"), _("customers")),
        "unit": (_("unit"), _("units")),
        "leader": (_("leader"), _("leaders")),
    }


def word_for(noun: Noun, *, plural: bool = False, words: dict[Noun, Pair | None] | None = None) -> str:
    """Return the organisation's word for a noun in the language of the page, else the plain one."""
    own = (words if words is not None else own_words(get_language() or "en"))[noun]
    return (own or _plain()[noun])[1 if plural else 0]


@register.simple_tag(takes_context=True)
def own_word(context: Context, noun: Noun, *, plural: bool = False, capital: bool = False) -> str:
    """Write the organisation's word for "customer", "unit" or "leader". Read from the database once a page."""
    request = context.get("request")
    kept: tuple[str, dict[Noun, Pair | None]] | None = getattr(request, KEPT, None)
    language = get_language() or "en"
    if kept is None or kept[0] != language:
        kept = (language, own_words(language))
        if request is not None:
            setattr(request, KEPT, kept)
    word = word_for(noun, plural=plural, words=kept[1])
    return word[:1].upper() + word[1:] if capital else word
