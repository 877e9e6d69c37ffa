"""`python -m soak`: trials until so many kills and faults have been met; ends with 1 where anything was lost."""

import argparse
import sys
from pathlib import Path

from soak.kept import Kept
from soak.report import report
from soak.trials import STRIKES
from soak.working import work


def main() -> int:
    """Read the options, work, print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000, help="runs that are to be killed")
    parser.add_argument("--faults", type=int, default=10_000, help="requests that are to meet harm")
    parser.add_argument("--workers", type=int, default=4, help="trials at a time; they mostly wait")
    parser.add_argument("--seed", default="1", help="another one for other trials")
    parser.add_argument("--minutes", type=float, default=240, help="no trial begins after so long")
    parser.add_argument("--short", action="store_true", help="a few minutes: 12 kills and 60 faults at least")
    parser.add_argument("--out", type=Path, help="a file for all figures as JSON")
    parser.add_argument("--keep", type=Path, help="a file that each trial is added to; a soak goes on from it")
    given = parser.parse_args()
    kills, faults = (12, 60) if given.short else (given.kills, given.faults)
    workers, strikes = (3, (3, 5)) if given.short else (given.workers, STRIKES)
    kept = Kept(given.keep)
    outcomes = work(kills, faults, workers=workers, seed=given.seed, minutes=given.minutes, kept=kept, strikes=strikes)
    text, is_good = report(outcomes, kills=kills, faults=faults, out=given.out)
    sys.stdout.write(text)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
