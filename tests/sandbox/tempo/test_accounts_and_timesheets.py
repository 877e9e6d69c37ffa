"""Accounts, timesheets, capacity and the audit log, as Tempo gives them."""

from datetime import date, timedelta

import pytest
from tempo_world import MONDAY

from sandbox.tempo import RefusedByTempo, TempoSite


def test_an_account_tells_its_budget_lead_customer_and_category_where_it_has_them(world, tempo):
    _, document = tempo.get("/4/accounts")
    capex, internal = document["results"]
    assert (capex["id"], capex["key"], capex["status"], capex["global"]) == (1, "ALPHA-CAPEX", "OPEN", False)
    assert (capex["monthlyBudget"], capex["lead"]["accountId"]) == (120, world.ada)
    assert (capex["customer"]["key"], capex["category"]["type"]["name"]) == ("BAY", "CAPITALIZED")
    assert not {"monthlyBudget", "customer", "category"} & internal.keys()
    assert tempo.get("/4/accounts/1")[1]["key"] == tempo.get("/4/accounts/ALPHA-CAPEX")[1]["key"] == "ALPHA-CAPEX"
    assert tempo.get("/4/accounts/NONE")[0] == 404


def test_lists_hold_open_and_closed_accounts_and_only_a_search_finds_archived_ones(world, tempo):
    world.tempo.close_account("INTERNAL")
    world.tempo.archive_account("ALPHA-CAPEX")
    assert [one["status"] for one in tempo.get("/4/accounts")[1]["results"]] == ["CLOSED"]
    _, found = tempo.post("/4/accounts/search", {"statuses": ["ARCHIVED"]})
    assert [one["key"] for one in found["results"]] == ["ALPHA-CAPEX"]
    _, found = tempo.post("/4/accounts/search", {"keys": ["INTERNAL"], "global": True})
    assert [one["key"] for one in found["results"]] == ["INTERNAL"]
    assert tempo.post("/4/accounts/search", {"statuses": ["LOST"]})[0] == 400


def test_links_tell_which_project_books_on_which_account(world, tempo):
    (link,) = tempo.get(f"/4/account-links/project/{world.project_id('ALPHA')}")[1]["results"]
    assert link["account"]["self"].endswith("/4/accounts/ALPHA-CAPEX")
    assert (link["scope"]["id"], link["scope"]["type"], link["default"]) == (world.project_id("ALPHA"), "PROJECT", True)
    assert tempo.get("/4/accounts/ALPHA-CAPEX/links")[1]["results"] == [link]
    assert tempo.get(f"/4/account-links/project/{world.project_id('BETA')}")[1]["results"] == []
    assert tempo.get("/4/account-links/project/9")[0] == 404
    assert tempo.get("/4/work-attributes")[1]["results"][0]["type"] == "ACCOUNT"


def test_a_timesheet_goes_from_open_over_review_to_approved_and_is_locked(world, tempo):
    path = f"/4/timesheet-approvals/user/{world.bo}"
    _, sheet = tempo.get(path, **{"from": "2026-03-11"})
    assert sheet["period"] == {"from": "2026-03-09", "to": "2026-03-15"}
    assert (sheet["requiredSeconds"], sheet["timeSpentSeconds"]) == (5 * 8 * 3600, 2 * 3600)
    assert (sheet["status"], list(sheet["actions"])) == ({"key": "OPEN"}, ["submit"])

    world.tempo.submit(world.bo, MONDAY, reviewer=world.ada, comment="Please")
    _, sheet = tempo.get(path, **{"from": "2026-03-09", "to": "2026-03-15"})
    assert sheet["status"]["key"] == "IN_REVIEW"
    assert (sheet["status"]["timeSpentSecondsAtSubmit"], sheet["status"]["comment"]) == (7200, "Please")
    assert (sheet["reviewer"]["accountId"], sheet["status"]["actor"]["accountId"]) == (world.ada, world.bo)
    assert list(sheet["actions"]) == ["approve", "reject"]
    assert [one["user"]["accountId"] for one in tempo.get("/4/timesheet-approvals/waiting")[1]["results"]] == [world.bo]

    world.tempo.approve(world.bo, MONDAY, by=world.ada)
    _, sheet = tempo.get(path, **{"from": "2026-03-09"})
    assert (sheet["status"]["key"], list(sheet["actions"])) == ("APPROVED", ["reopen"])
    assert sheet["status"]["updatedAt"] == "2026-03-12T12:00:00Z"
    with pytest.raises(RefusedByTempo, match="2026-03-09 to 2026-03-15 is APPROVED"):
        world.tempo.delete_worklog(world.bo_form)
    with pytest.raises(RefusedByTempo, match="is APPROVED cannot become IN_REVIEW"):
        world.tempo.submit(world.bo, MONDAY)
    world.tempo.reopen(world.bo, MONDAY, by=world.ada)
    world.tempo.delete_worklog(world.bo_form)


def test_a_rejected_timesheet_can_be_booked_on_and_submitted_again(world, tempo):
    world.tempo.submit(world.ada, MONDAY)
    world.tempo.reject(world.ada, MONDAY, by=world.bo, comment="Friday is missing")
    _, sheet = tempo.get(f"/4/timesheet-approvals/user/{world.ada}", **{"from": "2026-03-09"})
    assert (sheet["status"]["key"], sheet["status"]["comment"]) == ("REJECTED", "Friday is missing")
    world.tempo.add_worklog(world.sums, author=world.ada, day=MONDAY + timedelta(days=4), hours=8)
    world.tempo.submit(world.ada, MONDAY)


def test_a_team_has_one_timesheet_for_each_member(world, tempo):
    team = world.tempo.add_team("All", [world.ada, world.bo], lead=world.ada)
    _, document = tempo.get(f"/4/timesheet-approvals/team/{team.id}", **{"from": "2026-03-09"})
    assert document["metadata"] == {"count": 2}
    assert [one["timeSpentSeconds"] for one in document["results"]] == [5400, 7200]
    assert tempo.get("/4/teams")[1]["results"][0]["lead"]["accountId"] == world.ada
    assert tempo.get(f"/4/teams/{team.id}")[1]["name"] == "All"
    members = tempo.get(f"/4/team-memberships/team/{team.id}")[1]["results"]
    assert [one["member"]["accountId"] for one in members] == [world.ada, world.bo]
    assert tempo.get("/4/teams/9")[0] == tempo.get("/4/timesheet-approvals/team/9", **{"from": "2026-03-09"})[0] == 404


def test_periods_are_weeks_or_months_as_the_site_is_set(world, tempo):
    days = {"from": "2026-03-08", "to": "2026-03-16"}
    _, document = tempo.get("/4/periods", **days)
    assert [one["from"] for one in document["periods"]] == ["2026-03-02", "2026-03-09", "2026-03-16"]
    world.tempo.approval_period = "MONTH"
    assert tempo.get("/4/periods", **days)[1]["periods"] == [{"from": "2026-03-01", "to": "2026-03-31"}]
    assert tempo.get("/4/globalconfiguration")[1]["approvalPeriod"] == "MONTH"
    assert tempo.get("/4/periods", **{"from": "2026-03-08"})[0] == 400
    assert tempo.get("/4/periods", **{"from": "2026-03-08", "to": "2026-03-01"})[0] == 400


def test_a_week_may_start_on_sunday(world):
    site = TempoSite(world.jira, week_start=7)
    assert site.period(MONDAY).start == date(2026, 3, 8)
    assert site.period(date(2026, 3, 8)).start == date(2026, 3, 8)


def test_a_schedule_follows_the_workload_scheme_and_the_holidays_of_the_person(world, tempo):
    world.tempo.add_workload_scheme("Part time", (4, 4, 4, 0, 0, 0, 0), [world.bo])
    regional = world.tempo.add_holiday_scheme("Auckland", [world.bo])
    world.tempo.add_holiday(regional, "Anniversary", date(2026, 3, 10))
    world.tempo.add_holiday(regional, "Half day", date(2026, 3, 11), 2)
    world.tempo.add_holiday(regional, "Sunday fair", date(2026, 3, 15))
    days = {"from": "2026-03-09", "to": "2026-03-15"}
    _, document = tempo.get(f"/4/user-schedule/{world.bo}", **days)
    assert [one["requiredSeconds"] // 3600 for one in document["results"]] == [4, 0, 2, 0, 0, 0, 0]
    kinds = [one["type"] for one in document["results"]]
    assert kinds[:4] == ["WORKING_DAY", "HOLIDAY", "HOLIDAY", "NON_WORKING_DAY"]
    assert kinds[6] == "HOLIDAY_AND_NON_WORKING_DAY"
    assert document["results"][1]["holiday"]["name"] == "Anniversary"
    own = tempo.get("/4/user-schedule", **days)[1]["results"]
    assert sum(one["requiredSeconds"] for one in own) == 40 * 3600
    assert tempo.get("/4/user-schedule/nobody", **days)[0] == 404


def test_schemes_tell_their_days_holidays_and_members(world, tempo):
    part = world.tempo.add_workload_scheme("Part time", (4, 4, 4, 4, 4, 0, 0), [world.bo])
    _, document = tempo.get("/4/workload-schemes")
    assert [(one["name"], one["defaultScheme"]) for one in document["results"]] == [
        ("Default workload scheme", True),
        ("Part time", False),
    ]
    assert tempo.get(f"/4/workload-schemes/{part.id}")[1]["days"][0] == {"day": "MONDAY", "requiredSeconds": 14400}
    assert tempo.get(f"/4/workload-schemes/users/{world.bo}")[1]["id"] == part.id
    assert tempo.get(f"/4/workload-schemes/{part.id}/members")[1]["results"][0]["accountId"] == world.bo
    scheme = world.tempo.holidays[0]
    world.tempo.add_holiday(scheme, "New Year", date(2027, 1, 1))
    assert tempo.get("/4/holiday-schemes")[1]["results"][0]["name"] == "Default holiday scheme"
    assert tempo.get(f"/4/holiday-schemes/{scheme.id}/holidays", year=2027)[1]["results"][0]["date"] == "2027-01-01"
    assert tempo.get(f"/4/holiday-schemes/{scheme.id}/holidays")[1]["results"] == []
    assert tempo.get(f"/4/holiday-schemes/users/{world.ada}")[1]["id"] == scheme.id
    assert tempo.get("/4/workload-schemes/99")[0] == 404


@pytest.mark.parametrize("api", ["audit", "papertrail"])
def test_the_audit_log_tells_deletions_page_by_page_and_forgets_them_after_180_days(world, tempo, api):
    path = f"/{api}/1/events/deleted/types/worklog"
    for number in (world.ada_form, world.bo_form, world.bo_move):
        world.tempo.delete_worklog(number)
        world.jira.wait(minutes=1)
    _, first = tempo.get(path, updatedFrom="2026-03-01T00:00:00", limit=2)
    assert [one["tempoWorklogId"] for one in first["results"]] == [str(world.ada_form), str(world.bo_form)]
    assert first["results"][0]["deletedAt"] == "2026-03-12T12:00:00Z"
    key = first["metadata"]["lastEvaluatedKey"]
    _, second = tempo.get(path, updatedFrom="2026-03-01T00:00:00", limit=2, lastEvaluatedKey=key)
    assert [one["tempoWorklogId"] for one in second["results"]] == [str(world.bo_move)]
    assert "lastEvaluatedKey" not in second["metadata"]
    late = tempo.get(path, updatedFrom="2026-03-12T12:00:30")[1]["results"]
    assert [one["tempoWorklogId"] for one in late] == [str(world.bo_form), str(world.bo_move)]
    assert tempo.get(path, updatedFrom="2026-03-01")[0] == 400
    assert tempo.get(path, updatedFrom="2026-03-01T00:00:00", lastEvaluatedKey="?")[0] == 400
    world.jira.wait(days=181)
    assert tempo.get(path, updatedFrom="2026-03-01T00:00:00")[1]["results"] == []


def test_the_audit_log_is_closed_to_tokens_without_its_permission(world, tempo):
    world.tempo.scopes.discard("audit:view")
    assert tempo.get("/audit/1/events/deleted/types/worklog", updatedFrom="2026-03-01T00:00:00") == (403, "Forbidden")
    world.tempo.scopes.discard("approvals:view")
    assert tempo.get("/4/timesheet-approvals/waiting")[0] == 403
