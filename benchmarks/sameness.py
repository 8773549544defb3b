"""Whether questions mean the same: 12 scales of 5 questions over 40 cuts for 100,000 people, from answers in memory.

Beside it, the moments of the same groups in pandas: one filter and one covariance a group, without any model.
"""

from __future__ import annotations

import time

import numpy as np

from headwater.scoring.answer_patterns import AnswerPatterns
from headwater.stats.invariance import Compared, judge_sameness

PEOPLE, TEAMS, SCALES, QUESTIONS, CUTS = 100_000, 12_000, 12, 5, 40


def main() -> None:
    """Print what each takes."""
    import pandas as pd

    rng = np.random.default_rng(1)
    team = rng.integers(0, TEAMS, PEOPLE).astype(np.int32)
    cuts = [rng.integers(0, rng.integers(2, 9), PEOPLE).astype(np.int16) for _ in range(CUTS)]
    scales = []
    for _ in range(SCALES):
        thing = 0.8 * rng.standard_normal(PEOPLE)
        told = [np.rint(3.6 + thing + 0.7 * rng.standard_normal(PEOPLE)) for _question in range(QUESTIONS)]
        scales.append([np.clip(codes, 1, 5).astype(np.int8) for codes in told])
    begun = time.process_time()
    compared: list[Compared] = []
    for answers in scales:
        patterns = AnswerPatterns.of(team, answers, [(1, 5)] * QUESTIONS)
        found = [patterns.compared(patterns.by_level(cut, int(cut.max()) + 1)) for cut in cuts]
        compared += [one for one in found if one is not None]
    counted = time.process_time() - begun
    verdicts = judge_sameness(compared)
    whole = time.process_time() - begun
    differs = sum(one.answer == "differs" for one in verdicts)
    begun = time.process_time()
    for answers in scales[:2]:
        frame = pd.DataFrame(dict(enumerate(answers)), dtype=float)
        for cut in cuts:
            for level in range(int(cut.max()) + 1):
                part = frame[cut == level]
                part.mean()
                part.cov()
    by_hand = (time.process_time() - begun) * SCALES / 2
    print(f"{len(verdicts)} comparisons, {differs} called different")
    print(f"{'moments':<40} {counted:6.2f} s of CPU, pandas by hand {by_hand:.1f} s")
    print(f"{'moments, models and verdicts':<40} {whole:6.2f} s of CPU")


if __name__ == "__main__":
    main()
