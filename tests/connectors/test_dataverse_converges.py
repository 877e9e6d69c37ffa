"""Whatever people do in Dataverse and whatever goes wrong on the way: a quiet pull ends at what Dataverse holds.

Days of work, tracking that comes and goes, links that grow old, answers that fail and pulls that are stopped between
tables come in any order; then a quiet pull into the real store must leave what a first reading of the site finds.
"""

import os
import tempfile
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dataverse_site import (
    A1,
    BUCKET,
    P1,
    P2,
    R1,
    R2,
    Environment,
    assignment,
    baseline,
    contour,
    harbour,
    project,
    refuse,
    serving,
    task,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portfolio.model import SOURCE_TABLES
from sync import DuckStore, Owner, PullReport, open_store, pull
from tests.connectors.dataverse_pulls import pulled, reader, tables

AS_OF = datetime(2026, 11, 23, 6, tzinfo=UTC)
COMPARED = ("project", "work_item", "work_item_link", "assignment", "timephased", "baseline", "time_entry", "account")
REMOVED = (
    "msdyn_projecttasks",
    "msdyn_resourceassignments",
    "msdyn_timeentries",
    "msdyn_projectbaselinedatas",
    "msdyn_projecttaskdependencies",
)
SOAK = bool(os.environ.get("PLUMBRULE_SOAK"))
EXAMPLES, STEPS = (150, 25) if SOAK else (5, 8)
NUMBER = st.integers(0, 5)


class World:
    """A site at work, and the store that follows it."""

    def __init__(self, site: Environment, store: DuckStore) -> None:
        self.site, self.store = site, store
        self.clock = 0

    def later(self) -> str:
        self.clock += 1
        return f"2026-11-{2 + self.clock // 24:02}T{self.clock % 24:02}:00:00Z"

    def pull(self, stop_after: int | None = None) -> PullReport:
        stop = threading.Event()
        pages = [0]

        def progress(event: str, _: Mapping[str, Any]) -> None:
            pages[0] += event == "pull.page"
            if stop_after is not None and pages[0] >= stop_after:
                stop.set()

        source = reader(self.site, timephased=True)
        try:
            return pull(
                self.store, [source], as_of=AS_OF, run_id=f"r{self.clock}", progress=progress, stop=stop, workers=2
            )
        finally:
            source.close()

    def task(self, number: int) -> None:
        key = f"22222222-0000-4000-8000-0000000001{number:02}"
        bucket = (BUCKET, None)[number % 2]  # of the same project
        subject = self.later()
        task(
            self.site,
            key,
            (P1, P2)[number % 2],
            msdyn_subject=subject,
            _msdyn_projectbucket_value=bucket,
            modifiedon=self.later(),
        )

    def staff(self, number: int) -> None:
        key = f"44444444-0000-4000-8000-0000000000{number:02}"
        item = f"22222222-0000-4000-8000-0000000001{self.clock % 6:02}"
        owner = (P1, P2)[self.clock % 6 % 2]  # that of the task
        self.clock += 1
        work = [(n * 86_400_000, n * 86_400_000 + 3_600_000, 1 + n % 2) for n in range(self.clock % 7)]
        assignment(
            self.site,
            key,
            _msdyn_taskid_value=item,
            _msdyn_projectid_value=owner,
            _msdyn_bookableresourceid_value=(R1, R2)[self.clock % 2],
            msdyn_plannedwork=contour(*work),
            msdyn_effort=float(self.clock),
            statecode=int(self.clock % 5 == 0),
            modifiedon=self.later(),
        )

    def remove(self, number: int) -> None:
        entity_set = REMOVED[number % len(REMOVED)]
        for key in sorted(self.site.tables[entity_set])[:1]:
            self.site.delete(entity_set, key)

    def plan(self, number: int) -> None:
        project(self.site, (P1, P2)[number % 2], msdyn_hoursperday=6.0 + number)
        self.site.put("msdyn_projectbuckets", msdyn_projectbucketid=BUCKET, msdyn_name=f"Bucket {number}")

    def rebase(self, number: int) -> None:
        self.clock += 1
        key = f"66666666-0000-4000-8000-0000000001{self.clock:02}"
        for old in list(self.site.tables["msdyn_projectbaselinedatas"]):
            self.site.delete("msdyn_projectbaselinedatas", old)
        baseline(self.site, key, (P1, P2)[number % 2])

    def track(self, number: int) -> None:
        if number % 2:
            self.site.tracked.clear()
        else:
            self.site.tracked.update({"msdyn_projecttasks", "msdyn_resourceassignments"})

    def forget(self, _: int) -> None:
        self.site.kept_since = len(self.site.log) + 1

    def fail(self, number: int) -> None:
        """A pull in which some requests fail for good."""
        asked = [0]

        def some(_: str) -> Any:
            asked[0] += 1
            return refuse(500) if asked[0] % 11 == number + 5 else None

        self.site.faults.append(("", some))
        self.pull()
        self.site.faults.clear()

    def stop(self, number: int) -> None:
        self.pull(stop_after=number + 1)

    def quiet(self, _: int) -> None:
        self.pull()

    def held(self) -> dict[str, dict[str, dict[str, Any]]]:
        """What the store holds for present."""
        return {
            table: {
                row["id"]: {name: row[name] for name in SOURCE_TABLES[table].names}
                for row in self.store.rows(f"SELECT * FROM {table} WHERE deleted_at IS NULL")
            }
            for table in COMPARED
        }

    def true(self) -> dict[str, dict[str, dict[str, Any]]]:
        """What a first reading of the site finds."""
        found = tables(pulled(self.site, timephased=True))
        return {
            table: {row_id: {n: _stored(v) for n, v in row.items()} for row_id, row in found.get(table, {}).items()}
            for table in COMPARED
        }


def _stored(value: Any) -> Any:
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


ACTS: list[Callable[[World, int], None]] = [
    World.task, World.staff, World.remove, World.plan, World.rebase, World.track, World.forget, World.fail,
    World.stop, World.quiet,
]  # fmt: skip


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(ACTS), NUMBER), min_size=4, max_size=STEPS), st.integers(1, 3))
def test_a_quiet_pull_ends_at_what_is_there(acts: list[tuple[Any, int]], page_rows: int) -> None:
    site = harbour()
    site.page_rows = page_rows
    with tempfile.TemporaryDirectory() as folder, serving(site), opened(Path(folder)) as store:
        world = World(site, store)
        for act, number in acts:
            act(world, number)
        report = world.pull()
        assert report.outcome == "complete", report.failures
        assert world.held() == world.true()
        before = store.rows(CURSORS)
        again = world.pull()
        assert sum(p.rows_changed + p.rows_deleted for s in again.sources for p in s.partitions) == 0
        assert store.rows(CURSORS) == before


CURSORS = "SELECT source, stream, partition, position FROM cursor ORDER BY ALL"


def opened(folder: Path) -> DuckStore:
    return open_store(folder / "portfolio.duckdb", owner=Owner(1, "host", AS_OF))


def test_a_pull_that_is_stopped_after_any_page_loses_nothing(tmp_path: Path) -> None:
    for pages in range(1, 14, 3):
        (tmp_path / str(pages)).mkdir()
        with serving(site := harbour()), opened(tmp_path / str(pages)) as store:
            world = World(site, store)
            world.pull()
            world.task(2)
            world.staff(1)
            world.remove(0)
            world.remove(4)
            world.pull(stop_after=pages)
            assert world.pull().outcome == "complete"
            assert world.held() == world.true(), pages


def test_a_record_that_can_be_read_again_is_a_rejection_no_more(tmp_path: Path) -> None:
    with serving(site := harbour()), opened(tmp_path) as store:
        world = World(site, store)
        world.task(4)
        key = "22222222-0000-4000-8000-000000000104"
        site.put("msdyn_projecttasks", msdyn_projecttaskid=key, msdyn_effort="much")
        world.pull()
        assert [(r["native_id"], r["code"]) for r in store.rows("SELECT * FROM rejection")] == [
            (f"dv:item:{key}", "dataverse.bad_task")
        ]
        site.put("msdyn_projecttasks", msdyn_projecttaskid=key, msdyn_effort=8.0)
        world.pull()
        assert store.rows("SELECT * FROM rejection") == []
        assignment(site, A1, msdyn_plannedwork="work")
        world.pull()
        assert [r["native_id"] for r in store.rows("SELECT * FROM rejection")] == [f"dv:timephased:{A1}"]
        assignment(site, A1, msdyn_plannedwork=contour((0, 3_600_000, 1)))
        world.pull()
        assert store.rows("SELECT * FROM rejection") == []
        assert world.held() == world.true()
