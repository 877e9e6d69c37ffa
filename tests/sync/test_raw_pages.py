"""Answers of Jira kept as received: with the rows that came from them, as long as configured, and nothing secret."""

import gzip
from pathlib import Path
from typing import Any

import orjson
import pytest
from jira_follower import Reader, edition, site, url

from sandbox.jira.site import JiraSite

__all__ = ["edition", "site", "url"]
EVERYTHING = "SELECT * FROM raw_page ORDER BY stream, partition, taken_at, number"


@pytest.fixture
def follower(site: JiraSite, url: str, tmp_path: Path) -> Reader:
    return Reader(tmp_path / "follower", site, url)


def documents(rows: list[dict[str, Any]]) -> list[Any]:
    return [orjson.loads(gzip.decompress(row["body"])) for row in rows]


def test_answers_are_kept_with_source_stream_partition_time_and_endpoint(site: JiraSite, follower: Reader) -> None:
    follower.pull(keep_raw_days=7)
    rows = follower.rows(EVERYTHING)
    assert {row["source"] for row in rows} == {"jira"}
    assert {row["taken_at"] for row in rows} == {site.now.replace(tzinfo=None)}
    assert {row["stream"] for row in rows} == {"catalogue", "issues", "versions"}
    assert {row["partition"] for row in rows if row["stream"] == "issues"} == {"10000", "10001"}
    titles = {
        issue["fields"]["summary"]
        for row, document in zip(rows, documents(rows), strict=True)
        if (row["stream"], row["partition"]) == ("issues", "10000")
        for issue in document.get("issues", ())
    }
    assert titles == {"Story of PAY", "Risk of PAY", "Bug of PAY", "Task of PAY"}


def test_every_answer_about_projects_issues_and_time_is_kept_and_no_other(site: JiraSite, follower: Reader) -> None:
    follower.pull(keep_raw_days=7)
    site.wait(hours=2)
    site.edit_worklog(site.need_issue("PAY-1").worklogs[0].id, hours=7)
    site.wait(minutes=30)
    follower.pull(keep_raw_days=7)
    kept: dict[str, int] = {}
    for row in follower.rows(f"SELECT endpoint FROM raw_page WHERE taken_at = '{site.now:%Y-%m-%d %H:%M}'"):
        kept[row["endpoint"]] = kept.get(row["endpoint"], 0) + 1
    others = ("serverInfo", "myself", "field", "status", "issuetype", "user", "user/bulk")
    asked = {path: n for path, n in follower.requests.items() if not path.endswith(others)}
    assert kept == asked


def test_nothing_of_signing_in_is_kept(site: JiraSite, follower: Reader) -> None:
    follower.pull(keep_raw_days=7)
    said = b"".join(gzip.decompress(row["body"]) for row in follower.rows(EVERYTHING))
    told = " ".join(row["endpoint"] for row in follower.rows(EVERYTHING))
    assert site.token.encode() not in said
    assert "jql=" not in told
    assert "?" not in told


def test_they_go_when_they_are_old_enough(site: JiraSite, follower: Reader) -> None:
    follower.pull(keep_raw_days=7)
    first = site.now.replace(tzinfo=None)
    site.wait(days=6)
    follower.pull(keep_raw_days=7)
    second = site.now.replace(tzinfo=None)
    assert {row["taken_at"] for row in follower.rows(EVERYTHING)} == {first, second}
    site.wait(days=2)
    follower.pull(keep_raw_days=7)
    assert {row["taken_at"] for row in follower.rows(EVERYTHING)} == {second, site.now.replace(tzinfo=None)}


def test_switched_off_they_go_at_once_and_none_comes(follower: Reader) -> None:
    follower.pull(keep_raw_days=7)
    follower.pull()
    assert follower.rows(EVERYTHING) == []
