"""`python -m benchmarks.flag_site ISSUES`: a Jira site with so many plain issues, for flags to be written to.

Prints one line of JSON, {"url": ...}, and serves until its input ends.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

from sandbox.jira.serving import serve_jira
from sandbox.jira.site import JiraSite

EMAIL, TOKEN, PROJECT = "pmo-bot@meridian.example", "flag-site-token", "FLAG"
FIRST_ID = 10_001


def main() -> int:
    """Serve."""
    made = datetime(2026, 11, 2, 8, tzinfo=UTC)
    site = JiraSite(email=EMAIL, token=TOKEN)
    lead = site.add_user("Ada Example")
    site.add_project(PROJECT, "Flags", lead=lead)
    for number in range(int(sys.argv[1])):
        site.add_issue(PROJECT, "Task", f"Task {number}", created=made, issue_id=FIRST_ID + number)
    with serve_jira(site) as server:
        sys.stdout.write(json.dumps({"url": server.url}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
