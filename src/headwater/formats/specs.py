"""Mapping files: YAML that says what a file's columns mean, read strictly so that a slip of the pen is named."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from headwater.formats.tables import nearest
from headwater.vocab import InputError, Problem

SpecSource = Path | str | Mapping[str, Any]
"""A YAML file, or the same as a dict."""

_LARGEST = 2_000_000


class Spec:
    """One level of a mapping file. Each `take_` removes a key; `finish` refuses the keys that nobody asked for."""

    def __init__(self, content: Mapping[str, Any], file: str, place: str = "") -> None:
        """Take the keys of one level. `place` names it in messages, as `items.lx_1`."""
        self.file, self.place = file, place
        self._left = {str(key): value for key, value in content.items()}
        self._asked: list[str] = []

    def error(self, message: str, remedy: str = "", key: str = "") -> InputError:
        """Make an error that names the file and the key."""
        where = ".".join(part for part in (self.place, key) if part)
        return InputError(Problem(f"`{where}` {message}" if where else message, remedy, self.file))

    def take(self, key: str, default: Any = None) -> Any:
        """Take a value as it is."""
        self._asked.append(key)
        return self._left.pop(key, default)

    def take_text(self, key: str, default: str = "") -> str:
        """Take a text; numbers become text."""
        value = self.take(key, default)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self.error(f"must be a text, not {type(value).__name__}.", f"Write `{key}: name`.", key)
        return str(value)

    def need_text(self, key: str, remedy: str) -> str:
        """Take a text that must be there."""
        value = self.take_text(key)
        if not value:
            raise self.error("is missing.", remedy, key)
        return value

    def take_number(self, key: str) -> float | None:
        """Take a number, None when absent."""
        value = self.take(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise self.error("must be a number.", f"Write `{key}: 1`.", key)
        return value

    def take_flag(self, key: str, default: bool = False) -> bool:
        """Take true or false."""
        value = self.take(key, default)
        if not isinstance(value, bool):
            raise self.error("must be true or false.", f"Write `{key}: true`.", key)
        return value

    def take_texts(self, key: str) -> tuple[str, ...]:
        """Take a list of texts; one text counts as a list of one."""
        value = self.take(key, ())
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            value = [value]
        if not isinstance(value, list | tuple):
            raise self.error("must be a list.", f"Write `{key}: [one, two]`.", key)
        for text in value:
            if isinstance(text, bool) or not isinstance(text, str | int | float):
                remedy = "Put words such as Yes and No between double quotes."
                raise self.error(f"holds {text!r}, which is no text.", remedy, key)
        return tuple(map(str, value))

    def take_mapping(self, key: str) -> dict[str, Any]:
        """Take a mapping; its keys become texts."""
        value = self.take(key, {})
        if not isinstance(value, Mapping):
            raise self.error("must hold `name: value` lines.", "", key)
        for name in value:
            if isinstance(name, bool) or name is None:
                remedy = "Put words such as Yes and No between double quotes."
                raise self.error(f"has the key {name!r}, which is no text.", remedy, key)
        return {str(name): inner for name, inner in value.items()}

    def finish(self) -> None:
        """Refuse keys that are left over, with the nearest key that is known."""
        problems: list[Problem] = []
        for key in self._left:
            near = nearest(key, self._asked)
            remedy = f"Did you mean `{near}`?" if near else f"Known here: {', '.join(sorted(self._asked))}."
            problems.append(*self.error("is not known.", remedy, key).problems)
        if problems:
            raise InputError(problems)


def read_spec(source: SpecSource) -> Spec:
    """Read a mapping file. Raises InputError when it is missing, too large, not YAML, or not a list of keys."""
    if isinstance(source, Mapping):
        return Spec(source, "mapping")
    import yaml

    path = Path(source)
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError(Problem("the mapping file is too large.", "Is this the data file?", path.name))
        content = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError(Problem("there is no such file.", "Check the path.", str(source))) from None
    except OSError as error:
        raise InputError(Problem(f"the file cannot be read: {error.strerror}.", "Check the path.", path.name)) from None
    except UnicodeDecodeError:
        raise InputError(Problem("the mapping file is not UTF-8.", "Save it as UTF-8.", path.name)) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        words = getattr(error, "problem", None) or "it is not YAML"
        row = mark.line + 1 if mark is not None else None
        raise InputError(Problem(f"{words}.", "Check indents and colons.", path.name, row)) from None
    if not isinstance(content, Mapping):
        raise InputError(Problem("the mapping file must hold `name: value` lines.", "", path.name))
    return Spec(content, path.name)
