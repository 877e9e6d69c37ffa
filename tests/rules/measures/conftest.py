"""One database for all tests of measures; each test's rows are rolled back."""

from collections.abc import Iterator

import duckdb
import pytest

from tests.measured import Portfolio, measured_database


@pytest.fixture(scope="session")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = measured_database()
    yield connection
    connection.close()


@pytest.fixture
def told(database: duckdb.DuckDBPyConnection) -> Iterator[Portfolio]:
    database.begin()
    yield Portfolio(database)
    database.rollback()
