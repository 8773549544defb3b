"""Running every attack over releases, or over a folder of results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from headwater.privacy.audit.attacks import ATTACKS
from headwater.privacy.audit.evidence import Evidence
from headwater.privacy.audit.verdict import Finding, Verdict
from headwater.privacy.releases import RELEASES, ReleaseTable, load_releases
from headwater.vocab import InputError

RELEASED = "released"
REPORTS = "reports"


def audit_releases(
    tables: Sequence[ReleaseTable],
    *,
    files: Sequence[Path] = (),
    root: Path | None = None,
    judged: Sequence[ReleaseTable] = (),
) -> Verdict:
    """Attack releases and files as an outsider would.

    tables: everything released, all waves and versions. files: reports and other released files. root: the folder that
    files are named from. judged: those of `tables` that stood an audit before, unchanged since: attacks
    that need one table alone are not made on them again. Raises InputError when a file cannot be opened or is a bomb.
    """
    evidence = Evidence(tuple(tables), tuple(files), root, judged=frozenset(map(id, judged)))
    for key, attack in ATTACKS.items():
        evidence.tried(key, 0)
        attack.run(evidence)
    findings = list(evidence.findings)
    for (key, severity), more in evidence.beyond.items():
        findings.append(Finding(key, severity, "all releases", f"{more} more findings of this kind are not listed."))
    titles = {key: attack.title for key, attack in ATTACKS.items()}
    return Verdict(tuple(findings), dict(evidence.checks), titles, tuple(evidence.unfinished))


def audit_folder(folder: Path) -> Verdict:
    """Attack a result folder: `released/audit.parquet`, and every file under `released` and `reports`.

    Raises InputError when the folder holds nothing released, or a file that cannot be opened.
    """
    released, reports = folder / RELEASED, folder / REPORTS
    files = [
        path for part in (released, reports) if part.is_dir() for path in sorted(part.rglob("*")) if path.is_file()
    ]
    if not files:
        raise InputError(
            f"{folder} holds nothing released: there is no folder {RELEASED} or {REPORTS} with files in it. "
            "Make one with `headwater analyse` or `headwater demo`."
        )
    tables = load_releases(released / RELEASES) if (released / RELEASES).is_file() else ()
    if not tables and any((released / "books").glob("*/*/book.json")):
        raise InputError(
            f"{folder} holds ScoreBooks but no {RELEASED}/{RELEASES} to audit them by. Run `headwater analyse` again."
        )
    return audit_releases(tables, files=files, root=folder)
