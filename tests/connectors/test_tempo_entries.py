"""Tempo's records as time entries: what cannot be read is kept with its reason, the rest goes on."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.tempo.entries import Home, cloud_row, data_center_row, read_all
from connectors.tempo.months import months, months_back, years
from connectors.tempo.position import Position
from portfolio.errors import ConfigurationError

HOME = Home("tempo", "jira")


def worklog(**changes: Any) -> dict[str, Any]:
    """A worklog in the shape of REST v4."""
    return {
        "tempoWorklogId": 126,
        "issue": {"self": "https://acme.example/rest/api/2/issue/10005", "id": 10005},
        "timeSpentSeconds": 5400,
        "billableSeconds": 1800,
        "startDate": "2026-10-25",
        "startTime": "09:00:00",
        "description": "Fields",
        "createdAt": "2026-10-26T07:00:01Z",
        "updatedAt": "2026-10-27T08:00:00Z",
        "author": {"self": "https://acme.example/user?accountId=1111", "accountId": "1111"},
        "attributes": {"self": "", "values": [{"key": "_Kind_", "value": "x"}, {"key": "_Account_", "value": "ACC"}]},
        **changes,
    }


def test_a_worklog_of_cloud_is_an_entry_on_jiras_item() -> None:
    assert cloud_row(worklog(), HOME) == {
        "id": "tempo:time:126",
        "source": "tempo",
        "work_item_id": "jira:item:10005",
        "account_id": "jira:account:1111",
        "spent_on": date(2026, 10, 25),
        "hours": Decimal("1.50"),
        "billable_hours": Decimal("0.50"),
        "billing_account": "ACC",
        "created_at": datetime(2026, 10, 26, 7, 0, 1, tzinfo=UTC),
        "updated_at": datetime(2026, 10, 27, 8, 0, tzinfo=UTC),
    }


def test_a_worklog_of_data_center_keeps_the_day_as_written() -> None:
    row = data_center_row(
        {
            "tempoWorklogId": 7,
            "originId": 7,
            "originTaskId": 10005,
            "worker": "JIRAUSER10100",
            "started": "2026-10-25 23:30:00.000",
            "timeSpentSeconds": 60,
            "billableSeconds": 0,
            "attributes": {"_Account_": {"key": "_Account_", "value": "ACC"}},
            "issue": {"id": 10005, "projectId": 10001, "key": "ALPHA-1"},
        },
        HOME,
    )
    assert (row["spent_on"], row["hours"], row["billable_hours"]) == (date(2026, 10, 25), Decimal("0.02"), Decimal(0))
    assert (row["project_id"], row["account_id"]) == ("jira:project:10001", "jira:account:JIRAUSER10100")
    assert row["billing_account"] == "ACC"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"timeSpentSeconds": "5400"}, "timeSpentSeconds"),
        ({"timeSpentSeconds": -1}, "timeSpentSeconds"),
        ({"timeSpentSeconds": True}, "timeSpentSeconds"),
        ({"issue": None}, "issue.id"),
        ({"author": {}}, "author.accountId"),
        ({"startDate": "25.10.2026"}, "startDate"),
        ({"startDate": None}, "startDate"),
        ({"updatedAt": "yesterday"}, "updatedAt"),
    ],
)
def test_a_worklog_that_cannot_be_read_is_kept_with_its_reason(changes: dict[str, Any], why: str) -> None:
    read = read_all([worklog(**changes), worklog(tempoWorklogId=127)], HOME, cloud_row)
    assert [row["id"] for row in read.rows] == ["tempo:time:127"]
    (refused,) = read.rejected
    assert (refused.native_id, refused.code) == ("tempo:time:126", "tempo.bad_worklog")
    assert why in refused.reason
    assert "5400" in refused.body or "Fields" in refused.body


def test_what_is_no_worklog_at_all_is_kept_too() -> None:
    read = read_all(["gone", worklog(tempoWorklogId=None)], HOME, cloud_row)
    assert (read.rows, len(read.rejected)) == ([], 2)
    assert len({refused.native_id for refused in read.rejected}) == 2


def test_billable_time_and_account_may_be_missing() -> None:
    row = cloud_row(worklog(billableSeconds=None, attributes={}), HOME)
    assert (row["billable_hours"], row["billing_account"]) == (None, None)


def test_months_and_years_cover_every_day_once() -> None:
    spans = list(months(date(2025, 11, 20), date(2026, 2, 1)))
    assert [span.dates["to"] for span in spans] == ["2025-11-30", "2025-12-31", "2026-01-31", "2026-02-28"]
    assert [span.first for span in years(date(2024, 3, 5), date(2026, 1, 1))] == [
        date(2024, 3, 5),
        date(2025, 1, 1),
        date(2026, 1, 1),
    ]
    assert [months_back(date(2026, 1, 31), n) for n in (1, 2, 13)] == [
        date(2026, 1, 1),
        date(2025, 12, 1),
        date(2025, 1, 1),
    ]


def test_a_position_of_another_reading_counts_for_nothing_and_a_foreign_text_is_an_error() -> None:
    position = Position(date(2026, 11, 23), 5, date(2024, 12, 31))
    assert Position.of(position.text, 5) == position
    assert Position.of(position.text, 6) is None
    assert Position.of(None, 5) is None
    with pytest.raises(ConfigurationError, match="not one of Tempo"):
        Position.of('{"updated_ms": 3}', 5)
