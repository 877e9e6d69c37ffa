"""Every way to sign in against the pretend site and its gateway, and what an administrator is told before a run."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from house import small_company

from connectors.jira import connect
from connectors.jira.settings import JiraCloudSource, JiraDataCenterSource
from portfolio.errors import ConfigurationError, ExitCode, SignInError
from portfolio.ports import Examining, Observation
from sandbox.http import Server
from sandbox.jira.serving import serve_gateway
from sandbox.serve import JIRA_EMAIL, JIRA_TOKEN, Sandbox

READ = ("read:jira-work", "read:jira-user")
WRITE = ("write:jira-work", "manage:jira-project")


@dataclass(frozen=True)
class Doors:
    """A site, and the gateway and authorization server that stand on a host of their own."""

    sandbox: Sandbox
    gateway: Server

    def cloud(self, **keys: Any) -> JiraCloudSource:
        site = {"url": self.sandbox.jira_url, "gateway_url": self.gateway.url}
        return JiraCloudSource(**site, token_url=f"{self.gateway.url}/oauth/token", requests_per_second=100, **keys)


@pytest.fixture(scope="module")
def doors() -> Iterator[Doors]:
    with Sandbox(company=small_company()) as sandbox:
        sandbox.jira.url = sandbox.jira_url
        with serve_gateway(sandbox.jira) as gateway:
            access, oauth = sandbox.jira.access, sandbox.jira.oauth
            access.add_scoped_token("sc0ped", email=JIRA_EMAIL, scopes=READ)
            access.add_scoped_token("p00r", email=JIRA_EMAIL, scopes=READ[1:])
            oauth.add_client("service", "s3cret", READ + WRITE)
            oauth.add_client("reader", "s3cret", READ)
            oauth.add_client("app", "s3cret", READ)
            yield Doors(sandbox, gateway)


def look(settings, folder: Path | None = None, channels=()) -> dict[str, Observation]:
    """The last observation of each subject; the gravest where there are several."""
    connector = connect("jira", settings, folder=folder)
    try:
        connector.probe()
        assert isinstance(connector, Examining)
        weights = ("ok", "note", "warning", "failed")
        seen: dict[str, Observation] = {}
        for observation in connector.examine(channels):
            known = seen.get(observation.subject)
            if known is None or weights.index(observation.state) >= weights.index(known.state):
                seen[observation.subject] = observation
        return seen
    finally:
        connector.close()


def test_a_classic_token_opens_the_site(doors):
    seen = look(doors.cloud(email=JIRA_EMAIL, token=JIRA_TOKEN))
    assert {o.state for name, o in seen.items() if name not in ("token", "fields")} == {"ok"}
    assert seen["sign-in"].found == f"api_token at {doors.sandbox.jira_url}"
    assert seen["projects"].found == "3 visible, all are read"
    assert "time zone" in seen["account"].found
    assert seen["permissions"].found == "Browse projects: held, at least somewhere"
    assert "not known here" in seen["token"].found


def test_a_token_with_scopes_opens_the_gateway(doors):
    seen = look(doors.cloud(auth="scoped_token", email=JIRA_EMAIL, token="sc0ped", token_expires_on=date(2027, 1, 1)))
    assert f"through {doors.gateway.url}/ex/jira/" in seen["sign-in"].found
    assert seen["scopes"].found == "read:jira-work, read:jira-user: tried, and held"
    assert "token" not in seen


def test_a_token_without_a_scope_is_told_which(doors):
    seen = look(doors.cloud(auth="scoped_token", email=JIRA_EMAIL, token="p00r"))
    assert seen["scopes"].state == "failed"
    assert "lacks the scope read:jira-work" in seen["scopes"].found
    assert "read:jira-work" in seen["scopes"].remedy
    assert seen["scopes"].exit_code is ExitCode.SIGN_IN


@pytest.mark.parametrize(
    ("keys", "auth"),
    [
        ({"token": "sc0ped"}, 'auth = "scoped_token"'),
        ({"auth": "scoped_token", "token": JIRA_TOKEN}, 'auth = "api_token"'),
    ],
    ids=["a token with scopes at the site", "a token without scopes at the gateway"],
)
def test_a_token_at_the_wrong_door_is_told_the_right_one(doors, keys, auth):
    with pytest.raises(SignInError) as raised:
        look(doors.cloud(email=JIRA_EMAIL, **keys))
    assert auth in raised.value.remedy


def test_a_wrong_token_stays_refused(doors):
    with pytest.raises(SignInError) as raised:
        look(doors.cloud(email=JIRA_EMAIL, token="wr0ng"))
    assert raised.value.code == "sign_in.refused"
    assert "wr0ng" not in f"{raised.value.what} {raised.value.remedy}"


def test_a_service_account_opens_the_gateway_and_its_scopes_are_told(doors):
    client = {"auth": "oauth_client", "client_id": "service", "client_secret": "s3cret"}
    seen = look(doors.cloud(**client), channels=["property", "label"])
    assert seen["scopes"].state == "ok"
    assert all(scope in seen["scopes"].found for scope in READ + WRITE)
    assert "Make bulk changes" in seen["permissions"].found


def test_scopes_for_writing_are_missed_only_where_something_is_written(doors):
    client = doors.cloud(auth="oauth_client", client_id="reader", client_secret="s3cret")
    assert look(client)["scopes"].state == "ok"
    missed = look(client, channels=["property"])["scopes"]
    assert missed.state == "failed"
    assert missed.found.endswith("missing: write:jira-work, manage:jira-project")


def test_an_authorised_app_goes_on_with_the_kept_refresh_token(doors, tmp_path):
    first = doors.sandbox.jira.oauth.grant("app")
    app = doors.cloud(auth="oauth_user", client_id="app", client_secret="s3cret", refresh_token=first)
    issued = doors.sandbox.jira.oauth.issued
    for _ in range(2):
        assert look(app, tmp_path)["projects"].state == "ok"
    assert doors.sandbox.jira.oauth.issued == issued + 1
    assert (tmp_path / "oauth-jira.json").stat().st_mode & 0o077 == 0


def test_a_token_that_is_revoked_in_mid_run_is_renewed(doors):
    connector = connect("jira", doors.cloud(auth="oauth_client", client_id="service", client_secret="s3cret"))
    connector.probe()
    doors.sandbox.jira.access.expire(connector._http.auth._token())
    assert connector.partitions({})
    connector.close()


def test_configured_projects_that_are_not_visible_are_named(doors):
    keys = sorted(project.key for project in doors.sandbox.jira.projects.values())
    seen = look(doors.cloud(email=JIRA_EMAIL, token=JIRA_TOKEN, projects=[*keys[:2], "NOPE"]))
    assert seen["projects"].found == "not visible: NOPE"
    assert "Browse projects" in seen["projects"].remedy


def test_the_projects_that_categories_choose_are_named(doors):
    projects = list(doors.sandbox.jira.projects.values())
    category, keys = projects[0].category, sorted(p.key for p in projects if p.category == projects[0].category)
    seen = look(doors.cloud(email=JIRA_EMAIL, token=JIRA_TOKEN, project_categories=[category]))
    assert seen["projects"].found == f"{len(keys)} are read: {', '.join(keys)}"
    seen = look(doors.cloud(email=JIRA_EMAIL, token=JIRA_TOKEN, project_categories=[f"{category}s", category]))
    assert seen["projects"].state == "failed"
    assert f"did you mean `{category}`?" in seen["projects"].found


def test_a_mapped_field_that_is_not_there_is_a_warning_where_somebody_wrote_it(doors):
    mapping = {
        "fields": {"supplier": "Vendor"},
        "custom": {"centre": "Cost centre"},
        "columns": {"due_date": "Target end"},
    }
    seen = look(doors.cloud(email=JIRA_EMAIL, token=JIRA_TOKEN, mapping=mapping))
    assert seen["fields"].state == "warning"
    assert "supplier (Vendor)" in seen["fields"].found
    assert "column:due_date (Target end)" in seen["fields"].found


def test_what_is_not_read_is_told(doors):
    seen = look(doors.cloud(email=JIRA_EMAIL, token=JIRA_TOKEN, worklogs=False))
    assert (seen["reads"].state, seen["reads"].found) == ("note", "no booked time (worklogs = false)")


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    with Sandbox(company=small_company(), edition="data_center") as sandbox:
        yield sandbox


def test_data_center_is_looked_at_alike(server):
    user = JIRA_EMAIL.partition("@")[0]
    settings = JiraDataCenterSource(
        url=server.jira_url, auth="basic", user=user, password=JIRA_TOKEN, projects=["NOPE"]
    )
    seen = look(settings, channels=["label", "comment"])
    assert seen["deployment"].found.startswith("Jira Server ")
    assert seen["projects"].found == "not visible: NOPE"
    assert seen["scopes"].found.startswith("none needed")
    assert "Edit issues" in seen["permissions"].found


def test_the_wrong_kind_of_jira_is_told(server):
    settings = JiraCloudSource(url=server.jira_url, email=JIRA_EMAIL, token=JIRA_TOKEN)
    with pytest.raises(ConfigurationError, match="no Jira Cloud at this address") as raised:
        look(settings)
    assert 'kind = "jira_data_center"' in raised.value.remedy
