"""`plumbrule serve` behind a proxy that signs people in: who sees what, and that nobody sees more."""

import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from web_world import BRIDGE, FAILING, ROAD, Page, finding_of, links, make_site, served, text_of

SERVE = """
[serve]
auth = "proxy"
public_url = "https://pmo.example.com"
access = [
    { group = "PMO", see = "all" },
    { group = "Builders", scope = { department = "infrastructure" } },
    { user = "road@works.example", scope = { projects = ["INI-2"] } },
    { group = "Managers", see = "own" },
    { user = "nobody@works.example", scope = { department = "Nowhere" } },
]

[serve.proxy]
trusted = ["TRUSTED"]
"""
WAIVERS = """
[[waiver]]
id = "W-2026-001"
rule = ["OWN-01"]
subject = { project = "INI-1" }
reason = "poured in one piece"
requested_by = "ada"
approved_by = "pmo.chen"
ticket = "PMO-1"
starts = 2026-06-01
expires = 2026-07-31

[[waiver]]
id = "W-2026-002"
rule = ["OWN-01"]
subject = { project = "INI-2" }
reason = "nobody digs there"
requested_by = "bo"
approved_by = "pmo.chen"
ticket = "PMO-2"
starts = 2026-06-01
expires = 2026-07-31
"""
ALL = ("/", f"/projects/{BRIDGE}", f"/projects/{ROAD}", "/rules", f"/rules/{FAILING}", "/waivers", "/history")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("proxied")
    config = make_site(folder, SERVE.replace("TRUSTED", "127.0.0.0/8"))
    (folder / "waivers.toml").write_text(WAIVERS, encoding="utf-8")
    return config


@pytest.fixture(scope="module")
def page(site: Path) -> Iterator[Page]:
    with served(site) as running:
        yield running


def as_person(page: Page, path: str, user: str, groups: str = "") -> tuple[int, str]:
    headers = {"X-Forwarded-Email": user, "X-Forwarded-Groups": groups, "Host": "pmo.example.com"}
    answer = page.get(path, headers=headers)
    return answer.status_code, answer.text


def test_members_of_a_group_that_sees_all_see_all(page: Page) -> None:
    assert [as_person(page, path, "chen@works.example", "x, pmo")[0] for path in ALL] == [200] * len(ALL)
    _, shown = as_person(page, "/", "chen@works.example", "PMO")
    assert "The whole house leans." in shown and "Road" in shown


@pytest.mark.parametrize(
    ("user", "groups", "sees", "hidden"),
    [
        ("a@works.example", "Builders", BRIDGE, ROAD),
        ("ROAD@works.example", "", ROAD, BRIDGE),
        ("ada@works.example", "Managers", BRIDGE, ROAD),
    ],
)
def test_what_lies_outside_is_not_there(page: Page, user: str, groups: str, sees: str, hidden: str) -> None:
    assert as_person(page, f"/projects/{sees}", user, groups)[0] == 200
    assert as_person(page, f"/projects/{sees}/rules", user, groups)[0] == 200
    for path in (f"/projects/{hidden}", f"/projects/{hidden}/rules", "/findings/0rganisati0n"):
        status, shown = as_person(page, path, user, groups)
        assert (status, "There is nothing here" in text_of(shown)) == (404, True)
    others = {BRIDGE: ("INI-1", "Bridge", "BR-1", "W-2026-001"), ROAD: ("INI-2", "Road", "RO-1", "W-2026-002")}
    paths = ("/", "/rules", f"/rules/{FAILING}", "/waivers", "/history")
    told = {path: as_person(page, path, user, groups)[1] for path in paths}
    words = [re.compile(rf"\b{word}\b") for word in (*others[hidden], "The whole house leans")]
    assert [(path, word.pattern) for path, shown in told.items() for word in words if word.search(shown)] == []
    assert others[sees][1] in told["/"] and others[sees][3] in told["/waivers"]


def test_a_finding_out_of_sight_looks_like_one_that_is_not_there(page: Page, site: Path) -> None:
    finding = finding_of(site)
    assert as_person(page, f"/findings/{finding}", "a@works.example", "Builders")[0] == 200
    hidden = as_person(page, f"/findings/{finding}", "road@works.example")
    assert hidden == as_person(page, "/findings/0123456789abcdef", "road@works.example")
    assert hidden[0] == 404


def test_several_entries_add_up(page: Page) -> None:
    user = ("road@works.example", "Builders")
    assert as_person(page, f"/projects/{BRIDGE}", *user)[0] == as_person(page, f"/projects/{ROAD}", *user)[0] == 200
    assert as_person(page, "/findings/0rganisati0n", *user)[0] == 404


def test_a_scope_that_means_nothing_any_more_shows_nothing(page: Page) -> None:
    status, shown = as_person(page, "/", "nobody@works.example")
    assert status == 200 and "There are no projects yet" in text_of(shown) and "INI-" not in shown


def test_managers_without_an_address_own_nothing(page: Page) -> None:
    assert "INI-" not in as_person(page, "/", "bo", "Managers")[1]


def test_who_is_named_nowhere_is_told_so(page: Page) -> None:
    status, shown = as_person(page, "/", "eve@works.example", "Painters")
    assert status == 403
    assert "nothing is shared with you" in text_of(shown) and "eve@works.example" in shown


def test_what_one_person_was_sent_is_not_sent_to_another(page: Page) -> None:
    headers = {"X-Forwarded-Email": "chen@works.example", "X-Forwarded-Groups": "PMO", "Host": "pmo.example.com"}
    tag = page.get("/", headers=headers).headers["ETag"]
    other = {**headers, "X-Forwarded-Groups": "Builders", "If-None-Match": tag}
    answer = page.get("/", headers=other)
    assert answer.status_code == 200 and answer.headers["ETag"] != tag
    assert answer.headers["Cache-Control"].startswith("private")


def test_a_request_without_a_name_or_with_two_is_refused(page: Page) -> None:
    nobody = page.get("/", headers={"Host": "pmo.example.com"})
    assert nobody.status_code == 403 and "did not say who you are" in text_of(nobody.text)
    connection = http.client.HTTPConnection(page.url.removeprefix("http://"), timeout=30)
    connection.putrequest("GET", "/", skip_host=True)
    for name, value in (("Host", "pmo.example.com"), ("X-Forwarded-Email", "chen@works.example"),
                        ("X-Forwarded-Email", "road@works.example"), ("X-Forwarded-Groups", "PMO")):  # fmt: skip
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == 403
    connection.close()


def test_headers_from_anybody_else_count_for_nothing(tmp_path: Path) -> None:
    config = make_site(tmp_path, SERVE.replace("TRUSTED", "10.1.2.3"))
    with served(config) as page:
        status, shown = as_person(page, "/", "chen@works.example", "PMO")
        assert status == 403 and "reached through the proxy" in text_of(shown) and "Bridge" not in shown
        assert page.get("/healthz").status_code == 200


def test_each_view_is_a_line_of_the_audit_log(site: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with served(site) as page:
        as_person(page, f"/projects/{BRIDGE}", "a@works.example", "Builders")
        as_person(page, f"/projects/{ROAD}", "a@works.example", "Builders")
        as_person(page, "/", "eve@works.example", "")
    told = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    viewed = [one for one in told if one["event"] == "serve.viewed"]
    assert [(v["user"], v["path"], v["status"], v["projects"], v["address"]) for v in viewed] == [
        ("a@works.example", f"/projects/{BRIDGE}", 200, 1, "127.0.0.1"),
        ("a@works.example", f"/projects/{ROAD}", 404, 1, "127.0.0.1"),
    ]
    refused = [(one["user"], one["why"]) for one in told if one["event"] == "serve.refused"]
    assert refused == [("eve@works.example", "no_access")]


def test_links_of_a_person_lead_where_they_may_go(page: Page) -> None:
    _, shown = as_person(page, "/", "a@works.example", "Builders")
    ours = [path for path in links(shown) if not path.startswith("/rules/")]
    assert {path: as_person(page, path, "a@works.example", "Builders")[0] for path in ours} == dict.fromkeys(ours, 200)
