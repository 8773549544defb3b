"""Do the questions mean the same: who may ask, what the page says, and where a comparison carries a caution."""

from __future__ import annotations

import csv
import html
import io
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client
from tests.rooms.conftest import NOW, Cast, signed_in, unit
from tests.rooms.explorer_cast import explored_wave

from headwater.rooms.learn.books import book_of
from headwater.rooms.learn.sameness_finding import STEP, sameness_of, work_out_sameness
from headwater.rooms.learn.working_out import STEPS, findings_folder, writing_findings
from headwater.rooms.listen.models import Wave
from headwater.rooms.people.models import Role
from headwater.rooms.people.services import give_role
from headwater.scoring import load_sameness, save_sameness
from headwater.vocab import CutSameness, InputError, QuestionApart, SamenessBook

pytestmark = pytest.mark.usefixtures("own_folders")

PAGE = "/learn/questions/"


@pytest.fixture
def wave(cast: Cast) -> Wave:
    return explored_wave(cast)


def kept(wave: Wave, *changed: CutSameness) -> SamenessBook:
    """Put verdicts in the place of those worked out, as far as they are given."""
    assert work_out_sameness(wave)
    found = sameness_of(wave)
    assert found is not None
    new = {(one.scale, one.cut): one for one in changed}
    assert set(new) <= set(found.by_pair)
    made = replace(found, verdicts=tuple(new.get((one.scale, one.cut), one) for one in found.verdicts), people=220)
    with writing_findings(wave, STEP) as folder:
        save_sameness(made, folder)
    return made


def failing(wave: Wave, **changed: object) -> CutSameness:
    """A verdict that one question stands apart among the long-serving."""
    column = next(one for one in book_of(wave).columns if one.role == "driver")
    item = next(one.subject for one in book_of(wave).columns if one.scale == column.subject)
    apart = QuestionApart("long", item, 0.4, 0.1, 0.5, False)
    one = CutSameness(column.subject, "tenure", "differs", ("short", "long"), (apart,), {"long": 0.3})
    return replace(one, **changed)  # type: ignore[arg-type]


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def found_scale(wave: Wave, number: int) -> str:
    """A scale of the wave by its place."""
    return [one.subject for one in book_of(wave).columns if one.role == "driver" and one.measure == "score"][number]


def test_before_anything_was_compared_it_says_so(cast: Cast) -> None:
    assert "No groups were compared yet" in text_of(signed_in(cast.analyst), PAGE)
    assert signed_in(cast.analyst).get(f"{PAGE}view.csv").status_code == 404


def test_it_opens_to_analysts_alone_and_names_no_group_that_is_too_small(cast: Cast, wave: Wave) -> None:
    assert STEPS[STEP](wave)
    for path in (PAGE, f"{PAGE}view.csv", f"{PAGE}view.xlsx"):
        assert Client().get(path).status_code == 302
        for user in (cast.outsider, cast.employee, cast.administrator, cast.privacy_officer, cast.top_leader):
            assert signed_in(user).get(path).status_code == 403, path
        for user in (cast.experience_lead, cast.analyst):
            assert signed_in(user).get(path).status_code == 200, path
    client = signed_in(cast.analyst)
    assert client.get(f"{PAGE}?wave=none").status_code == 404
    assert client.get(f"{PAGE}view.pptx").status_code == 404
    found = sameness_of(wave)
    assert found is not None
    assert {one.verdict for one in found.verdicts} == {"few"}
    assert all(one.levels == () for one in found.verdicts)
    assert found.people == 0
    text = text_of(client, PAGE)
    assert "It cannot be told yet whether the questions mean the same" in text
    assert "it needs two groups of 200 people" in text
    assert f"{len(found.verdicts)} comparisons have too few people to tell" in text
    assert "have too few people to tell" not in text_of(client, f"{PAGE}?only=few")
    assert "style=" not in text.replace('rel="stylesheet"', "")
    file: Path = findings_folder(wave, STEP) / "sameness.json"
    file.write_text(file.read_text()[:-20])
    with pytest.raises(InputError, match="no readable verdicts"):
        load_sameness(file.parent)


WORDS: tuple[tuple[dict[str, object], str], ...] = (
    ({"verdict": "loose", "apart": (), "gaps": {}}, "do not hang together as one scale"),
    ({"verdict": "unsettled", "apart": (), "gaps": {}}, "no model of these answers could be fitted"),
    ({"verdict": "same", "apart": (), "gaps": {}, "is_ease_only": True}, "equally easy was judged"),
    ({"apart": (), "gaps": {}}, "which ones was not looked for"),
    ({"apart": (QuestionApart("long", "", -0.4, -0.2, 0.5, False),)}, "by up to 0.2 points"),
    ({"apart": (QuestionApart("long", "x", 0.0, 0.0, 0.5, True),)}, "tells something else of the scale"),
    ({"apart": (QuestionApart("long", "x", -0.3, -0.1, 0.5, True),), "gaps": {"long": -0.2}}, "0.2 points below"),
)


def test_a_failure_names_the_question_the_group_and_what_it_does(cast: Cast, wave: Wave) -> None:
    one, client = failing(wave), signed_in(cast.analyst)
    found = kept(wave, one, replace(one, scale=found_scale(wave, 1), verdict="same", apart=(), gaps={}))
    text = text_of(client, PAGE)
    assert "1 scale does not mean the same to all groups" in text
    assert "points higher than “short” at the same level of the scale" in text
    assert "“long” answers" in text
    assert "That alone raises its score by 0.1 points. Its score is 0.3 points above that of “short”." in text
    assert "Compared: short, long" in text
    assert text.index("Compare with care</b>") < text.index("Nothing speaks against comparing</span>")
    only = text_of(client, f"{PAGE}?only=differs")
    assert "Nothing speaks against comparing</span>" not in only
    assert f"{len(found.verdicts) - 1} further comparisons are left out" in only
    assert "There is no such comparison" in text_of(client, f"{PAGE}?only=loose")
    rows = list(csv.reader(io.StringIO(client.get(f"{PAGE}view.csv?only=differs").content.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert rows[1][4] == "long"
    assert rows[1][6:] == ["0.4", "0.1", "0.5", "0.3"]
    assert client.get(f"{PAGE}view.xlsx").content[:2] == b"PK"
    spanish = html.unescape(client.get(PAGE, headers={"accept-language": "es"}).content.decode())
    assert "Comparar con cautela" in spanish
    assert "Solo eso sube su puntuación 0,1 puntos." in spanish
    assert "Compare with care" not in spanish
    for changed, said in WORDS:
        kept(wave, failing(wave, **changed))
        assert said in text_of(client, PAGE), changed


CAUTION = "do not mean the same throughout “Tenure”"


def test_a_comparison_of_levels_carries_one_sentence_where_its_questions_differ(cast: Cast, wave: Wave) -> None:
    one = failing(wave)
    kept(wave, one)
    client, score = signed_in(cast.analyst), f"score:{one.scale}"
    cut, part = "tenure~short", "tenure~long"
    shown: tuple[tuple[str, dict[str, str]], ...] = (
        ("", {"cut": cut}),
        ("score/", {"cut": cut, "score": score}),
        ("compare/", {"cut": cut, "part": part}),
        ("compare/", {"cut": cut}),
    )
    for view, query in shown:
        text = text_of(client, f"/learn/explorer/{view}?{urlencode(query)}")
        assert text.count(CAUTION) == 1, (view, query)
        assert f"{PAGE}?wave={wave.pk}&amp;cut=tenure&amp;only=differs" in text
        assert "Do the questions mean the same?" in text
    quiet: tuple[tuple[str, dict[str, str]], ...] = (
        ("", {}),
        ("score/", {"score": score}),
        ("score/", {"cut": cut, "score": f"score:{found_scale(wave, 1)}"}),
        ("compare/", {"unit": "d0-d", "other": "d1-d"}),
    )
    for view, query in quiet:
        assert CAUTION not in text_of(client, f"/learn/explorer/{view}?{urlencode(query)}"), (view, query)
    # Two levels that answer alike are compared without a word, whatever a third does.
    apart = replace(one.apart[0], level="other")
    kept(wave, replace(one, levels=("short", "long", "other"), apart=(apart,), gaps={}))
    both = urlencode({"cut": cut, "part": part})
    assert CAUTION not in text_of(client, f"/learn/explorer/compare/?{both}")
    assert CAUTION in text_of(client, f"/learn/explorer/compare/?{urlencode({'cut': cut})}")
    # Who explores a part is told nothing of the scores of the whole.
    kept(wave, one)
    give_role(user=cast.outsider, role=Role.ANALYST, unit=unit("d0-d"), actor="test", now=NOW)
    part_client = signed_in(cast.outsider)
    text = text_of(part_client, PAGE)
    assert "That alone raises its score by 0.1 points." in text
    assert "0.3 points above" not in text
    rows = part_client.get(f"{PAGE}view.csv?only=differs").content.decode("utf-8-sig").splitlines()
    assert rows[1].endswith(",0.4,0.1,0.5,")
