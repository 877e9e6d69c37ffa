"""`kill -9` at random moments of a run, then a run to the end: nothing is lost, nothing is twice.

The number of kills is small here; `make soak` asks for more through PLUMBRULE_KILLS.
"""

import os
import random
import subprocess
import time
from pathlib import Path

import pytest
from house import House, house, small_company

from sandbox.serve import Sandbox

KILLS = int(os.environ.get("PLUMBRULE_KILLS", "2"))
QUIET_MARKS = ('marks = ["property", "remote_link", "label"]', 'marks = ["property", "remote_link"]')


def prepared(built: House) -> None:
    """Without labels: a label changes the issue, so how often it was read would show in the tables."""
    built.change(*QUIET_MARKS)


def remote_state(built: House) -> dict[str, object]:
    """What stands in the pretend Jira because of us."""
    jira = built.sandbox.jira
    issues = {i.id: (dict(i.properties), len(i.remote_links)) for i in jira.issues.values()}
    return {"issues": issues, "projects": {p.id: dict(p.properties) for p in jira.projects.values()}}


@pytest.mark.slow
def test_runs_killed_at_random_moments_end_like_an_undisturbed_one(tmp_path: Path) -> None:
    with house(tmp_path / "calm", Sandbox(company=small_company())) as calm:
        prepared(calm)
        began = time.monotonic()
        assert calm.cli("run", "-q", "-c", str(calm.config)).returncode == 0
        lasted = time.monotonic() - began
        truth, written, pages = calm.tables(), remote_state(calm), calm.pages()
        port = int(calm.sandbox.jira_url.rpartition(":")[2])
    moments = random.Random(11)
    for number in range(KILLS):
        with house(tmp_path / f"killed{number}", Sandbox(company=small_company(), port=port)) as struck:
            prepared(struck)
            share = (number + moments.random()) / KILLS
            with subprocess.Popen(
                struck.command("run", "-q", "-c", str(struck.config)),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ) as child:
                time.sleep(lasted * share)
                child.kill()
            again = struck.cli("run", "-q", "-c", str(struck.config))
            assert again.returncode == 0, again.stderr
            tables = struck.tables()
            for name, rows in truth.items():
                assert tables[name] == rows, f"{name} differs after a kill at {share:.0%} of the run"
            assert remote_state(struck) == written
            assert struck.pages() == pages
