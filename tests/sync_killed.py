"""A pull that kills itself with SIGKILL after some statements; tests/sync/test_crash.py starts it as a process."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from sync_memory import AS_OF, MemoryConnector, small_source  # noqa: E402

from sync import DuckStore, Owner, begin_run, open_store, pull  # noqa: E402


class Deadly:
    """A connection that lets so many statements pass and then kills the process, inside a transaction or not."""

    def __init__(self, connection: Any, statements: int) -> None:
        self._connection = connection
        self._left = statements

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._connection, name)
        if name not in ("execute", "sql", "begin", "commit"):
            return attribute

        def counted(*args: Any) -> Any:
            self._left -= 1
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return attribute(*args)

        return counted


def main(path: Path, statements: int, run_id: str) -> None:
    owner = Owner(os.getpid(), "host", AS_OF)
    store: DuckStore = open_store(path, owner=owner)
    begin_run(store, run_id, owner=owner, as_of=AS_OF, version="1", config_hash="x")
    store._connection = Deadly(store._connection, statements)
    pull(
        store,
        [MemoryConnector(small_source(projects=12, items=3))],
        as_of=AS_OF,
        run_id=run_id,
        progress=lambda _e, _f: None,
        waiting_rows=6,  # some pages go together, and there are many transactions to be killed in
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
