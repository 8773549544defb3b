"""Write `headwater/stats/__init__.py`: one name for every public function and result of the modules below it."""

from __future__ import annotations

import ast
from pathlib import Path

STATS = Path(__file__).resolve().parents[1] / "src" / "headwater" / "stats"

HEAD = '''"""Pure numerics on arrays: no I/O, no clock, one documented function a method.

Every public function and result type can be imported from here. Written by `scripts/stats_surface.py`.
"""

'''


def public_names(path: Path) -> list[str]:
    """Return a module's `__all__`."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "__all__" for target in node.targets):
            return sorted(ast.literal_eval(node.value))
    raise SystemExit(f"{path.name} has no __all__")


def main() -> None:
    """Write the surface; refuse a name that two modules claim."""
    modules = {path.stem: public_names(path) for path in sorted(STATS.glob("[a-z]*.py"))}
    seen: dict[str, str] = {}
    for module, names in modules.items():
        for name in names:
            if name in seen:
                raise SystemExit(f"{name} is in {seen[name]} and in {module}")
            seen[name] = module
    lines = [f"from headwater.stats.{module} import {', '.join(names)}\n" for module, names in modules.items() if names]
    everything = ",\n".join(f'    "{name}"' for name in sorted(seen))
    (STATS / "__init__.py").write_text(HEAD + "".join(lines) + f"\n__all__ = [\n{everything},\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
