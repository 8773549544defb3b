"""Forms of moving in: the upload, and what becomes of a file's columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from headwater.formats.guessing import ColumnChoice
from headwater.rooms.listen.logic.mapping import PROMISES, Reading, Target
from headwater.rooms.listen.models import MovingImport, Study
from headwater.rooms.listen.moving_files import IncomingFile
from headwater.rooms.listen.moving_reading import LIMITS
from headwater.vocab import Lens, Promise

ROLES = (
    ("leave", _("leave out")),
    ("unit", _("the unit")),
    ("wave", _("the wave")),
    ("item", _("a rating")),
    ("choice", _("a choice")),
    ("comment", _("a comment")),
    ("cut", _("a cut")),
    ("weight", _("the weight")),
    ("response", _("the response's number")),
    ("person", _("who answered")),
)
"""What a column may become, in the order of the menu."""

LENSES = (
    (str(Lens.LX), _("being led (LX)")),
    (str(Lens.EX), _("work (EX)")),
    (str(Lens.CX), _("customers (CX)")),
)
KEYED = ("item", "choice", "comment", "cut")


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        """Write dates as the field expects them."""
        super().__init__(format="%Y-%m-%d")


class FilesForm(forms.Form):
    """The answers of another product, and its survey where it is a file of its own."""

    file = forms.FileField(
        label=_("The answers, or a survey alone"),
        help_text=_(
            "Qualtrics (CSV, QSF), LimeSurvey (LSA, LSS, CSV), SPSS (SAV, ZSAV), SurveyJS (JSON), XLSForm, A-11, CSV "
            "or Excel."
        ),
        widget=forms.FileInput(),
        max_length=400,
    )
    survey = forms.FileField(
        label=_("Its survey, if that is another file"),
        help_text=_("QSF, LSS, JSON or XLSForm. With it, codes and choices are known and not guessed."),
        required=False,
        widget=forms.FileInput(),
        max_length=400,
    )

    def _within(self, name: str) -> IncomingFile | None:
        file = cast(IncomingFile | None, self.cleaned_data[name])
        if file is not None and file.is_too_large:
            most = LIMITS.file_bytes >> 20
            raise forms.ValidationError(_("The file is larger than %(most)s MB.") % {"most": most})
        return file

    def clean_file(self) -> IncomingFile | None:
        """Refuse files past the limit."""
        return self._within("file")

    def clean_survey(self) -> IncomingFile | None:
        """Refuse files past the limit."""
        return self._within("survey")


class TargetForm(forms.Form):
    """The study and wave that a file becomes, and how its units are matched."""

    study = forms.ChoiceField(label=_("Study"), required=False)
    title = forms.CharField(label=_("Title of the new study"), max_length=200, required=False)
    lens = forms.ChoiceField(label=_("What it is about"), choices=LENSES)
    promise = forms.ChoiceField(
        label=_("What respondents were promised"),
        choices=Study.Promise.choices,
        help_text=_(
            "Never promise less than they were told. Anonymous keeps no row that fewer than k people could have given."
        ),
    )
    k = forms.IntegerField(label=_("Smallest group shown (k)"), min_value=3, max_value=1000)
    comment_k = forms.IntegerField(label=_("Smallest group whose comments are shown"), min_value=3, max_value=1000)
    wave = forms.CharField(
        label=_("Name of the wave"), max_length=60, required=False, help_text=_("Not needed when a column says it.")
    )
    first_day = forms.DateField(label=_("Asked from"), widget=DayInput())
    last_day = forms.DateField(label=_("until"), widget=DayInput())
    units = forms.ChoiceField(
        label=_("Units"),
        choices=(
            ("organisation", _("are those of the organisation, by id or name")),
            ("own", _("are the file's own, all directly below one top")),
        ),
        widget=forms.RadioSelect,
    )
    language = forms.CharField(label=_("Language of the words, as a code"), max_length=10, initial="en")
    save_as = forms.CharField(
        label=_("Keep this mapping under the name"),
        max_length=200,
        required=False,
        help_text=_("It is offered for the next file with these columns."),
    )

    def __init__(self, *args: Any, has_answers: bool = True, **values: Any) -> None:
        """Offer the studies there are."""
        super().__init__(*args, **values)
        known = Study.objects.filter(is_archived=False).order_by("title").values_list("pk", "title")
        offered = [("", _("a new one")), *((str(pk), title) for pk, title in known)]
        cast(forms.ChoiceField, self.fields["study"]).choices = offered
        if not has_answers:
            kept = ("title", "lens", "language")
            for name in [name for name in self.fields if name not in kept]:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Hold the fields against each other."""
        found = super().clean() or {}
        if "study" not in self.fields:
            return found
        if not found.get("study") and not (found.get("title") or "").strip():
            self.add_error("title", _("Give the new study a title."))
        first, last = found.get("first_day"), found.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day lies before the first."))
        if (found.get("comment_k") or 0) < (found.get("k") or 0):
            self.add_error("comment_k", _("Comments need at least as many people as ratings."))
        return found

    @property
    def target(self) -> Target:
        """What was decided."""
        found = self.cleaned_data
        promise: Promise = next((one for one in PROMISES if one == found.get("promise")), "anonymous")
        return Target(
            study=found.get("study") or "",
            title=" ".join((found.get("title") or "").split()),
            lens=found["lens"],
            promise=promise,
            k=found.get("k") or 5,
            comment_k=found.get("comment_k") or 10,
            wave=" ".join((found.get("wave") or "").split()),
            first_day=found["first_day"].isoformat() if found.get("first_day") else "",
            last_day=found["last_day"].isoformat() if found.get("last_day") else "",
        )


def first_values(made: MovingImport) -> dict[str, Any]:
    """Return what the form shows at first."""
    target, reading = Target.from_json(made.mapping["target"]), Reading.from_json(made.mapping["reading"])
    return {
        "study": target.study,
        "title": target.title or made.file_name.rpartition(".")[0] or made.file_name,
        "lens": target.lens,
        "promise": target.promise,
        "k": target.k,
        "comment_k": target.comment_k,
        "wave": target.wave,
        "first_day": target.first_day,
        "last_day": target.last_day,
        "units": "organisation" if reading.matches_units else "own",
        "language": reading.language,
    }


@dataclass(frozen=True)
class ColumnLine:
    """One column on the page: what it holds, what it was taken for, and what was decided."""

    number: int
    seen: Mapping[str, Any]
    choice: ColumnChoice

    @property
    def asks_key(self) -> bool:
        """Whether a key says more about it."""
        return self.choice.role in KEYED


def column_lines(made: MovingImport, reading: Reading) -> list[ColumnLine]:
    """Return the columns of a plain table for the page."""
    decided = {one.name: one for one in reading.columns}
    lines = []
    for number, seen in enumerate(made.seen.get("columns", ())):
        choice = decided.get(seen["name"], ColumnChoice(seen["name"], "leave"))
        lines.append(ColumnLine(number, seen, choice))
    return lines


def read_decision(made: MovingImport, posted: QueryDict, form: TargetForm) -> Reading:
    """Return how the file is to be read, from the page's fields. Fields that are not there keep the guess."""
    old = Reading.from_json(made.mapping["reading"])
    roles = {role for role, _words in ROLES}
    columns = []
    for line in column_lines(made, old):
        role = posted.get(f"role_{line.number}", line.choice.role)
        columns.append(
            ColumnChoice(
                line.choice.name,
                cast(Any, role if role in roles else "leave"),
                posted.get(f"key_{line.number}", line.choice.key).strip(),
                posted.get(f"answers_{line.number}", line.choice.answers).strip()[:20_000],
                line.choice.words,
            )
        )
    offered = set(made.seen.get("offered", ()))
    kinds = dict(old.kinds)
    for number, question in enumerate(made.seen.get("questions", ())):
        told = posted.get(f"kind_{number}", "")
        if told in ("scale", "single"):
            kinds[str(question[3])] = told

    def one_of(name: str) -> str:
        return posted.get(name, "") if posted.get(name, "") in offered else ""

    return Reading(
        format=made.format,
        columns=tuple(columns),
        unit=one_of("unit_column"),
        wave=one_of("wave_column"),
        weight=one_of("weight_column"),
        person=posted.get("person_column", "").strip()[:400],
        cuts=tuple(dict.fromkeys(name for name in posted.getlist("cut_column") if name in offered)),
        kinds=kinds,
        values=posted.get("values", "") if posted.get("values") in ("codes", "labels") else "",
        questionnaires=old.questionnaires,
        language=(form.cleaned_data.get("language") or "en").strip().lower() or "en",
        matches_units=form.cleaned_data.get("units", "own") == "organisation",
    )
