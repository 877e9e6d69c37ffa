"""dlt's `rest_api` source into DuckDB: pages with worklogs and changelog inline, which dlt spreads over tables.

Run by the Python of dlt's environment: `python dlt_rest.py URL`. A child resource for each issue's worklogs would be
the other way to write it, at one request an issue; this is the quicker one.
"""

import os
import sys

import dlt  # type: ignore[import-not-found]
from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator  # type: ignore[import-not-found]
from dlt.sources.rest_api import rest_api_source  # type: ignore[import-not-found]


def main(url: str) -> None:
    """Load everything."""
    source = rest_api_source(
        {
            "client": {
                "base_url": f"{url}/rest/api/3/",
                "auth": {
                    "type": "http_basic",
                    "username": os.environ["LOAD_EMAIL"],
                    "password": os.environ["LOAD_TOKEN"],
                },
            },
            "resources": [
                {
                    "name": "issues",
                    "primary_key": "id",
                    "write_disposition": "replace",
                    "endpoint": {
                        "path": "search/jql",
                        "params": {
                            "jql": "updated >= 0 ORDER BY updated ASC",
                            "fields": os.environ["LOAD_FIELDS"],
                            "expand": "changelog",
                            "maxResults": 100,
                        },
                        "data_selector": "issues",
                        "paginator": JSONResponseCursorPaginator(
                            cursor_path="nextPageToken", cursor_param="nextPageToken"
                        ),
                    },
                }
            ],
        }
    )
    pipeline = dlt.pipeline(
        "load", pipelines_dir="pipelines", destination=dlt.destinations.duckdb("dlt.duckdb"), dataset_name="jira"
    )
    pipeline.run(source)


if __name__ == "__main__":
    main(sys.argv[1])
