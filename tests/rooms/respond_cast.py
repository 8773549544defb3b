"""A wave for tests of respondents' pages: every kind of question, four units, its keys in a folder of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.utils import timezone

from headwater.rooms.listen import respond_limits
from headwater.rooms.listen.logic import wave_keys
from headwater.rooms.listen.logic.links import OpenLink, Place, link_token, read_token
from headwater.rooms.listen.logic.plans import PlannedCut, WavePlan
from headwater.rooms.listen.models import Study, Wave
from headwater.rooms.listen.respond_pages import forget_pages
from headwater.rooms.listen.respond_waves import LiveWave, forget_all, live_wave

EVERY_KIND = """
format: 1
key: every_kind
version: "1.0"
lens: ex
title: {en: "Work, in every way", es: "El trabajo, de todas las formas", ar: "العمل بكل الطرق"}
purpose: {en: "Asks in every way there is.", es: "Pregunta de todas las formas.", ar: "يسأل بكل الطرق."}
languages: [en, es, ar]
respondent_only: [ar]
source: "Written for tests"
licence: CC-BY-4.0
response_scales:
  agree5: standard
  recommend11: standard
items:
  - key: calm
    text: {en: "My days are calm.", es: "Mis días son tranquilos.", ar: "أيامي هادئة."}
    response_scale: agree5
  - key: clear
    text: {en: "I know what matters.", es: "Sé qué importa.", ar: "أعرف ما المهم."}
    response_scale: agree5
    required: true
  - key: friend
    kind: recommend
    text: {en: "Would you recommend us?", es: "¿Nos recomendaría?", ar: "هل توصي بنا؟"}
    response_scale: recommend11
  - key: place
    kind: single
    text: {en: "Where do you work?", es: "¿Dónde trabaja?", ar: "أين تعمل؟"}
    choices:
      - {key: office, text: {en: Office, es: Oficina, ar: مكتب}}
      - {key: road, text: {en: Road, es: Ruta, ar: طريق}}
  - key: vehicle
    kind: text
    shown_if: "place == 2"
    text: {en: "What about your vehicle?", es: "¿Y su vehículo?", ar: "ماذا عن مركبتك؟"}
  - key: helps
    kind: multiple
    text: {en: "What helps?", es: "¿Qué ayuda?", ar: "ما الذي يساعد؟"}
    choices:
      - {key: time, text: {en: Time, es: Tiempo, ar: وقت}}
      - {key: tools, text: {en: Tools, es: Herramientas, ar: أدوات}}
      - {key: talk, text: {en: Talk, es: Charla, ar: حديث}}
  - key: order
    kind: ranking
    text: {en: "Put in order.", es: "Ordene.", ar: "رتّب."}
    choices:
      - {key: pay, text: {en: Pay, es: Sueldo, ar: أجر}}
      - {key: team, text: {en: Team, es: Equipo, ar: فريق}}
      - {key: task, text: {en: Task, es: Tarea, ar: مهمة}}
  - key: matters
    kind: best_worst
    text: {en: "Most and least?", es: "¿Más y menos?", ar: "الأهم والأقل؟"}
    choices:
      - {key: m_pay, text: {en: Wages, es: Salario, ar: راتب}}
      - {key: m_team, text: {en: Mates, es: Gente, ar: زملاء}}
      - {key: m_task, text: {en: Craft, es: Oficio, ar: حرفة}}
      - {key: m_time, text: {en: Hours, es: Horas, ar: ساعات}}
    sets: [[m_pay, m_team, m_task], [m_team, m_task, m_time], [m_pay, m_task, m_time], [m_pay, m_team, m_time]]
  - {key: years, kind: number, text: {en: "How many years?", es: "¿Cuántos años?", ar: "كم سنة؟"}}
  - {key: talked, kind: date, text: {en: "When did you talk?", es: "¿Cuándo habló?", ar: "متى تحدثت؟"}}
  - {key: more, kind: text, text: {en: "Anything else?", es: "¿Algo más?", ar: "شيء آخر؟"}}
scales:
  - {key: work, name: {en: Work, es: Trabajo}, items: [calm, clear], lens: ex}
"""
NAMES = ["calm", "clear", "friend", "place", "vehicle", "helps", "order", "matters", "years", "talked", "more"]
FIELD = {key: f"q{number}" for number, key in enumerate(NAMES, 1)}
WHOLE: dict[str, Any] = {
    "calm": 4,
    "clear": 5,
    "friend": 9,
    "place": 1,
    "helps": [1, 3],
    "order": [2, 1, 3],
    "matters": [[1, 2], [4, 2], [1, 3], [4, 2]],
    "years": 7,
    "talked": "2026-02-27",
    "more": "The dock is cold.",
}


@dataclass(frozen=True)
class Round:
    """A wave, and links into it."""

    wave: Wave
    live: LiveWave

    def token(self, number: bytes = b"n" * 16, **place: Any) -> str:
        """The link of an invitation."""
        made = Place(**{"unit": "north", "cuts": {}, "language": "en", **place})
        return link_token(self.live.secrets, self.live.frozen, made, number)

    def link(self, number: bytes = b"n" * 16, **place: Any) -> OpenLink:
        """The same, read."""
        return read_token(self.live.secrets, self.live.frozen, self.token(number, **place))


def fresh_process() -> None:
    """Forget what a process keeps."""
    forget_all()
    forget_pages()
    for buckets in (respond_limits.LINKS, respond_limits.POSTERS, respond_limits.FORGED):
        buckets.forget()


def make_round(folders: tuple[Path, Path], *, now: datetime | None = None, **changed: Any) -> Round:
    """A wave that is open now. changed: fields of the plan."""
    from django.conf import settings

    settings.KEYS = folders
    fresh_process()
    now = now or timezone.now()
    values: dict[str, Any] = {
        "study": "pulse",
        "study_title": "How is work?",
        "wave": "w1",
        "wave_title": "First",
        "order": 1,
        "lens": "ex",
        "promise": "anonymous",
        "channel": "mail",
        "k": 5,
        "comment_k": 10,
        "languages": ("en", "es", "ar"),
        "instruments": (EVERY_KIND,),
        "unit_ids": ("all", "north", "south", "west"),
        "unit_names": ("All", "North", "South", "West"),
        "unit_parents": (-1, 0, 0, 0),
        "unit_leaders": ("", "", "", ""),
        "cuts": (PlannedCut("tenure", "how long you have been here", "tenure", ("short", "long")),),
        "organisation": "Harbour Transit",
        **changed,
    }
    plan = WavePlan(**values)
    study = Study.objects.create(
        key=plan.study,
        title=plan.study_title,
        lens=plan.lens,
        promise=plan.promise,
        channel=plan.channel,
        languages=list(plan.languages),
        made_at=now,
    )
    wave = Wave(
        study=study,
        key=plan.wave,
        title=plan.wave_title,
        order=plan.order,
        state=Wave.State.OPEN,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=7),
        late_until=now + timedelta(days=9),
        launched_at=now,
        plan=plan.to_json(),
    )
    wave.public_key = wave_keys.make_key(folders, wave.pk)
    wave.save()
    return Round(wave, live_wave(wave))


def fields_of(answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Answers by item key as the page sends them."""
    made: list[tuple[str, str]] = []
    for key, value in answers.items():
        name = FIELD[key]
        if key == "helps":
            made += [(name, str(place)) for place in value]
        elif key == "order":
            made += [(f"{name}.{place}", str(given or "")) for place, given in enumerate(value, 1)]
        elif key == "matters":
            for number, (best, worst) in enumerate(value, 1):
                made += [(f"{name}.{number}.b", str(best))] if best else []
                made += [(f"{name}.{number}.w", str(worst))] if worst else []
        else:
            made.append((name, str(value)))
    return made


def send(
    client: Client, path: str, answers: Mapping[str, Any], *, do: str = "send", more: tuple[tuple[str, str], ...] = ()
) -> Any:
    """Post a page's form, as a browser does."""
    body = urlencode([*fields_of(answers), ("_do", do), *more])
    return client.post(path, body, content_type="application/x-www-form-urlencoded")


def stamp_of(page: bytes) -> str:
    """The stamp of a page."""
    found = re.search(rb'name="_page" value="([^"]+)"', page)
    assert found is not None
    return found[1].decode()
