"""The feed: options, pages, forms of values, languages, refusals."""

from datetime import datetime
from decimal import Decimal

import pytest
from pwa_client import OTHER, PLAN, Client, task_id

from sandbox.pwa import PwaSite


def test_values_have_the_forms_of_the_vendors_json(client: Client) -> None:
    [row] = client.set("Projects", filter=f"ProjectId eq guid'{PLAN}'").rows
    assert row["ProjectWork"] == "16.500000"
    assert row["ProjectModifiedDate"] == "2026-11-03T18:30:05.19"
    assert row["ProjectPercentCompleted"] == 40
    assert row["ProjectEarnedValueIsStale"] is False
    assert row["ProjectStartDate"] is None


def test_a_negative_zero_is_a_zero(client: Client, site: PwaSite) -> None:
    site.edit("Projects", {"ProjectWork": Decimal("-0")}, datetime(2026, 11, 20), ProjectId=PLAN)
    [row] = client.set("Projects", filter=f"ProjectId eq guid'{PLAN}'").rows
    assert row["ProjectWork"] == "0.000000"


def test_verbose_json_wraps_results_and_writes_dates_as_milliseconds(client: Client) -> None:
    verbose = client.set("Projects", accept="application/json;odata=verbose", top="1")
    [row] = verbose.document["d"]["results"]
    assert row["__metadata"]["type"] == "ReportingData.Project"
    assert row["__metadata"]["uri"].endswith(f"Projects(guid'{PLAN}')")
    assert row["ProjectModifiedDate"].startswith("/Date(17")
    assert "odata=verbose" in verbose.headers["Content-Type"]


def test_verbose_pages_are_joined_by_next(client: Client) -> None:
    document = client.set("Tasks", accept="application/json;odata=verbose").document["d"]
    assert len(document["results"]) == 100
    assert "skiptoken" in document["__next"]


def test_pages_hold_a_hundred_tasks_and_together_every_task_once(client: Client) -> None:
    pages = client.pages("Tasks", select="TaskId", filter=f"ProjectId eq guid'{PLAN}'")
    assert [len(p) for p in pages] == [100, 100, 50]
    assert {r["TaskId"] for p in pages for r in p} == {task_id(n) for n in range(250)}


def test_a_set_that_fills_its_pages_exactly_ends_without_a_link(client: Client, site: PwaSite) -> None:
    site.page_sizes["Tasks"] = 126
    assert [len(p) for p in client.pages("Tasks")] == [126, 126]


def test_pages_in_an_order_of_ones_own_lose_nothing(client: Client) -> None:
    pages = client.pages("Tasks", select="TaskName,TaskWork", orderby="TaskWork desc", filter="TaskWork ge 0M")
    amounts = [Decimal(r["TaskWork"]) for p in pages for r in p if r["TaskWork"]]
    assert amounts == sorted(amounts, reverse=True)
    assert len(amounts) == 250


def test_a_task_deleted_between_two_pages_does_not_make_another_one_vanish(client: Client, site: PwaSite) -> None:
    first = client.set("Tasks", select="TaskId", filter=f"ProjectId eq guid'{PLAN}'").document
    site.delete_task(PLAN, task_id(3), datetime(2026, 11, 21))
    second = client.get(first["odata.nextLink"]).rows
    assert second[0]["TaskId"] == task_id(100)


def test_top_spans_pages_and_stops_where_told(client: Client) -> None:
    assert [len(p) for p in client.pages("Tasks", top="150")] == [100, 50]


def test_top_and_skip_page_by_hand(client: Client) -> None:
    rows = client.set("Tasks", select="TaskId", orderby="TaskId", top="10", skip="245").rows
    assert [r["TaskId"] for r in rows] == [task_id(n) for n in range(245, 250)] + [
        task_id(n, OTHER) for n in range(2)
    ]  # fmt: skip


def test_select_gives_the_columns_asked_for_and_no_other(client: Client) -> None:
    assert set(client.set("Tasks", select="TaskId, TaskName", top="1").rows[0]) == {"TaskId", "TaskName"}


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        (f"ProjectId eq guid'{PLAN.upper()}'", {"Bridge"}),
        (f"ProjectId ne guid'{PLAN}'", {"Dan's <Tower>"}),
        ("ProjectModifiedDate gt datetime'2026-11-03T18:30:05.19'", {"Dan's <Tower>"}),
        ("ProjectModifiedDate ge datetime'2026-11-03T18:30:05.19'", {"Bridge", "Dan's <Tower>"}),
        ("ProjectModifiedDate lt datetime'2026-11-05T00:00:00'", {"Bridge"}),
        ("ProjectName eq 'Dan''s <Tower>'", {"Dan's <Tower>"}),
        ("ProjectType ne 7 and ProjectWork le 16.5M", {"Bridge", "Dan's <Tower>"}),
        ("ProjectWork gt 16.5", set()),
        ("ProjectEarnedValueIsStale eq true", set()),
        ("ProjectStartDate eq null and (ProjectName eq 'bridge' or ProjectType eq 7)", {"Bridge"}),
        ("ProjectStartDate ne null", set()),
        ("ProjectStartDate lt datetime'2026-01-01T00:00:00'", set()),
    ],
)
def test_filters(client: Client, filter: str, found: set[str]) -> None:
    assert {r["ProjectName"] for r in client.set("Projects", filter=filter).rows} == found


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        ({"filter": "Colour eq 1"}, 400, "Could not find a property named 'Colour' on type 'ReportingData.Project'."),
        ({"filter": f"ProjectId eq '{PLAN}' extra"}, 400, "Syntax error at 'extra'"),
        ({"filter": "ProjectWork eq 'much'"}, 400, "incompatible types was detected at 'ProjectWork'"),
        ({"filter": "ProjectName like 'B'"}, 400, "A comparison is expected"),
        ({"filter": "(ProjectType eq 0"}, 400, "closing parenthesis"),
        ({"filter": "ProjectType eq zero"}, 400, "Unrecognized literal 'zero'."),
        ({"filter": "ProjectId eq guid'12'"}, 400, "Unrecognized 'Edm.Guid' literal '12'."),
        ({"filter": "ProjectModifiedDate gt datetime'today'"}, 400, "Unrecognized 'Edm.DateTime' literal 'today'."),
        ({"filter": "ProjectName eq 'open"}, 400, "Syntax error at position"),
        ({"select": "ProjectName,Colour"}, 400, "named 'Colour'"),
        ({"orderby": "ProjectName upwards"}, 400, "Syntax error in the order 'ProjectName upwards'."),
        ({"top": "many"}, 400, "Incorrect format for $top argument 'many'."),
        ({"expand": "Tasks"}, 501, "'$expand' is not implemented"),
    ],
)
def test_refused_queries(client: Client, options: dict[str, str], status: int, words: str) -> None:
    refused = client.set("Projects", **options)
    assert refused.status == status
    assert words in refused.message


def test_an_unknown_set_is_not_found(client: Client) -> None:
    assert client.set("TaskLinks").status == 404


def test_only_json_is_spoken(client: Client) -> None:
    assert client.set("Projects", accept="application/atom+xml").status == 406
    assert client.set("Projects", accept="*/*", format="json").status == 200


def test_a_count_can_be_had_beside_the_page(client: Client) -> None:
    document = client.set("Tasks", inlinecount="allpages").document
    assert document["odata.count"] == "252"
    assert len(document["value"]) == 100


def test_without_a_locale_the_site_speaks_its_own_language(client: Client) -> None:
    assert client.get("/pwa/_api/ProjectData/Tasks").status == 404
    row = client.get("/pwa/_api/ProjectData/Tâches", filter="NomTâche eq 'Task 7'").rows[0]
    assert row["IdProjet"] == PLAN
    assert row["TravailTâche"] == "7.000000"


def test_an_english_site_needs_no_locale(client: Client, site: PwaSite) -> None:
    site.language = "en"
    assert client.get("/pwa/_api/ProjectData/Projects").rows[0]["ProjectName"] == "Bridge"


def test_the_french_locale_can_be_asked_for_by_name(client: Client, site: PwaSite) -> None:
    site.language = "en"
    assert client.get("/pwa/_api/ProjectData/[fr-fr]/Projets").rows[0]["NomProjet"] == "Bridge"


def test_a_hidden_column_is_neither_served_nor_described(client: Client, site: PwaSite) -> None:
    site.hide_column("Tasks", "TaskTotalSlack")
    assert "TaskTotalSlack" not in client.set("Tasks", top="1").rows[0]
    assert "TaskTotalSlack" not in client.set("$metadata").text
