"""Conversation guides: what to do with fifteen minutes and a team, with or without numbers of its own."""

from __future__ import annotations

from headwater.reports.document import Guide, GuideStep
from headwater.reports.localising import localised
from headwater.vocab import said


def own_numbers_guide(strong: str, needs: str) -> Guide:
    """Guide a leader through opening the team's own numbers. strong, needs: labels, empty where there are none."""
    first = (
        said("“You said this is good: %(strong)s. What makes it so, and what would spoil it?”", strong=strong)
        if strong
        else "“What is good here that we should keep?”"
    )
    second = (
        said("“%(needs)s stands out. Where did you meet it last week?”", needs=needs)
        if needs
        else "“Nothing stands clear of chance. What gets in your way all the same?”"
    )
    return localised(
        Guide(
            "Twenty minutes with them",
            (
                GuideStep(
                    2, "Say thank you and show the page as it is", "“This is what you said. I have changed nothing.”"
                ),
                GuideStep(5, "What to keep", first),
                GuideStep(8, "What to change", second),
                GuideStep(5, "One thing, one name, one date", "“What do we try first, and how shall we know?”"),
            ),
        )
    )


def no_numbers_guide(nearest: str) -> Guide:
    """Guide a leader whose team's own numbers cannot be shown. nearest: the group shown instead, may be empty."""
    opening = (
        said(
            "“Ours are not shown, to keep every answer safe. These are the answers of %(nearest)s, ours among them.”",
            nearest=nearest,
        )
        if nearest
        else "“No numbers are shown, to keep every answer safe.”"
    )
    fits = "“Which of these fits us, and which does not?”" if nearest else "“What is good here that we should keep?”"
    return localised(
        Guide(
            "Fifteen minutes with your team, without numbers of its own",
            (
                GuideStep(2, "Say why there are no numbers, and never ask who answered what", opening),
                GuideStep(5, "What fits", fits),
                GuideStep(5, "What gets in the way", "“What made last week harder than it had to be?”"),
                GuideStep(3, "One thing, one name, one date", "“What do we try first, and how shall we know?”"),
            ),
        )
    )
