"""Listening: questionnaires, studies and their waves, respondents' pages, answers moved in and out."""
