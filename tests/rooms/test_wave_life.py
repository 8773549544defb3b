"""A wave from launch to release: what is frozen, what comes in, what is shown, what is left behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from tests.rooms.conftest import Cast
from tests.rooms.study_cast import OPENS, answer, asked, enlarge, launched

from headwater.rooms.listen.logic.wave_keys import has_key
from headwater.rooms.listen.models import SealedResponse, Wave
from headwater.rooms.listen.releasing import book_folder, has_book
from headwater.rooms.listen.waves import advance_waves
from headwater.scoring import load_book

pytestmark = pytest.mark.usefixtures("own_folders")


def test_a_wave_runs_from_launch_to_its_released_book(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="code", k=5)
    people = asked(wave)
    assert len(people) == wave.invited == 106
    for invitation in people[:80]:
        assert answer(wave, invitation, at=OPENS + timedelta(hours=2)).kind == "stored"
    end = wave.late_until + timedelta(minutes=1)
    done = [step.value for _, step in advance_waves(now=end)]
    assert done[-4:] == ["close", "seal", "forget", "release"]
    wave.refresh_from_db()
    assert (wave.state, wave.responses) == (Wave.State.RELEASED, 80), wave.outcome
    assert not has_key(settings.KEYS, wave.pk)
    assert not SealedResponse.objects.filter(wave=wave).exists()
    assert has_book(wave)
    book = load_book(book_folder(wave))
    assert int(book.everybody.n[0]) == 80
    assert wave.outcome["audit"]["clean"] is True
    assert advance_waves(now=end) == []
