"""My team on paper: one A4 page, whoever's team it is."""

from __future__ import annotations

import re

from tests.e2e.web.conftest import SignIn

PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
MOST = 12


def test_my_team_prints_to_one_a4_page(sign_in: SignIn) -> None:
    page = sign_in("top leader")
    page.wait_for_selector("header .me")
    page.goto("/learn/team/")
    first = re.fullmatch(r".*(/learn/team/[0-9a-f-]{36}/)(\d+)/", page.url)
    assert first is not None, page.url
    lengths: dict[str, int] = {}
    for row in range(MOST):
        answer = page.goto(f"{first[1]}{row}/")
        assert answer is not None
        assert answer.ok
        lengths[page.url] = len(PAGE.findall(page.pdf(format="A4", prefer_css_page_size=True)))
    assert set(lengths.values()) == {1}, lengths
