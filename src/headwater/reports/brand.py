"""The organisation's own look and words, from one small YAML file, checked before anything is drawn with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from headwater.reports.palette import DARK, FLOOR, LIGHT, PAIRS, contrast
from headwater.vocab import InputError, Problem

LogoKind = Literal["png", "svg"]
Noun = Literal["customer", "unit", "leader"]
NOUNS: tuple[Noun, ...] = ("customer", "unit", "leader")

DEFAULT_WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "en": {"customer": ("customer", "customers"), "unit": ("team", "teams"), "leader": ("leader", "leaders")},
        "es": {"customer": ("cliente", "clientes"), "unit": ("equipo", "equipos"), "leader": ("líder", "líderes")},
    }
)
MAX_LOGO_BYTES = 2_000_000
_HEX = re.compile(r"#[0-9A-Fa-f]{6}")
_FONT = re.compile(r"[\w .,&+-]{1,60}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PNG_START = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo as bytes, so that a Document needs no file beside it. width, height: pixels, for its proportions."""

    kind: LogoKind
    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Brand:
    """Name, logo, colours, fonts and words of an organisation. The default is the look of Headwater.

    colours: #RRGGBB by token (see `palette.LIGHT`), dark the same for screens in the dark. serif is for sentences that
    people read, sans for what they scan; each has a fallback that ordinary office computers have.
    """

    name: str = "Headwater"
    logo: Logo | None = None
    colours: Mapping[str, str] = field(default_factory=lambda: LIGHT)
    dark: Mapping[str, str] = field(default_factory=lambda: DARK)
    serif: str = "Source Serif 4"
    sans: str = "Inter"
    serif_fallback: str = "Georgia"
    sans_fallback: str = "Calibri"
    words: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=lambda: DEFAULT_WORDS)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the read-only tables as plain ones, so that a brand reaches other processes."""
        words = {language: dict(nouns) for language, nouns in self.words.items()}
        fonts = (self.serif, self.sans, self.serif_fallback, self.sans_fallback)
        return Brand, (self.name, self.logo, dict(self.colours), dict(self.dark), *fonts, words)

    def colour(self, token: str) -> str:
        """Return the #RRGGBB of a token. Raises KeyError for an unknown token."""
        return self.colours[token]

    def word(self, noun: Noun, language: str = "en", *, plural: bool = False) -> str:
        """Return the organisation's word for a noun in a language, else in English."""
        for words in (self.words, DEFAULT_WORDS):
            for candidate in (language, language.split("-", maxsplit=1)[0], "en"):
                if candidate in words and noun in words[candidate]:
                    return words[candidate][noun][1 if plural else 0]
        raise KeyError(noun)


def load_brand(path: Path) -> Brand:
    """Read a brand file.

    The YAML holds `name` and, as needed, `logo` (a PNG or SVG beside the file), `colours` and `dark`
    (token: "#RRGGBB"), `fonts` (serif, sans, serif_fallback, sans_fallback) and `words`
    (language: {customer|unit|leader: [one, many]}).
    Raises InputError with every problem found: unknown keys, a colour that is none, a pair of colours below a contrast
    of 4.5:1 (WCAG 2.2), a logo that is neither PNG nor SVG or carries script.
    """
    import yaml

    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(Problem("There is no such brand file.", "Check the path.", str(path))) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(Problem(f"This is not a readable YAML file: {error}", file=str(path))) from error
    if not isinstance(raw, dict):
        raise InputError(Problem("A brand file is a list of `key: value` lines, `name` among them.", file=str(path)))
    problems: list[Problem] = []

    def wrong(message: str, remedy: str = "", column: str = "") -> None:
        problems.append(Problem(message, remedy, str(path), column=column))

    known = {"name", "logo", "colours", "dark", "fonts", "words"}
    for key in raw.keys() - known:
        wrong(f"{key!r} is not a part of a brand.", f"Parts are {', '.join(sorted(known))}.", str(key))
    name = raw.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > 80 or _CONTROL.search(name):
        wrong("The brand needs a name of 1 to 80 characters on one line.", column="name")
        name = "?"
    colours = _colours(raw.get("colours"), LIGHT, "colours", wrong)
    dark = _colours(raw.get("dark"), DARK, "dark", wrong)
    fonts = _fonts(raw.get("fonts"), wrong)
    words = _words(raw.get("words"), wrong)
    logo = _logo(raw.get("logo"), path.parent, wrong)
    if problems:
        raise InputError(problems)
    return Brand(name=name.strip(), logo=logo, colours=colours, dark=dark, words=words, **fonts)


def _colours(raw: Any, base: Mapping[str, str], part: str, wrong: Any) -> Mapping[str, str]:
    if raw is None:
        return base
    if not isinstance(raw, dict):
        wrong('Colours are `token: "#RRGGBB"` lines.', column=part)
        return base
    changed = dict(base)
    for token, colour in raw.items():
        if token not in base:
            wrong(f"{token!r} is not a colour token.", "The tokens are in docs/reference/reports.md.", part)
        elif not isinstance(colour, str) or not _HEX.fullmatch(colour):
            wrong(f"{token} is {colour!r}.", 'Write colours as "#RRGGBB", in quotes.', part)
        else:
            changed[token] = colour.upper()
    if "teal" in raw and "dot" not in raw and _HEX.fullmatch(str(raw["teal"])):
        # The action colour is also the colour of a sure dot and of the deep grounds, unless the brand says otherwise.
        changed.update({token: changed["teal"] for token in ("dot", "deep") if token not in raw})
    if "need" in raw and "dot-need" not in raw and _HEX.fullmatch(str(raw["need"])):
        changed["dot-need"] = changed["need"]
    for text, ground in PAIRS:
        ratio = contrast(changed[text], changed[ground])
        if ratio < FLOOR:
            wrong(
                f"{text} {changed[text]} on {ground} {changed[ground]} has a contrast of {ratio:.1f}:1.",
                f"Choose colours with at least {FLOOR}:1.",
                part,
            )
    return MappingProxyType(changed)


def _fonts(raw: Any, wrong: Any) -> dict[str, str]:
    allowed = ("serif", "sans", "serif_fallback", "sans_fallback")
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        wrong("Fonts are `serif: name` and `sans: name` lines.", column="fonts")
        return {}
    fonts: dict[str, str] = {}
    for key, family in raw.items():
        if key not in allowed:
            wrong(f"{key!r} is not a font of a brand.", f"Fonts are {', '.join(allowed)}.", "fonts")
        elif not isinstance(family, str) or not _FONT.fullmatch(family):
            wrong(f"{key} is {family!r}, which is not the name of a font.", column="fonts")
        else:
            fonts[key] = family
    return fonts


def _words(raw: Any, wrong: Any) -> Mapping[str, Mapping[str, tuple[str, str]]]:
    if raw is None:
        return DEFAULT_WORDS
    if not isinstance(raw, dict):
        wrong("Words are given by language: `en: {unit: [depot, depots]}`.", column="words")
        return DEFAULT_WORDS
    words: dict[str, dict[str, tuple[str, str]]] = {key: dict(value) for key, value in DEFAULT_WORDS.items()}
    for language, nouns in raw.items():
        if not isinstance(nouns, dict):
            wrong(f"The words of {language!r} are not `noun: [one, many]` lines.", column="words")
            continue
        for noun, pair in nouns.items():
            if noun not in NOUNS:
                wrong(f"{noun!r} is not a word a brand may choose.", f"Choose {', '.join(NOUNS)}.", "words")
            elif not (
                isinstance(pair, list)
                and len(pair) == 2
                and all(isinstance(word, str) and 0 < len(word.strip()) <= 40 for word in pair)
                and not any(_CONTROL.search(word) for word in pair)
            ):
                wrong(f"{noun} in {language!r} needs one word for one and one for many.", "[depot, depots]", "words")
            else:
                words.setdefault(str(language), {})[noun] = (pair[0].strip(), pair[1].strip())
    return MappingProxyType({language: MappingProxyType(nouns) for language, nouns in words.items()})


def _logo(raw: Any, folder: Path, wrong: Any) -> Logo | None:
    if raw is None:
        return None
    if not isinstance(raw, str):
        wrong("The logo is the name of a PNG or SVG file.", column="logo")
        return None
    place = folder / raw
    try:
        if place.stat().st_size > MAX_LOGO_BYTES:
            wrong(f"The logo {raw} is larger than 2 MB.", "Save a smaller one.", "logo")
            return None
        data = place.read_bytes()
    except OSError:
        wrong(f"The logo {raw} cannot be read.", "Paths count from the brand file.", "logo")
        return None
    if data.startswith(_PNG_START) and data[12:16] == b"IHDR" and len(data) > 33:
        width, height = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
        if width and height:
            return Logo("png", data, width, height)
    size = _svg_size(data)
    if isinstance(size, str):
        wrong(f"The logo {raw} {size}", "Save it as PNG or as plain SVG.", "logo")
        return None
    return Logo("svg", data, *size)


def _svg_size(data: bytes) -> tuple[int, int] | str:
    """Width and height of an SVG without script, links or entities; otherwise what is wrong with it."""
    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException

    try:
        root = ElementTree.fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        return "declares entities."
    except ElementTree.ParseError:
        return "is neither PNG nor SVG."
    if root.tag.rpartition("}")[2] != "svg":
        return "is neither PNG nor SVG."
    for element in root.iter():
        if str(element.tag).rpartition("}")[2] in {"script", "foreignObject", "image", "use"}:
            return f"holds a {str(element.tag).rpartition('}')[2]} element."
        for key, value in element.attrib.items():
            if key.lower().startswith("on") or (key.endswith("href") and not value.startswith("#")):
                return "holds script or links."
    numbers = re.findall(r"[-+.\d]+", root.get("viewBox", ""))
    try:
        width, height = (
            (float(numbers[2]), float(numbers[3]))
            if len(numbers) == 4
            else tuple(float(re.sub(r"[a-z%]+$", "", root.get(side, ""))) for side in ("width", "height"))
        )
    except ValueError:
        return "has neither a viewBox nor a width and height."
    if not (0 < width < 1e5 and 0 < height < 1e5):
        return "has no size."
    return max(1, round(width)), max(1, round(height))
