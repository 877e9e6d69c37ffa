"""A store of one source held in memory, and the few words in which tests of the store speak of it."""

from datetime import datetime
from typing import Any

from sync_memory import AS_OF, item_row

from portfolio.ports import Counts, Page, Partition
from sync import DuckStore, Owner

OWNER = Owner(4711, "build-host", AS_OF)
ITEMS = Partition("items", "p")


def item(native: str, **more: Any) -> dict[str, Any]:
    return item_row("mem", "p", native, **more)


def commit(store: DuckStore, *rows: dict[str, Any], as_of: datetime = AS_OF, **page: Any) -> Counts:
    return store.commit("mem", ITEMS, Page({"work_item": rows}, **page), as_of)
