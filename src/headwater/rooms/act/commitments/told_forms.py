"""The forms of what is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.act.commitments.told_services import MOST_WHY, MOST_WORDS
from headwater.rooms.act.commitments.told_themes import ThemeEvidence
from headwater.rooms.act.models import Commitment, ToldStatement
from headwater.rooms.decide.directions.forecasting import key_of
from headwater.rooms.house.catalogues import own_name
from headwater.rooms.learn.evidence import Evidence


class StatementForm(forms.Form):
    """One statement, in the languages of the study."""

    key = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid4)
    kind = forms.ChoiceField(
        label=gettext_lazy("What it tells"), choices=ToldStatement.Kind.choices, widget=forms.RadioSelect
    )
    score = forms.ChoiceField(
        label=gettext_lazy("The released result it rests on"),
        help_text=gettext_lazy("A score, or a theme of comments. It is frozen beside the words, as it was released."),
    )
    commitment = forms.ChoiceField(
        label=gettext_lazy("The commitment behind it"),
        required=False,
        help_text=gettext_lazy(
            "For what is done. Its owner's name and its due date stand on the page; later also whether it was kept."
        ),
    )

    def __init__(
        self,
        *arguments: Any,
        languages: Sequence[str],
        numbers: Sequence[Evidence],
        themes: Sequence[ThemeEvidence],
        commitments: Sequence[Commitment],
        **values: Any,
    ) -> None:
        """Take the languages of the study, its released numbers and themes, and commitments that may be named."""
        super().__init__(*arguments, **values)
        self.languages = tuple(languages)
        for place, code in enumerate(self.languages):
            name = own_name(code)
            self.fields[f"words_{place}"] = forms.CharField(
                label=_("In one or two sentences, in %(language)s") % {"language": name},
                max_length=MOST_WORDS,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2, "lang": code}),
            )
            self.fields[f"why_{place}"] = forms.CharField(
                label=_("Why it will not be done, in %(language)s") % {"language": name},
                max_length=MOST_WHY,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2, "lang": code}),
                help_text=_("Only for what will not be done."),
            )
        scores = [(key_of(one), f"{one.label}, {one.value_text or '–'}") for one in numbers]
        spoken = [(theme_key_of(one), one.label) for one in themes]
        self._offer("score", [*scores, *([(_("Themes of comments"), spoken)] if spoken else [])])
        self._offer(
            "commitment", [("", _("None"))] + [(str(one.pk), f"{one.sentence} ({one.owner})") for one in commitments]
        )
        words = [f"{name}_{place}" for place in range(len(self.languages)) for name in ("words", "why")]
        self.order_fields(["key", "kind", *words, "score", "commitment"])

    def said(self, name: str) -> dict[str, str]:
        """Return what was written, by language. name: words or why."""
        return {code: self.cleaned_data.get(f"{name}_{place}", "") for place, code in enumerate(self.languages)}

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def theme_key_of(theme: ThemeEvidence) -> str:
    """Return the choice that stands for a theme."""
    return "|".join((theme.study, theme.wave, theme.unit, theme.score))
