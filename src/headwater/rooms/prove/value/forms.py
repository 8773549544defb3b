"""Forms of value cases. Every figure starts empty: nobody else's number is offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.people.forms import DateInput
from headwater.rooms.people.models import Unit
from headwater.rooms.prove.logic.value_ranges import Ranged, middle_of
from headwater.rooms.prove.models import ValueInput, ValueLine
from headwater.rooms.prove.models.value import LONGEST
from headwater.rooms.prove.value import words
from headwater.rooms.prove.value.building import Slot
from headwater.rooms.prove.value.links import Link
from headwater.rooms.prove.value.services import Typed

DEEPEST = 2
MOST_UNITS = 300
PARTS = ("low", "likely", "high", "shape", "source", "source_date")


class CaseForm(forms.Form):
    """Of which part a case is, and how it is counted."""

    form_key = forms.UUIDField(widget=forms.HiddenInput())
    title = forms.CharField(label=gettext_lazy("What is it worth to …"), max_length=160)
    unit = forms.ChoiceField(label=gettext_lazy("Which part it is about"))
    currency = forms.RegexField(
        r"^[A-Za-z]{3}$", label=gettext_lazy("Currency"), help_text=gettext_lazy("Three letters, as EUR or USD.")
    )
    horizon = forms.IntegerField(label=gettext_lazy("Years that count"), min_value=1, max_value=LONGEST)

    def __init__(self, *values: Any, **named: Any) -> None:
        """Offer the units at the top."""
        super().__init__(*values, **named)
        self.units = {
            unit.key: unit
            for unit in Unit.objects.filter(is_open=True, depth__lte=DEEPEST).order_by("number")[:MOST_UNITS]
        }
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, "\u2003" * unit.depth + unit.name) for key, unit in self.units.items()]


class HorizonForm(forms.Form):
    """How many years count."""

    horizon = forms.IntegerField(label=gettext_lazy("Years that count"), min_value=1, max_value=LONGEST)


class PresentForm(forms.Form):
    """To whom a case is presented, and why."""

    why = forms.CharField(
        label=gettext_lazy("What this version is for"),
        max_length=500,
        help_text=gettext_lazy("To whom it is presented, and for which decision."),
    )


class LineForm(forms.Form):
    """What a line counts, and what its change rests on."""

    kind = forms.ChoiceField(label=gettext_lazy("What it counts"), choices=ValueLine.Kind.choices)
    about = forms.CharField(
        label=gettext_lazy("Of whom"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Which people, as “drivers” or “passengers with a pass”. Empty for all."),
    )
    link = forms.ChoiceField(label=gettext_lazy("What the change rests on"), required=False)
    sign = forms.ChoiceField(
        label=gettext_lazy("More of the second station of the link …"),
        required=False,
        widget=forms.RadioSelect(),
        choices=[("1", gettext_lazy("is worth money")), ("-1", gettext_lazy("costs money"))],
    )

    def __init__(self, *values: Any, links: Sequence[Link], **named: Any) -> None:
        """Offer the links of the River."""
        super().__init__(*values, **named)
        self.links = {link.key: link for link in links}
        field = self.fields["link"]
        assert isinstance(field, forms.ChoiceField)
        groups = {
            "over_time": _("The River: units over time"),
            "across": _("The River: units beside each other"),
            "published": _("Found by others"),
        }
        offered: list[Any] = [("", _("A change that I type, with its source"))]
        for way, heading in groups.items():
            inside = [(link.key, f"{link.title}: {link.text}") for link in links if link.way == way]
            if inside:
                offered.append((heading, inside))
        field.choices = offered
        if not links:
            del self.fields["link"], self.fields["sign"]

    def clean(self) -> dict[str, Any]:
        """A link is told which way the money runs."""
        found = super().clean() or {}
        if found.get("link") and not found.get("sign"):
            self.add_error("sign", _("Say which way the money runs."))
        return found

    def chosen(self) -> Link | None:
        """Return the link with its sign, None for a typed change."""
        from dataclasses import replace

        key = self.cleaned_data.get("link", "")
        return replace(self.links[key], sign=int(self.cleaned_data["sign"])) if key else None


@dataclass(frozen=True)
class FigureGroup:
    """The fields of one figure."""

    title: str
    hint: str
    key: str
    numbers: tuple[forms.BoundField, ...]
    rest: tuple[forms.BoundField, ...]


class FiguresForm(forms.Form):
    """Figures of one line or of the case itself, six fields each."""

    def __init__(self, *values: Any, slots: Sequence[Slot], currency: str, **named: Any) -> None:
        """Make the fields. slots: figures to type, with what was typed before."""
        super().__init__(*values, **named)
        self.slots, self.currency = slots, currency
        for slot in slots:
            self._add(slot)

    def _add(self, slot: Slot) -> None:
        kept, name = slot.kept, slot.name
        labels = {"low": _("Low"), "likely": _("Likely"), "high": _("High")}
        for part, label in labels.items():
            self.fields[f"{name}_{part}"] = forms.FloatField(
                label=label,
                required=False,
                min_value=slot.quantity.least,
                max_value=slot.quantity.most,
                initial=_initial(kept, part),
                widget=forms.NumberInput(attrs={"step": "any"}),
            )
        self.fields[f"{name}_shape"] = forms.ChoiceField(
            label=_("Distribution"),
            choices=ValueInput.Shape.choices,
            initial=ValueInput.Shape.PERT if kept is None else kept.shape,
        )
        self.fields[f"{name}_source"] = forms.CharField(
            label=_("Source"),
            max_length=300,
            required=False,
            initial="" if kept is None else kept.source,
            widget=forms.Textarea({"rows": 2}),
        )
        self.fields[f"{name}_source_date"] = forms.DateField(
            label=_("Of which day"),
            required=False,
            widget=DateInput(),
            initial=None if kept is None else kept.source_date,
        )

    @property
    def groups(self) -> list[FigureGroup]:
        """The figures with their fields."""
        return [
            FigureGroup(
                words.name_of(slot),
                words.hint_of(slot, self.currency),
                slot.name,
                tuple(self[f"{slot.name}_{part}"] for part in PARTS[:3]),
                tuple(self[f"{slot.name}_{part}"] for part in PARTS[3:]),
            )
            for slot in self.slots
        ]

    def clean(self) -> dict[str, Any]:
        """Put the parts of each figure together."""
        found = super().clean() or {}
        self.typed: dict[str, Typed | None] = {}
        for slot in self.slots:
            parts = {part: found.get(f"{slot.name}_{part}") for part in PARTS}
            if any(f"{slot.name}_{part}" in self.errors for part in PARTS):
                continue
            self._put_together(slot.name, parts)
        return found

    def _put_together(self, name: str, parts: dict[str, Any]) -> None:
        low, likely, high = parts["low"], parts["likely"], parts["high"]
        given = [one for one in (low, likely, high) if one is not None]
        if not given:
            self.typed[name] = None
            if parts["source"]:
                self.add_error(f"{name}_likely", _("Type the figure as well."))
            return
        if parts["source_date"] is not None and parts["source_date"] > timezone.localdate():
            self.add_error(f"{name}_source_date", _("A source is not of a day to come."))
            return
        shape: Any = parts["shape"]
        if shape == "fixed" or (len(given) == 3 and len(set(given)) == 1):
            if len(set(given)) > 1:
                self.add_error(f"{name}_shape", _("One figure has one value: empty the others, or choose a range."))
                return
            low = likely = high = given[0]
            shape = "fixed"
        elif shape == "lognormal":
            if low is None or high is None or low <= 0:
                self.add_error(f"{name}_low", _("A 90% range needs both ends, above nought."))
                return
            likely = middle_of(low, high) if low <= high else likely
        if low is None or likely is None or high is None:
            self.add_error(f"{name}_likely", _("Type low, likely and high; or choose one figure."))
            return
        try:
            value = Ranged(low, likely, high, shape)
        except ValueError:
            self.add_error(f"{name}_likely", _("They run from low over likely to high."))
            return
        self.typed[name] = Typed(value, parts["source"] or "", parts["source_date"])


def _initial(kept: ValueInput | None, part: str) -> int | float | None:
    """What was typed: of one figure its likely field alone, of a 90% range its ends, whose middle is worked out."""
    is_typed = {"fixed": part == "likely", "lognormal": part != "likely"}
    if kept is None or not is_typed.get(kept.shape, True):
        return None
    value = float(getattr(kept, part))
    return int(value) if value.is_integer() else value
