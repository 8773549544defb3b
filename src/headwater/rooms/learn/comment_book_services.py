"""Changing the theme book: a draft is edited, then applied as a version that never changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from headwater.rooms.house import audit
from headwater.rooms.learn.books import released_waves
from headwater.rooms.learn.comment_book_queries import theme_book_in_force
from headwater.rooms.learn.comment_queries import STEP
from headwater.rooms.learn.logic import theme_editing
from headwater.rooms.learn.models import ThemeBookVersion
from headwater.rooms.learn.working_out import work_out_later
from headwater.rooms.people.models import User
from headwater.scoring.comment_storage import read_theme_book, theme_book_nouns
from headwater.scoring.comments import check_theme_book, default_theme_book
from headwater.vocab import HeadwaterError, ThemeBook

SUBJECT = "theme-book"


class StaleThemeBookError(HeadwaterError):
    """Somebody else changed the draft since the page was loaded; nothing was overwritten."""

    exit_code = 3


def edit_theme(
    *,
    key: str,
    label: Mapping[str, str],
    words: Mapping[str, Sequence[str]],
    without: Mapping[str, Sequence[str]],
    votes: bool,
    edits: int,
    actor: User,
    now: datetime,
) -> ThemeBookVersion:
    """Change a theme of the draft. edits: of the draft when the page was loaded.

    Raises InputError for words that find nothing or too much, StaleThemeBookError when somebody else was first.
    """
    change = lambda book: theme_editing.edited(  # noqa: E731
        book, key, label=label, words=words, without=without, votes=votes
    )
    return _change(change, "edited", {"theme": key}, actor, now, edits)


def add_theme(
    *, label: Mapping[str, str], words: Mapping[str, Sequence[str]], actor: User, now: datetime
) -> ThemeBookVersion:
    """Add a theme to the draft."""
    told = {"label": dict(label)}
    return _change(lambda book: theme_editing.added(book, label=label, words=words), "added", told, actor, now)


def merge_themes(*, into: str, others: Sequence[str], actor: User, now: datetime) -> ThemeBookVersion:
    """Put themes of the draft together under the first one's key and name."""
    told = {"into": into, "others": list(others)}
    return _change(lambda book: theme_editing.merged(book, into, others), "merged", told, actor, now)


def split_theme(
    *, key: str, label: Mapping[str, str], words: Mapping[str, Sequence[str]], actor: User, now: datetime
) -> ThemeBookVersion:
    """Move some words of a theme of the draft to a new one."""
    told = {"theme": key, "label": dict(label)}
    return _change(lambda book: theme_editing.split(book, key, label=label, words=words), "split", told, actor, now)


def remove_theme(*, key: str, actor: User, now: datetime) -> ThemeBookVersion:
    """Remove a theme from the draft. Versions that were applied keep it."""
    return _change(lambda book: theme_editing.removed(book, key), "removed", {"theme": key}, actor, now)


def restore_version(*, number: int, actor: User, now: datetime) -> ThemeBookVersion:
    """Make the draft what an earlier version was, 0 for the shipped one. Raises LookupError when there is none."""
    if number == 0:
        old = default_theme_book()
    else:
        found = ThemeBookVersion.objects.filter(number=number).first()
        if found is None:
            raise LookupError(number)
        old = read_theme_book(found.content)
    return _change(lambda book: replace(old, version=book.version), "restored", {"version": number}, actor, now)


def drop_draft(*, actor: User, now: datetime) -> None:
    """Throw the draft away. Safe to repeat."""
    with transaction.atomic():
        draft = ThemeBookVersion.objects.select_for_update().filter(applied_at=None).first()
        if draft is not None:
            draft.delete()
            _record("dropped", {}, actor, now)


def apply_draft(*, actor: User, now: datetime) -> ThemeBookVersion | None:
    """Make the draft the theme book in force and let the comments of all released waves be sorted anew.

    Returns the version; None when there is no draft, as when it was applied a moment ago.
    """
    with transaction.atomic():
        draft = ThemeBookVersion.objects.select_for_update().filter(applied_at=None).first()
        if draft is None:
            return None
        number = (ThemeBookVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        book = replace(read_theme_book(draft.content), version=number)
        check_theme_book(book)
        draft.number, draft.applied_at, draft.content = number, now, theme_book_nouns(book)
        draft.made_by = actor
        draft.save()
        _record("applied", {"version": number, "themes": [theme.key for theme in book.themes]}, actor, now)
        for wave in released_waves():
            work_out_later(wave=wave, step=STEP, now=now)
    return draft


def _change(
    change: Callable[[ThemeBook], ThemeBook],
    what: str,
    told: Mapping[str, Any],
    actor: User,
    now: datetime,
    edits: int | None = None,
) -> ThemeBookVersion:
    """Change the draft, begun from the book in force when there is none."""
    with transaction.atomic():
        draft = ThemeBookVersion.objects.select_for_update().filter(applied_at=None).first()
        if edits is not None and edits != (draft.edits if draft is not None else 0):
            raise StaleThemeBookError(_("Somebody else changed the theme book meanwhile. Look at it and try again."))
        force = theme_book_in_force()
        before = read_theme_book(draft.content) if draft is not None else force
        after = change(before)
        check_theme_book(after)
        if draft is None:
            draft = ThemeBookVersion(basis=force.version, made_at=now, made_by=actor, edits=0)
        draft.content = theme_book_nouns(after)
        draft.edits += 1
        draft.save()
        _record(what, told, actor, now)
    return draft


def _record(what: str, told: Mapping[str, Any], actor: User, now: datetime) -> None:
    audit.record(action=f"theme_book.{what}", actor=str(actor.pk), subject=SUBJECT, payload=dict(told), now=now)
