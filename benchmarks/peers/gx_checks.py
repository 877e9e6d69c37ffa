"""Great Expectations validates the Parquet file in pandas.

`python gx_checks.py FOLDER` reads checks.json and both Parquet files there and prints the counts as JSON.
"""

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import great_expectations as gx  # type: ignore[import-not-found]
import great_expectations.expectations as gxe  # type: ignore[import-not-found]
import pandas as pd  # type: ignore[import-untyped]

os.chdir(sys.argv[1])
checks = json.loads(Path("checks.json").read_text())


def expectation(one: dict[str, Any]) -> Any:  # noqa: PLR0911 - one line a sort
    """The expectation that says the same."""
    column = one["column"]
    match one["sort"]:
        case "not_null":
            return gxe.ExpectColumnValuesToNotBeNull(column=column)
        case "allowed":
            return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=one["values"])
        case "between":
            return gxe.ExpectColumnValuesToBeBetween(column=column, min_value=one["low"], max_value=one["high"])
        case "refers":
            known = pd.read_parquet("projects.parquet")[column].tolist()
            return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=known)
        case "unique":
            return gxe.ExpectColumnValuesToBeUnique(column=column)
        case "since":
            return gxe.ExpectColumnValuesToBeBetween(column=column, min_value=datetime.fromisoformat(one["since"]))
        case "share":
            return gxe.ExpectColumnValuesToNotBeInSet(column=column, value_set=one["values"], mostly=1 - one["high"])
        case _:
            return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A=one["other"], column_B=column, or_equal=True, ignore_row_if="either_value_is_missing"
            )


context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = {"globally": False}
batch = (
    context.data_sources.add_pandas("pandas").add_dataframe_asset("items").add_batch_definition_whole_dataframe("all")
)
suite = gx.ExpectationSuite(name="checks")
for one in checks:
    wanted = expectation(one)
    wanted.meta = {"name": one["name"]}
    suite.add_expectation(wanted)
validation = gx.ValidationDefinition(data=batch, suite=context.suites.add(suite), name="run")
result = validation.run(
    batch_parameters={"dataframe": pd.read_parquet("items.parquet")}, result_format={"result_format": "BASIC"}
)
found = {}
for one in result.results:
    if one.exception_info.get("raised_exception"):
        sys.exit(str(one.exception_info))
    found[one.expectation_config.meta["name"]] = int(one.result["unexpected_count"])
sys.stdout.write(json.dumps(found))
