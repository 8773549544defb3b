"""What sectors, sizes, licences and reasons are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SECTORS = {
    "": pgettext_lazy("sector", "Not said"),
    "public_administration": _("Public administration"),
    "health_care": _("Health and care"),
    "education": _("Education and research"),
    "transport": _("Transport and logistics"),
    "manufacturing": _("Manufacturing"),
    "construction_energy": _("Construction, energy, water"),
    "retail": _("Retail and wholesale"),
    "hospitality": _("Hotels, restaurants, leisure"),
    "finance": _("Banks and insurance"),
    "information": _("Information and technology"),
    "other_services": _("Other services"),
}
"""As wide as sections of ISIC or wider, so that none names an organisation."""
SIZES = {
    "": pgettext_lazy("sector", "Not said"),
    "under-250": _("under 250 people"),
    "250-999": _("250 to 999 people"),
    "1000-4999": _("1,000 to 4,999 people"),
    "5000-19999": _("5,000 to 19,999 people"),
    "20000+": _("20,000 people or more"),
}
LICENCES = {
    "CC0-1.0": _("CC0 1.0: anybody may use it for anything"),
    "CC-BY-4.0": _("CC BY 4.0: anybody may use it and says where it is from"),
    "agreed-between-us": _("Only between organisations that agreed on it"),
}
WAITING = {
    "effects": _("fewer than five effects"),
    "units": _("effects of fewer than five units"),
    "people": _("the units have fewer than fifty people"),
    "one_unit": _("one unit alone carries more than half of it"),
    "scale": _("a scale that other organisations cannot read"),
}


def size_of(people: int) -> str:
    """Return the band of an organisation's size."""
    for most, band in ((249, "under-250"), (999, "250-999"), (4_999, "1000-4999"), (19_999, "5000-19999")):
        if people <= most:
            return band
    return "20000+"
