"""The form of the organisation's name, look and words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.reports.brand import MAX_LOGO_BYTES, NOUNS
from headwater.rooms.house.templatetags.problems import told
from headwater.rooms.people.look import Look, Pair, words_of
from headwater.vocab import InputError

LONGEST_WORD = 40
FIELDS = {"name": "name", "colours": "colour", "logo": "logo"}
"""Field by the part of a brand that a problem names."""


class LookForm(forms.Form):
    """Name, colour, logo, and six words a language."""

    name = forms.CharField(label=gettext_lazy("Name of the organisation"), max_length=80, required=False)
    colour = forms.RegexField(
        r"^#[0-9A-Fa-f]{6}$",
        label=gettext_lazy("Colour of action"),
        required=False,
        help_text=gettext_lazy("As #104E8B. Text on it has to stay readable (4.5:1)."),
        error_messages={"invalid": gettext_lazy("Write a colour as # and six digits or letters a to f.")},
    )
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        help_text=gettext_lazy("PNG or plain SVG, up to 2 MB."),
        widget=forms.FileInput(attrs={"accept": ".png,.svg"}),
    )
    without_logo = forms.BooleanField(label=gettext_lazy("Take the logo away"), required=False)

    def __init__(self, *values: Any, look: Look, **named: Any) -> None:
        """Begin with what stands."""
        super().__init__(*values, **named)
        self._look = look
        self.initial = {"name": look.name, "colour": look.colour}
        if look.logo is None:
            del self.fields["without_logo"]
        for language, _name in settings.LANGUAGES:
            plain = words_of(language)
            for noun in NOUNS:
                pair = look.words.get(language, {}).get(noun)
                for place in (0, 1):
                    self.fields[f"{language}-{noun}-{place}"] = forms.CharField(
                        max_length=LONGEST_WORD,
                        required=False,
                        initial=pair[place] if pair else "",
                        widget=forms.TextInput(attrs={"placeholder": plain[noun][place], "lang": language}),
                    )

    def word_rows(self) -> list[dict[str, Any]]:
        """Return the fields of words: a row a language and noun."""
        titles = {"customer": _("customer"), "unit": _("unit"), "leader": _("leader")}
        return [
            {
                "language": code,
                "language_name": name,
                "nouns": [
                    {"title": titles[noun], "one": self[f"{code}-{noun}-0"], "many": self[f"{code}-{noun}-1"]}
                    for noun in NOUNS
                ],
            }
            for code, name in settings.LANGUAGES
        ]

    def clean_logo(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["logo"]
        if file and file.size > MAX_LOGO_BYTES:
            raise forms.ValidationError(_("The logo is larger than 2 MB."))
        return file

    def clean(self) -> dict[str, Any]:
        """Ask for both words or none."""
        cleaned = super().clean() or self.cleaned_data
        for code, _name in settings.LANGUAGES:
            for noun in NOUNS:
                one, many = (cleaned.get(f"{code}-{noun}-{place}", "") for place in (0, 1))
                if bool(one) != bool(many):
                    lacking = f"{code}-{noun}-{1 if one else 0}"
                    self.add_error(lacking, _("Give the word for one and for many."))
        return cleaned

    def as_look(self) -> Look:
        """Return what was entered."""
        cleaned = self.cleaned_data
        words: dict[str, dict[Any, Pair]] = {}
        for code, _name in settings.LANGUAGES:
            for noun in NOUNS:
                one, many = (cleaned[f"{code}-{noun}-{place}"].strip() for place in (0, 1))
                if one:
                    words.setdefault(code, {})[noun] = (one, many)
        logo = self._look.logo
        if cleaned["logo"]:
            logo = cleaned["logo"].read()
        elif cleaned.get("without_logo"):
            logo = None
        return Look(cleaned["name"].strip(), cleaned["colour"].upper(), logo, words)

    def add_problems(self, error: InputError) -> None:
        """Show what a brand cannot be made of, at its field."""
        for problem in error.problems:
            self.add_error(FIELDS.get(problem.column), told(problem))
