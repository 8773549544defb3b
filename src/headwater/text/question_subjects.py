"""Scores, questions and themes as subjects of questions, with further words that mean the same.

The shipped questionnaires' scores have words of their own. Another score gets those of a shipped one whose words make
up at least half of its name, so that an own scale "Recognition at work" is found by "thanks" too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from headwater.text.question_words import PhraseTable, question_lexicon, question_words
from headwater.text.subject_index import Subject
from headwater.text.words import SHIPPED
from headwater.vocab import Theme
from headwater.vocab.questionnaire import Item, Scale, Texts

THEME = "theme:"
"""What keys of themes begin with among keys of scores."""
SPOKEN = ("en", "es")
"""Languages in which questions are asked."""
OWN_NAME = 0.5


def score_subject(key: str, name: Texts, asked: Iterable[Texts], *, is_item: bool, is_outcome: bool = False) -> Subject:
    """Return a score or a question as a subject. asked: the texts of its questions."""
    names = tuple(dict.fromkeys(name.values()))
    return Subject(
        key=key,
        kind="item" if is_item else "scale",
        names=names,
        asked=tuple(text for texts in asked for code, text in texts.items() if code in SPOKEN),
        further=further_words(key, names),
        is_outcome=is_outcome,
    )


def scale_subject(scale: Scale, items: Iterable[Item]) -> Subject:
    """Return a scale of a questionnaire as a subject."""
    texts = [item.text for item in items]
    return score_subject(scale.key, _spoken(scale.name), texts, is_item=False, is_outcome=scale.role == "outcome")


def item_subject(item: Item) -> Subject:
    """Return a question of a questionnaire as a subject: found by its words, not by its whole text."""
    return score_subject(item.key, {}, [item.text], is_item=True)


def theme_subject(theme: Theme) -> Subject:
    """Return a theme as a subject: found by its name and by the words of the theme book."""
    words = [word for code in SPOKEN for word in theme.words.get(code, ())]
    return Subject(f"{THEME}{theme.key}", "theme", tuple(_spoken(theme.label).values()), (), tuple(words))


def further_words(key: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return words that mean the same as a score."""
    lexicon = question_lexicon()
    own = lexicon.scores.get(key)
    if own is not None:
        return own
    found: dict[str, None] = {}
    for name in names:
        plains = [word.plain for word in question_words(name)]
        telling = {place for place, word in enumerate(plains) if word not in lexicon.small}
        for other, table in _tables().items():
            said = {place for start, stop in table.find(plains) for place in range(start, stop)} & telling
            if telling and len(said) >= OWN_NAME * len(telling):
                found.update(dict.fromkeys(lexicon.scores[other]))
    return tuple(found)


@cache
def _tables() -> dict[str, PhraseTable]:
    return {key: PhraseTable.of(words) for key, words in question_lexicon().scores.items()}


def _spoken(texts: Mapping[str, str]) -> dict[str, str]:
    return {code: text for code, text in texts.items() if code in SPOKEN} or {
        code: text for code, text in texts.items() if code in SHIPPED
    }
