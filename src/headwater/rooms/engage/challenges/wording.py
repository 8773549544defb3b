"""A respectful no upward, made of what its owner wrote: a letter, and three sentences to say."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from headwater.rooms.engage.models import Challenge


@dataclass(frozen=True)
class RespectfulNo:
    """What to send and what to say. missing: what would make it stronger, each in a sentence."""

    letter: tuple[str, ...]
    spoken: tuple[str, ...]
    missing: tuple[str, ...]


def respectful_no(found: Challenge) -> RespectfulNo:
    """Return the letter and the three sentences of a challenge. Nothing is said that its owner did not write."""
    letter = [_("You asked for this: %(asked)s") % {"asked": _stopped(found.asked)}]
    letter.append(_("I take the aim seriously, and I want to reach it. I do not think this way gets us there."))
    reasons = (
        (found.why_leader, _("For you: %(why)s")),
        (found.why_organisation, _("For the organisation: %(why)s")),
        (found.why_team, _("For the team: %(why)s")),
    )
    letter += [form % {"why": _stopped(why)} for why, form in reasons if why]
    if found.evidence:
        facts = " ".join(str(one["sentence"]) for one in found.evidence)
        letter.append(_("What we know: %(facts)s") % {"facts": facts})
    if found.alternative:
        letter.append(_("Instead I propose: %(alternative)s") % {"alternative": _stopped(found.alternative)})
    letter.append(_("The decision is yours. If you decide otherwise, I will tell you early what I see."))
    return RespectfulNo(tuple(letter), _spoken(found), _missing(found))


def _spoken(found: Challenge) -> tuple[str, ...]:
    why = next((one for one in (found.why_leader, found.why_organisation, found.why_team) if one), "")
    sentences = [_("I want what you want here, and I think there is a better way than what was asked.")]
    if why:
        sentences.append(_("My first reason: %(why)s") % {"why": _stopped(why)})
    if found.alternative:
        sentences.append(
            _("What I propose instead: %(alternative)s May I show you?") % {"alternative": _stopped(found.alternative)}
        )
    return tuple(sentences)


def _missing(found: Challenge) -> tuple[str, ...]:
    asked = (
        (found.why_leader, _("Say why it is not best for whoever asked: they hear that first.")),
        (found.why_organisation, _("Say why it is not best for the organisation.")),
        (found.why_team, _("Say why it is not best for the team.")),
        (found.evidence, _("Add a released number: a reason with evidence is harder to set aside.")),
        (found.alternative, _("Propose something else: a no without another way is heard as refusal.")),
    )
    return tuple(words for value, words in asked if not value)


def _stopped(text: str) -> str:
    """A text on one line that ends as a sentence does."""
    line = " ".join(text.split())
    return line if line.endswith((".", "?", "…", "!")) else f"{line}."
