"""Answers from released ratings of internal service, as the page of internal service shows them to the viewer."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.rooms.learn.question_answers import MOST, Answer, Answers, Lookup, wave_name
from headwater.rooms.learn.service_queries import MatrixCell, MatrixRow, ServicePage, services_in


def service_answers(look: Lookup) -> Answers:
    """Return how units that serve others are rated: the one named and who rates it lower, or what stands out of all."""
    waves = look.sources.services
    if not waves:
        return Answers(notice=_("No ratings of internal service were released."))
    wave = next((one for one in waves if one in look.waves), waves[0])
    page = look.sources.service_page(wave, look.score)
    if page is None:
        return Answers(notice=_("No ratings of internal service were released."))
    services = services_in(wave)
    tree = services.tree
    named = [tree.index_of[unit] for unit in look.units if unit in tree.index_of]
    names = {tree.names[row] for row in named}
    serving = [tree.index_of[server] for server in services.servers]
    within = {tree.names[row] for row in serving if any(tree.is_within(row, one) for one in named)}
    rows = [row for row in page.rows if row.name in within]
    of_servers = tuple(one for row in rows for one in _of_server(look, page, row, names))
    if of_servers:
        return Answers(of_servers[:MOST], _none_low(look, rows))
    served = [(row, cell) for row in page.rows for name, cell in row.named if name in names and cell.kind == "shown"]
    if served:
        served.sort(key=lambda pair: not pair[1].is_low)
        return Answers(tuple(_answer(page, _cell(page, row.name, next(iter(names)), cell), row.name)
                             for row, cell in served[:MOST]))  # fmt: skip
    if names:
        return Answers(notice=_("Of that unit no rating of internal service may be shown."))
    told = [_answer(page, one, "") for one in page.slow]
    told += [_answer(page, _whole(page, row), row.name) for row in page.rows if row.whole.kind == "shown"]
    return Answers((_answer(page, page.headline, ""), *told)[:MOST])


def _of_server(look: Lookup, page: ServicePage, row: MatrixRow, named: Collection[str]) -> list[Answer]:
    """What all it serves say, and who rates it clearly lower; of whom the viewer may see no whole, what theirs say."""
    told = [] if row.whole.kind != "shown" else [_answer(page, _whole(page, row), row.name)]
    shown = [(name, cell) for name, cell in row.named if cell.kind == "shown"]
    chosen = [(name, cell) for name, cell in shown if cell.is_low or name in named or not told]
    lines = [_answer(page, _cell(page, row.name, name, cell), name) for name, cell in chosen]
    return [*lines, *told] if look.is_of_units else [*told, *lines]


def _none_low(look: Lookup, rows: list[MatrixRow]) -> str:
    if not look.is_of_units or any(cell.is_low for row in rows for _name, cell in row.named):
        return ""
    return _("No unit that it serves rates it clearly lower than the others: too close to call.")


def _whole(page: ServicePage, row: MatrixRow) -> str:
    text = _("%(score)s of %(unit)s, rated by all it serves: %(value)s (%(range)s), %(n)s answers.")
    said = text % {
        "score": page.label, "unit": row.name, "value": row.whole.value, "range": row.whole.spread, "n": row.whole.n,
    }  # fmt: skip
    return f"{said} {row.versus[:1].upper()}{row.versus[1:]}." if row.versus else said


def _cell(page: ServicePage, server: str, served: str, cell: MatrixCell) -> str:
    text = _("%(score)s of %(unit)s, rated by %(served)s: %(value)s (%(range)s), %(n)s answers; %(words)s.")
    return text % {
        "score": page.label, "unit": server, "served": served, "value": cell.value, "range": cell.spread, "n": cell.n,
        "words": cell.words,
    }  # fmt: skip


def _answer(page: ServicePage, sentence: str, unit: str) -> Answer:
    href = f"{reverse('learn:services')}?{page.query}"
    return Answer(sentence, unit, wave_name(page.wave), href, _("The page of internal service"))
