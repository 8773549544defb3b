"""Answers of other products come in through the pages of a real browser: recognised, dry run, losses told, released."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.web.conftest import PHONE, SignIn, faults, sideways

if TYPE_CHECKING:
    from playwright.sync_api import Page


def check(page: Page, dark: Page) -> None:
    """axe finds nothing, and nothing runs over, at the desk and on a phone in the dark."""
    wrong = faults(page)
    dark.goto(page.url)
    wrong += [f"dark, 360 px: {fault}" for fault in faults(dark)]
    if (over := sideways(dark)) > 0:
        wrong.append(f"{over} px wider than a phone")
    assert not wrong, page.url + "\n" + "\n".join(wrong)


def look_at_file(page: Page, dark: Page, *files: Path) -> None:
    """Upload answers, and their survey beside them."""
    page.goto("/listen/moving/")
    check(page, dark)
    for field, path in zip(("file", "survey"), files, strict=False):
        page.set_input_files(f"input[name={field}]", path)
    page.click("main form .btn.go")
    page.wait_for_selector("#becomes")
    check(page, dark)


def make_dry_run(page: Page, *, title: str, k: int) -> None:
    """Say what it becomes, keep the guess of what is what."""
    page.fill("input[name=title]", title)
    page.fill("input[name=k]", str(k))
    page.fill("input[name=comment_k]", str(k))
    page.fill("input[name=wave]", "Spring 2025")
    page.fill("input[name=first_day]", "2025-03-01")
    page.fill("input[name=last_day]", "2025-03-21")
    page.check("input[name=units][value=own]")
    page.click("main form .btn.go")
    page.wait_for_selector("button[value=apply]")


def bring_in(page: Page) -> None:
    """Leave out what is wrong, bring in the rest, release it."""
    if page.locator("input[name=leave_out]").count():
        page.check("input[name=leave_out]")
    page.click("button[value=apply]")
    page.wait_for_selector("button[value=release]")
    assert page.inner_text("h1") == "The answers are in."


def test_a_qualtrics_export_with_its_survey(sign_in: SignIn, shared: Path) -> None:
    page, dark = sign_in("experience lead"), sign_in("experience lead", size=PHONE, dark=True)
    samples = shared / "samples"
    look_at_file(page, dark, samples / "qualtrics_no_basis_legacy3hdr.csv", samples / "qualtrics_no_basis.qsf")
    assert "Qualtrics" in page.inner_text(".lede")
    make_dry_run(page, title="Moved from Qualtrics", k=3)
    lost = page.inner_text("section:has(#lost)")
    assert "IPAddress" in lost
    assert "LocationLatitude" in lost
    check(page, dark)
    with page.expect_download() as loading:
        page.click("section:has(#lost) a[href$='losses.csv']")
    assert "IPAddress" in loading.value.path().read_text(encoding="utf-8-sig")
    bring_in(page)
    check(page, dark)
    page.click("button[value=release]")
    page.wait_for_selector("button[value=release]", state="detached")
    assert "Released" in page.inner_text("main")
    check(page, dark)
    page.click("text=See and export what was released")
    check(page, dark)


def test_an_spss_file_without_ratings(sign_in: SignIn, shared: Path) -> None:
    page, dark = sign_in("analyst"), sign_in("analyst", size=PHONE, dark=True)
    look_at_file(page, dark, shared / "samples" / "spss_sample_large.sav")
    assert "SPSS" in page.inner_text(".lede")
    make_dry_run(page, title="Moved from SPSS", k=5)
    assert "485" in page.inner_text("h1")
    check(page, dark)
    bring_in(page)
    page.click("button[value=release]")
    page.wait_for_selector("text=Too few, or nothing that can be scored: no result is shown.")
    check(page, dark)


def test_an_spss_file_with_ratings_and_units(sign_in: SignIn, tmp_path: Path) -> None:
    path = pulse_in_spss(tmp_path)
    page, dark = sign_in("analyst"), sign_in("analyst", size=PHONE, dark=True)
    look_at_file(page, dark, path)
    page.select_option("select[name=unit_column]", "unit")
    make_dry_run(page, title="A pulse from SPSS", k=5)
    check(page, dark)
    bring_in(page)
    page.click("button[value=release]")
    page.wait_for_selector("text=See and export what was released")
    page.goto("/learn/")
    assert "A pulse from SPSS" in page.inner_text("main")
    check(page, dark)
    page.click("tr:has-text('A pulse from SPSS') a")
    page.wait_for_url("**/learn/waves/*/0/")
    check(page, dark)
    page.click("text=Units below")
    assert page.locator("main details.fold a").all_inner_texts() == ["east", "west"]


def pulse_in_spss(folder: Path) -> Path:
    """Sixty answers to the pulse in two units, as SPSS keeps them."""
    import numpy as np

    from headwater.formats.spss import write_spss_answers
    from headwater.instruments import load_instrument
    from headwater.vocab import AnswerTable, Study

    pulse = load_instrument("pulse")
    draw = np.random.default_rng(4)
    rated = [item.key for item in pulse.items if item.kind == "scale"]
    answers = {key: draw.integers(1, 6, 60).astype(np.int8) for key in rated}
    table = AnswerTable(("east", "west"), np.repeat(np.arange(2, dtype=np.int32), 30), answers)
    path = folder / "pulse.sav"
    write_spss_answers(path, table, pulse, study=Study("s", "S", "identified"))
    return path
