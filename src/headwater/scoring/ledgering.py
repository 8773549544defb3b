"""The ledger guards every release: what a ScoreBook shows is judged against all that was shown of the same answers.

A ledger holds which totals were released, never a number. An answer set is a study's wave. Whether two releases are of
the same answers is told without keeping anything of them: the earlier release is made again from the answers at hand,
under its own settings, and held against the digests of what it showed, which everybody saw. Where a private folder
keeps the sums of every version of the answers, other answers (late, corrected) are judged too; else they are refused.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from headwater.engine import load_moments, save_moments
from headwater.org import number_units
from headwater.privacy import (
    RESPONDENTS,
    Cells,
    Conflict,
    Ledger,
    Release,
    only_keeper,
    restrict,
)
from headwater.scoring.shown_totals import figures_of, release_of
from headwater.scoring.specification import Specification
from headwater.scoring.superseding import (
    VERSIONS,
    NotComparableError,
    Version,
    cells_of,
    covers,
    joined_cells,
    same_answers,
    skipped,
    versions_with,
)
from headwater.scoring.unanimity import alike_together
from headwater.scoring.wave import score_moments
from headwater.vocab import Cut, InputError, Moments, Problem, ScoreBook, UnitTree
from headwater.vocab.store_layout import check_key

MOST_NAMED = 4
"""Questions and groups that a refusal names."""


@dataclass(frozen=True)
class Ledgers:
    """Where the ledgers of a study's waves lie.

    folders: each holds one, all are brought to the same. sums: a private folder beside sealed answers that keeps the
    moments of every version, None where no answers are kept.
    """

    folders: tuple[Path, ...]
    sums: Path | None = None

    def files(self, study: str, wave: str) -> list[Path]:
        """Return the ledger of a wave in every folder."""
        return [
            folder / check_key(study, "study") / f"{check_key(wave, 'wave')}.json"
            for folder in sorted({folder.resolve() for folder in self.folders})
        ]

    def kept(self, study: str, wave: str, token: str) -> Path | None:
        """Return where the sums of a version are kept."""
        return None if self.sums is None else self.sums / study / wave / f"{token}.npz"


@dataclass(frozen=True)
class Outcome:
    """What a ledger says of a release. head: the ledger's last entry at that time.

    token: the version of the answers. fresh: what is to be recorded, None when all of it was released before. anew:
    whether the ledger must begin anew for it.
    """

    head: str
    token: str
    fresh: Release | None
    anew: bool = False


@dataclass(frozen=True)
class Proposal:
    """A release that was judged and found safe. Nothing of it is recorded until `commit`."""

    ledgers: Ledgers
    book: ScoreBook
    moments: Moments
    specification: Specification
    unseen: str
    outcome: Outcome

    def commit(self) -> None:
        """Record the release, durably, before anybody sees it.

        Another process may have released meanwhile: then it is judged again, and `unseen` does not speak of what came
        since. Raises InputError as `propose_release`.
        """
        book, outcome = self.book, self.outcome
        with _opened(self.ledgers, book) as ledgers:
            main = ledgers[0]
            if main.head != outcome.head:
                outcome = _judge(self.ledgers, main, book, self.moments, self.specification)
            kept = self.ledgers.kept(book.study.key, book.wave.key, outcome.token)
            if kept is not None and not (kept.exists() and covers(load_moments(kept), self.moments)):
                kept.parent.mkdir(parents=True, exist_ok=True)
                save_moments(kept, self.moments)
            if outcome.anew:
                main.begin_anew(self.unseen)
            if outcome.fresh is not None:
                main.record(outcome.fresh)
            for other in ledgers[1:]:
                other.take_over(main)


def propose_release(
    book: ScoreBook, moments: Moments, specification: Specification, ledgers: Ledgers, *, unseen: str = ""
) -> Proposal:
    """Judge a ScoreBook against everything released before over the same answers. Records nothing of it.

    book, moments, specification: what `score_wave` made, of which and how. unseen: why nobody has seen the earlier
    results of this wave, if so: where they stand in the way, its ledger begins anew. Raises InputError that says which
    groups two releases would give away and what to do, when other answers of the wave were released and cannot be
    compared, and when a ledger is damaged.
    """
    with _opened(ledgers, book) as found:
        main = found[0]
        try:
            outcome = _judge(ledgers, main, book, moments, specification)
        except InputError:
            if not unseen:
                raise
            empty = Ledger(main.study, main.wave, main.k)
            outcome = replace(_judge(ledgers, empty, book, moments, specification), head=main.head, anew=True)
    return Proposal(ledgers, book, moments, specification, unseen, outcome)


def commit_release(
    book: ScoreBook, moments: Moments, specification: Specification, ledgers: Ledgers, *, unseen: str = ""
) -> None:
    """Judge a ScoreBook and record it, before anybody sees it. Raises InputError as `propose_release`."""
    propose_release(book, moments, specification, ledgers, unseen=unseen).commit()


@contextmanager
def _opened(where: Ledgers, book: ScoreBook) -> Iterator[list[Ledger]]:
    """Yield the ledgers of a wave, held against other processes; the first has what any of them has."""
    with ExitStack() as held:
        ledgers = []
        for file in where.files(book.study.key, book.wave.key):
            file.parent.mkdir(parents=True, exist_ok=True)
            held.enter_context(only_keeper(file.parent))
            ledgers.append(Ledger.load(file) if file.exists() else _new(book, file))
        if not ledgers:
            raise ValueError("name at least one folder for the ledgers")
        for other in ledgers[1:]:
            ledgers[0].take_over(other)
        yield ledgers


def _new(book: ScoreBook, file: Path) -> Ledger:
    return Ledger(book.study.key, book.wave.key, book.study.k, file)


def _judge(where: Ledgers, ledger: Ledger, book: ScoreBook, moments: Moments, specification: Specification) -> Outcome:
    """Judge a release. Raises InputError when it is not safe, or cannot be judged."""
    fresh = release_of(book, specification)
    shows = fresh.about["shows"]
    for earlier in ledger.releases:
        before = earlier.about["shows"]
        if earlier.k >= book.study.k and all(before.get(name) == digest for name, digest in shows.items()):
            return Outcome(ledger.head, str(earlier.about["answers"]), None)
    tokens = list(dict.fromkeys(str(release.about["answers"]) for release in ledger.releases))
    known = {token: _kept(where, book, token) for token in tokens}
    token = next((token for token, sums in known.items() if sums is not None and same_answers(sums, moments)), "")
    token = token or next(
        (
            str(release.about["answers"])
            for release in ledger.releases
            if known[str(release.about["answers"])] is None and _made_again(release, book, moments, specification)
        ),
        "",
    )
    token = token or secrets.token_hex(8)
    fresh = replace(fresh, about={**fresh.about, "answers": token})
    if ledger.releases:
        if any(sums is None for one, sums in known.items() if one != token):
            raise _refusal(book, _why_unknown(ledger, book, moments))
        others = [Version(one, sums) for one, sums in known.items() if sums is not None and one != token]
        held = known.get(token)
        mine = held if held is not None and covers(held, moments) else moments
        _stand(ledger, fresh, book, [*others, Version(token, mine)], specification)
    return Outcome(ledger.head, token, fresh)


def _kept(where: Ledgers, book: ScoreBook, token: str) -> Moments | None:
    path = where.kept(book.study.key, book.wave.key, token)
    return load_moments(path) if path is not None and path.exists() else None


def _made_again(release: Release, book: ScoreBook, moments: Moments, specification: Specification) -> bool:
    """Whether the answers at hand give an earlier release number for number, under its own settings."""
    cuts = release.about["cuts"]
    if not set(cuts) <= set(moments.plan.cuts):
        return False
    try:
        again = score_moments(
            moments,
            study=replace(
                book.study,
                k=release.k,
                comment_k=max(book.study.comment_k, release.k),
                cuts=tuple(Cut(key, key, tuple(levels)) for key, levels in cuts.items()),
            ),
            wave=book.wave,
            tree=_tree_of(release),
            specification=specification,
        )
    except InputError:  # these answers name units that the earlier tree lacks
        return False
    found = figures_of(again)
    return all(found.get(name) == digest for name, digest in release.about["shows"].items())


def _tree_of(release: Release) -> UnitTree:
    ids, parents = release.about["units"], release.about["parents"]
    return number_units(ids, ["" if above < 0 else ids[above] for above in parents])


def _stand(
    ledger: Ledger, fresh: Release, book: ScoreBook, versions: Sequence[Version], specification: Specification
) -> None:
    """Judge a release over the versions of the answers. Raises InputError when it is not safe."""
    tokens = [version.token for version in versions]
    try:
        views: Iterator[Cells]
        if len(versions) == 1:
            judge, proposed, views = ledger, fresh, iter([cells_of(versions[0].moments)])
        else:
            earlier = [_of_version(release, tokens) for release in ledger.releases]
            judge = Ledger(ledger.study, ledger.wave, ledger.k, releases=earlier)
            proposed, views = _of_version(fresh, tokens), joined_cells(versions)
        proposed = replace(proposed, name="this release")
        for cells in views:
            if found := judge.conflicts(proposed, cells):
                raise _refusal(book, *_words(ledger, proposed, found))
        if len(versions) == 1:
            moments = versions[0].moments
            if why := alike_together(ledger.releases, proposed, cells_of(moments), moments, specification):
                raise _refusal(book, why, _same_as_before(ledger))
    except NotComparableError as error:
        why = f"its answers are not those released before, and the two cannot be laid beside each other: {error}."
        raise _refusal(book, why) from error
    except ValueError as error:
        why = f"what was released before rests on something that these answers do not say: {error}."
        raise _refusal(book, why, "Read the same questions and cuts as before.") from error


def _of_version(release: Release, tokens: Sequence[str]) -> Release:
    return replace(
        release, totals=restrict(release.totals, **{VERSIONS: versions_with(release.about["answers"], tokens)})
    )


def _words(ledger: Ledger, proposed: Release, found: Sequence[Conflict]) -> tuple[str, str]:
    """Say which groups a release would give away, and what to do."""
    first = found[0]
    family = first.families[0]
    of = ""
    if family != RESPONDENTS:
        who = "skipped" if family == skipped(_asked(family)) else "answered"
        of = f" of those who {who} {_some(list(dict.fromkeys(_subject(name) for name in first.families)))}"
    parts = [f"{_some(list(dict.fromkeys(first.proposed)))} of this release"] if first.proposed else []
    for name in dict.fromkeys(name for name, _ in first.earlier):
        labels = list(dict.fromkeys(label for owner, label in first.earlier if owner == name))
        parts.append(f"{_some(labels)} of the release with {name}")
    would = "would give" if first.proven else "may give (there is too much to search it all)"
    group = f"a group of fewer than {ledger.strictest(proposed)}{of}"
    why = f"together with what was released before, it {would} away {group}: {'; '.join(parts)}."
    return why, _same_as_before(ledger)


def _same_as_before(ledger: Ledger) -> str:
    strictest = max(release.k for release in ledger.releases)
    same = f"Use the same k ({strictest}), organisation and cuts as before: the earlier results stand."
    return f"{same} A wave stays in the organisation of its time (`reorganisations` in the project file)."


def _asked(family: str) -> str:
    """The family of those who answered, also for the name of those who skipped."""
    return family.removeprefix(skipped(""))


def _subject(family: str) -> str:
    return _asked(family).partition(":")[2]


def _some(names: Sequence[str]) -> str:
    """List a few names."""
    listed = ", ".join(repr(name) for name in names[:MOST_NAMED])
    return listed + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")


def _why_unknown(ledger: Ledger, book: ScoreBook, moments: Moments) -> str:
    """Say why these answers cannot be told to be those of an earlier release."""
    cuts = [cut for release in ledger.releases for cut in release.about["cuts"] if cut not in moments.plan.cuts]
    if cuts:
        return f"it was released before with the cut {cuts[0]!r}, which this analysis does not read. Map it again."
    here = {column.key for column in book.columns}
    asked = [
        name.partition("|")[2]
        for release in ledger.releases
        for name in release.about["shows"]
        if name.partition("|")[2] not in {*here, "people"} and not name.startswith("|shares:")
    ]
    if asked:
        return f"it was released before with {asked[0]!r}, which this analysis does not read."
    return (
        "its answers are not those from which it was released before (late, corrected or other answers), and those are "
        "not at hand."
    )


def _refusal(book: ScoreBook, why: str, remedy: str = "") -> InputError:
    what = f"wave {book.wave.key!r} of study {book.study.key!r} is not released: {why}"
    remedy = remedy or "Analyse the same answers, or both with --store, which keeps what it takes to compare them."
    way_out = "If nobody has seen the earlier results, say why with --unseen."
    return InputError(Problem(what, f"{remedy} {way_out}"))
