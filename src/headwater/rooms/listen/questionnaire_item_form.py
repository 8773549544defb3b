"""The form of one question: its words, how it is answered, when it is shown, and whether it still means the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from headwater.instruments import make_sets, parse_condition, standard_response_scales
from headwater.instruments.checks import MAX_CHOICES, MAX_TEXT
from headwater.rooms.house.catalogues import own_name
from headwater.rooms.house.languages import direction_of
from headwater.rooms.listen.logic.drafts import Draft, free_key, tidy
from headwater.rooms.listen.logic.editing import Meaning
from headwater.rooms.listen.questionnaire_words import COMPARISONS, answers_in_words, code_in_words
from headwater.vocab import Choice, Item, ResponseScale, say
from headwater.vocab.questionnaire import ItemKind

CHOICE_KINDS = ("single", "multiple", "ranking", "best_worst")
RATED = ("scale", "recommend")
LEAST_ROWS = 2
RECOMMEND = "recommend11"


class ItemForm(forms.Form):
    """One question of a kind. item: the one that is changed, None for a new one."""

    def __init__(self, *args: Any, draft: Draft, kind: ItemKind, item: Item | None = None, **values: Any) -> None:
        """Build the fields that the kind needs."""
        super().__init__(*args, **values)
        self.draft, self.kind, self.item = draft, kind, item
        self.is_asked = item is not None and item.key in draft.asked
        self._add_words()
        if kind == "scale":
            self._add_answers()
        if kind in CHOICE_KINDS:
            self._add_choices()
        if kind in RATED:
            self._add_scales()
        self._add_condition()
        if item is None:
            self._add_place()
        if self.is_asked:
            self._add_meaning()

    @property
    def translations(self) -> list[forms.BoundField]:
        """The fields of the question's words in other languages."""
        return [self[name] for name in self.fields if name.startswith("words_")]

    @property
    def choice_fields(self) -> list[forms.BoundField]:
        """The fields of the answers there are."""
        return [self[name] for name in self.fields if name.startswith("choice_")]

    @property
    def condition_rows(self) -> list[dict[str, forms.BoundField]]:
        """The fields of each comparison."""
        return [
            {part: self[f"if_{part}_{number}"] for part in ("answer", "compare", "number")}
            for number in range(self.rows)
        ]

    @property
    def has_condition(self) -> bool:
        """Whether a condition is set, or wrong."""
        wrong = any(name.startswith("if_") for name in self.errors) if self.is_bound else False
        return wrong or any(row["answer"].value() for row in self.condition_rows)

    @property
    def has_translation_errors(self) -> bool:
        """Whether words in another language are wrong."""
        return self.is_bound and any(name.startswith("words_") for name in self.errors)

    def meaning(self) -> Meaning:
        """Whether it still means the same, as answered."""
        said = self.cleaned_data.get("keeps_meaning", "")
        return Meaning({"yes": True, "no": False}.get(said), self.cleaned_data.get("reason", ""))

    def place(self) -> int:
        """Where the question stands in the questionnaire, or will stand."""
        after = self.item.key if self.item else self.cleaned_data["after"]
        found = next((n for n, one in enumerate(self.draft.instrument.items) if one.key == after), -1)
        return found if self.item else found + 1

    def chosen_scales(self) -> list[str]:
        """The scales it shall belong to."""
        return list(self.cleaned_data.get("scales", []))

    def to_item(self) -> Item:
        """Return the question as the form says."""
        source, old, given = self.draft.source, self.item, self.cleaned_data
        texts = {source: tidy(given["text"])}
        for field in self.translations:
            if given.get(field.name, "").strip():
                texts[field.name.removeprefix("words_").replace("__", "-")] = tidy(given[field.name])
        choices = self._choices() if self.kind in CHOICE_KINDS else ()
        key = old.key if old else free_key(given["text"], self._taken())
        item = Item(
            key=key,
            text=texts,
            kind=self.kind,
            response_scale=given.get("response_scale", "") or (RECOMMEND if self.kind == "recommend" else ""),
            reverse=given.get("reverse", False),
            required=given.get("required", False),
            choices=choices,
            shown_if=self._condition(),
        )
        return replace(item, sets=self._sets(item)) if self.kind == "best_worst" else item

    def _add_words(self) -> None:
        source = self.draft.source
        attributes = {"rows": 2, "lang": source, "dir": direction_of(source)}
        self.fields["text"] = forms.CharField(
            label=_("The question"),
            max_length=MAX_TEXT,
            initial=say(self.item.text, source) if self.item else "",
            widget=forms.Textarea(attrs=attributes),
        )
        for code in (*self.draft.instrument.languages, *sorted(self.draft.waiting)):
            if code == source:
                continue
            words = self.draft.words(code).get(f"item.{self.item.key}", "") if self.item else ""
            self.fields[f"words_{code.replace('-', '__')}"] = forms.CharField(
                label=own_name(code),
                max_length=MAX_TEXT,
                required=False,
                initial=words,
                widget=forms.Textarea(attrs={"rows": 2, "lang": code, "dir": direction_of(code)}),
            )
        self.fields["required"] = forms.BooleanField(
            label=_("An answer is required"),
            required=False,
            initial=self.item.required if self.item else False,
            help_text=_("Only for what nobody can mind saying. Never together with a condition."),
        )

    def _add_answers(self) -> None:
        pool: dict[str, ResponseScale] = {**standard_response_scales(), **self.draft.instrument.response_scales}
        shown = [
            (key, answers_in_words(scale, self.draft.source))
            for key, scale in pool.items()
            if (scale.low, scale.high) != (0, 10) or key in self.draft.instrument.response_scales
        ]
        used = [item.response_scale for item in self.draft.instrument.items if item.kind == "scale"]
        usual = max(used, key=used.count) if used else "agree5"
        self.fields["response_scale"] = forms.ChoiceField(
            label=_("Answered from"),
            choices=shown,
            initial=(self.item.response_scale if self.item else "") or usual,
        )
        self.fields["reverse"] = forms.BooleanField(
            label=_("Reversed: agreeing is bad"),
            required=False,
            initial=self.item.reverse if self.item else False,
            help_text=_("Its answers are turned round before they are averaged."),
        )

    def _add_choices(self) -> None:
        source = self.draft.source
        for choice in self.item.choices if self.item and self.item.kind in CHOICE_KINDS else ():
            self.fields[f"choice_{choice.key}"] = forms.CharField(
                label=_("Answer"), required=False, max_length=MAX_TEXT, initial=say(choice.text, source)
            )
        self.fields["more"] = forms.CharField(
            label=_("More answers, one a line") if self.choice_fields else _("Answers, one a line"),
            required=False,
            max_length=20_000,
            widget=forms.Textarea(attrs={"rows": 4, "lang": source, "dir": direction_of(source)}),
            help_text=_("Empty an answer above to take it away.") if self.choice_fields else "",
        )
        if self.kind == "best_worst":
            size = max((len(shown) for shown in self.item.sets), default=4) if self.item else 4
            self.fields["set_size"] = forms.TypedChoiceField(
                label=_("How many on a screen"),
                coerce=int,
                choices=[(number, str(number)) for number in sorted({3, 4, 5, 6, size})],
                initial=size,
                help_text=_("The screens are made so that everything is shown equally often."),
            )

    def _add_scales(self) -> None:
        open_scales = [scale for scale in self.draft.instrument.scales if not scale.parts]
        if not open_scales:
            return
        self.fields["scales"] = forms.MultipleChoiceField(
            label=_("Belongs to"),
            required=False,
            choices=[(scale.key, say(scale.name, self.draft.source)) for scale in open_scales],
            initial=[scale.key for scale in open_scales if self.item and self.item.key in scale.items],
            widget=forms.CheckboxSelectMultiple,
        )

    def _add_condition(self) -> None:
        condition = parse_condition(self.item.shown_if) if self.item and self.item.shown_if else None
        terms = condition.terms if condition else ()
        self.rows = max(LEAST_ROWS, len(terms) + 1)
        options = self._earlier_answers()
        for number in range(self.rows):
            term = terms[number] if number < len(terms) else None
            asked = self._asked(term.item) if term else None
            is_number = asked is not None and asked.kind == "number"
            chosen = "" if term is None else f"{term.item}:" if is_number else f"{term.item}:{term.code}"
            self.fields[f"if_answer_{number}"] = forms.ChoiceField(
                label=_("Earlier answer"), required=False, choices=options, initial=chosen
            )
            self.fields[f"if_compare_{number}"] = forms.ChoiceField(
                label=_("Compared"),
                choices=list(COMPARISONS.items()),
                initial=term.compare if term else "==",
                required=False,
            )
            self.fields[f"if_number_{number}"] = forms.IntegerField(
                label=_("Number"),
                required=False,
                initial=term.code if term and is_number else None,
                min_value=-999_999,
                max_value=999_999,
            )
        self.fields["if_every"] = forms.ChoiceField(
            label=_("Shown when"),
            required=False,
            choices=[("every", _("all of these hold")), ("any", _("one of these holds"))],
            initial="any" if condition and not condition.every else "every",
            widget=forms.RadioSelect,
        )

    def _add_place(self) -> None:
        language = self.draft.source
        items = self.draft.instrument.items
        self.fields["after"] = forms.ChoiceField(
            label=_("Asked after"),
            choices=[(item.key, f"{number}. {say(item.text, language)[:90]}") for number, item in enumerate(items, 1)],
            initial=items[-1].key,
        )

    def _add_meaning(self) -> None:
        self.fields["keeps_meaning"] = forms.ChoiceField(
            label=_("Does it still mean the same?"),
            required=False,
            choices=[
                ("yes", _("Yes: only the words are better. Its trend goes on.")),
                ("no", _("No: it asks something else, or is answered differently. Its trend starts anew.")),
            ],
            widget=forms.RadioSelect,
        )
        self.fields["reason"] = forms.CharField(
            label=_("If no: why it changes"),
            required=False,
            max_length=200,
            help_text=_("It stands beside the trend, where the old line ends."),
        )

    def _earlier_answers(self) -> list[Any]:
        """Answers of questions before this one that a condition can look at, grouped by question."""
        groups: list[Any] = [("", _("always shown"))]
        for number, item in enumerate(self.draft.instrument.items, 1):
            if self.item is not None and item.key == self.item.key:
                break
            name = f"{number}. {say(item.text, self.draft.source)[:80]}"
            codes: list[int] = []
            if item.kind == "single":
                codes = list(range(1, len(item.choices) + 1))
            elif item.kind in RATED and item.response_scale in self.draft.instrument.response_scales:
                scale = self.draft.instrument.response_scales[item.response_scale]
                codes = list(range(scale.low, scale.high + 1))
            elif item.kind == "number":
                groups.append((name, [(f"{item.key}:", _("the number beside"))]))
            if codes:
                words = [
                    (f"{item.key}:{code}", code_in_words(self.draft.instrument, item, code, self.draft.source))
                    for code in codes
                ]
                groups.append((name, words))
        return groups

    def _asked(self, key: str) -> Item | None:
        return next((item for item in self.draft.instrument.items if item.key == key), None)

    def _condition(self) -> str:
        terms = []
        for number in range(self.rows):
            key, _colon, code = self.cleaned_data.get(f"if_answer_{number}", "").partition(":")
            if key:
                compare = self.cleaned_data.get(f"if_compare_{number}") or "=="
                terms.append(f"{key} {compare} {code or self.cleaned_data.get(f'if_number_{number}')}")
        return (" or " if self.cleaned_data.get("if_every") == "any" else " and ").join(terms)

    def _taken(self) -> set[str]:
        instrument = self.draft.instrument
        taken = {one.key for one in instrument.items} | {one.key for one in instrument.scales} | self.draft.asked
        return taken | {scale.key for earlier in self.draft.earlier for scale in earlier.scales}

    def _choices(self) -> tuple[Choice, ...]:
        source = self.draft.source
        known = {choice.key: choice for choice in self.item.choices} if self.item else {}
        found = []
        for field in self.choice_fields:
            words = self.cleaned_data.get(field.name, "").strip()
            if words:
                key = field.name.removeprefix("choice_")
                found.append(Choice(key, {**known[key].text, source: words}))
        taken = set(known)
        for line in self.cleaned_data.get("more", "").splitlines():
            if line.strip():
                key = free_key(line.strip()[:60], taken, "c")
                taken.add(key)
                found.append(Choice(key, {source: line.strip()}))
        return tuple(found)

    def _sets(self, item: Item) -> tuple[tuple[str, ...], ...]:
        keys = [choice.key for choice in item.choices]
        size = self.cleaned_data.get("set_size") or 4
        if self.item and self.item.kind == "best_worst":
            same = [choice.key for choice in self.item.choices] == keys
            if same and size == max((len(shown) for shown in self.item.sets), default=0):
                return self.item.sets
        return make_sets(keys, size) if len(keys) >= 3 else ()

    def clean(self) -> dict[str, Any]:
        """Refuse what no question can be, in the fields where it lies."""
        given = super().clean() or {}
        for number in range(self.rows):
            answer = given.get(f"if_answer_{number}", "")
            if answer.endswith(":") and given.get(f"if_number_{number}") is None:
                self.add_error(f"if_number_{number}", _("Write the number to compare with."))
        if given.get("required") and any(given.get(f"if_answer_{number}") for number in range(self.rows)):
            self.add_error("required", _("A question shown on a condition cannot be required."))
        if self.kind in CHOICE_KINDS and "more" not in self.errors:
            least = 3 if self.kind == "best_worst" else 2
            found = len(self._choices())
            if not least <= found <= MAX_CHOICES:
                message = _("It needs %(least)s to %(most)s answers; there are %(found)s.")
                self.add_error("more", message % {"least": least, "most": MAX_CHOICES, "found": found})
        return given
