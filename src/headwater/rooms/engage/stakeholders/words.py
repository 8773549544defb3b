"""What the register says in sentences: why somebody matters now, what a class means, who can open which door."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from headwater.rooms.engage.logic.doors import Path
from headwater.rooms.engage.logic.salience import FRESH_DAYS, Mattering
from headwater.rooms.engage.models import AttitudeReading, Rating
from headwater.rooms.house.slots import Text

CLASS_NAMES: Mapping[str, Text] = {
    "definitive": gettext_lazy("definitive"),
    "dominant": gettext_lazy("dominant"),
    "dangerous": gettext_lazy("dangerous"),
    "dependent": gettext_lazy("dependent"),
    "dormant": gettext_lazy("dormant"),
    "discretionary": gettext_lazy("discretionary"),
    "demanding": gettext_lazy("demanding"),
    "none": gettext_lazy("none of the three"),
}
"""The names of Mitchell, Agle and Wood, as they stand in the paper."""

CLASS_MEANINGS: Mapping[str, Text] = {
    "definitive": gettext_lazy("power, a rightful claim and no time: first of all"),
    "dominant": gettext_lazy("power and a rightful claim: expects to be heard"),
    "dangerous": gettext_lazy("power and no time, without a rightful claim: may press"),
    "dependent": gettext_lazy("a rightful claim and no time, without power: needs a sponsor"),
    "dormant": gettext_lazy("power that is not used now"),
    "discretionary": gettext_lazy("a rightful claim, neither power nor hurry"),
    "demanding": gettext_lazy("hurry alone"),
    "none": gettext_lazy("rated 3 or more in none of the three"),
}

QUARTERS: Mapping[str, Text] = {
    "manage_closely": gettext_lazy("manage closely"),
    "keep_satisfied": gettext_lazy("keep satisfied"),
    "keep_informed": gettext_lazy("keep informed"),
    "monitor": gettext_lazy("monitor"),
    "": gettext_lazy("not rated"),
}

HAS: Mapping[str, Text] = {
    "power": gettext_lazy("power"),
    "legitimacy": gettext_lazy("a rightful claim"),
    "urgency": gettext_lazy("urgency"),
}


def why_now(found: Mattering, *, today: date) -> str:
    """Say in two or three sentences why somebody matters now: what they have, what comes up, where they stand."""
    name = found.standing.name
    has = listed([str(HAS[one]) for one in ("power", "legitimacy", "urgency") if one in found.held])
    sentences = []
    if found.next_decision is not None and found.days_to_decision is not None:
        told = {
            "name": name,
            "what": found.next_decision.title,
            "day": date_format(found.next_decision.day, "DATE_FORMAT"),
            "n": found.days_to_decision,
        }
        if found.days_to_decision == 0:
            sentences.append(_("%(name)s decides on “%(what)s” today.") % told)
        else:
            sentences.append(
                ngettext(
                    "%(name)s decides on “%(what)s” on %(day)s, in %(n)s day.",
                    "%(name)s decides on “%(what)s” on %(day)s, in %(n)s days.",
                    found.days_to_decision,
                )
                % told
            )
        sentences.append(_("They have %(has)s.") % {"has": has})
    else:
        sentences.append(_("%(name)s has %(has)s.") % {"name": name, "has": has})
    urgent, power = found.standing.ratings.get("urgency"), found.standing.ratings.get("power")
    told_once = ""
    if urgent is not None and "urgency" in found.held and not found.is_raised:
        told_once = urgent.reason
        sentences.append(_("Urgent because: %(reason)s") % {"reason": sentence(urgent.reason)})
    elif urgent is not None and "urgency" not in found.held and urgent.value >= 3:
        days = (today - urgent.day).days
        sentences.append(
            _("Their urgency was rated %(n)s days ago and has faded. Rate it anew if it still holds.") % {"n": days}
        )
    if power is not None and "power" in found.held and power.reason != told_once:
        sentences.append(_("Power because: %(reason)s") % {"reason": sentence(power.reason)})
    sentences.append(stands(found.standing.attitude, found.standing.desired))
    return " ".join(filter(None, sentences))


def stands(attitude: str, desired: str) -> str:
    """Say where somebody stands and is hoped to stand."""
    if not attitude:
        return _("Where they stand is not known yet: ask.")
    now = str(AttitudeReading.Level(attitude).label)
    if not desired or desired == attitude:
        return _("They stand %(now)s.") % {"now": now}
    return _("They stand %(now)s; hoped for: %(desired)s.") % {
        "now": now,
        "desired": AttitudeReading.Level(desired).label,
    }


def door_words(path: Path | None, *, door: str, names: Mapping[str, str]) -> str:
    """Say who can open somebody's door and how. names: by key."""
    name = names[door]
    if path is None:
        return _("Nobody known can open the door to %(name)s. Ask who speaks up for them.") % {"name": name}
    parts = []
    for step in path.steps:
        told = {"start": names[step.start], "end": names[step.end], "n": step.strength}
        if step.speaks_for:
            parts.append(_("%(start)s speaks up for %(end)s (%(n)s of 4)") % told)
        else:
            parts.append(_("%(end)s speaks up for %(start)s (%(n)s of 4)") % told)
    return _("Ask %(who)s first: %(how)s.") % {"who": names[path.opener], "how": "; ".join(parts)}


def fading_rule() -> str:
    """Say how urgency fades and rises."""
    return _(
        "A rated urgency holds for %(n)s days, then halves every 30 days until it is rated anew. A decision within 30 "
        "days raises it to 3, within 14 days to 4."
    ) % {"n": FRESH_DAYS}


def aspect_name(aspect: str) -> str:
    """Return what is rated, in words."""
    return str(Rating.Aspect(aspect).label)


def listed(words: list[str]) -> str:
    """Join words as in a sentence."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def sentence(text: str) -> str:
    """Return a text that ends as a sentence does."""
    plain = text.strip()
    return plain if plain.endswith((".", "!", "?", "…")) else f"{plain}."
