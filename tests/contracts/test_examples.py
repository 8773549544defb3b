"""Every Python example of the documentation runs, page by page and in order, unless it says that it cannot."""

from __future__ import annotations

import ast
import re
import shutil
import warnings
from pathlib import Path

import pytest
from tests.contracts.conftest import ROOT

DOCS = ROOT / "docs"
BLOCK = re.compile(r"(<!-- no-run[^>]*-->\n)?```python\n(.*?)```", re.DOTALL)
PAGES = sorted(
    str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md") if "```python" in page.read_text(encoding="utf-8")
)
ELSEWHERE: dict[str, str] = {
    "how-to/adapt-a-questionnaire.md": "tests/core/instruments/test_documentation.py",
    "reference/stats-measurement.md": "tests/properties/test_stats_measurement_docs.py",
}
"""Pages whose examples another test runs."""

ON_FILES_OF_OTHERS = {
    "reference/formats-limesurvey.md": "tests/core/formats/test_limesurvey.py",
    "reference/formats-qualtrics.md": "tests/core/formats/test_qualtrics.py",
}
"""Pages whose examples open an export of another product: their names are imported, the reading is tested there."""


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ELSEWHERE | ON_FILES_OF_OTHERS])
def test_examples_run_as_they_stand(
    page: str, workplace: Path, names: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(workplace, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    blocks = BLOCK.findall((DOCS / page).read_text(encoding="utf-8"))
    assert blocks
    for exempt, code in blocks:
        ast.parse(code)
        if not exempt:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                exec(compile(code, page, "exec"), names)


@pytest.mark.parametrize("page", ELSEWHERE)
def test_pages_left_to_another_test_are_run_there(page: str) -> None:
    text = (ROOT / ELSEWHERE[page]).read_text(encoding="utf-8")
    assert Path(page).name in text
    assert "exec(" in text


@pytest.mark.parametrize("page", [page for page in PAGES if page in ON_FILES_OF_OTHERS])
def test_examples_on_files_of_others_name_what_is_there_and_tested(page: str) -> None:
    tested = (ROOT / ON_FILES_OF_OTHERS[page]).read_text(encoding="utf-8")
    for _, code in BLOCK.findall((DOCS / page).read_text(encoding="utf-8")):
        tree = ast.parse(code)
        imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
        assert imports
        exec(compile(ast.Module(list(imports), []), page, "exec"), {})
        readers = {alias.name for node in imports for alias in node.names if alias.name.startswith("read_")}
        assert {reader for reader in readers if reader not in tested} == set()
