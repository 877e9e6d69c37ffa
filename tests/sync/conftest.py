"""A new store for each test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sync_stores import OWNER

from sync import DuckStore, open_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "portfolio.duckdb"


@pytest.fixture
def store(path: Path) -> Iterator[DuckStore]:
    with open_store(path, owner=OWNER) as opened:
        yield opened
