"""Pages that change a questionnaire: its head, its questions, its scales; undo and fixing."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast, get_args
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.rooms.house.templatetags.problems import told
from headwater.rooms.listen import questionnaire_queries as queries
from headwater.rooms.listen import questionnaire_services as services
from headwater.rooms.listen.logic import editing
from headwater.rooms.listen.logic.drafts import Draft
from headwater.rooms.listen.questionnaire_forms import HeadForm, ScaleForm, place_errors
from headwater.rooms.listen.questionnaire_item_form import ItemForm
from headwater.rooms.listen.questionnaire_services import QuestionnaireRefusedError, StaleEditError
from headwater.rooms.listen.questionnaire_words import KIND_HELP, KINDS
from headwater.rooms.people.viewers import permitted, user_of, viewer
from headwater.vocab import InputError, say
from headwater.vocab.questionnaire import ItemKind

Change = Callable[[Draft], Draft]


@permitted("studies.manage")
@require_safe
def edit(request: HttpRequest, questionnaire_id: UUID) -> HttpResponse:
    """The editor: everything there is, and what can be done with it."""
    page = queries.edit_page(viewer=viewer(request), questionnaire_id=questionnaire_id)
    if page is None:
        own = queries.own_page(viewer=viewer(request), questionnaire_id=questionnaire_id, language="en")
        return render(request, "listen/questionnaires/begin.html", {"page": own, "reading": own.reading})
    kinds = [(kind, KINDS[kind], KIND_HELP[kind]) for kind in get_args(ItemKind)]
    return render(request, "listen/questionnaires/edit.html", {"page": page, "kinds": kinds})


@permitted("studies.manage")
@require_POST
def begin(request: HttpRequest, questionnaire_id: UUID) -> HttpResponse:
    """Begin the next draft of a questionnaire whose latest version is fixed."""
    found = queries.find_questionnaire(questionnaire_id)
    services.start_draft(questionnaire_id=found.pk, actor=user_of(request), now=timezone.now())
    return redirect("listen:questionnaire_edit", questionnaire_id)


@permitted("studies.manage")
def head(request: HttpRequest, questionnaire_id: UUID) -> HttpResponse:
    """Title and purpose."""
    page = _page(request, questionnaire_id)
    source, instrument = page.draft.source, page.draft.instrument
    now = {"title": instrument.title[source], "purpose": instrument.purpose[source]}
    form = HeadForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = _save(
            request,
            questionnaire_id,
            lambda draft: editing.retitle(draft, title=given["title"], purpose=given["purpose"]),
            _("Title and purpose changed"),
            form,
        )
        if done:
            return done
    return _form_page(request, questionnaire_id, form, "head.html", _("Title and purpose"))


@permitted("studies.manage")
def item(request: HttpRequest, questionnaire_id: UUID, key: str) -> HttpResponse:
    """Change one question."""
    page = _page(request, questionnaire_id)
    old = next((one for one in page.draft.instrument.items if one.key == key), None)
    if old is None and request.method != "POST":
        raise Http404
    kind = _kind(request, old.kind if old else "scale")
    form = ItemForm(request.POST or None, draft=page.draft, kind=kind, item=old)
    if old is None:
        form.is_valid()
        form.add_error(None, _("This question is no longer there. Your words are kept below, as a new question."))
        return _item_page(request, questionnaire_id, form, None, 409)
    if request.method == "POST" and form.is_valid():
        changed, meaning = form.to_item(), form.meaning()
        scales = (
            form.chosen_scales() if "scales" in form.fields else ([] if kind not in ("scale", "recommend") else None)
        )

        def change(draft: Draft) -> Draft:
            return editing.change_item(draft, key, changed, meaning=meaning, scales=scales)[0]

        words = say(changed.text, page.draft.source)[:120]
        what = _("Question changed: %(words)s") % {"words": words}
        done = _save(request, questionnaire_id, change, what, form)
        if done:
            return done
    return _item_page(request, questionnaire_id, form, key, 200)


@permitted("studies.manage")
def new_item(request: HttpRequest, questionnaire_id: UUID) -> HttpResponse:
    """Add a question of the kind that was chosen."""
    page = _page(request, questionnaire_id)
    kind = _kind(request, "scale")
    form = ItemForm(request.POST or None, draft=page.draft, kind=kind, initial={"scales": request.GET.getlist("scale")})
    if request.method == "POST" and form.is_valid():
        made, after, scales = form.to_item(), form.cleaned_data["after"], form.chosen_scales()
        what = _("Question added: %(words)s") % {"words": say(made.text, page.draft.source)[:120]}
        done = _save(
            request,
            questionnaire_id,
            lambda draft: editing.add_item(draft, made, scales=scales, after=_still(draft, after)),
            what,
            form,
        )
        if done:
            return done
    return _item_page(request, questionnaire_id, form, None, 200)


@permitted("studies.manage")
@require_POST
def act_on_item(request: HttpRequest, questionnaire_id: UUID, key: str) -> HttpResponse:
    """Move, drop or bring back a question, as the button says."""
    page = _page(request, questionnaire_id)
    draft = page.draft
    known = {one.key: one for one in (*draft.instrument.items, *editing.dropped_items(draft).values())}
    words = say(known[key].text, draft.source)[:120] if key in known else key
    place = next((number for number, one in enumerate(draft.instrument.items) if one.key == key), 0)
    wished = request.POST.get("place", "")
    to = int(wished) - 1 if wished.isascii() and wished.isdigit() and len(wished) < 5 else place
    acts: dict[str, tuple[Change, str]] = {
        "to": (lambda one: editing.move_item(one, key, to), _("Moved: %(words)s")),
        "up": (lambda one: editing.move_item(one, key, place - 1), _("Moved up: %(words)s")),
        "down": (lambda one: editing.move_item(one, key, place + 1), _("Moved down: %(words)s")),
        "drop": (lambda one: editing.drop_item(one, key), _("Dropped: %(words)s")),
        "restore": (lambda one: editing.restore_item(one, key), _("Brought back: %(words)s")),
    }
    act = acts.get(request.POST.get("act", ""))
    if act is None or key not in known:
        raise Http404
    return _act(request, questionnaire_id, act[0], act[1] % {"words": words})


@permitted("studies.manage")
def scale(request: HttpRequest, questionnaire_id: UUID, key: str) -> HttpResponse:
    """Rename a scale, choose its questions."""
    page = _page(request, questionnaire_id)
    old = next((one for one in page.draft.instrument.scales if one.key == key), None)
    if old is None:
        raise Http404
    form = ScaleForm(request.POST or None, draft=page.draft, scale=old)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        items = given.get("items", old.items)
        done = _save(
            request,
            questionnaire_id,
            lambda draft: editing.change_scale(draft, key, name=given["name"], items=items, least=given["least"]),
            _("Scale changed: %(name)s") % {"name": given["name"]},
            form,
        )
        if done:
            return done
    title = say(old.name, page.draft.source)
    return _form_page(request, questionnaire_id, form, "scale.html", title, scale=old)


@permitted("studies.manage")
def new_scale(request: HttpRequest, questionnaire_id: UUID) -> HttpResponse:
    """Make a scale of questions that are there."""
    page = _page(request, questionnaire_id)
    form = ScaleForm(request.POST or None, draft=page.draft)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = _save(
            request,
            questionnaire_id,
            lambda draft: editing.add_scale(
                draft,
                name={draft.source: given["name"]},
                items=given["items"],
                role=given["role"],
                least=given["least"],
            ),
            _("Scale added: %(name)s") % {"name": given["name"]},
            form,
        )
        if done:
            return done
    return _form_page(request, questionnaire_id, form, "scale.html", _("A new scale"))


@permitted("studies.manage")
@require_POST
def drop_scale(request: HttpRequest, questionnaire_id: UUID, key: str) -> HttpResponse:
    """Score a scale no longer."""
    page = _page(request, questionnaire_id)
    old = next((one for one in page.draft.instrument.scales if one.key == key), None)
    if old is None:
        raise Http404
    what = _("Scale dropped: %(name)s") % {"name": say(old.name, page.draft.source)}
    return _act(request, questionnaire_id, lambda draft: editing.drop_scale(draft, key), what)


@permitted("studies.manage")
@require_POST
def undo(request: HttpRequest, questionnaire_id: UUID) -> HttpResponse:
    """Undo the last change."""
    _page(request, questionnaire_id)
    try:
        edit = services.undo_edit(
            questionnaire_id=questionnaire_id,
            basis=request.POST.get("basis", ""),
            actor=user_of(request),
            now=timezone.now(),
        )
    except StaleEditError as error:
        messages.error(request, stale_words(error))
    except QuestionnaireRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Undone: %(what)s") % {"what": edit.what})
    return redirect("listen:questionnaire_edit", questionnaire_id)


@permitted("studies.manage")
@require_POST
def fix(request: HttpRequest, questionnaire_id: UUID) -> HttpResponse:
    """Fix the draft."""
    page = _page(request, questionnaire_id)
    if request.POST.get("basis", "") != page.basis:
        error = StaleEditError(services.saver(page.version), page.version.changed_at)
        messages.error(request, stale_words(error))
        return redirect("listen:questionnaire_edit", questionnaire_id)
    services.fix_version(version_id=page.version.pk, actor=user_of(request), now=timezone.now())
    messages.success(request, _("Version %(number)s is fixed.") % {"number": page.version.version})
    return redirect("listen:questionnaire", questionnaire_id)


def stale_words(error: StaleEditError) -> str:
    """Say who changed the questionnaire in the meantime."""
    who = error.who or _("Somebody")
    return _("%(who)s changed this questionnaire after you opened the page. Nothing was overwritten.") % {"who": who}


def _page(request: HttpRequest, questionnaire_id: UUID) -> queries.EditPage:
    """The draft; where the latest version was fixed in the meantime, the next one is begun on a write."""
    page = queries.edit_page(viewer=viewer(request), questionnaire_id=questionnaire_id)
    if page is None and request.method == "POST":
        services.start_draft(questionnaire_id=questionnaire_id, actor=user_of(request), now=timezone.now())
        page = queries.edit_page(viewer=viewer(request), questionnaire_id=questionnaire_id)
    if page is None:
        raise Http404
    return page


def _save(request: HttpRequest, questionnaire_id: UUID, change: Change, what: str, form: Form) -> HttpResponse | None:
    """Save what a form says, or put what is wrong into the form."""
    try:
        services.edit_draft(
            questionnaire_id=questionnaire_id,
            basis=request.POST.get("basis", ""),
            change=change,
            what=what,
            actor=user_of(request),
            now=timezone.now(),
        )
    except StaleEditError as error:
        kept = _("What you wrote is kept below. Save again to put it in.")
        form.add_error(None, f"{stale_words(error)} {kept}")
        return None
    except InputError as error:
        place_errors(form, error, form.place() if isinstance(form, ItemForm) else None)
        return None
    messages.success(request, _("Saved."))
    return redirect("listen:questionnaire_edit", questionnaire_id)


def _act(request: HttpRequest, questionnaire_id: UUID, change: Change, what: str) -> HttpResponse:
    """Do what one button says."""
    try:
        services.edit_draft(
            questionnaire_id=questionnaire_id,
            basis=request.POST.get("basis", ""),
            change=change,
            what=what,
            actor=user_of(request),
            now=timezone.now(),
        )
    except StaleEditError as error:
        messages.error(request, stale_words(error))
    except InputError as error:
        messages.error(request, " ".join(told(one) for one in error.problems))
    else:
        messages.success(request, what)
    return redirect("listen:questionnaire_edit", questionnaire_id)


def _form_page(
    request: HttpRequest, questionnaire_id: UUID, form: Form, template: str, title: str, **more: object
) -> HttpResponse:
    page = _page(request, questionnaire_id)
    context = {"page": page, "form": form, "title": title, **more}
    return render(request, f"listen/questionnaires/{template}", context, status=422 if form.errors else 200)


def _item_page(
    request: HttpRequest, questionnaire_id: UUID, form: ItemForm, key: str | None, status: int
) -> HttpResponse:
    page = _page(request, questionnaire_id)
    now = next((one for one in page.lines if one.item.key == key), None)
    context = {
        "page": page,
        "form": form,
        "key": key,
        "line": now,
        "kind": form.kind,
        "kind_name": KINDS[form.kind],
        "kind_help": KIND_HELP[form.kind],
        "kinds": [(kind, name) for kind, name in KINDS.items() if kind != form.kind],
    }
    status = status if status != 200 else 422 if form.errors else 200
    return render(request, "listen/questionnaires/item.html", context, status=status)


def _kind(request: HttpRequest, usual: str) -> ItemKind:
    kind = request.POST.get("kind", "") or request.GET.get("kind", "") or usual
    if kind not in get_args(ItemKind):
        raise Http404
    return cast(ItemKind, kind)


def _still(draft: Draft, key: str) -> str:
    """A place to stand after, if it is still there."""
    return key if any(one.key == key for one in draft.instrument.items) else ""
