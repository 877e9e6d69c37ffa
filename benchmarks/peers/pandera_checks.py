"""Pandera validates the Parquet file in Polars, lazily, so that all checks are counted.

`python pandera_checks.py FOLDER` reads checks.json and both Parquet files there and prints the counts as JSON.
"""

import json
import os
import sys
from datetime import datetime
from pathlib import Path

import pandera.polars as pa  # type: ignore[import-not-found]
import polars as pl  # type: ignore[import-not-found]

os.chdir(sys.argv[1])
checks = json.loads(Path("checks.json").read_text())
items = pl.read_parquet("items.parquet")
columns: dict[str, list[pa.Check]] = {}
whole: list[pa.Check] = []
for one in checks:
    column, name, sort = one["column"], one["name"], one["sort"]
    own = columns.setdefault(column, [])
    if sort == "not_null":
        own.append(pa.Check(lambda d: d.lazyframe.select(pl.col(d.key).is_not_null()), name=name, ignore_na=False))
    elif sort == "allowed":
        own.append(pa.Check.isin(one["values"], name=name))
    elif sort == "between":
        own.append(pa.Check.in_range(one["low"], one["high"], name=name))
    elif sort == "refers":
        known = pl.read_parquet("projects.parquet")[column].to_list()
        own.append(pa.Check.isin(known, name=name))
    elif sort == "unique":
        own.append(pa.Check(lambda d: d.lazyframe.select(pl.col(d.key).is_unique()), name=name))
    elif sort == "since":
        own.append(pa.Check.ge(datetime.fromisoformat(one["since"]), name=name))
    elif sort == "share":
        own.append(pa.Check.notin(one["values"], name=name))
    else:
        held = pl.col(column) <= pl.col(one["other"])
        whole.append(pa.Check(lambda d, held=held: d.lazyframe.select(held.fill_null(True)), name=name))
schema = pa.DataFrameSchema(
    {name: pa.Column(checks=own, nullable=True) for name, own in columns.items()}, checks=whole, strict=False
)
found = dict.fromkeys((one["name"] for one in checks), 0)
try:
    schema.validate(items, lazy=True)
except pa.errors.SchemaErrors as errors:
    for error in errors.schema_errors:
        cases = error.failure_cases
        found[error.check.name] = cases.height if isinstance(cases, pl.DataFrame) else len(cases)
sys.stdout.write(json.dumps(found))
