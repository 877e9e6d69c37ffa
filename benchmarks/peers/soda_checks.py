"""Soda Core runs the checks over the Parquet files, in DuckDB as its documentation shows.

`python soda_checks.py FOLDER` reads checks.json and both Parquet files there and prints the counts as JSON.
"""

import json
import os
import sys
from pathlib import Path

import duckdb
from soda.scan import Scan  # type: ignore[import-not-found]

os.chdir(sys.argv[1])
checks = json.loads(Path("checks.json").read_text())
lines = ["checks for items:"]
for one in checks:
    name, column = one["name"], one["column"]
    sort = one["sort"]
    if sort == "not_null":
        lines += [f"  - missing_count({column}) = 0:", f"      name: {name}"]
    elif sort == "allowed":
        values = ", ".join(f"'{value}'" for value in one["values"])
        lines += [f"  - invalid_count({column}) = 0:", f"      name: {name}", f"      valid values: [{values}]"]
    elif sort == "between":
        lines += [f"  - invalid_count({column}) = 0:", f"      name: {name}"]
        lines += [f"      valid min: {one['low']}", f"      valid max: {one['high']}"]
    elif sort == "unique":
        lines += [f"  - duplicate_count({column}) = 0:", f"      name: {name}"]
    elif sort == "refers":
        lines += [f"  - values in ({column}) must exist in {one['other']} ({column}):", f"      name: {name}"]
    else:
        metric = f"{name}_rows"
        lines += [f"  - {metric} = 0:", f"      name: {name}"]
        lines += [f"      {metric} expression: count(CASE WHEN {one['failing']} THEN 1 END)"]
connection = duckdb.connect(config={"threads": 2})
connection.execute("CREATE VIEW items AS SELECT * FROM 'items.parquet'")
connection.execute("CREATE VIEW projects AS SELECT * FROM 'projects.parquet'")
scan = Scan()
scan.disable_telemetry()
scan.add_duckdb_connection(connection)
scan.set_data_source_name("duckdb")
scan.add_sodacl_yaml_str("\n".join(lines))
scan.execute()
if scan.has_error_logs():
    sys.exit(scan.get_error_logs_text())
found = {check["name"]: int(check["diagnostics"]["value"]) for check in scan.get_scan_results()["checks"]}
sys.stdout.write(json.dumps(found))
