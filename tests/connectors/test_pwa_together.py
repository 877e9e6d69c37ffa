"""Sets of which a project has few records are asked for several projects at once, and nothing is lost or mixed up."""

import threading
from urllib.parse import quote

import pytest
import responses

from connectors.pwa import odata, wanted
from connectors.pwa.names import ENGLISH, FRENCH
from connectors.pwa.together import AT_ONCE, Together
from portfolio.columns import ColumnRows
from portfolio.errors import RemoteError
from tests.connectors.pwa_site import ok, project, pulled, reader, refuse, site_of

MANY = [f"11111111-0000-0000-0000-{number:012}" for number in range(1, AT_ONCE * 2 + 4)]
ISSUES = "ProjectData/[en-us]/Issues"


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as active:
        yield active


def issue(owner, number, **more):
    native = f"{number:08}-0000-0000-0000-{owner[-12:]}"
    return {"ProjectId": owner, "IssueId": native, "Title": f"Issue {number} of {owner}", **more}


def site_with_issues(projects=MANY, **more):
    """Each project has as many issues as the last digit of its number says."""
    issues = [issue(one, number) for one in projects for number in range(int(one[-1]))]
    return site_of(
        Projects=[project(one) for one in projects],
        Issues=issues,
        Risks=[],
        ProjectBaselines=[{"ProjectId": one, "BaselineNumber": number} for one in projects for number in (0, 1)],
        **more,
    )


def asked_of(site, name):
    return [path for path in site.asked if path.startswith(f"ProjectData/[en-us]/{name}?")]


def issues_of(pages, one):
    (page,) = pages[f"plan:{one}"]
    return [row["title"] for row in page.rows["project_issue"]]


def test_each_project_gets_its_own_and_few_requests_are_sent(mock):
    site = site_with_issues()
    site.columns["Risks"] = {"ProjectId", "RiskId"}
    site.install(mock)
    pages = pulled(reader())
    for one in MANY:
        assert issues_of(pages, one) == [f"Issue {number} of {one}" for number in range(int(one[-1]))]
        assert [row["number"] for row in pages[f"plan:{one}"][0].rows["baseline"]] == [0, 1]
    assert len(asked_of(site, "Issues")) == len(asked_of(site, "Risks")) == 3
    assert len(asked_of(site, "ProjectBaselines")) == 4, "once for the list of projects"


def test_a_plan_is_handed_over_by_column(mock):
    site = site_with_issues()
    site.install(mock)
    (page,) = pulled(reader())[f"plan:{MANY[2]}"]
    assert {type(rows) for rows in page.rows.values()} == {ColumnRows}
    assert len(page.rows["project_issue"].columns["id"]) == 3


def test_a_wish_beyond_the_projects_holds_for_all_of_them(mock):
    site = site_with_issues()
    site.install(mock)
    pages = pulled(reader(interim_baselines=False))
    assert all([row["number"] for row in pages[f"plan:{one}"][0].rows["baseline"]] == [0] for one in MANY)


def test_only_plans_that_changed_are_asked_for(mock):
    site, positions = site_with_issues(), {}
    site.install(mock)
    pulled(reader(), positions)
    for place in (3, 30):
        site.sets["Projects"][place]["ProjectModifiedDate"] = "2026-11-02T10:00:00"
    site.asked.clear()
    pages = pulled(reader(), positions)
    assert {name for name in pages if name.startswith("plan")} == {f"plan:{MANY[3]}", f"plan:{MANY[30]}"}
    (asked,) = asked_of(site, "Issues")
    assert asked.partition("$filter=")[2] == f"ProjectId eq guid'{MANY[3]}' or ProjectId eq guid'{MANY[30]}'"


def test_a_site_that_takes_no_such_filter_is_asked_project_by_project(mock):
    site = site_with_issues()

    def one_only(query):
        if " or " in query["$filter"]:
            return refuse(400)
        return ok([row for row in site.sets["Issues"] if row["ProjectId"] in query["$filter"]])

    site.answers[ISSUES] = one_only
    site.install(mock)
    pages = pulled(reader())
    assert all(len(issues_of(pages, one)) == int(one[-1]) for one in MANY)


@pytest.mark.parametrize("owner", [None, "no id", "99999999-0000-0000-0000-000000000000"])
def test_a_record_of_nobody_is_looked_for_in_each_project_so_that_it_is_told(mock, owner):
    site = site_with_issues(MANY[:3])
    stray = issue(MANY[1], 9) | {"ProjectId": owner}

    def with_stray(query):
        rows = [row for row in site.sets["Issues"] if str(row["ProjectId"]) in query["$filter"]]
        return ok([*rows, stray] if MANY[1] in query["$filter"] else rows)

    site.answers[ISSUES] = with_stray
    site.install(mock)
    pages = pulled(reader())
    assert len(asked_of(site, "Issues")) == 1 + 3
    assert [len(issues_of(pages, one)) for one in MANY[:3:2]] == [1, 3]
    (middle,) = pages[f"plan:{MANY[1]}"]
    told = len(middle.rejected) + len(middle.rows["project_issue"])
    assert told == 2 + 1, "its own two, and the stray one kept or told"


def test_a_failure_is_that_of_the_plan_that_asked_and_the_next_one_asks_again(mock):
    site, failing = site_with_issues(MANY[:2]), [True]

    def once(query):
        if failing:
            return refuse(500)
        return ok([row for row in site.sets["Issues"] if row["ProjectId"] in query["$filter"]])

    site.answers[ISSUES] = once
    site.install(mock)
    source = reader()
    _, (first, second, _) = source.partitions({})
    with pytest.raises(RemoteError):
        list(source.pull(first, None))
    failing.clear()
    assert len(next(source.pull(second, None)).rows["project_issue"]) == 2
    assert len(next(source.pull(first, None)).rows["project_issue"]) == 1


def test_a_plan_that_is_read_again_is_asked_for_again(mock):
    site = site_with_issues(MANY[:2])
    site.install(mock)
    source = reader()
    _, (first, _, _) = source.partitions({})
    list(source.pull(first, None))
    site.sets["Issues"].append(issue(MANY[0], 5))
    assert len(next(source.pull(first, None)).rows["project_issue"]) == 2


def test_threads_that_ask_at_once_share_one_request(mock):
    site = site_with_issues(MANY[:AT_ONCE])
    site.install(mock)
    source = reader()
    _, (*plans, _) = source.partitions({})
    found = {}
    threads = [
        threading.Thread(target=lambda one=one: found.update({one.key: list(source.pull(one, None))})) for one in plans
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {key: len(pages[0].rows["project_issue"]) for key, pages in found.items()} == {
        one: int(one[-1]) for one in MANY[:AT_ONCE]
    }
    assert len(asked_of(site, "Issues")) == 1


def test_a_risk_has_the_currency_of_its_project_without_another_request(mock):
    risks = [
        {"ProjectId": one, "RiskId": f"{one[:-12]}{n:012}", "Title": "R", "Cost": "5"} for n, one in enumerate(MANY)
    ]
    site = site_of(Projects=[project(one, ProjectCurrency="USD") for one in MANY], Risks=risks)
    site.install(mock)
    pages = pulled(reader())
    assert {pages[f"plan:{one}"][0].rows["risk"][0]["currency"] for one in MANY} == {"USD"}
    assert len(asked_of(site, "Projects")) == 3, "the first call, the list, and the rows"


def test_nothing_is_kept_of_plans_that_were_read(mock):
    site = site_with_issues()
    site.install(mock)
    source = reader()
    source.partitions({})
    together = Together(source._pwa)
    together.expect(MANY)
    for one in MANY:
        together.of_project("Issues", one, ("ProjectId", "IssueId"))
    assert not any(group.waiting for group in together._groups.values())


@pytest.mark.parametrize("names", [ENGLISH, FRENCH], ids=["english", "french"])
@pytest.mark.parametrize("entity_set", ["ProjectBaselines", "Risks", "Issues", "Deliverables"])
def test_the_query_string_is_one_that_the_server_takes_with_room_for_its_next_link(names, entity_set):
    some = " or ".join(f"ProjectId eq {odata.guid_literal(one)}" for one in MANY[:AT_ONCE])
    where = names.clause(entity_set, f"({some}) and BaselineNumber eq 0")
    select = odata.select_of(names.local(entity_set, column) for column in wanted.WANTED[entity_set])
    key = "ProjectId,BaselineNumber"
    address = odata.address(entity_set, select=select, filter=where, orderby=key, top="100", skip="1000")
    token = quote(f"$skiptoken=guid'{MANY[0]}',0", safe="")
    requoted = address.replace("'", "%27").replace("(", "%28").replace(")", "%29").replace(",", "%2C")
    assert len(f"{requoted.partition('?')[2]}&{token}") < 2048
