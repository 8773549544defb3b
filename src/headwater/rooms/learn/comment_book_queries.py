"""The theme book as a page shows it: the one in force, the draft, what a word catches, and what could be added."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.http import Http404
from django.utils.translation import get_language, get_language_info

from headwater.rooms.learn.books import released_waves
from headwater.rooms.learn.comment_queries import Kept, comments_in, comments_of, kept_comments
from headwater.rooms.learn.models import ThemeBookVersion
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.logic.roles import Viewer
from headwater.rooms.people.viewers import require
from headwater.scoring.comment_storage import read_theme_book
from headwater.scoring.comments import Caught, default_theme_book
from headwater.vocab import CitedComment, Suggestion, Texts, Theme, ThemeBook, say

ACTION = "themes.edit"
LANGUAGES = ("en", "es", "fr", "de", "pt", "it", "nl", "ar")
MOST_CAUGHT = 8


@dataclass(frozen=True)
class ThemeLine:
    """A theme in the list. words: how many it has in all languages. is_changed: it differs from the book in force."""

    key: str
    label: str
    words: int
    examples: tuple[str, ...]
    is_changed: bool


@dataclass(frozen=True)
class SuggestedTheme:
    """A theme that could be added."""

    suggestion: Suggestion
    name: str
    cited: tuple[CitedComment, ...]
    wave: Wave


@dataclass(frozen=True)
class ThemeBookPage:
    """The theme book in the making. draft: None while nothing was changed."""

    version: int
    draft: ThemeBookVersion | None
    lines: tuple[ThemeLine, ...]
    removed: tuple[str, ...]
    suggestions: tuple[SuggestedTheme, ...]
    versions: tuple[ThemeBookVersion, ...]
    waves: int
    languages: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class WordCatch:
    """What a word of a theme catches among comments that were released with names masked."""

    word: str
    count: int


@dataclass(frozen=True)
class LanguageWords:
    """The words of a theme in one language, as lines of a text field."""

    code: str
    label: str
    words: tuple[str, ...]
    without: tuple[str, ...]
    catches: tuple[WordCatch, ...]

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return language_name(self.code)

    @property
    def lines(self) -> str:
        """The words, one a line."""
        return "\n".join(self.words)

    @property
    def without_lines(self) -> str:
        """The exclusions, one a line."""
        return "\n".join(self.without)


@dataclass(frozen=True)
class ThemePage:
    """One theme to edit. caught: some released comments that its words catch now."""

    theme: Theme
    label: str
    edits: int
    languages: tuple[LanguageWords, ...]
    caught: tuple[CitedComment, ...]
    others: tuple[tuple[str, str], ...]
    votes: bool
    released: int


def language_name(code: str) -> str:
    """Return what a language calls itself, its code where that is not known."""
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code


def theme_book_in_force() -> ThemeBook:
    """Return the theme book applied last, the shipped one where none was."""
    last = ThemeBookVersion.objects.exclude(applied_at=None).order_by("-number").first()
    return default_theme_book() if last is None else read_theme_book(last.content)


def draft_of() -> ThemeBookVersion | None:
    """Return the draft, None while nothing was changed."""
    return ThemeBookVersion.objects.filter(applied_at=None).first()


def theme_book_page(*, viewer: Viewer) -> ThemeBookPage:
    """Return the page of the theme book. Raises PermissionDenied."""
    require(viewer, ACTION)
    force, draft = theme_book_in_force(), draft_of()
    here = read_theme_book(draft.content) if draft is not None else force
    standing = {theme.key: theme for theme in force.themes}
    language = get_language() or "en"
    waves = [(wave, book) for wave in released_waves() if (book := comments_of(wave)) is not None]
    known = {theme.key for theme in here.themes}
    return ThemeBookPage(
        version=force.version,
        draft=draft,
        lines=tuple(
            ThemeLine(
                theme.key,
                say(theme.label, language),
                sum(map(len, theme.words.values())),
                theme.words.get(language.partition("-")[0], next(iter(theme.words.values()), ()))[:6],
                standing.get(theme.key) != theme,
            )
            for theme in here.themes
        ),
        removed=tuple(say(theme.label, language) for theme in force.themes if theme.key not in known),
        suggestions=tuple(
            SuggestedTheme(one, one.words[0], tuple(book.comments[number] for number in one.cited[:3]), wave)
            for wave, book in waves[:3]
            for one in book.suggestions
        )[:6],
        versions=tuple(
            ThemeBookVersion.objects.exclude(applied_at=None).select_related("made_by").order_by("-number")[:20]
        ),
        waves=len(waves),
        languages=tuple((code, language_name(code)) for code in LANGUAGES),
    )


def theme_page(*, viewer: Viewer, key: str) -> ThemePage:
    """Return one theme to edit, as the draft has it. Raises Http404, PermissionDenied."""
    require(viewer, ACTION)
    draft = draft_of()
    book = read_theme_book(draft.content) if draft is not None else theme_book_in_force()
    try:
        theme = book.theme(key)
    except KeyError:
        raise Http404 from None
    released = released_comments()
    language = get_language() or "en"
    codes = tuple(dict.fromkeys((language.partition("-")[0], *LANGUAGES, *theme.words)))
    caught: dict[str, CitedComment] = {}
    sides = []
    for code in codes:
        catches = []
        for word in theme.words.get(code, ()):
            hits = released.caught_by(code, word)
            catches.append(WordCatch(word, len(hits)))
            for one in hits:
                if len(caught) < MOST_CAUGHT or one.words in caught:
                    caught[one.words] = one
        sides.append(
            LanguageWords(
                code, _label(theme.label, code), theme.words.get(code, ()), theme.without.get(code, ()),
                tuple(sorted((one for one in catches if one.count), key=lambda one: -one.count)[:12]),
            )
        )  # fmt: skip
    return ThemePage(
        theme=theme,
        label=say(theme.label, language),
        edits=draft.edits if draft is not None else 0,
        languages=tuple(sides),
        caught=tuple(caught.values()),
        others=tuple((one.key, say(one.label, language)) for one in book.themes if one.key != key),
        votes=bool(theme.learned),
        released=released.count,
    )


class ReleasedComments:
    """All comments that were released, each once, made ready for previews. count: how many there are."""

    def __init__(self, kept: tuple[Kept, ...]) -> None:
        """Gather them from the comment books of all waves, the latest first."""
        found: dict[tuple[str, str], CitedComment] = {}
        for one in kept:
            found |= {(cited.language, cited.words): cited for cited in comments_in(*one).comments}
        self.count = len(found)
        self._spoken: dict[str, list[CitedComment]] = {}
        for comment in found.values():
            self._spoken.setdefault(comment.language, []).append(comment)
        self._caught: dict[str, Caught] = {}

    def caught_by(self, language: str, word: str) -> list[CitedComment]:
        """Return the comments of a language that one word of a theme catches."""
        spoken = self._spoken.get(language, [])
        if not spoken:
            return []
        if language not in self._caught:
            self._caught[language] = Caught([one.words for one in spoken])
        return [spoken[place] for place in self._caught[language].by(word)]


def released_comments() -> ReleasedComments:
    """Return all comments that were released: what a preview may look at."""
    return _gathered(tuple(kept for wave in released_waves() if (kept := kept_comments(wave)) is not None))


@lru_cache(maxsize=1)
def _gathered(kept: tuple[Kept, ...]) -> ReleasedComments:
    return ReleasedComments(kept)


def _label(label: Texts, code: str) -> str:
    return label.get(code, "")
