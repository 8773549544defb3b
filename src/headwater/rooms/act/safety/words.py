"""The words of the path, of the clocks and of the health data."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

QUESTIONS: Mapping[str, tuple[Promise, Promise]] = {
    "work_related": (
        _("Did work cause it, add to it, or make something that was there before clearly worse?"),
        _("What happens at work counts as work, unless one of the few exceptions of 29 CFR 1904.5(b)(2) holds."),
    ),
    "new_case": (
        _("Is it a new case?"),
        _("Not a flare-up of one in the log, unless the person had recovered fully and work brought it back."),
    ),
    "death": (_("Did the person die of it?"), _("A death is also told to the authority within hours.")),
    "days_away": (
        _("Did it keep the person away from work for a day or more, after the day it happened?"),
        _("Also where somebody licensed said to stay at home and the person came all the same."),
    ),
    "restricted": (
        _("Could the person not do one of their routine tasks, or a full day, or were they moved to another job?"),
        _("Routine is what is done at least once a week. The day it happened does not count."),
    ),
    "beyond_first_aid": (
        _("Was the person treated beyond first aid?"),
        _(
            "First aid is: wound cleaning, plasters and butterfly strips, hot or cold packs, elastic bandages without"
            " rigid parts, medicine sold without prescription at its usual strength, a tetanus shot, a splint for the"
            " way, drilling a nail, an eye patch, taking splinters out with tweezers or a swab, finger guards,"
            " massage, fluids against heat. Anything else, such as stitches, is more."
        ),
    ),
    "unconscious": (_("Did the person lose consciousness?"), _("However short.")),
    "significant": (
        _("Did somebody licensed find a cancer, a disease that stays, a broken bone or tooth, or a torn eardrum?"),
        _("These count even where nothing was treated."),
    ),
    "special": (
        _("Is it a needle with somebody else's blood, a hearing loss, tuberculosis, or a removal on medical grounds?"),
        _("29 CFR 1904.8 to 1904.11."),
    ),
}  # fmt: skip
"""The path: what is asked, and what helps to answer."""

REASONS: Mapping[str, Promise] = {
    "work_related": _("it is not work-related"),
    "new_case": _("it is no new case"),
    "death": _("the person died"),
    "days_away": _("days away from work"),
    "restricted": _("restricted work or another job"),
    "beyond_first_aid": _("treatment beyond first aid"),
    "unconscious": _("loss of consciousness"),
    "significant": _("a significant finding"),
    "special": _("a case that a rule of its own names"),
}

PRIVACY: tuple[tuple[str, Promise], ...] = (
    ("", _("The log shows the name")),
    ("kept", _("No name, as decided before")),
    ("intimate", _("No name: an intimate part of the body or the reproductive system")),
    ("assault", _("No name: a sexual assault")),
    ("mental", _("No name: a mental illness")),
    ("infection", _("No name: HIV, hepatitis or tuberculosis")),
    ("sharp", _("No name: a needle or sharp with somebody else's blood")),
    ("asked", _("No name: an illness, and the person asked for it unprompted")),
)

HEALTH: Mapping[str, Promise] = {
    "description": _("For the log: injury or illness, part of the body, object or substance"),
    "body_part": _("Part of the body"),
    "place": _("Where it happened, as the log says it"),
    "birth_date": _("Date of birth"),
    "hire_date": _("Date hired"),
    "sex": _("Sex"),
    "address": _("Address of the person"),
    "doctor": _("Who treated"),
    "facility": _("Where, if away from the worksite"),
    "emergency_room": _("Treated in an emergency room"),
    "in_patient": _("Stayed in hospital overnight, as an in-patient"),
    "time_started": _("When the person began work that day"),
    "time_of_event": _("When it happened"),
    "time_unknown": _("Nobody can say when"),
    "before": _("What the person was doing just before"),
    "happened": _("What happened"),
    "injury": _("What was hurt, and how"),
    "substance": _("Which object or substance did it"),
    "death_date": _("Date of death"),
}
"""What is kept of a person's health, under the names of `health.FIELDS`."""
