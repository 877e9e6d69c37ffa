"""What an admin maps beyond the defaults: statuses, columns, points, rates, the project property; and sprints."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from jira_records import FIELDS, change, custom, history, issue, status, user
from pydantic import ValidationError

from connectors.jira.mapping import Mapping
from connectors.jira.normalise.changes import watched_fields
from connectors.jira.normalise.columns import wanted_fields
from connectors.jira.normalise.context import Site, resolve_fields
from connectors.jira.normalise.items import work_item_row
from connectors.jira.normalise.pages import RawPage, read_page
from connectors.jira.normalise.people import account_rows
from connectors.jira.normalise.projects import project_row
from connectors.jira.normalise.values import Unreadable
from connectors.jira.settings import JiraCloudSource
from connectors.jira.unavailable import capabilities

OWN = [
    {"id": f"customfield_{10900 + n}", "name": name, "custom": True, "schema": {"type": "any", "custom": "x"}}
    for n, name in enumerate(("Target start", "Target end", "Effort (h)", "Done (%)", "Budget", "Wave"))
]
TARGET_START, TARGET_END, EFFORT, DONE, BUDGET, WAVE = (field["id"] for field in OWN)


def site(**mapping) -> Site:
    mapped = Mapping(**mapping)
    return Site(
        "jira", "https://meridian.example", mapped, resolve_fields([*FIELDS, *OWN], wanted_fields(mapped)), "EUR"
    )


def row(raw, **mapping):
    return work_item_row(site(**mapping), raw)


COLUMNS = {
    "start_date": "Target start",
    "due_date": TARGET_END,
    "estimate_hours": "effort (h)",
    "complete_ratio": "Done (%)",
    "planned_cost": "Budget",
    "wbs": "Wave",
}


def test_fields_of_the_site_fill_columns_each_in_its_own_way():
    raw = issue(1, **{TARGET_START: "2026-11-02", TARGET_END: "2026-12-18", EFFORT: 12.5, DONE: 40, BUDGET: 900})
    raw["fields"][WAVE] = {"value": "Wave 2"}
    found = row(raw, columns=COLUMNS)
    assert {name: found[name] for name in COLUMNS} == {
        "start_date": date(2026, 11, 2),
        "due_date": date(2026, 12, 18),
        "estimate_hours": Decimal("12.50"),
        "complete_ratio": Decimal("0.400000"),
        "planned_cost": Decimal("900.0000"),
        "wbs": "Wave 2",
    }


def test_where_a_mapped_field_is_empty_jiras_own_counts():
    found = row(issue(1, duedate="2026-12-01", timeoriginalestimate=7200), columns=COLUMNS)
    assert (found["due_date"], found["estimate_hours"]) == (date(2026, 12, 1), Decimal("2.00"))


def test_jiras_own_fields_of_time_stay_seconds_when_they_are_mapped():
    assert row(issue(1, timeestimate=3600), columns={"estimate_hours": "timeestimate"})["estimate_hours"] is None
    listed = [*FIELDS, {"id": "timeestimate", "name": "Remaining Estimate", "schema": {}}]
    mapped = Mapping(columns={"estimate_hours": "timeestimate"})
    with_it = Site("jira", "", mapped, resolve_fields(listed, wanted_fields(mapped)))
    assert work_item_row(with_it, issue(1, timeestimate=3600))["estimate_hours"] == Decimal("1.00")


def test_a_value_that_does_not_fit_its_column_names_both():
    with pytest.raises(Unreadable, match=f"due_date from {TARGET_END}: 'soon' is not a date"):
        row(issue(1, **{TARGET_END: "soon"}), columns=COLUMNS)


def test_a_mapped_due_date_is_watched_and_counts_as_the_due_date():
    at = site(columns=COLUMNS)
    watched = watched_fields(at)
    assert watched[TARGET_END] == "schedule"
    assert "duedate" not in watched
    moved = history(1, change(TARGET_END, None, None, field="Target end", **{"from": "2026-12-01", "to": "2026-12-18"}))
    (told,) = read_page(at, RawPage([issue(1)], {}, {"10001": [moved]}), watched).lists(at)["field_change"]
    assert (told["field"], told["from_value"], told["to_value"]) == ("duedate", "2026-12-01", "2026-12-18")


def test_statuses_mean_what_the_mapping_says_whatever_their_category():
    waiting = issue(1, "Risk", status=status("Won't Do", "indeterminate"))
    assert row(waiting)["status_category"] == "in_progress"
    assert row(waiting, status_categories={"won't do": "done"})["status_category"] == "done"
    told = read_page(site(status_categories={"Won't Do": "done"}), RawPage([waiting]), {})
    assert [risk["state"] for risk in told.tables["risk"].values()] == ["closed"]


def test_story_points_become_hours_only_by_a_stated_factor_and_only_where_nothing_is_estimated():
    pointed = issue(1, **custom(story_points=3.0))
    assert row(pointed)["estimate_hours"] is None
    assert row(pointed, hours_per_point="6.5")["estimate_hours"] == Decimal("19.50")
    estimated = issue(1, timeoriginalestimate=3600, **custom(story_points=3.0))
    assert row(estimated, hours_per_point="6.5")["estimate_hours"] == Decimal("1.00")
    assert row(issue(1), hours_per_point="6.5")["estimate_hours"] is None


def source(**mapping) -> JiraCloudSource:
    return JiraCloudSource(url="https://meridian.example", email="a@b.example", token="t", mapping=mapping)


def test_what_is_mapped_is_available_and_what_is_made_of_points_is_derived():
    mapped = source(
        columns={"complete_ratio": "Done (%)"},
        hours_per_point=8,
        rates=[{"who": "acc-ada", "rate_per_hour": 95, "currency": "EUR"}],
    )
    said = {(c.table, c.column): (c.state, c.note) for c in capabilities(mapped)}
    plain = {(c.table, c.column): c.state for c in capabilities(source())}
    for column in (("work_item", "complete_ratio"), ("account", "rate_per_hour"), ("account", "currency")):
        assert column not in said
        assert plain[column] == "not_available"
    assert said["work_item", "estimate_hours"] == ("derived", "where none is set: story points x 8 h, as configured")
    assert ("work_item", "estimate_hours") not in plain


def test_people_cost_what_is_said_of_them_by_id_by_e_mail_or_by_group():
    rates = [
        {"who": "acc-ada", "rate_per_hour": 95, "currency": "EUR"},
        {"who": "Rosa@Meridian.example", "rate_per_hour": "80.50", "currency": "CHF"},
        {"group": "seniors", "rate_per_hour": 120, "currency": "EUR"},
    ]
    mapped = Mapping(rates=rates)
    members = {"acc-lin": mapped.rates[2], "acc-ada": mapped.rates[2]}
    at = Site("jira", "", mapped, resolve_fields(FIELDS, {}), group_rates=members)
    people = [user("ada"), user("rosa"), user("lin"), user("sven"), user("rosa", accountId="acc-x", emailAddress="")]
    found = {r["native_id"]: (r.get("rate_per_hour"), r.get("currency")) for r in account_rows(at, people)}
    assert found == {
        "acc-ada": (Decimal(95), "EUR"),
        "acc-rosa": (Decimal("80.50"), "CHF"),
        "acc-lin": (Decimal(120), "EUR"),
        "acc-sven": (None, None),
        "acc-x": (None, None),
    }


def test_the_project_property_may_use_other_keys_also_deeper_ones():
    named = site(property_keys={"programme": "portfolio.program", "sponsor": "owner"})
    said = {"portfolio": {"program": "Move"}, "owner": "Grace", "programme": "not this one", "phase": "execute"}
    found, complaints = project_row(named, {"id": "1", "key": "PAY", "name": "Pay", "properties": {"pmo": said}})
    assert (found["programme"], found["sponsor_name"], found["phase"], complaints) == ("Move", "Grace", "execute", [])


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"columns": {"colour": "X"}}, "colour: not a column of work_item that a field may fill; those are start_date"),
        ({"columns": {"project_id": "X"}}, "project_id: not a column"),
        ({"status_categories": {"Open": "started"}}, "started: must be one of todo, in_progress, done"),
        ({"property_keys": {"budget": "x"}}, "budget: not what the property says"),
        ({"hours_per_point": 0}, "greater than 0"),
        ({"rates": [{"rate_per_hour": 5, "currency": "EUR"}]}, "either `who`"),
        ({"rates": [{"who": "a", "group": "b", "rate_per_hour": 5, "currency": "EUR"}]}, "either `who`"),
        ({"rates": [{"who": "a", "rate_per_hour": 5, "currency": "euro"}]}, "pattern"),
        ({"rates": [{"who": "a", "rate_per_hour": 5, "currency": "EUR"}] * 2}, "a: has more than one rate"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_in_words(mapping, words):
    with pytest.raises(ValidationError, match=words):
        Mapping(**mapping)


def sprint(number, state="closed", **more):
    return {
        "id": number,
        "name": f"Sprint {number}",
        "state": state,
        "boardId": 4,
        "goal": "",
        "startDate": f"2026-0{number}-01T09:00:00.000Z",
        "endDate": f"2026-0{number}-14T09:00:00.000Z",
    } | more


def test_sprints_come_from_the_field_of_the_issues():
    closed = sprint(1, completeDate="2026-01-15T10:30:00.000Z", goal="Ship it")
    told = read_page(site(), RawPage([issue(1, **custom(sprint=[closed])), issue(2, **custom(sprint=[closed]))]), {})
    assert list(told.tables["sprint"].values()) == [
        {
            "id": "jira:sprint:1",
            "source": "jira",
            "name": "Sprint 1",
            "state": "closed",
            "board": "4",
            "start_at": datetime(2026, 1, 1, 9, tzinfo=UTC),
            "end_at": datetime(2026, 1, 14, 9, tzinfo=UTC),
            "complete_at": datetime(2026, 1, 15, 10, 30, tzinfo=UTC),
            "goal": "Ship it",
        }
    ]


@pytest.mark.parametrize(
    ("sprints", "chosen"),
    [
        ([sprint(2), sprint(1, "active"), sprint(3)], "jira:sprint:1"),
        ([sprint(1), sprint(5, "future")], "jira:sprint:5"),
        ([sprint(3), sprint(1)], "jira:sprint:3"),
        ([sprint(9, endDate=None), sprint(8, endDate=None)], "jira:sprint:9"),
        (None, None),
    ],
    ids=["the one that runs", "the one that it is planned in", "else the last", "by number without dates", "none"],
)
def test_an_issue_is_in_one_sprint(sprints, chosen):
    assert row(issue(1, **custom(sprint=sprints)))["sprint_id"] == chosen


def test_a_sprint_without_a_name_is_rejected_and_its_issue_stays():
    told = read_page(site(), RawPage([issue(1, **custom(sprint=[sprint(1, name=None)]))]), {})
    assert [r.code for r in told.rejected] == ["sprint.unreadable"]
    assert [item["sprint_id"] for item in told.tables["work_item"].values()] == ["jira:sprint:1"]
