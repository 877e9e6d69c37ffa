"""A store that follows a pretend Jira, pull after pull, and what it then shows."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.jira import connect
from connectors.jira.settings import JiraCloudSource, JiraDataCenterSource
from portfolio.model import VIEWS
from rules.measures import views
from sandbox.jira.records import Edition
from sandbox.jira.serving import serve_jira
from sandbox.jira.site import START, JiraSite
from sync import DuckStore, MatchSettings, Owner, PullReport, match_store, open_store, pull

Shown = dict[str, list[dict[str, Any]]]
LONG_AGO = START - timedelta(days=30)


@pytest.fixture(params=["cloud", "data_center"])
def edition(request: pytest.FixtureRequest) -> Edition:
    return request.param


@pytest.fixture
def site(edition: Edition) -> JiraSite:
    site = JiraSite(edition=edition)
    ada = site.add_user("Ada Lindqvist", email="ada@meridian.example")
    for number, key in enumerate(("PAY", "WEB")):
        site.add_project(key, f"Project {key}", lead=ada, pmo={"initiative": key, "currency": "EUR"})
        site.add_version(key, "1.0")
        for days, type in enumerate(("Story", "Risk", "Bug", "Task")):
            created = LONG_AGO + timedelta(days=days)
            issue = site.add_issue(key, type, f"{type} of {key}", created=created, assignee=ada)
            site.add_worklog(issue, author=ada, started=LONG_AGO + timedelta(days=1), hours=3 + number)
    site.add_link("Blocks", "PAY-1", "PAY-3")
    return site


@pytest.fixture
def url(site: JiraSite) -> Iterator[str]:
    with serve_jira(site) as server:
        yield server.url


SEEN = {"scope_movement": "EXCLUDE (removed_items, moved_amount, volatility_ratio)"}
"""Columns that count what was removed: a store that never held it cannot know."""


class Reader:
    """One store that reads the site."""

    def __init__(self, folder: Path, site: JiraSite, url: str) -> None:
        folder.mkdir()
        self.folder, self.site, self.url = folder, site, url
        self.requests: Mapping[str, int] = {}

    def pull(self, **settings: Any) -> None:
        with self._store() as store:
            self._pull(store, settings)

    def pull_and_show(self, **settings: Any) -> Shown:
        """Pull, and give the rows of every documented view, but for what only he knows who saw what is gone now."""
        with self._store() as store:
            self._pull(store, settings)
            match_store(store, MatchSettings())
            snapshot = store.measure(views(), START.date())
            shown = {name: snapshot.rows(f"SELECT * {SEEN.get(name, '')} FROM {name} ORDER BY ALL") for name in VIEWS}
            snapshot.discard()
        return shown

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows of the stored tables."""
        with self._store() as store:
            return store.rows(sql)

    def _store(self) -> DuckStore:
        return open_store(self.folder / "s.duckdb", owner=Owner(1, "host", START))

    def attempt(self, **settings: Any) -> PullReport:
        """Pull, whatever comes of it."""
        with self._store() as store:
            return self._attempt(store, settings)

    def _pull(self, store: DuckStore, settings: Mapping[str, Any]) -> None:
        assert self._attempt(store, settings).failures == ()

    def _attempt(self, store: DuckStore, settings: Mapping[str, Any]) -> PullReport:
        given = {"url": self.url, "token": self.site.token, "requests_per_second": 100} | settings
        if self.site.edition == "cloud":
            source: JiraCloudSource | JiraDataCenterSource = JiraCloudSource(email=self.site.email, **given)
        else:
            source = JiraDataCenterSource(**given)
        connector = connect("jira", source, sleep=lambda _: None)
        report = pull(store, [connector], as_of=self.site.now, run_id="r", progress=lambda *_: None)
        connector.close()
        self.requests = connector.traffic.by_endpoint
        return report
