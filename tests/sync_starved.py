"""Uses a store that may not grow, or may not be written; tests/sync/test_disk.py starts it as a process.

Arguments: the store's file, what to do, and what to take away first: so many bytes a file, or `rights`.
"""

import os
import resource
import signal
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import duckdb  # noqa: E402, F401 - afterwards nothing may be readable
import pyarrow  # noqa: E402, F401
from sync_memory import AS_OF, MemoryConnector, small_source  # noqa: E402

from portfolio.errors import StoreError  # noqa: E402
from sync import DuckStore, Owner, open_store, pull  # noqa: E402

OWNER = Owner(os.getpid(), "host", AS_OF)
NOBODY = 65534


def starve(what: str, folder: Path) -> None:
    if what != "rights":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(what), int(what)))
    elif os.geteuid() == 0:
        os.seteuid(NOBODY)  # root may write anywhere
    else:
        folder.chmod(0o500)


def fill(store: DuckStore) -> None:
    source = small_source(projects=8, items=120)
    connector = MemoryConnector(source, page_size=20)
    pull(store, [connector], as_of=AS_OF, run_id="r", progress=lambda _e, _f: None, waiting_rows=100)


def act(path: Path, deed: str, taken: str) -> None:
    if deed == "open":
        starve(taken, path.parent)
        open_store(path, owner=OWNER)
        return
    store = open_store(path, owner=OWNER)
    if deed != "pull":
        fill(store)
    snapshot = store.measure([], AS_OF.date()) if deed == "publish" else None
    starve(taken, path.parent)
    match deed:
        case "pull":
            fill(store)
        case "measure":
            store.measure([("work_items", "SELECT * FROM work_item")], AS_OF.date())
        case "publish":
            assert snapshot is not None
            snapshot.publish(["work_item"])
        case "checkpoint":
            store.checkpoint()
        case "compact":
            store.compact(only_if_worthwhile=False)
        case "backup":
            store.back_up(path.parent / "b.backup", beside=[], moment=AS_OF, version="0")


if __name__ == "__main__":
    try:
        act(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
    except StoreError as error:
        print(error.code, error, error.remedy, sep=" | ")
