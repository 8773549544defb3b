"""Questions in plain words about what was released: which score, unit and kind of answer they mean.

What understands them is `headwater.text`, which reads comments too and is therefore closed to the rooms. Only what
reads a question passes through here: it takes words and names, and never sees an answer or a comment.
"""

from __future__ import annotations

from headwater.text.name_index import Named, NameIndex
from headwater.text.question_subjects import THEME, score_subject, theme_subject
from headwater.text.question_words import Word, question_lexicon, question_words
from headwater.text.questions import KINDS, MOST_LETTERS, Understood, understand
from headwater.text.subject_index import Meant, Subject, SubjectIndex

__all__ = [
    "KINDS",
    "MOST_LETTERS",
    "THEME",
    "Meant",
    "NameIndex",
    "Named",
    "Subject",
    "SubjectIndex",
    "Understood",
    "Word",
    "question_lexicon",
    "question_words",
    "score_subject",
    "theme_subject",
    "understand",
]
