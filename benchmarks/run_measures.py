"""`python -m benchmarks.run_measures FOLDER DAY`: the views of a store that was matched, measured and thrown away.

What Store.measure() costs by itself, a process of its own: FOLDER/store/portfolio.duckdb into a snapshot that nobody
will see, within the memory that measuring has by default.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path

from rules.measures import views_of_sources
from sync.lock import Owner
from sync.store import open_store


def main(folder: Path, day: date) -> int:
    """Measure, and print how many items the views hold."""
    owner = Owner(os.getpid(), "bench", datetime.combine(day, time(), UTC))
    with open_store(folder / "store" / "portfolio.duckdb", owner=owner) as store:
        snapshot = store.measure(views_of_sources(), day)
        [counted] = snapshot.rows("SELECT count(*) AS items FROM work_items")
        snapshot.discard()
    sys.stdout.write(json.dumps(counted))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), date.fromisoformat(sys.argv[2])))
