"""The editor of the theme book: a draft, theme by theme, then applied."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.rooms.house.templatetags.problems import told_error
from headwater.rooms.learn import comment_book_services as services
from headwater.rooms.learn.comment_book_queries import ACTION, LANGUAGES, theme_book_page, theme_page
from headwater.rooms.people.viewers import permitted, user_of, viewer
from headwater.vocab import HeadwaterError

MOST_LETTERS = 60_000


@permitted(ACTION)
@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """The theme book."""
    return render(request, "learn/comment_book.html", {"page": theme_book_page(viewer=viewer(request))})


@permitted(ACTION)
@require_safe
def theme(request: HttpRequest, key: str) -> HttpResponse:
    """One theme to edit."""
    return render(request, "learn/comment_theme.html", {"page": theme_page(viewer=viewer(request), key=key)})


@permitted(ACTION)
@require_POST
def change(request: HttpRequest, what: str) -> HttpResponse:
    """One change of the draft; what was wrong with it is said on the page it came from."""
    make = CHANGES.get(what)
    if make is None:
        raise Http404
    try:
        target, told = make(request)
    except LookupError:
        raise Http404 from None
    except HeadwaterError as refused:
        for line in told_error(refused, most=5).splitlines():
            messages.error(request, line)
        key = request.POST.get("key", "")
        return (
            redirect("learn:comment_theme", key)
            if key and what in ("edit", "split")
            else redirect("learn:comment_book")
        )
    messages.success(request, told)
    return redirect("learn:comment_theme", target) if target else redirect("learn:comment_book")


def _edit(request: HttpRequest) -> tuple[str, str]:
    key = _key(request)
    codes = [code for code in request.POST.getlist("language") if code in LANGUAGES or len(code) <= 12][:30]
    services.edit_theme(
        key=key,
        label={code: request.POST.get(f"label_{code}", "")[:120] for code in codes},
        words={code: _lines(request, f"words_{code}") for code in codes if f"words_{code}" in request.POST},
        without={code: _lines(request, f"without_{code}") for code in codes if f"without_{code}" in request.POST},
        votes="votes" in request.POST,
        edits=_number(request, "edits"),
        actor=user_of(request),
        now=timezone.now(),
    )
    return key, _("The theme was changed in the draft.")


def _add(request: HttpRequest) -> tuple[str, str]:
    code = request.POST.get("code", "") if request.POST.get("code", "") in LANGUAGES else _language()
    words = {code: [one for one in _lines(request, "words") if one]}
    label = {_language(): request.POST.get("label", "")[:120]}
    draft = services.add_theme(label=label, words=words, actor=user_of(request), now=timezone.now())
    return str(draft.content["themes"][-1]["key"]), _("The theme was added to the draft.")


def _merge(request: HttpRequest) -> tuple[str, str]:
    chosen = request.POST.getlist("others")[:100]
    into = request.POST.get("into", "")[:40] or (chosen[0] if chosen else "")
    services.merge_themes(into=into, others=chosen, actor=user_of(request), now=timezone.now())
    return into, _("The themes were put together in the draft.")


def _split(request: HttpRequest) -> tuple[str, str]:
    key = _key(request)
    words: dict[str, list[str]] = {}
    for one in request.POST.getlist("moved")[:500]:
        code, _separator, word = one.partition(":")
        words.setdefault(code, []).append(word)
    label = {_language(): request.POST.get("label", "")[:120]}
    services.split_theme(key=key, label=label, words=words, actor=user_of(request), now=timezone.now())
    return "", _("The theme was split in the draft.")


def _remove(request: HttpRequest) -> tuple[str, str]:
    services.remove_theme(key=_key(request), actor=user_of(request), now=timezone.now())
    return "", _("The theme was removed from the draft. Earlier versions keep it.")


def _apply(request: HttpRequest) -> tuple[str, str]:
    services.apply_draft(actor=user_of(request), now=timezone.now())
    return "", _("The theme book was applied. Comments are sorted anew in the background, usually within a minute.")


def _drop(request: HttpRequest) -> tuple[str, str]:
    services.drop_draft(actor=user_of(request), now=timezone.now())
    return "", _("The draft was thrown away.")


def _restore(request: HttpRequest) -> tuple[str, str]:
    services.restore_version(number=_number(request, "number"), actor=user_of(request), now=timezone.now())
    return "", _("The draft is now as that version was. Apply it to use it.")


CHANGES = {
    "edit": _edit, "add": _add, "merge": _merge, "split": _split, "remove": _remove, "apply": _apply, "drop": _drop,
    "restore": _restore,
}  # fmt: skip
"""What the page can change, by the last part of the address."""


def _key(request: HttpRequest) -> str:
    return request.POST.get("key", "")[:40]


def _number(request: HttpRequest, name: str) -> int:
    given = request.POST.get(name, "0")
    return int(given) if given.isdecimal() and len(given) < 9 else 0


def _language() -> str:
    return (get_language() or "en").partition("-")[0]


def _lines(request: HttpRequest, name: str) -> list[str]:
    given = request.POST.get(name, "")[:MOST_LETTERS].replace(",", "\n").replace(";", "\n")
    return [line.strip() for line in given.splitlines() if line.strip()]
