"""What the auditor finds in released tables is said in Spanish on the page of the wave that it stopped."""

from __future__ import annotations

import ast
import re

import pytest

from headwater.vocab.translated_problems import translated_finding

from .messages import ROOT, forms
from .test_problems_in_spanish import known

TABLES = (
    "counting",
    "differences",
    "distributions",
    "overlaps",
    "rates",
    "scales",
    "servers",
    "shrinking",
    "unanimity",
)
"""Attacks on tables. Files are attacked on the command line, which speaks English."""
WORDS = re.compile(r"[a-z]{2,} [a-z]{2,}|leaves")


def found() -> set[str]:
    """Every form of what an attack on tables can say."""
    made = set[str]()
    for name in TABLES:
        for node in ast.walk(ast.parse((ROOT / "privacy" / "audit" / f"{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                made.update(forms(node, {}))
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_tell", "_tell_limit"):
                texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                made.update(re.sub(r"\{(\w+):\w+\}", r"%(\1)s", text) for text in texts)
    said = {form for form in made if WORDS.search(re.sub(r"%\(\w+\)s", "", form))}
    return {form for form in said if not form.endswith(": ")}


def test_every_finding_has_its_spanish() -> None:
    forms_found, spanish = found(), known()
    assert len(forms_found) > 40
    assert sorted(form for form in forms_found if not spanish.get(form)) == []


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        (
            "LX, spring: tenure: 2 years: d0 (12) less t0 (5), t1 (5) and 2 more leaves 2 respondents.",
            "LX, spring: tenure: 2 years: d0 (12) menos t0 (5), t1 (5) y 2 más deja 2 participantes.",
        ),
        (
            "LX: lx1 of t0 (6 people) is shown as 4.9, at the end of its range: nearly all are alike.",
            "LX: lx1 de t0 (6 personas) se muestra como 4.9, en el extremo de su escala: casi todos son iguales.",
        ),
        (
            "3 leaks found: 21 kinds of attack, 1,204 derivations and places tried.",
            "3 fugas encontradas: 21 tipos de ataque, 1,204 deducciones y lugares probados.",
        ),
        ("nobody: knows this", "nobody: knows this"),
    ],
)
def test_a_finding_is_said_again_beside_its_place(english: str, spanish: str) -> None:
    assert translated_finding(english, "es") == spanish
    assert translated_finding(english, "en") == english
