"""The smaller forms of questionnaires, and how problems of a questionnaire come to stand at their fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.instruments import standard_response_scales
from headwater.instruments.checks import MAX_TEXT
from headwater.rooms.house.catalogues import own_name
from headwater.rooms.house.templatetags.problems import told
from headwater.rooms.listen.logic.drafts import Draft
from headwater.rooms.listen.questionnaire_words import LENSES, ROLES
from headwater.vocab import InputError, Scale, say

LARGEST_FILE = 8 << 20


class TitleForm(forms.Form):
    """The title of an adapted questionnaire."""

    title = forms.CharField(label=gettext_lazy("Title of your version"), max_length=300)


class HeadForm(forms.Form):
    """Title and purpose."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    purpose = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One or two sentences; respondents may read them."),
    )


class NewForm(HeadForm):
    """A questionnaire from nothing, with its first question."""

    lens = forms.ChoiceField(label=gettext_lazy("What it looks at"), choices=[*LENSES.items()], initial="ex")
    language = forms.ChoiceField(label=gettext_lazy("Language you write it in"), choices=())
    text = forms.CharField(
        label=gettext_lazy("First statement to rate"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Answered from “strongly disagree” to “strongly agree”. All can be changed later."),
    )
    source = forms.CharField(label=gettext_lazy("Who wrote it"), max_length=300)
    licence = forms.CharField(
        label=gettext_lazy("Licence"), max_length=200, initial=gettext_lazy("All rights reserved")
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        """Offer the languages that have ready-made answers, as they call themselves."""
        super().__init__(*args, **values)
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)
        language.choices = [(code, own_name(code)) for code in standard_response_scales()["agree5"].labels]


class ScaleForm(forms.Form):
    """A scale: its name, its questions, how many must be answered."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=300)
    items = forms.MultipleChoiceField(
        label=gettext_lazy("Its questions"), required=False, widget=forms.CheckboxSelectMultiple
    )
    role = forms.ChoiceField(label=gettext_lazy("In results it is"), choices=())
    least = forms.IntegerField(
        label=gettext_lazy("How many of them must be answered"),
        min_value=1,
        initial=1,
        help_text=gettext_lazy("Whoever answers fewer has no score on this scale."),
    )

    def __init__(self, *args: Any, draft: Draft, scale: Scale | None = None, **values: Any) -> None:
        """Offer the rated questions. An index keeps those of its parts; the role stands once it was chosen."""
        super().__init__(*args, **values)
        if scale is not None and scale.parts:
            del self.fields["items"]
        else:
            items = self.fields["items"]
            assert isinstance(items, forms.MultipleChoiceField)
            items.choices = [
                (item.key, say(item.text, draft.source))
                for item in draft.instrument.items
                if item.kind in ("scale", "recommend")
            ]
            items.initial = list(scale.items) if scale else []
        if scale is None:
            role = self.fields["role"]
            assert isinstance(role, forms.ChoiceField)
            role.choices = [(key, ROLES[key]) for key in ("driver", "outcome")]
        else:
            del self.fields["role"]
            self.fields["name"].initial = say(scale.name, draft.source)
            self.fields["least"].initial = scale.min_answered

    def clean_items(self) -> list[str]:
        """Need one."""
        found: list[str] = self.cleaned_data["items"]
        if not found:
            raise forms.ValidationError(_("Choose at least one question."))
        return found


class LanguageForm(forms.Form):
    """A language to translate into."""

    language = forms.CharField(
        label=gettext_lazy("Language code"),
        max_length=10,
        help_text=gettext_lazy("As in fr for French, pt-BR for Portuguese of Brazil, ar for Arabic."),
    )

    def clean_language(self) -> str:
        """Without blanks."""
        return str(self.cleaned_data["language"]).strip()


class ReviewForm(forms.Form):
    """Who read a translation."""

    reader = forms.CharField(
        label=gettext_lazy("Who read it"),
        max_length=100,
        help_text=gettext_lazy(
            "A second speaker of the language, not the translator. The name goes into the audit trail."
        ),
    )


class FileForm(forms.Form):
    """A questionnaire from a file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "Our YAML, Qualtrics (.qsf), LimeSurvey (.lss, .lsa), SurveyJS (.json), XLSForm (.xlsx) or SPSS (.sav)."
        ),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.qsf,.lss,.lsa,.json,.xlsx,.sav,.zsav"}),
    )
    lens = forms.ChoiceField(
        label=gettext_lazy("What it looks at"),
        choices=[*LENSES.items()],
        initial="ex",
        help_text=gettext_lazy("Our own files say it themselves."),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        return limited(self.cleaned_data["file"])


class WordsFileForm(forms.Form):
    """A translator's table."""

    file = forms.FileField(
        label=gettext_lazy("The translator's file"), widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"})
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        return limited(self.cleaned_data["file"])


def limited(file: Any) -> Any:
    """Return a file that is small enough. Raises ValidationError."""
    if file.size > LARGEST_FILE:
        raise forms.ValidationError(_("The file is larger than %(most)s MB.") % {"most": LARGEST_FILE >> 20})
    return file


def place_errors(form: forms.Form, error: InputError, item: int | None = None) -> None:
    """Put every problem at the field it lies in, the rest above the form.

    A problem's column is a field, `text`, or the path of one, `items.4.choices.1.text.en`, counted from 1. item: the
    place of the question the form is about, counted from 0; problems of others stand above.
    """
    for one in error.problems:
        parts = one.column.split(".")
        is_other = item is not None and parts[0] == "items" and len(parts) > 1 and parts[1] != str(item + 1)
        names = [ALIASES.get(part, part) for part in parts]
        name = None if is_other else next((name for name in names if name in form.fields), None)
        words = told(one)
        form.add_error(name, f"{parts[1]}. {words}" if is_other else words)


ALIASES = {"choices": "more", "sets": "more", "min_answered": "least", "shown_if": "if_answer_0"}
"""Fields of a questionnaire that a form calls otherwise."""
