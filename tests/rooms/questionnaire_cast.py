"""Questionnaires of one's own for tests, and where their pages stand."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse
from tests.rooms.conftest import NOW

from headwater.rooms.listen.models import Questionnaire, QuestionnaireVersion
from headwater.rooms.listen.questionnaire_services import (
    fork_library,
    latest_version,
)
from headwater.rooms.listen.questionnaires import instrument_of_version
from headwater.rooms.people.models import User
from headwater.vocab import Instrument


def own(user: User, key: str = "lx_core", title: str = "Being led at Works") -> QuestionnaireVersion:
    """A copy of a questionnaire of the library."""
    return fork_library(name=key, title=title, actor=user, now=NOW)


def now_of(version: QuestionnaireVersion) -> QuestionnaireVersion:
    """The latest version of the same questionnaire."""
    return latest_version(Questionnaire.objects.get(pk=version.questionnaire_id))


def instrument(version: QuestionnaireVersion) -> Instrument:
    """What the latest version asks."""
    return instrument_of_version(now_of(version))


def at(name: str, version: QuestionnaireVersion, *more: str) -> str:
    """The address of a page of a questionnaire."""
    return reverse(f"listen:{name}", args=[version.questionnaire_id, *more])


def item_form(client: Client, version: QuestionnaireVersion, key: str) -> dict[str, Any]:
    """What the form of a question holds when it is opened."""
    page = client.get(at("questionnaire_item", version, key))
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    values = {name: value for name, value in values.items() if value not in (None, False, "")}
    return {**values, "basis": page.context["page"].basis, "kind": form.kind}
