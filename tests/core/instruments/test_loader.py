"""Loading: what is read, and how every fault is named."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from headwater.instruments import LineProblem, check_instrument, library, load_instrument, standard_response_scales
from headwater.instruments import loader as loader_module
from headwater.instruments.nodes import MAX_BYTES, MAX_DEPTH, MAX_NODES
from headwater.vocab import InputError, Lens

GOOD = """\
format: 1
key: acme_mini
version: 1.10
lens: ex
title: {en: Mini, no: Liten}
purpose: {en: A test., no: En test.}
languages: [en, no]
source: Acme
licence: CC0-1.0
response_scales:
  two:
    low: 1
    high: 2
    favourable_from: 2
    unfavourable_to: 1
    labels:
      en: ["No", "Yes"]
      no: [Nei, Ja]
items:
  - key: acme_a
    text: {en: A is fine., no: A er bra.}
    response_scale: two
  - key: acme_b
    text: {en: B is bad., no: B er ille.}
    response_scale: two
    reverse: true
    shown_if: acme_a == 1
  - key: acme_c
    kind: single
    text: {en: "Which one?", no: "Hvilken?"}
    choices:
      - key: x
        text: {en: X, no: X}
      - key: y
        text: {en: Y, no: Y}
scales:
  - key: acme_ab
    name: {en: AB, no: AB}
    items: [acme_a, acme_b]
  - key: acme_all
    name: {en: All, no: Alt}
    role: index
    parts: [acme_ab]
"""


def write(folder: Path, text: str, name: str = "mini.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems_of(path: Path) -> list[LineProblem]:
    with pytest.raises(InputError) as caught:
        load_instrument(path)
    found = [problem for problem in caught.value.problems if isinstance(problem, LineProblem)]
    assert len(found) == len(caught.value.problems)
    return found


def swapped(old: str, new: str) -> str:
    assert GOOD.count(old) >= 1
    return GOOD.replace(old, new, 1)


def test_a_file_is_read_as_written(tmp_path: Path) -> None:
    mini = load_instrument(write(tmp_path, GOOD))
    assert (mini.key, mini.version, mini.lens) == ("acme_mini", "1.10", Lens.EX)
    assert mini.languages == ("en", "no")
    assert mini.response_scales["two"].labels == {"en": ("No", "Yes"), "no": ("Nei", "Ja")}
    assert [item.key for item in mini.items] == ["acme_a", "acme_b", "acme_c"]
    assert mini.item("acme_b").reverse
    assert not mini.item("acme_a").reverse
    assert mini.scale("acme_ab").role == "driver"
    assert mini.scale("acme_all").items == ("acme_a", "acme_b")
    assert check_instrument(tmp_path / "mini.yaml") == ()


def test_the_slow_reader_reads_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, GOOD)
    fast = load_instrument(path)
    monkeypatch.delattr(yaml, "CBaseLoader", raising=False)
    assert load_instrument(path) == fast


def test_a_byte_order_mark_is_no_hindrance(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_instrument(path).title["no"] == "Liten"


def test_the_version_can_be_demanded(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    assert load_instrument(str(path), "1.10").version == "1.10"
    with pytest.raises(InputError, match=r"holds version 1\.10, not 1\.1\."):
        load_instrument(path, "1.1")


def test_the_library_is_asked_by_key() -> None:
    assert load_instrument("lx_core") is load_instrument("lx_core@1.0") is load_instrument("lx_core", "1.0")
    assert list(library()) == sorted(library())
    with pytest.raises(InputError, match="no questionnaire 'lx_cor'"):
        load_instrument("lx_cor")
    with pytest.raises(InputError, match=r"no version '9\.0' of lx_core. It has 1\.0"):
        load_instrument("lx_core", "9.0")
    with pytest.raises(InputError, match="another version"):
        load_instrument("lx_core@1.0", "2.0")


def test_the_newest_version_counts_by_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, GOOD, "old.yaml")
    write(tmp_path, swapped("version: 1.10", "version: 1.9"), "new.yaml")
    monkeypatch.setattr(loader_module, "LIBRARY", tmp_path)
    loader_module._shelf.cache_clear()
    try:
        assert load_instrument("acme_mini").version == "1.10"
        assert load_instrument("acme_mini@1.9").version == "1.9"
        assert library()["acme_mini"].version == "1.10"
    finally:
        loader_module._shelf.cache_clear()


def test_standard_response_scales_have_known_thresholds() -> None:
    found = {
        key: (scale.low, scale.high, scale.unfavourable_to, scale.favourable_from)
        for key, scale in standard_response_scales().items()
    }
    assert found == {
        "agree5": (1, 5, 2, 4),
        "satisfied5": (1, 5, 2, 4),
        "frequency5": (1, 5, 2, 4),
        "effort7": (1, 7, 3, 5),
        "recommend11": (0, 10, 6, 9),
        "yes_no": (0, 1, 0, 1),
    }
    for scale in standard_response_scales().values():
        assert set(scale.labels) == {"en", "es", "fr", "de", "ar"}
        assert all(len(set(labels)) == scale.points for labels in scale.labels.values())


FAULTS = [
    ("key: acme_mini", "key: Acme Mini", 2, "key", "is not a key"),
    ("key: acme_mini\n", "key: acme_mini\nkay: 1\n", 3, "kay", "the field 'kay' is not known"),
    ("version: 1.10", "version: latest", 3, "version", "is not a version"),
    ("lens: ex", "lens: xx", 4, "lens", "'xx' is not known"),
    ("title: {en: Mini, no: Liten}", "title: {en: Mini}", 5, "title", "the words in no are missing"),
    ("title: {en: Mini, no: Liten}", "title: Mini", 5, "title", "words by language are expected"),
    ("title: {en: Mini,", "title: {en: Mini, xx: A,", 5, "title.xx", "xx is not among the languages"),
    ("[en, no]", "[en, no, en]", 7, "languages.3", "listed twice"),
    ("[en, no]", "[en, no, Deutsch]", 7, "languages.3", "is not a language code"),
    ("languages: [en, no]", "languages: en", 7, "languages", "a list is expected"),
    ("source: Acme\n", "", 1, "source", "is missing"),
    ("high: 2", "high: two", 13, "response_scales.two.high", "is not a whole number"),
    ("high: 2", "high: 3", 18, "response_scales.two.labels.no", "need 3 labels; there are 2"),
    ("high: 2", "high: 200", 12, "response_scales.two.low", "do not run upwards"),
    ("unfavourable_to: 1", "unfavourable_to: 2", 14, "response_scales.two.favourable_from", "do not fit"),
    ("      no: [Nei, Ja]\n", "", 16, "response_scales.two.labels", "the labels in no are missing"),
    ("[Nei, Ja]", "[Ja, Ja]", 18, "response_scales.two.labels.no.2", "given twice"),
    ("key: acme_b\n", "key: acme_a\n", 23, "items.acme_a.key", "the item key acme_a is used twice"),
    ("{en: A is fine., no: A er bra.}", "{en: A is fine.}", 21, "items.acme_a.text", "the words in no are missing"),
    ("{en: A is fine.,", '{en: "",', 21, "items.acme_a.text.en", "the words are missing"),
    ("response_scale: two", "response_scale: three", 22, "items.acme_a.response_scale", "no response scale 'three'"),
    ("reverse: true", "reverse: yes", 26, "items.acme_b.reverse", "'yes' is neither true nor false"),
    ("acme_a == 1", "acme_a == 7", 27, "items.acme_b.shown_if", "codes 1 to 2, not 7"),
    ("acme_a == 1", "acme_z == 1", 27, "items.acme_b.shown_if", "acme_z is not an earlier item"),
    ("acme_a == 1", "acme_a = 1", 27, "items.acme_b.shown_if", "is not a comparison"),
    ("reverse: true", "required: true", 26, "items.acme_b.required", "cannot be required"),
    ("kind: single", "kind: singel", 29, "items.acme_c.kind", "'singel' is not known"),
    ("kind: single", "kind: text", 31, "items.acme_c.choices", "a text item has no choices"),
    ("kind: single", "kind: single\n    reverse: true", 30, "items.acme_c.reverse", "cannot be reversed"),
    ("- key: y", "- key: x", 34, "items.acme_c.choices.x.key", "the choice key x is used twice"),
    ("[acme_a, acme_b]", "[acme_a, acme_q]", 39, "scales.acme_ab.items.2", "there is no item 'acme_q'"),
    ("[acme_a, acme_b]", "[acme_a, acme_c]", 39, "scales.acme_ab.items.2", "cannot be averaged"),
    ("[acme_a, acme_b]", "[acme_a, acme_a]", 39, "scales.acme_ab.items.2", "listed twice"),
    ("items: [acme_a, acme_b]", "min_answered: 1", 37, "scales.acme_ab.items", "has no items"),
    ("parts: [acme_ab]", "parts: [acme_zz]\n    items: [acme_a]", 43, "scales.acme_all.parts.1", "no scale 'acme_zz'"),
    ("parts: [acme_ab]", "parts: [acme_ab]\n    items: [acme_a]", 43, "scales.acme_all.parts.1", "not in acme_all"),
    ("role: index", "role: driver", 43, "scales.acme_all.parts", "only an index has parts"),
    ("- key: acme_all", "- key: acme_ab", 40, "scales.acme_ab.key", "the scale key acme_ab is used twice"),
    ("- key: acme_all", "- key: acme_a", 40, "scales.acme_a.key", "both a scale and an item"),
    (
        "    parts: [acme_ab]",
        "    parts: [acme_ab]\n    min_answered: 3",
        44,
        "scales.acme_all.min_answered",
        "2 items",
    ),
]


@pytest.mark.parametrize(("old", "new", "line", "field", "message"), FAULTS, ids=[f"{f[3]}-{f[4]}" for f in FAULTS])
def test_a_fault_names_line_and_field(tmp_path: Path, old: str, new: str, line: int, field: str, message: str) -> None:
    path = write(tmp_path, swapped(old, new))
    found = [problem for problem in problems_of(path) if problem.column == field and message in problem.message]
    assert len(found) == 1, [str(problem) for problem in problems_of(path)]
    assert found[0].row == line
    assert found[0].file == str(path)
    assert found[0].remedy
    assert f"line {line}, field {field}: " in str(found[0])


def test_all_faults_are_listed_in_order_of_lines(tmp_path: Path) -> None:
    text = GOOD.replace("lens: ex", "lens: xx").replace("reverse: true", "reverse: 1").replace("role: index", "role: x")
    found = problems_of(write(tmp_path, text))
    lines = [problem.row for problem in found]
    assert {4, 26, 42} <= set(lines)
    assert lines == sorted(lines, key=lambda line: line or 0)


def test_a_circle_of_parts_is_found(tmp_path: Path) -> None:
    text = GOOD.replace("parts: [acme_ab]", "items: [acme_a, acme_b]\n    parts: [acme_ab, acme_more]")
    text += (
        "  - key: acme_more\n    name: {en: More, no: Mer}\n    role: index\n"
        "    items: [acme_a, acme_b]\n    parts: [acme_all]\n"
    )
    messages = [problem.message for problem in problems_of(write(tmp_path, text))]
    assert messages == [
        "acme_all contains itself through its parts.",
        "acme_more contains itself through its parts.",
    ]


def test_a_circle_without_items_does_not_hang(tmp_path: Path) -> None:
    text = GOOD.replace("parts: [acme_ab]", "parts: [acme_all]")
    messages = " ".join(problem.message for problem in problems_of(write(tmp_path, text)))
    assert "acme_all contains itself" in messages


def test_mixed_response_scales_have_no_mean(tmp_path: Path) -> None:
    more = "  three:\n    low: 1\n    high: 3\n    favourable_from: 3\n    unfavourable_to: 1\n"
    more += "    labels:\n      en: [Low, Middle, High]\n      no: [Lav, Midt, Høy]\n"
    text = swapped("items:\n  - key: acme_a", more + "items:\n  - key: acme_a")
    text = text.replace("response_scale: two\n    reverse: true", "response_scale: three\n    reverse: true")
    found = [
        (problem.column, "different response scales" in problem.message)
        for problem in problems_of(write(tmp_path, text))
    ]
    assert found == [("scales.acme_ab.items", True), ("scales.acme_all.items", True)]


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("kind: recommend\n    response_scale: two", "answered 0 to 10, not 1 to 2"),
        ("kind: recommend\n    response_scale: two\n    reverse: true", "a recommend item cannot be reversed"),
    ],
)
def test_recommend_items_are_zero_to_ten_and_not_reversed(tmp_path: Path, item: str, message: str) -> None:
    text = swapped("response_scale: two\n  - key: acme_b", f"{item}\n  - key: acme_b")
    assert any(message in problem.message for problem in problems_of(write(tmp_path, text)))


BEST_WORST = """\
format: 1
key: acme_bw
version: "1"
lens: ex
title: {en: T}
purpose: {en: P}
languages: [en]
source: Acme
licence: CC0-1.0
items:
  - key: acme_choice
    kind: best_worst
    text: {en: Best and worst?}
    choices:
      - {key: a, text: {en: A}}
      - {key: b, text: {en: B}}
      - {key: c, text: {en: C}}
      - {key: d, text: {en: D}}
      - {key: e, text: {en: E}}
      - {key: f, text: {en: F}}
    sets:
      - [a, b, c]
      - [d, e, f]
      - [a, d, e]
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("[a, b, c]", "[a, b, z]", 22, "set 1 names unknown choices: z"),
        ("[a, b, c]", "[a, b, b]", 22, "set 1 shows a choice twice"),
        ("[a, b, c]", "[b, c]", 22, "best and worst need at least 3"),
        ("[a, b, c]", "[a, b, d]", 21, "no set shows c"),
        ("[a, d, e]", "[d, e, f]", 21, "share no choice"),
    ],
)
def test_a_bad_design_is_refused(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    path = write(tmp_path, BEST_WORST.replace(old, new, 1))
    assert [(problem.row, True) for problem in problems_of(path) if message in problem.message] == [(line, True)]


def test_an_unbalanced_design_is_a_warning(tmp_path: Path) -> None:
    path = write(tmp_path, BEST_WORST)
    (problem,) = check_instrument(path)
    assert problem.severity == "warning"
    assert "not balanced" in problem.message
    assert load_instrument(path).item("acme_choice").sets[2] == ("a", "d", "e")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"# nothing\n", "the file is empty"),
        (b"- a\n- b\n", "a questionnaire is a mapping"),
        (b"just words\n", "a questionnaire is a mapping"),
        (b"key: a\nkey: b\n", "line 2.*given twice, first in line 1"),
        (b"key: &x a\nversion: *x\n", "line 1.*anchors"),
        (b"key: !!python/object:os.system a\n", "line 1.*tags"),
        (b"key: a\n---\nkey: b\n", "line 2.*more than one document"),
        (b"key: a\n  bad: [\n", "not valid YAML"),
        (b"key: [a, b\n", "not valid YAML"),
        (b"key: a\ntitle: {en: \xff}\n", "line 2: the file is not UTF-8"),
        ("key: ä\n".encode("utf-16"), "not UTF-8"),
        (b"key: a\x00b\n", "not valid YAML"),
        (b"? [a, b]\n: c\n", "must be a word"),
    ],
)
def test_what_is_not_plain_yaml_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        load_instrument(path)
    assert str(path) in str(caught.value)
    assert [str(problem) for problem in check_instrument(path)] == [str(problem) for problem in caught.value.problems]


def test_growth_without_bound_is_refused(tmp_path: Path) -> None:
    deep = write(tmp_path, "key: " + "[" * 5_000 + "]" * 5_000, "deep.yaml")
    with pytest.raises(InputError, match=f"nested deeper than {MAX_DEPTH}"):
        load_instrument(deep)
    wide = write(tmp_path, "key: [" + "a," * (MAX_NODES + 1) + "]", "wide.yaml")
    with pytest.raises(InputError, match="more than 100,000 values"):
        load_instrument(wide)
    large = write(tmp_path, "# " + "x" * MAX_BYTES, "large.yaml")
    with pytest.raises(InputError, match="larger than 1,000,000 bytes"):
        load_instrument(large)
    laughs = "a: &a [x, x]\n" + "".join(f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdefg", "bcdefgh", strict=True))
    with pytest.raises(InputError, match="anchors"):
        load_instrument(write(tmp_path, laughs, "laughs.yaml"))


def test_an_absent_file_or_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.yaml: there is no such file"):
        load_instrument(tmp_path / "none.yaml")
    with pytest.raises(InputError, match="cannot be read"):
        load_instrument(tmp_path)
