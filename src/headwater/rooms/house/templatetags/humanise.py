"""Numbers as people of a language write them, and what languages are called."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.conf.locale import LANG_INFO
from django.utils.formats import number_format

register = template.Library()


@register.filter
def grouped(value: int) -> str:
    """Write a whole number with its thousands apart: 12,345, or 12.345 in Spanish."""
    return number_format(int(value), force_grouping=True)


@register.filter
def percent(share: float) -> str:
    """Write a share of 0 to 1 in percent without a digit after the point, never rounding a part up to the whole."""
    whole = round(share * 100)
    return f"{min(whole, 99) if share < 1 else whole}%"


_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_EXTENDED_ARABIC_INDIC = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_DIGITS = {"ar": _ARABIC_INDIC, "ckb": _ARABIC_INDIC, "fa": _EXTENDED_ARABIC_INDIC, "ur": _EXTENDED_ARABIC_INDIC}


@register.filter
def digits(value: object, language: str) -> str:
    """Write the digits of a text as a language does (Unicode CLDR, default numbering systems): ٤ for 4 in Arabic."""
    return str(value).translate(_DIGITS.get(language.lower().partition("-")[0], {}))


@register.filter
def language_names(codes: Sequence[str]) -> str:
    """Write languages as they call themselves, one after the other; a code where no name is known."""
    known = (LANG_INFO.get(code.lower()) or LANG_INFO.get(code.lower().partition("-")[0]) or {} for code in codes)
    return ", ".join(str(info.get("name_local", code)) for code, info in zip(codes, known, strict=True))
