"""dbt tests the Parquet files in DuckDB: generic tests that it brings, and singular ones for the rest.

`python tests_of_dbt.py FOLDER` reads checks.json and both Parquet files there and writes counts.json.
It is not named after dbt: dbt takes every module `dbt_...` beside it for a plug-in.
"""

import json
import os
import sys
from pathlib import Path

from dbt.cli.main import dbtRunner  # type: ignore[import-not-found]

os.chdir(sys.argv[1])
checks = json.loads(Path("checks.json").read_text())
project = Path("dbt").resolve()
(project / "models").mkdir(parents=True)
(project / "tests").mkdir()
(project / "dbt_project.yml").write_text(
    "name: bench\nversion: '1.0'\nprofile: bench\nmodel-paths: [models]\ntest-paths: [tests]\n"
)
(project / "profiles.yml").write_text(
    "bench:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: ':memory:'\n      threads: 2\n"
    "      settings:\n        threads: 2\n"
)
for table in ("items", "projects"):
    parquet = Path(f"{table}.parquet").resolve()
    (project / "models" / f"{table}.sql").write_text(
        "{{ config(materialized='view') }}\nSELECT * FROM read_parquet('" + str(parquet) + "')\n"
    )
columns: dict[str, list[dict[str, object]]] = {}
for one in checks:
    own = columns.setdefault(one["column"], [])
    summed = {"fail_calc": "coalesce(sum(n_records), 0)"}
    match one["sort"]:
        case "not_null":
            own.append({"not_null": {"name": one["name"]}})
        case "allowed":
            own.append(
                {"accepted_values": {"name": one["name"], "arguments": {"values": one["values"]}, "config": summed}}
            )
        case "unique":
            own.append({"unique": {"name": one["name"], "config": summed}})
        case "refers":
            to = {"to": "ref('projects')", "field": one["column"]}
            own.append({"relationships": {"name": one["name"], "arguments": to}})
        case _:
            sql = "SELECT 1 FROM {{ ref('items') }} WHERE " + one["failing"]
            (project / "tests" / f"{one['name']}.sql").write_text(sql + "\n")
listed = [{"name": name, "data_tests": own} for name, own in columns.items() if own]
schema = {"version": 2, "models": [{"name": "items", "columns": listed}]}
(project / "models" / "schema.yml").write_text(json.dumps(schema))
where = ["--project-dir", str(project), "--profiles-dir", str(project)]
result = dbtRunner().invoke(["--quiet", "build", *where, "--threads", "2"])
if result.exception:
    sys.exit(str(result.exception))
names = {one["name"] for one in checks}
found = {}
for one in result.result.results:
    if one.status == "error":
        sys.exit(f"{one.node.name}: {one.message}")
    if one.node.name in names:
        found[one.node.name] = int(one.failures or 0)
Path("counts.json").write_text(json.dumps(found))
