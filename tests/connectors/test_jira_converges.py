"""Whatever people do in Jira and whatever goes wrong on the way: a quiet pull ends at what Jira truly holds.

Machines of hypothesis let people work, faults strike and pulls die in any order. After every pull the cursors must not
claim more than was stored; after a quiet pull the store must equal the site's own tables, and a pull more must change
nothing. `PLUMBRULE_SOAK=1` (in `make soak`) tries many more orders; how many were tried is told at the end.
"""

import itertools
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Literal

import orjson
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from jira_world import NAMES, PAUSES, Act, World, in_small_pages, shown, shown_items

from connectors.jira import connect
from connectors.jira.client import connection
from connectors.jira.datacenter.reader import JiraDataCenter
from connectors.jira.settings import JiraCloudSource, JiraDataCenterSource
from connectors.pacing import Clock
from portfolio.ports import Connector, Page, Partition, Traffic
from sandbox import faults
from sandbox.faults import FaultQueue
from sandbox.http import Server
from sandbox.jira.datacenter import routes as data_center
from sandbox.jira.routes import routes
from sandbox.jira.site import START
from sync import DuckStore, Owner, open_store, pull

SOAK = bool(os.environ.get("PLUMBRULE_SOAK"))
EXAMPLES, STEPS = (150, 25) if SOAK else (3, 6)
ISSUES_TOGETHER = 2
"""Of a site of a dozen issues, so that a pull has pages between which it can die."""
OWNER = Owner(1, "host", START)

FAULTS = (
    faults.too_many_requests("1"),
    faults.too_many_requests(None),
    faults.too_many_requests("1847", "jira-quota-tenant-based"),
    faults.unavailable(),
    faults.unavailable("2", 504),
    faults.refused(500, "Internal error."),
    faults.half_json(),
    faults.cut_off(),
    faults.reset(),
    faults.sign_in_page(),
)
PLACES = ("", "/search", "/changelog", "/worklog", "/issue", "/project", "/field", "/myself")

number = st.integers(0, 40)
acts = st.lists(
    st.builds(Act, st.sampled_from(NAMES), number, number, number, st.integers(0, len(PAUSES) - 1)),
    min_size=1,
    max_size=6,
)


@dataclass(frozen=True)
class Trouble:
    """What happens when the `after`th page of a pull was committed: answers that fail from then on, people who work on,
    death; a death in the very commit takes the page along."""

    after: int = 0
    failing: tuple[tuple[faults.Fault, str, int], ...] = ()
    working: tuple[Act, ...] = ()
    deadly: bool = False
    in_commit: bool = False


def troubles(most: int) -> st.SearchStrategy[Trouble]:
    """Troubles after at most so many pages."""
    after = st.integers(0, most)
    failure = st.tuples(st.sampled_from(FAULTS), st.sampled_from(PLACES), st.sampled_from((1, 4, 20)))
    return st.one_of(
        st.builds(Trouble, after, deadly=st.just(True), in_commit=st.booleans()),
        st.builds(Trouble, after, st.lists(failure, min_size=1, max_size=3).map(tuple)),
        st.builds(Trouble, after, working=acts.map(tuple)),
    )


FIRST_PAGES, LATER_PAGES = 11, 3
"""Pages of a first pull of the site, and of one of a few changes."""

COMMIT = "commit_together" if hasattr(DuckStore, "commit_together") else "commit"


class Killed(BaseException):
    """Stands for `kill -9`: nothing on the way up may make something of it."""


class Footsteps:
    """Lets a pull go step by step: the next page is asked for when the one before was committed.

    Or a moment later, where nothing is committed, since pages are gathered: every order must lead to the truth.
    """

    def __init__(self, store: DuckStore, connector: Connector) -> None:
        self.committed = 0
        self.strike: Callable[[bool], None] = lambda _before: None
        """Called before and after each commit, and once before everything."""
        self._moved = threading.Condition()
        self._over = False
        self._commit, self._pull = getattr(store, COMMIT), connector.pull
        vars(store)[COMMIT], vars(connector)["pull"] = self._watched, self._paced

    def end(self) -> None:
        """Let go of whoever still waits."""
        with self._moved:
            self._over = True
            self._moved.notify_all()

    def _watched(self, *pages: Any) -> Any:
        self.strike(True)
        counts = self._commit(*pages)
        with self._moved:
            self.committed += 1
            self._moved.notify_all()
        self.strike(False)
        return counts

    def _paced(self, partition: Partition, position: str | None) -> Iterator[Page]:
        for page in self._pull(partition, position):
            before = self.committed
            yield page
            with self._moved:
                self._moved.wait_for(lambda before=before: self._over or self.committed > before, timeout=0.05)


class Converges(RuleBasedStateMachine):
    """One site and one store that follows it."""

    edition: ClassVar[Literal["cloud", "data_center"]] = "cloud"
    rows_a_page: ClassVar[int] = 1
    empty: ClassVar[Path]
    tried: ClassVar[itertools.count] = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        next(self.tried)
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "s.duckdb"
        shutil.copy(self.empty, self.path)
        self.world = World.begin(self.edition)
        self.server = Server(in_small_pages(self.served(), self.rows_a_page)).start()
        self.store = open_store(self.path, owner=OWNER)
        self.runs = 0

    def served(self) -> Sequence[Any]:
        return routes(self.world.site)

    def connector(self) -> Connector:
        site = self.world.site
        given = {"url": self.server.url, "email": site.email, "token": site.token, "requests_per_second": 100}
        return connect("jira", JiraCloudSource(**given), sleep=lambda _: None)

    @rule(acts=acts)
    def people_work(self, acts: Sequence[Act]) -> None:
        for act in acts:
            self.world.act(act)

    @initialize(trouble=troubles(FIRST_PAGES))
    def pull_first(self, trouble: Trouble) -> None:
        self._pull_in(trouble)

    @rule(trouble=troubles(LATER_PAGES))
    def pull_in_trouble(self, trouble: Trouble) -> None:
        self._pull_in(trouble)

    @rule()
    def pull_in_peace(self) -> None:
        assert self._pull() == ("complete", ())
        self._cursors_are_honest()

    def _pull_in(self, trouble: Trouble) -> None:
        try:
            self._pull(trouble)
        except Killed:
            self.store.close()
            self.store = open_store(self.path, owner=OWNER)
        self.server.faults = FaultQueue()
        self._cursors_are_honest()

    def teardown(self) -> None:
        try:
            self._settle()
            assert self.server.failures == []
        finally:
            self.server.close()
            self.store.close()
            self.folder.cleanup()

    def _settle(self) -> None:
        self.world.site.wait(days=8)
        assert self._pull() == ("complete", ())
        archived = sorted(self.world.archived)
        assert shown(self.store, archived=archived) == self.world.truth()
        before = self._rows()
        assert self._pull() == ("complete", ())
        assert self._rows() == before, "a pull of nothing new changes nothing"

    def _pull(self, trouble: Trouble | None = None) -> tuple[str, tuple[Any, ...]]:
        self.runs += 1
        self.world.site.wait(seconds=5)
        connector = self.connector()
        steps = Footsteps(self.store, connector)
        if trouble is not None:
            steps.strike = lambda before: self._strike(trouble, steps.committed, before)
            steps.strike(False)
        now = self.world.site.now
        try:
            report = pull(
                self.store, [connector], as_of=now, run_id=f"r{self.runs}", progress=lambda *_: None, workers=1
            )
        finally:
            steps.end()
            connector.close()
            del vars(self.store)[COMMIT]
        return report.outcome, report.failures

    def _strike(self, trouble: Trouble, committed: int, before: bool) -> None:
        if committed != trouble.after or before != trouble.in_commit:
            return
        for fault, place, times in trouble.failing:
            self.server.inject(fault, times=times, path=place)
        for act in trouble.working:
            self.world.act(act)
        if trouble.deadly:
            raise Killed

    def _cursors_are_honest(self) -> None:
        """What is older than a cursor is stored as it is: all that people changed since has a newer moment."""
        stored, truth = shown_items(self.store), self.world.truth()["items"]
        for project, seen in _read_until(self.store.positions("jira")):
            passed = {n for n, one in truth.items() if one["project"] == project and one["updated"] < seen}
            assert {n: stored.get(n, {}).get("updated") for n in passed} == {n: truth[n]["updated"] for n in passed}

    def _rows(self) -> dict[str, list[dict[str, Any]]]:
        tables = ("project", "work_item", "time_entry", "work_item_link", "field_change", "account", "version")
        return {table: self.store.rows(f"SELECT * FROM {table} ORDER BY id") for table in tables}


class ConvergesOnDataCenter(Converges):
    """The same of a Data Center site, whose pages are counted by rows."""

    edition = "data_center"
    rows_a_page = 3  # pages overlap by a row there, so one row is too few

    def served(self) -> Sequence[Any]:
        return data_center.routes(self.world.site)

    def connector(self) -> Connector:
        given = {"url": self.server.url, "token": self.world.site.token, "requests_per_second": 100, "allow_http": True}
        settings = JiraDataCenterSource(**given)
        quick = replace(Clock(), sleep=lambda _: None)
        # It carries the server's time on by a clock of its own, which must go as the pretend time goes.
        passing = replace(quick, monotonic=self._now)
        return JiraDataCenter("jira", settings, connection(settings, Traffic(), quick), passing)

    def _now(self) -> float:
        return self.world.site.now.timestamp()


def _read_until(positions: Mapping[Partition, str]) -> Iterator[tuple[str, int]]:
    """Up to which moment the cursors say that projects were read, by native id, in ms."""
    for partition, position in positions.items():
        numbers = orjson.loads(position)
        if partition.stream == "issues":
            yield partition.key, numbers.get("until_ms") or numbers.get("updated_ms") or 0
        if partition.stream == "changes":
            for project in numbers.keys() - {"until_ms", "forced_ms"}:
                yield project, numbers.get("until_ms") or 0


@pytest.fixture(scope="module")
def empty() -> Iterator[Path]:
    """An empty store, made once: making one takes longer than a pull."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.duckdb"
        open_store(path, owner=OWNER).close()
        yield path


def _run(machine: type[Converges], empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    machine.empty, machine.tried = empty, itertools.count()
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize=not SOAK,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        with capsys.disabled():
            print(f"\n{machine.edition}: {next(machine.tried)} orders of events tried")


def test_a_cloud_site_is_followed_to_its_truth(
    empty: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.jira.cloud.issues.ISSUES_TOGETHER", ISSUES_TOGETHER)
    _run(Converges, empty, capsys)


def test_a_data_center_site_is_followed_to_its_truth(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run(ConvergesOnDataCenter, empty, capsys)
