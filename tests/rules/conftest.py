import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # lets tests import the modules beside them

from rules.load import load_rules
from rules.ruleset import RuleSet


@pytest.fixture(scope="session")
def built_in() -> RuleSet:
    return load_rules()


@pytest.fixture(scope="session")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        yield connection
