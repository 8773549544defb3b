"""The steps of preparing a study: what, whom, promise, how, words, review."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.conf.locale import LANG_INFO
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from headwater.rooms.house.templatetags.problems import told_error
from headwater.rooms.listen import studies
from headwater.rooms.listen.census import census
from headwater.rooms.listen.launching import is_being_launched
from headwater.rooms.listen.logic.serving import written_pairs
from headwater.rooms.listen.models import Study
from headwater.rooms.listen.questionnaires import choices, find_choice
from headwater.rooms.listen.studies import StudyRefusedError, offered_languages, questionnaires_of
from headwater.rooms.listen.study_forms import MOST_LEVELS, HowForm, PromiseForm, WhatForm, WhomForm, WordsForm
from headwater.rooms.listen.study_population import combinations, reach_of
from headwater.rooms.listen.study_queries import (
    STEPS,
    choosable_units,
    get_study,
    planned_wave,
    review_page,
)
from headwater.rooms.listen.study_texts import NAMES, texts_of
from headwater.rooms.people.models import Unit
from headwater.rooms.people.populations import AttributeValue, tree_of
from headwater.rooms.people.viewers import permitted, user_of, viewer
from headwater.vocab import InputError, Lens, say

MOST_ATTRIBUTES = 12
MOST_VALUES = 30


@permitted("studies.manage")
def new_study(request: HttpRequest) -> HttpResponse:
    """Begin a study: its name and what it asks."""
    offered = choices(viewer=viewer(request))
    form = WhatForm(request.POST or None, offered=offered)
    if request.method == "POST" and form.is_valid():
        try:
            chosen = [find_choice(value, viewer=viewer(request)) for value in form.cleaned_data["questionnaires"]]
            made = studies.create_study(
                title=form.cleaned_data["title"], questionnaires=chosen, actor=user_of(request), now=timezone.now()
            )
        except (InputError, StudyRefusedError) as error:
            form.add_error(None, told_error(error))
        else:
            return redirect("listen:study_step", made.pk, "whom")
    context = {"form": form, "offered": _cards(form), "step": "what", "steps": _steps(None, "what")}
    return render(request, "listen/study/what.html", context, status=422 if form.errors else 200)


@permitted("studies.manage")
def step(request: HttpRequest, study_id: UUID, name: str) -> HttpResponse:
    """One step of preparing a study's next wave."""
    study = get_study(viewer=viewer(request), study_id=study_id)
    if name not in STEP_VIEWS:
        raise Http404
    if is_being_launched(planned_wave(study)):
        return redirect("listen:study", study.pk)
    return STEP_VIEWS[name](request, study)


@permitted("studies.manage")
@require_POST
def reach(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """How many people the form at hand would ask, for the page to show while choosing. Nothing is kept."""
    study = get_study(viewer=viewer(request), study_id=study_id)
    form = _whom_form(request, study)
    if form.is_valid():
        _try(study, form.cleaned_data)
    return render(request, "listen/study/_reach.html", {"study": study, "reach": reach_of(study)})


def _what(request: HttpRequest, study: Study) -> HttpResponse:
    chosen = [f"library:{one.library}" if one.library else f"own:{one.version_id}" for one in questionnaires_of(study)]
    initial = {"title": study.title, "questionnaires": chosen}
    form = WhatForm(request.POST or None, offered=choices(viewer=viewer(request)), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            wanted = [find_choice(value, viewer=viewer(request)) for value in form.cleaned_data["questionnaires"]]
        except InputError as error:
            form.add_error(None, told_error(error))
        else:
            values = {"title": form.cleaned_data["title"], "questionnaires": wanted}
            if _kept(request, study, form, values):
                return redirect("listen:study_step", study.pk, "whom")
    return _show(request, study, "what", form, {"offered": _cards(form)})


def _whom(request: HttpRequest, study: Study) -> HttpResponse:
    form = _whom_form(request, study)
    question = " ".join(request.POST.get("find", "").replace("\x00", " ").split())[:100]
    then = request.POST.get("then", "")
    chosen = request.POST.getlist("units") if request.method == "POST" else study.population.get("units", [])
    if request.method == "POST" and form.is_valid():
        if then in ("find", "count"):
            _try(study, form.cleaned_data)
        elif _kept(request, study, form, _of_whom(form.cleaned_data)):
            return redirect("listen:study_step", study.pk, "promise")
    units = choosable_units(question=question, chosen=chosen)
    more = {
        "units": [(unit, unit.key in set(chosen)) for unit in units],
        "question": question,
        "has_all_units": len(units) == Unit.objects.filter(is_open=True).count(),
        "reach": reach_of(study),
        "attribute_fields": [form[key] for key in form.attribute_fields],
    }
    return _show(request, study, "whom", form, more)


def _of_whom(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """What the step says of a study. Who serves whom leaves no room for a cut."""
    found = {name: cleaned[name] for name in ("population", "sample_percent")}
    return {**found, "services": cleaned["serves"], "cuts": []} if "serves" in cleaned else found


def _try(study: Study, cleaned: Mapping[str, Any]) -> None:
    """Let the study at hand ask whom the form says. Nothing is kept."""
    for name, value in _of_whom(cleaned).items():
        setattr(study, name, value)


def _whom_form(request: HttpRequest, study: Study) -> WhomForm:
    attributes = _attributes(MOST_VALUES)
    initial: dict[str, Any] = {"sample_percent": study.sample_percent}
    chosen = study.population.get("attributes", {})
    initial |= {f"attribute_{place}": chosen.get(name, []) for place, name in enumerate(attributes)}
    tree = None
    if study.lens == Lens.SERVICE and Unit.objects.filter(is_open=True).exists():
        tree, _rows = tree_of()
        initial["serves"] = written_pairs(study.services, tree)
    asked = request.POST.getlist("units")
    known = Unit.objects.filter(is_open=True, key__in=asked[:5000]).values_list("key", flat=True)
    return WhomForm(request.POST or None, units=list(known), attributes=attributes, tree=tree, initial=initial)


def _promise(request: HttpRequest, study: Study) -> HttpResponse:
    attributes = _attributes(MOST_LEVELS)
    initial = {
        "promise": study.promise,
        "k": study.k,
        "comment_k": study.comment_k,
        "cuts": [cut["attribute"] for cut in study.cuts],
        "shares": "shares" in study.tables,
        "response": "response" in study.tables,
    }
    form = PromiseForm(request.POST or None, attributes=attributes, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("promise", "k", "comment_k", "cuts", "tables")}
        if request.POST.get("then") == "count":
            for name, value in values.items():
                setattr(study, name, value)
        elif _kept(request, study, form, values):
            return redirect("listen:study_step", study.pk, "how")
    return _show(request, study, "promise", form, {"combinations": combinations(study), "reach": reach_of(study)})


def _how(request: HttpRequest, study: Study) -> HttpResponse:
    wave = planned_wave(study)
    opens = timezone.localtime(wave.opens_at)
    initial = {
        "channel": study.channel,
        "languages": study.languages,
        "opens_date": opens.date(),
        "opens_time": opens.time(),
        "days_open": study.days_open,
        "late_days": study.late_days,
        "reminders": ", ".join(map(str, study.reminders)),
        "ignores_cap": study.ignores_cap,
    }
    form = HowForm(request.POST or None, offered=_named(offered_languages(study)), initial=initial)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        values = {name: cleaned[name] for name in ("channel", "languages", "ignores_cap")}
        dates = {name: cleaned[name] for name in ("opens_at", "days_open", "late_days", "reminders")}
        if _kept(request, study, form, values):
            try:
                studies.schedule_wave(study_id=study.pk, actor=user_of(request), now=timezone.now(), **dates)
            except StudyRefusedError as error:
                form.add_error(None, str(error))
            else:
                return redirect("listen:study_step", study.pk, "words")
    return _show(request, study, "how", form, {"reach": reach_of(study)})


def _words(request: HttpRequest, study: Study) -> HttpResponse:
    texts = texts_of(study)
    initial = {f"{name}_{code}": texts[name].get(code, "") for name in NAMES for code in study.languages}
    form = WordsForm(request.POST or None, languages=_named(study.languages), initial=initial)
    if request.method == "POST" and form.is_valid() and _kept(request, study, form, {"texts": form.texts()}):
        return redirect("listen:study_step", study.pk, "review")
    return _show(request, study, "words", form, {"groups": form.groups()})


def _review(request: HttpRequest, study: Study) -> HttpResponse:
    page = review_page(viewer=viewer(request), study_id=study.pk, now=timezone.now())
    return _show(request, study, "review", Form(), {"page": page, "languages": _named(study.languages)})


STEP_VIEWS: dict[str, Callable[[HttpRequest, Study], HttpResponse]] = {
    "what": _what,
    "whom": _whom,
    "promise": _promise,
    "how": _how,
    "words": _words,
    "review": _review,
}
"""The page of each step."""


def _kept(request: HttpRequest, study: Study, form: Form, values: dict[str, Any]) -> bool:
    """Keep what a step says. Returns False with the reason in the form."""
    try:
        studies.change_study(study_id=study.pk, actor=user_of(request), now=timezone.now(), **values)
    except (StudyRefusedError, InputError) as error:
        form.add_error(None, told_error(error))
        return False
    return True


def _show(request: HttpRequest, study: Study, name: str, form: Form, more: dict[str, Any]) -> HttpResponse:
    context = {"study": study, "form": form, "step": name, "steps": _steps(study, name), **more}
    return render(request, f"listen/study/{name}.html", context, status=422 if form.errors else 200)


def _steps(study: Study | None, here: str) -> list[dict[str, Any]]:
    titles = {
        "what": _("What"), "whom": _("Whom"), "promise": _("Promise"),
        "how": _("How and when"), "words": _("Words"), "review": _("Review"),
    }  # fmt: skip
    passed = STEPS.index(here)
    return [
        {"name": name, "title": titles[name], "study": study, "is_here": name == here, "is_passed": place < passed}
        for place, name in enumerate(STEPS)
    ]


def _cards(form: WhatForm) -> list[dict[str, Any]]:
    spoken = get_language() or "en"
    chosen = set(form["questionnaires"].value() or [])
    return [
        {
            "choice": one,
            "title": say(one.title, spoken),
            "languages": ", ".join(title for _code, title in _named(one.languages)),
            "is_chosen": one.value in chosen,
        }
        for one in form.offered
    ]


def _attributes(most: int) -> dict[str, list[AttributeValue]]:
    """The attributes that are groups and not ids: two to `most` values."""
    try:
        held = census().attributes
    except LookupError:
        return {}
    found = {name: list(one.values) for name, one in held.items() if 2 <= len(one.values) <= most}
    return dict(list(found.items())[:MOST_ATTRIBUTES])


def _named(codes: Any) -> list[tuple[str, str]]:
    """Languages by their own names, as Django knows them."""
    found = []
    for code in codes:
        info = LANG_INFO.get(code.lower()) or LANG_INFO.get(code.partition("-")[0].lower()) or {}
        found.append((code, str(info.get("name_local", code))))
    return found
