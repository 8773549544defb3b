"""Every address of decide and engage: no leader, and nobody else, reads what is private to another.

A new address fails here until its arguments are known, so that none is forgotten.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponseBase
from django.urls import URLPattern, reverse
from tests.rooms.conftest import Cast, signed_in
from tests.rooms.private_cast import Private, private_things

from headwater.rooms.decide.urls import urlpatterns as decide_urls
from headwater.rooms.engage.urls import urlpatterns as engage_urls
from headwater.rooms.people.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]

SHARED = {"activity_id", "direction_id", "evidence_id", "file_id", "goal_id", "mandate_id", "member_id", "practice_id",
          "risk_id", "share_id", "use_id"}  # fmt: skip
"""Arguments that name nothing of one leader alone: what they name is shared, or asked for by another address."""
SPELLED: dict[str, list[Any]] = {
    "number": [1],
    "form": ["xlsx"],
    "structure": ["hybrid"],
    "what": ["attitude"],
    "code": ["WRNG0000"],
    "token": ["made-up"],
    "secret": ["made-up"],
}


def addresses(made: Private) -> Iterator[str]:
    """Every address of both rooms, filled in with what is private."""
    for room, patterns in (("decide", decide_urls), ("engage", engage_urls)):
        for one in patterns:
            assert isinstance(one, URLPattern)
            names = list(one.pattern.converters)
            unknown = set(names) - SHARED - set(SPELLED) - set(made.ids)
            assert not unknown, f"{room}:{one.name}: say in tests/rooms/private_cast.py what fills {sorted(unknown)}"
            choices: list[list[Any]] = [made.ids.get(name) or SPELLED.get(name) or [uuid4()] for name in names]
            for values in product(*choices):
                yield reverse(f"{room}:{one.name}", kwargs=dict(zip(names, values, strict=True)))


def words_of(response: HttpResponseBase) -> str:
    """What somebody reads in an answer; a sheet or deck unpacked."""
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    if content[:2] != b"PK":
        return str(content.decode("utf-8", "replace"))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return " ".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def read_by(user: User, made: Private) -> dict[str, set[str]]:
    """The private words somebody comes to read, each with the addresses where they stand."""
    client = signed_in(user)
    found: dict[str, set[str]] = {}
    for path in [*addresses(made), "/"]:
        answer = client.get(path)
        assert answer.status_code in (200, 204, 302, 403, 404, 405, 422), (path, answer.status_code)
        if answer.status_code == 200:
            text = words_of(answer)
            for words in made.words:
                if words in text:
                    found.setdefault(words, set()).add(path)
    return found


def refused(user: User, made: Private) -> list[str]:
    """Private words that somebody reads who may not, each with where."""
    read = read_by(user, made).items()
    return [f"{user.email}: {words}: {sorted(paths)}" for words, paths in read if user.pk not in made.words[words]]


def test_no_address_tells_a_leader_what_is_private_to_another(cast: Cast) -> None:
    assert refused(cast.top_leader, private_things(cast)) == []


@pytest.mark.slow
def test_no_address_tells_anybody_what_is_private_to_another(cast: Cast) -> None:
    made = private_things(cast)
    for user in (cast.administrator, cast.privacy_officer, cast.safety_officer, cast.employee, cast.outsider):
        assert refused(user, made) == []
    # Each stands somewhere for whom it belongs to: else looking for it would show nothing.
    found: dict[str, set[User]] = {}
    for user in (cast.north_leader, cast.top_leader, cast.experience_lead, cast.analyst):
        assert refused(user, made) == []
        for words in read_by(user, made):
            found.setdefault(words, set()).add(user)
    assert {words: {one.pk for one in users} for words, users in found.items()} == made.words
