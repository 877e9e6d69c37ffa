"""What we write into Jira is no sign of life: an item that nobody touches stays stale, however often we flag it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from house import House, house, small_company

from portfolio.errors import ExitCode
from sandbox.jira.records import Issue
from sandbox.serve import JIRA_TOKEN, Sandbox

pytestmark = pytest.mark.slow
LONG_AGO = datetime(2026, 10, 1, 9, tzinfo=UTC)
LADDER = 'marks = ["property", "remote_link", "label", "comment"]\nfield = "PMO findings"'


@pytest.fixture(params=["cloud", "data_center"])
def built(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    whole = small_company()
    one = tuple(endeavour for endeavour in whole.endeavours if endeavour.key == "INI-05")
    keys = {issue.key for endeavour in one for issue in endeavour.tracker.issues}
    links = tuple(link for link in whole.links if {link.source, link.target} <= keys)
    sandbox = Sandbox(company=replace(whole, endeavours=one, links=links), edition=request.param)
    with house(tmp_path, sandbox) as made:
        made.sandbox.jira.add_custom_field("PMO findings", "select", ["Critical", "High", "Medium", "Low"])
        config = tmp_path / "plumbrule.toml"
        text = config.read_text(encoding="utf-8").replace('marks = ["property", "remote_link", "label"]', LADDER)
        head, _, rest = text.partition('[initiatives."INI-11"]')
        text = head + rest[rest.index("[report]") :]
        if request.param == "data_center":
            text = text.replace('kind = "jira_cloud"', 'kind = "jira_data_center"')
            text = text.replace('email = "pmo-bot@meridian.example"\n', "")
        text = text.replace("[rules.owners]", '[rules]\npacks = ["hygiene"]\n\n[rules.owners]')
        config.write_text(text.replace('["en", "zh-Hans"]', '["en"]'), encoding="utf-8")
        (tmp_path / "jira-token").write_text(JIRA_TOKEN, encoding="utf-8")
        yield made


def stale_issue(built: House) -> Issue:
    jira = built.sandbox.jira
    project = next(iter(jira.projects.values()))
    more = {"status": "In Progress", "created": LONG_AGO, "reporter": jira.account, "due": date(2026, 12, 24)}
    return jira.need_issue(jira.add_issue(project.key, "Task", "Lay the cable", key=f"{project.key}-9001", **more))


def idle_days(built: House, issue: Issue) -> int | None:
    """As HYG-03 sees it; None where it does not hold the issue for stale."""
    sql = (
        "SELECT w.idle_days FROM work_items w JOIN finding f ON f.subject_id = w.item_id "
        f"WHERE f.rule_id = 'HYG-03' AND f.state = 'open' AND w.item_id LIKE '%:{issue.id}'"
    )
    with duckdb.connect(str(built.folder / "store" / "snapshots" / "latest.duckdb"), read_only=True) as snapshot:
        found = snapshot.sql(sql).fetchall()
    return found[0][0] if found else None


def test_an_issue_that_we_flag_stays_stale_until_a_person_touches_it(built: House) -> None:
    jira, stale = built.sandbox.jira, stale_issue(built)
    first = built.run()
    assert first.exit_code("never") == ExitCode.DONE, first.as_text()
    assert idle_days(built, stale) == 53
    assert "pmo-hyg" in stale.labels
    assert stale.updated == jira.now, "for Jira it was updated today, by us"
    assert {history.author for history in stale.histories} == {jira.account}
    assert {item.field for history in stale.histories for item in history.items} == {"labels", "PMO findings"}

    second = built.run()
    assert second.written is not None
    assert (idle_days(built, stale), second.written.planned) == (53, 0)

    somebody = next(name for name in jira.users if name != jira.account)
    jira.edit_issue(stale.id, author=somebody, due=date(2027, 1, 29))
    built.run()
    assert idle_days(built, stale) is None
