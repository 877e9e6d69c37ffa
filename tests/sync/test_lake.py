"""Delta tables: older versions stay, other columns are refused, what cannot be written is told."""

from pathlib import Path

import pyarrow as pa
import pytest

from portfolio.errors import ConfigurationError
from sync.lake import put_delta, require_lake, require_same_columns

deltalake = pytest.importorskip("deltalake")
SCHEMA = pa.schema([pa.field("key", pa.string()), pa.field("hours", pa.decimal128(14, 2))])


def rows(*keys: str) -> pa.RecordBatchReader:
    table = pa.table({"key": list(keys), "hours": [None] * len(keys)}, schema=SCHEMA)
    return table.to_reader()


def held(folder: Path, version: int | None = None) -> list[str]:
    import duckdb

    table = deltalake.DeltaTable(folder, version=version)
    paths = [uri.removeprefix("file://") for uri in table.file_uris()]
    return [
        row[0]
        for row in duckdb.connect().execute("SELECT key FROM read_parquet($p) ORDER BY 1", {"p": paths}).fetchall()
    ]


def test_a_new_version_takes_the_place_of_the_rows_and_the_older_one_can_be_read(tmp_path: Path) -> None:
    put_delta(tmp_path / "t", rows("a", "b"), {"run_id": "r1"})
    put_delta(tmp_path / "t", rows("c"), {"run_id": "r2"})
    assert held(tmp_path / "t") == ["c"]
    assert held(tmp_path / "t", version=0) == ["a", "b"]
    told = {entry["version"]: entry["run_id"] for entry in deltalake.DeltaTable(tmp_path / "t").history()}
    assert told == {0: "r1", 1: "r2"}


def test_a_table_without_rows_is_a_table(tmp_path: Path) -> None:
    put_delta(tmp_path / "t", rows(), {})
    assert deltalake.DeltaTable(tmp_path / "t").schema().to_json().count('"name"') == 2


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        (SCHEMA.append(pa.field("new", pa.string())), "new is missing there"),
        (pa.schema([SCHEMA.field("key")]), "hours is no longer a column"),
        (pa.schema([SCHEMA.field("key"), pa.field("hours", pa.float64())]), "hours is "),
    ],
)
def test_other_columns_are_refused_with_what_differs(tmp_path: Path, schema: pa.Schema, told: str) -> None:
    put_delta(tmp_path / "t", rows("a"), {})
    require_same_columns(tmp_path / "t", SCHEMA)
    with pytest.raises(ConfigurationError, match=told) as refused:
        require_same_columns(tmp_path / "t", schema)
    assert refused.value.code == "export.schema_changed"
    assert "new folder" in refused.value.remedy


def test_where_nothing_stands_any_columns_will_do(tmp_path: Path) -> None:
    require_same_columns(tmp_path / "t", SCHEMA)
    require_lake()


def test_a_damaged_log_is_told_with_the_way_out(tmp_path: Path) -> None:
    put_delta(tmp_path / "t", rows("a"), {})
    for entry in (tmp_path / "t" / "_delta_log").glob("*.json"):
        entry.write_text("not JSON", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="cannot be read") as refused:
        require_same_columns(tmp_path / "t", SCHEMA)
    assert refused.value.code == "export.delta"
