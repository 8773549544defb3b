"""Whether drivers are as sure as they say: ranges, ranks and named first drivers where the truth is known.

Eight drivers correlate at .45, people of a team at .1; two have no effect of their own. Prints the table of
docs/explanation/drivers-and-importance.md.
"""

from __future__ import annotations

import numpy as np

from headwater.stats.driver_crosses import bootstrap_crosses, cluster_crosses, many_lmg

DRAWINGS, RESAMPLES, WITHIN_TEAMS, NOISE = 250, 200, 0.1, 0.6
EFFECTS = np.array([0.35, 0.25, 0.15, 0.10, 0.05, 0.02, 0.0, 0.0])
SIZES = ((60, 10), (60, 20), (150, 20), (400, 50), (2_000, 200))


def main() -> None:
    """Print coverage, how often the first driver is right, and how often that was claimed."""
    p = len(EFFECTS)
    inner = np.full((p, p), 0.45)
    np.fill_diagonal(inner, 1.0)
    full = np.eye(p + 1)
    full[:p, :p] = inner
    full[:p, p] = full[p, :p] = inner @ EFFECTS / np.sqrt(EFFECTS @ inner @ EFFECTS + NOISE)
    truth = many_lmg(full[None], p)[0][0, 0]
    truth = truth / truth.sum()
    root, rng = np.linalg.cholesky(inner), np.random.default_rng(1)
    print("people, teams: ranges cover, first right, claimed; right where ahead in 95%")
    for people, teams in SIZES:
        covered, right, claimed, named = [], [], [], []
        for drawing in range(DRAWINGS):
            team = np.sort(rng.integers(0, teams, people))
            own = np.sqrt(1 - WITHIN_TEAMS) * rng.standard_normal((people, p))
            x = (own + np.sqrt(WITHIN_TEAMS) * rng.standard_normal((teams, p))[team]) @ root.T
            noise = np.sqrt(1 - WITHIN_TEAMS) * rng.standard_normal(people)
            noise += np.sqrt(WITHIN_TEAMS) * rng.standard_normal(teams)[team]
            values = np.column_stack([x, x @ EFFECTS + np.sqrt(NOISE) * noise])
            crosses = cluster_crosses(values, np.ones(people, bool), team, teams, drivers=p).take(slice(None))
            found = bootstrap_crosses(crosses, replicates=RESAMPLES, seed=drawing, noise=0)
            covered.append((found.share_lower[0] <= truth) & (truth <= found.share_upper[0]))
            top = int(found.share[0].argmax())
            right.append(top == int(truth.argmax()))
            claimed.append(found.first[0, top])
            named += [right[-1]] if found.lead[0] >= 0.95 else []
        sure = f"{np.mean(named):.0%} of {len(named)}" if named else "none"
        print(
            f"{people:5d}, {teams:3d}: {np.mean(covered):.0%}, {np.mean(right):.0%}, {np.mean(claimed):.0%}; {sure}",
            flush=True,
        )


if __name__ == "__main__":
    main()
