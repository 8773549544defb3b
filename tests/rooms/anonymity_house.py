"""A house to attack: forty people in two units are asked by mail, all answer, a backup is made, the wave is sealed.

`python -m tests.rooms.anonymity_house FOLDER` works in a folder of its own as `headwater serve` would. What only the
test may know (who answered what, in which order; the key) is written to FOLDER-truth, which is no part of the house.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
from pathlib import Path

PEOPLE, UNITS = 40, ("north", "south")


def build(folder: Path) -> None:
    """Ask, answer, back up before sealing, seal, back up after."""
    os.environ["HEADWATER_DIR"] = str(folder)
    os.environ["HEADWATER_LOG"] = "INFO"
    os.environ["DJANGO_SETTINGS_MODULE"] = "headwater.site.settings"
    truth = folder.with_name(f"{folder.name}-truth")
    truth.mkdir()
    import django

    django.setup()
    from django.conf import settings
    from django.core.mail import send_mail
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    from tests.rooms.respond_cast import FIELD, make_round, send

    from headwater.intake import seal
    from headwater.rooms.listen.logic import wave_keys
    from headwater.rooms.listen.models import Invitation, Wave
    from headwater.rooms.listen.sealing import answer_table, forget_responses, open_responses
    from headwater.rooms.people.models import Person

    made = make_round(settings.KEYS, cuts=(), unit_ids=("all", *UNITS), unit_names=("All", "North", "South"),
                      unit_parents=(-1, 0, 0), unit_leaders=("", "", ""))  # fmt: skip
    asked = []
    for number in range(PEOPLE):
        person = Person.objects.create(
            key=f"person-{number}", name=f"Person Number{number}", email=f"person-{number}@example.org"
        )
        invitation = Invitation.objects.create(
            wave=made.wave, number=os.urandom(16), person=person, unit_key=UNITS[number % 2], sent_at=timezone.now()
        )
        token = made.token(bytes(invitation.number), unit=UNITS[number % 2])
        send_mail("How is work?", f"Your link: http://testserver/r/{token}", None, [f"person-{number}@example.org"])
        asked.append((number, token))
    order = random.SystemRandom().sample(asked, len(asked))
    for place, (number, token) in enumerate(order):
        answers = {"clear": 1 + number % 5, "years": number, "more": f"secret-comment-{number} " + "x" * (number * 40)}
        client = Client()
        client.get(f"/r/{token}")
        if place % 3 == 0:
            send(client, f"/r/{token}", {"more": f"draft-words-{number}"}, do="keep")
        if place % 5 == 0:
            client.post(f"/r/{token}", f"{FIELD['clear']}=9", content_type="application/x-www-form-urlencoded")
        answer = send(client, f"/r/{token}", answers)
        assert b"Your answers are in" in answer.content
    private = wave_keys.private_key(settings.KEYS, made.wave.pk)
    keys = made.live.secrets
    (truth / "truth.json").write_text(
        json.dumps(
            {
                "order": [number for number, _ in order],
                "tokens": {str(number): token for number, token in asked},
                "private": private.hex(),
                "derived": [key.hex() for key in (keys.serial, keys.slip, keys.mark, keys.code, keys.page)],
            }
        )
    )
    before = folder / "backup-before"
    _copy(folder, before)
    Wave.objects.update(state=Wave.State.CLOSED)
    wave = Wave.objects.get()
    table = answer_table(made.live.plan, open_responses(wave))
    (truth / "arrived.json").write_text(json.dumps(table.scores["years"].tolist()))
    seal(settings.STORE, made.live.plan.vocab_study, made.live.plan.vocab_wave, table, source=str(wave.pk))
    wave_keys.destroy_key(settings.KEYS, wave.pk)
    forget_responses(wave)
    Wave.objects.update(state=Wave.State.SEALED)
    _copy(folder, folder / "backup-after")


def _copy(folder: Path, place: Path) -> None:
    """A backup: the whole folder but its keys and other backups, the write-ahead log included."""
    shutil.copytree(folder, place, ignore=shutil.ignore_patterns("keys", "backup-*"))


if __name__ == "__main__":
    build(Path(sys.argv[1]))
