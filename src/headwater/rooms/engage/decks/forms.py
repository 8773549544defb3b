"""The form that sets up a deck on a schedule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.rooms.engage.decks.queries import LANGUAGE_NAMES
from headwater.rooms.engage.decks.services import Wanted
from headwater.rooms.engage.logic.deck_times import LAST_DAY
from headwater.rooms.engage.models import DeckReceiver, DeckSchedule
from headwater.rooms.engage.models.decks import MOST_NOTE, MOST_TITLE
from headwater.rooms.learn.explorer_asking import read_ask
from headwater.rooms.learn.models import Chain
from headwater.rooms.learn.results_services import OWN
from headwater.rooms.listen.models import Study, Wave
from headwater.rooms.people.models import Unit, User
from headwater.rooms.people.person_field import PersonField
from headwater.rooms.people.unit_field import UnitField

VIEW_NAMES = {f"explorer_{kind}": kind for kind in ("heat", "levels", "score", "compare")}
LINKED = "link"
NOT_KEPT = ("wave", "unit", "start", "q")
"""Of a view by its link: the wave moves on, the unit has a field of its own."""
MOST_LINK, MOST_STUDIES = 2000, 60


class ScheduleForm(forms.Form):
    """Which deck, of what, when, in which language, for whom."""

    made = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=MOST_TITLE,
        help_text=gettext_lazy("It stands in the subject of the mail. Write no result into it."),
    )
    deck = forms.ChoiceField(label=gettext_lazy("Which deck"), widget=forms.RadioSelect)
    view_link = forms.CharField(
        label=gettext_lazy("Link of the view"),
        max_length=MOST_LINK,
        required=False,
        help_text=gettext_lazy("Only for a view of the explorer: open it as you want it and copy its address here."),
    )
    study = forms.ChoiceField(
        label=gettext_lazy("Study"),
        required=False,
        help_text=gettext_lazy("Always its latest released wave. The River takes all studies."),
    )
    chain = forms.ChoiceField(label=gettext_lazy("Which River"), required=False)
    unit = UnitField(
        label=gettext_lazy("Unit"),
        required=False,
        help_text=gettext_lazy("Name or id. Empty: for each receiver the topmost unit whose results they may see."),
    )
    rhythm = forms.ChoiceField(
        label=gettext_lazy("When"), choices=DeckSchedule.Rhythm.choices, widget=forms.RadioSelect
    )
    after_days = forms.IntegerField(
        label=gettext_lazy("Days after the release"),
        min_value=0,
        max_value=60,
        help_text=gettext_lazy("Two leave those who lead a unit the 48 hours in which they read first."),
    )
    day = forms.IntegerField(
        label=gettext_lazy("Day of the month"),
        min_value=1,
        max_value=LAST_DAY,
        help_text=gettext_lazy("For every month or quarter. 1 to 28."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    form = forms.ChoiceField(label=gettext_lazy("File"), choices=DeckSchedule.Form.choices)
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes to read it"),
        min_value=1,
        max_value=60,
        help_text=gettext_lazy("They count in the minutes a week that may be asked of each of them."),
    )
    note = forms.CharField(
        label=gettext_lazy("A line of your own"),
        max_length=MOST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("It stands in the mail and above the deck. Write no result into it."),
    )
    receivers = forms.MultipleChoiceField(
        label=gettext_lazy("For whom"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Stakeholders and upper leaders who have an account and may see results."),
    )
    another = PersonField(
        label=gettext_lazy("Somebody else here"),
        required=False,
        help_text=gettext_lazy("Name, e-mail address or person id of somebody who has an account."),
    )

    def __init__(
        self,
        *values: Any,
        offered: Sequence[tuple[User, str]],
        schedule: DeckSchedule | None = None,
        **named: Any,
    ) -> None:
        """Offer receivers with why each is one, studies with released waves, and what stands, if it is a change."""
        named["initial"] = {**_initial(schedule), **(named.get("initial") or {})}
        super().__init__(*values, **named)
        self.people = {str(user.pk): user for user, _why in offered}
        labels = {str(user.pk): f"{user.name or user.email} · {why}" for user, why in offered}
        if schedule is not None:
            standing = DeckReceiver.objects.filter(schedule=schedule, removed_at=None).select_related("user__person")
            for one in standing:
                self.people.setdefault(str(one.user_id), one.user)
                labels.setdefault(str(one.user_id), one.user.name or one.user.email)
        released = Wave.objects.filter(state=Wave.State.RELEASED, study__kept_for=None).values("study")
        self.studies = {
            str(one.pk): one for one in Study.objects.filter(pk__in=released).order_by("title")[:MOST_STUDIES]
        }
        own = [(OWN, _("of the organisation"))]
        chains = own + [(one.key, one.title) for one in Chain.objects.filter(is_own=False).order_by("title")]
        self._offer("receivers", list(labels.items()))
        self._offer("study", [("", "–"), *((key, one.title) for key, one in self.studies.items())])
        self._offer("chain", chains)
        self._offer("language", [("", _("Each receiver's own")), *_languages()])
        self._offer(
            "deck",
            [
                (DeckSchedule.Kind.RIVER, _("The River: what leads to what, as of the latest period")),
                (DeckSchedule.Kind.REPORT, _("Results of a unit, as its leader gets them")),
                (DeckSchedule.Kind.HEAT, _("Units by scores")),
                (DeckSchedule.Kind.LEVELS, _("Top, middle and front line")),
                (LINKED, _("A view of the explorer, by its link")),
            ],
        )
        if len(chains) == 1:
            del self.fields["chain"]

    def clean_another(self) -> User | None:
        """The account of somebody named by hand."""
        person = self.cleaned_data["another"]
        if person is None:
            return None
        user = User.objects.select_related("person").filter(person=person, is_active=True).first()
        if user is None:
            raise forms.ValidationError(_("%(name)s has no account yet.") % {"name": person})
        return user

    def clean_study(self) -> Study | None:
        """The study, None for the River."""
        return self.studies.get(self.cleaned_data["study"])

    def clean(self) -> dict[str, Any]:
        """A deck of results has a study; a view by its link is one."""
        given = super().clean() or {}
        deck = given.get("deck")
        if deck == LINKED and "view_link" in given:
            self._read_link(given)
        elif deck not in (None, DeckSchedule.Kind.RIVER) and given.get("study") is None:
            self.add_error("study", _("Choose the study whose results it shows."))
        if not given.get("receivers") and not given.get("another") and "another" in given:
            self.add_error("receivers", _("Choose who gets it."))
        return given

    def wanted(self) -> Wanted:
        """Return what is wanted, once the form is valid."""
        given = self.cleaned_data
        chosen = [self.people[key] for key in given["receivers"]]
        another = [given["another"]] if given["another"] is not None else []
        return Wanted(
            title=given["title"],
            kind=given.get("kind", given["deck"]),
            rhythm=given["rhythm"],
            receivers=tuple(dict.fromkeys([*chosen, *another])),
            study=given["study"],
            unit=given["unit"],
            chain=given.get("chain", "") if given["deck"] == DeckSchedule.Kind.RIVER else "",
            query=given.get("query"),
            day=given["day"],
            after_days=given["after_days"],
            language=given["language"],
            form=given["form"],
            minutes=given["minutes"],
            note=given["note"],
        )

    def _read_link(self, given: dict[str, Any]) -> None:
        parts = urlsplit(given["view_link"].strip())
        try:
            match = resolve(parts.path)
        except Resolver404:
            match = None
        kind = VIEW_NAMES.get(match.url_name or "") if match is not None and match.app_name == "learn" else None
        if kind is None:
            self.add_error("view_link", _("This is no link of a view of the explorer."))
            return
        ask = read_ask(dict(parse_qsl(parts.query)))
        if ask.then:
            self.add_error(
                "view_link",
                _("This view compares two waves by name and cannot move on. Compare with the wave before instead."),
            )
            return
        given["kind"] = kind
        given["query"] = {key: value for key, value in ask.stored().items() if key not in NOT_KEPT}
        wave = _wave(ask.wave)
        if wave is not None and str(wave.study_id) in self.studies:
            given["study"] = self.studies[str(wave.study_id)]
        if given.get("study") is None:
            self.add_error("study", _("Choose the study whose results it shows."))
        if given.get("unit") is None and ask.unit:
            given["unit"] = Unit.objects.filter(key=ask.unit, is_open=True).first()

    def _offer(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)


def _wave(key: str) -> Wave | None:
    try:
        return Wave.objects.filter(pk=UUID(key)).first()
    except ValueError:
        return None


def _languages() -> list[tuple[str, str]]:
    return [(code, LANGUAGE_NAMES.get(code, code)) for code in settings.DESK_LANGUAGES]


def _initial(schedule: DeckSchedule | None) -> dict[str, Any]:
    if schedule is None:
        return {
            "made": uuid4(), "deck": DeckSchedule.Kind.RIVER, "rhythm": DeckSchedule.Rhythm.RELEASE, "after_days": 2,
            "day": 1, "minutes": 5, "form": DeckSchedule.Form.SLIDES,
        }  # fmt: skip
    same = {
        name: getattr(schedule, name)
        for name in ("title", "chain", "unit", "rhythm", "after_days", "day", "language", "form", "minutes", "note")
    }
    standing = DeckReceiver.objects.filter(schedule=schedule, removed_at=None).values_list("user", flat=True)
    is_usual = schedule.kind in (DeckSchedule.Kind.RIVER, DeckSchedule.Kind.REPORT) or (
        schedule.kind in (DeckSchedule.Kind.HEAT, DeckSchedule.Kind.LEVELS) and not schedule.query
    )
    return {
        **same,
        "made": schedule.pk,
        "deck": schedule.kind if is_usual else LINKED,
        "view_link": "" if is_usual else _link(schedule),
        "study": str(schedule.study_id or ""),
        "receivers": [str(pk) for pk in standing],
    }


def _link(schedule: DeckSchedule) -> str:
    return reverse(f"learn:explorer_{schedule.kind}") + read_ask(schedule.query).query()
