"""Periods of the calendar as people say them."""

from __future__ import annotations

import re
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _


def period_words(key: str) -> str:
    """Return a period's key in words: `2026-Q3` is "Q3 2026", `2026-03` "March 2026". Any other text stays as it is."""
    if found := re.fullmatch(r"(\d{4})-Q([1-4])", key):
        return _("Q%(quarter)s %(year)s") % {"quarter": found[2], "year": found[1]}
    if found := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", key):
        return date_format(date(int(found[1]), int(found[2]), 1), "YEAR_MONTH_FORMAT")
    return key
