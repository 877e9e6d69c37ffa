"""Whatever is edited, deleted or fails in between: after a pull that went well, the store holds the source's truth."""

import tempfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sync_memory import AS_OF, MemoryConnector, Source, contents

from portfolio.errors import RemoteError, SignInError
from sync import Owner, open_store, pull

PROJECTS = st.sampled_from(["p0", "p1"])
ITEMS = st.sampled_from(["1", "2", "3", "4"])


class Convergence(RuleBasedStateMachine):
    """A source that people edit while we pull it, now and then in vain."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = open_store(Path(self.folder.name) / "s.duckdb", owner=Owner(1, "host", AS_OF))
        self.source = Source()
        self.now = AS_OF
        self.runs = 0
        self.fresh = False

    @initialize()
    def begin(self) -> None:
        for native in ("p0", "p1"):
            self.source.add_project(native)

    @rule(project=PROJECTS, native=ITEMS, hours=st.decimals(0, 100, places=2))
    def edit_an_item(self, project: str, native: str, hours: Decimal) -> None:
        self.source.put_item(project, f"{project}{native}", estimate_hours=hours)
        self.fresh = False

    @rule(project=PROJECTS, native=ITEMS)
    def book_time(self, project: str, native: str) -> None:
        self.source.put_entry(project, f"{project}{native}", f"{project}{native}")
        self.fresh = False

    @rule(data=st.data(), project=PROJECTS)
    def delete_a_record(self, data: st.DataObject, project: str) -> None:
        rows = sorted(self.source.rows.get(project, {}))
        if rows:
            self.source.remove(project, data.draw(st.sampled_from(rows)))
            self.fresh = False

    @rule(native=PROJECTS)
    def rename_a_project(self, native: str) -> None:
        self.source.projects[native]["name"] += "!"
        self.fresh = False

    @rule(where=st.sampled_from(["p0", "p1", "projects"]), fatal=st.booleans())
    def break_something(self, where: str, fatal: bool) -> None:
        error = SignInError("no", code="signin.no") if fatal else RemoteError("no", code="remote.no")
        self.source.faults[where] = [error]

    @rule()
    def pull_in_vain_or_not(self) -> None:
        self._pull()

    @precondition(lambda self: not self.fresh)
    @rule()
    def pull_until_it_goes_well(self) -> None:
        while self._pull() != "complete":
            pass
        assert contents(self.store) == _present(self.source)

    @invariant()
    def nothing_changes_without_cause(self) -> None:
        if self.fresh:
            assert contents(self.store) == _present(self.source)

    def _pull(self) -> str:
        self.runs, self.now = self.runs + 1, self.now + timedelta(hours=1)
        connector = MemoryConnector(self.source, page_size=1)
        report = pull(
            self.store, [connector], as_of=self.now, run_id=f"r{self.runs}", progress=lambda _e, _f: None, workers=2
        )
        self.fresh = report.outcome == "complete"
        changed = sum(p.rows_changed + p.rows_deleted for s in report.sources for p in s.partitions)
        again = connector.traffic.by_endpoint.get("items", 0)
        assert changed <= again + len(self.source.projects), "a row is written once, not at every pull"
        return report.outcome

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()


def _present(source: Source) -> dict[str, dict[str, Any]]:
    return {table: rows for table, rows in source.truth().items() if rows}


TestConvergence = Convergence.TestCase
TestConvergence.settings = settings(
    max_examples=8, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
