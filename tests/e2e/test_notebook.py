"""The tutorial notebook runs from its first cell to its last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).parents[2] / "docs" / "tutorials" / "from-answers-to-the-river.ipynb"


def test_every_cell_of_the_notebook_runs(capsys: Any) -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    names: dict[str, Any] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{NOTEBOOK.name}:{cell['id']}", "exec"), names)
    printed = capsys.readouterr().out
    assert "same source taken out:" in printed
    assert "Wilson, 12 of 40:" in printed
    assert names["shown"] > 10
