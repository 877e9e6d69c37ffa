"""Plain SQL in DuckDB: one SELECT a check over the Parquet files. Nothing but numbers comes out.

`python plain_sql.py FOLDER` reads checks.json and both Parquet files there and prints the counts as JSON.
"""

import json
import os
import sys
from pathlib import Path

import duckdb

os.chdir(sys.argv[1])
checks = json.loads(Path("checks.json").read_text())
connection = duckdb.connect(config={"threads": 2})
connection.execute("CREATE VIEW items AS FROM 'items.parquet'")
connection.execute("CREATE VIEW projects AS FROM 'projects.parquet'")
found = {one["name"]: int(connection.execute(one["counted"]).fetchall()[0][0]) for one in checks}
sys.stdout.write(json.dumps(found))
