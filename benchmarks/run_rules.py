"""`python -m benchmarks.run_rules FOLDER DAY`: rules on a snapshot that is there, and nothing else of a check.

Holds the packs in FOLDER/packs against FOLDER/store/snapshots/latest.duckdb, in a killable child as always, and prints
how many rows failed, by rule. No measuring, no findings, no new snapshot; evidence and unknowns all the same.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path

from plumbrule.garbage import rarely_collected
from rules.evaluate import evaluate
from rules.load import load_rules
from rules.settings import RuleSettings


def main(folder: Path, day: date) -> int:
    """Evaluate and print."""
    with rarely_collected():  # as the command does
        rules = load_rules([folder / "packs"], RuleSettings(packs=["bench"]), keep_in=folder / "store")
        found = evaluate(rules, folder / "store" / "snapshots" / "latest.duckdb", as_of=day)
    if found.errors:
        sys.stderr.write(f"{found.errors}\n")
        return 2
    failing: Counter[str] = Counter()
    for result in found.results:
        failing[result.rule_id] += result.numerator or 0
    sys.stdout.write(json.dumps(failing))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), date.fromisoformat(sys.argv[2])))
