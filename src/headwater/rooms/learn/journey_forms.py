"""Forms of the editor of journeys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.rooms.learn.books import book_of, released_waves
from headwater.rooms.learn.journey_scores import subjects_of
from headwater.rooms.learn.logic.journeys import LONGEST, LONGEST_NOTE, Journey, Moment
from headwater.rooms.people.models import Unit

LANGUAGES = ("en", "es")
MOST_UNITS = 12


class TitleForm(forms.Form):
    """A title in both languages; one is enough."""

    title_en = forms.CharField(label=_("Title, English"), max_length=LONGEST, required=False)
    title_es = forms.CharField(label=_("Title, Spanish"), max_length=LONGEST, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for at least one."""
        found = super().clean() or {}
        if not found.get("title_en", "").strip() and not found.get("title_es", "").strip():
            raise forms.ValidationError(_("Write the title in at least one language."))
        return found

    def texts(self, name: str = "title") -> dict[str, str]:
        """Return the words by language, without empty ones."""
        words = {code: self.cleaned_data.get(f"{name}_{code}", "").strip() for code in LANGUAGES}
        return {code: text for code, text in words.items() if text}


class MomentForm(TitleForm):
    """A moment: what it is, what measures it, and which units serve it."""

    stage = forms.ChoiceField(label=_("Stage"))
    note_en = forms.CharField(
        label=_("What happens here, English"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    note_es = forms.CharField(
        label=_("What happens here, Spanish"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    is_leadership = forms.BooleanField(
        label=_("A leadership moment: what the leader does here is felt by everyone"), required=False
    )
    subject = forms.ChoiceField(label=_("Measured by"), required=False)
    study = forms.ChoiceField(
        label=_("In which study"), required=False, help_text=_("Left open, the latest study that asks it is used.")
    )
    place = forms.ChoiceField(
        label=_("Kind of contact"),
        required=False,
        help_text=_("For studies of customers that say which contact an answer is about."),
    )
    units = forms.MultipleChoiceField(label=_("Served by"), required=False, widget=forms.SelectMultiple({"size": 8}))

    def __init__(self, *args: Any, journey: Journey, moment: Moment | None = None, **kwargs: Any) -> None:
        """Offer what the journey, the released studies and the organisation hold."""
        if moment is not None:
            kwargs.setdefault("initial", _initial(journey, moment))
        super().__init__(*args, **kwargs)
        books = [(wave, book_of(wave)) for wave in released_waves()]
        subjects = subjects_of([book for _wave, book in books])
        studies = {wave.study.key: wave.study.title for wave, _book in books}
        places = {f"{panel.cut}={panel.level}": panel.level for _w, book in books for panel in book.panels if panel.cut}
        if moment is not None:
            subjects.setdefault(moment.subject, moment.subject)
            studies.setdefault(moment.study, moment.study)
            places.setdefault(f"{moment.cut}={moment.level}", moment.level)
        self._offer("stage", {one.key: one.title.get("en") or next(iter(one.title.values())) for one in journey.stages})
        self._offer("subject", subjects, _("Nothing yet"))
        self._offer("study", studies, _("The latest"))
        self._offer("place", places, _("Every contact"))
        units = Unit.objects.filter(is_open=True).exclude(number=None).order_by("number")[:2_000]
        self._offer(
            "units", {unit.key: "\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}" * unit.depth + unit.name for unit in units}
        )

    def _offer(self, name: str, values: dict[str, str], empty: Any = None) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        choices: list[tuple[str, Any]] = [] if empty is None else [("", empty)]
        field.choices = [*choices, *((key, words) for key, words in values.items() if key not in ("", "="))]

    def clean_units(self) -> list[str]:
        """Bound the number of serving units."""
        units: list[str] = self.cleaned_data["units"]
        if len(units) > MOST_UNITS:
            raise forms.ValidationError(_("Choose at most %(n)s units."), params={"n": MOST_UNITS})
        return units

    def moment(self, key: str) -> Moment:
        """Return what was written, under a key."""
        data = self.cleaned_data
        cut, _equals, level = data["place"].partition("=")
        return Moment(
            key=key,
            title=self.texts(),
            note=self.texts("note"),
            subject=data["subject"],
            study=data["study"],
            cut=cut,
            level=level,
            units=tuple(data["units"]),
            is_leadership=data["is_leadership"],
        )


def _initial(journey: Journey, moment: Moment) -> dict[str, Any]:
    stage = next(stage.key for stage, one in journey.moments() if one.key == moment.key)
    return {
        "stage": stage,
        **{f"title_{code}": moment.title.get(code, "") for code in LANGUAGES},
        **{f"note_{code}": moment.note.get(code, "") for code in LANGUAGES},
        "is_leadership": moment.is_leadership,
        "subject": moment.subject,
        "study": moment.study,
        "place": f"{moment.cut}={moment.level}" if moment.cut else "",
        "units": list(moment.units),
    }
