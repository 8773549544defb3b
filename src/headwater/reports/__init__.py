"""Reports: a frozen Document, builders that fill it from released numbers, renderers that draw it.

RENDERERS and REPORTS are plain tables. Their entries import what they need when called, so that importing this
package is cheap.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from headwater.reports.document import Document


def _pptx(document: Document, target: str | Path | IO[bytes]) -> None:
    from headwater.reports.renderers.pptx import render

    render(document, target)


def _xlsx(document: Document, target: str | Path | IO[bytes]) -> None:
    from headwater.reports.renderers.xlsx import render

    render(document, target)


def _pdf(document: Document, target: str | Path | IO[bytes]) -> None:
    from headwater.reports.renderers.pdf import render

    render(document, target)


def _html(document: Document, target: str | Path | IO[bytes]) -> None:
    from headwater.reports.renderers.html import render

    render(document, target)


RENDERERS: dict[str, Callable[[Document, str | Path | IO[bytes]], None]] = {
    "pptx": _pptx,
    "xlsx": _xlsx,
    "pdf": _pdf,
    "html": _html,
}
"""Form -> `render(document, target)`, target a path or a binary file. The same Document gives the same bytes."""


def _leader(*arguments: Any, **options: Any) -> Document:
    from headwater.reports.builders.leader import leader_report

    return leader_report(*arguments, **options)


def _river(*arguments: Any, **options: Any) -> Document:
    from headwater.reports.builders.river import river_report

    return river_report(*arguments, **options)


def _actions(*arguments: Any, **options: Any) -> Document:
    from headwater.reports.builders.actions import action_list

    return action_list(*arguments, **options)


def _workbook(*arguments: Any, **options: Any) -> Document:
    from headwater.reports.builders.workbook import analyst_workbook

    return analyst_workbook(*arguments, **options)


REPORTS: dict[str, Callable[..., Document]] = {
    "leader": _leader,
    "river": _river,
    "actions": _actions,
    "workbook": _workbook,
}
"""Report -> builder of its Document. leader, actions, workbook: (book, unit, brand); river: (river, brand)."""
