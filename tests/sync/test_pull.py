"""The pull loop: what ends up in the store, and what is said about it."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sync_memory import AS_OF, PROJECTS, MemoryConnector, Source, contents, project_row, small_source

from portfolio.errors import ExitCode, InternalError, RateLimited, RemoteError, SignInError, StoreError
from portfolio.ports import Census, Page, Partition, Rejected, Scope
from sync import DuckStore, Owner, PullReport, open_store, pull

OWNER = Owner(4711, "build-host", AS_OF)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckStore]:
    with open_store(tmp_path / "portfolio.duckdb", owner=OWNER) as opened:
        yield opened


def quiet(_event: str, _fields: object) -> None:
    pass


def run(store: DuckStore, *connectors: MemoryConnector, run_id: str = "r1", **more: Any) -> PullReport:
    return pull(store, connectors, **{"as_of": AS_OF, "run_id": run_id, "progress": quiet, **more})


def test_a_pull_brings_everything(store: DuckStore) -> None:
    source = small_source()
    report = run(store, MemoryConnector(source))
    assert report.outcome == "complete"
    assert report.exit_code == ExitCode.DONE
    assert contents(store) == source.truth()


def test_two_sources_do_not_touch_each_other(store: DuckStore) -> None:
    one, two = small_source("one"), small_source("two")
    run(store, MemoryConnector(one), MemoryConnector(two))
    one.projects.pop("p2")
    run(store, MemoryConnector(one), MemoryConnector(two), run_id="r2")
    assert len(contents(store)["project"]) == 5
    assert {row["source"] for row in store.rows("FROM project WHERE deleted_at IS NOT NULL")} == {"one"}


def test_pulling_again_changes_nothing(store: DuckStore) -> None:
    source = small_source()
    run(store, MemoryConnector(source))
    again = run(store, MemoryConnector(source), run_id="r2")
    assert again.outcome == "complete"
    assert sum(p.rows_changed + p.rows_deleted for p in again.sources[0].partitions) == 0


def test_reading_everything_once_more_changes_nothing(store: DuckStore) -> None:
    source = small_source()
    run(store, MemoryConnector(source))
    store.put({}, replace=["cursor"])
    again = run(store, MemoryConnector(source), run_id="r2")
    assert sum(p.rows_read for p in again.sources[0].partitions) == 33
    assert sum(p.rows_changed for p in again.sources[0].partitions) == 0


def test_only_what_changed_is_counted(store: DuckStore) -> None:
    source = small_source()
    run(store, MemoryConnector(source))
    source.put_item("p1", "100", status="Done", estimate_hours=Decimal("7.50"))
    source.remove("p1", "mem:time:101")
    again = run(store, MemoryConnector(source), run_id="r2")
    by_key = {p.key: p for p in again.sources[0].partitions}
    assert (by_key["p1"].rows_changed, by_key["p1"].rows_deleted) == (1, 1)
    assert (by_key["p0"].rows_changed, by_key["p0"].rows_deleted) == (0, 0)
    assert contents(store) == source.truth()


def test_a_failing_partition_leaves_the_others_and_the_run_partial(store: DuckStore) -> None:
    source = small_source()
    source.faults["p1"] = [RemoteError("the tool answers 500", code="remote.unavailable", remedy="Run again.")]
    report = run(store, MemoryConnector(source))
    assert report.outcome == "partial"
    assert report.exit_code == ExitCode.REMOTE
    outcomes = {p.key: p.outcome for p in report.sources[0].partitions}
    assert outcomes == {"all": "complete", "p0": "complete", "p1": "failed", "p2": "complete"}
    told = store.rows("SELECT error_code, error FROM stream_run WHERE outcome = 'failed'")
    assert told == [{"error_code": "remote.unavailable", "error": "the tool answers 500"}]
    assert run(store, MemoryConnector(source), run_id="r2").outcome == "complete"
    assert contents(store) == source.truth()


def test_an_unforeseen_exception_fails_its_partition_only_and_is_called_a_bug(store: DuckStore) -> None:
    source = small_source()
    source.faults["p1"] = [KeyError("fields")]
    report = run(store, MemoryConnector(source))
    assert report.outcome == "partial"
    assert report.exit_code == ExitCode.INTERNAL
    assert [f.code for f in report.failures] == ["sync.unexpected"]


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (SignInError("the token has expired", code="signin.refused"), ExitCode.SIGN_IN),
        (RateLimited("the tool asks for a pause", until=None), ExitCode.REMOTE),
    ],
    ids=["sign-in", "rate limit"],
)
def test_sign_in_and_rate_limit_end_their_source_and_no_other(
    store: DuckStore, error: Exception, exit_code: ExitCode
) -> None:
    bad, good = small_source("bad"), small_source("good")
    bad.faults["p0"] = [error]
    report = run(store, MemoryConnector(bad), MemoryConnector(good), workers=1)
    assert [s.outcome for s in report.sources] == ["partial", "complete"]
    assert [p.outcome for p in report.sources[0].partitions] == ["failed", "interrupted", "interrupted", "complete"]
    assert report.exit_code == exit_code


def test_a_source_that_cannot_be_reached_is_recorded_and_others_go_on(store: DuckStore) -> None:
    bad, good = small_source("bad"), small_source("good")
    bad.probe_fault = SignInError("no permission to browse", code="signin.permission", remedy="Ask the admin.")
    report = run(store, MemoryConnector(bad), MemoryConnector(good))
    assert [s.outcome for s in report.sources] == ["failed", "complete"]
    assert report.outcome == "partial"
    states = {row["source"]: row for row in store.rows("FROM source_state")}
    assert states["bad"]["error"] == "no permission to browse"
    assert states["bad"]["complete_at"] is None
    assert states["good"]["complete_at"] == AS_OF.replace(tzinfo=None)


def test_freshness_stays_what_it_was_when_a_later_pull_is_partial(store: DuckStore) -> None:
    source = small_source()
    run(store, MemoryConnector(source))
    source.faults["p1"] = [RemoteError("gone", code="remote.unavailable")]
    later = AS_OF + timedelta(days=1)
    run(store, MemoryConnector(source), run_id="r2", as_of=later)
    (state,) = store.rows("FROM source_state")
    assert state["complete_at"] == AS_OF.replace(tzinfo=None)
    assert state["attempted_at"] == later.replace(tzinfo=None)
    assert state["outcome"] == "partial"
    assert state["account"] == "Pat Tester"
    assert state["requests"] > 0


def test_capabilities_follow_the_source_and_leave_others_alone(store: DuckStore) -> None:
    run(store, MemoryConnector(small_source("one")), MemoryConnector(small_source("two")))
    two = MemoryConnector(small_source("two"))
    two.capabilities = list  # type: ignore[method-assign,assignment]
    run(store, two, run_id="r2")
    assert [(r["source"], r["column_name"]) for r in store.rows("FROM capability")] == [("one", "health_reported")]


class BadPages(MemoryConnector):
    """Its second partition breaks the contract with what `page` makes."""

    def __init__(self, source: Source, page: Callable[[], Page]) -> None:
        super().__init__(source)
        self.bad_page = page

    def pull(self, partition: Partition, position: str | None) -> Iterator[Page]:
        pages = super().pull(partition, position)
        if partition.key == "p1":
            yield next(pages)
            yield self.bad_page()
        yield from pages


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (Page({"work_item": [{"colour": "red"}]}, "999"), "sync.unknown_column"),
        (Page({"finding": [{"id": "x"}]}, "999"), "sync.unknown_table"),
        (Page({}, "999", [Scope("work_item", "colour", "red")]), "sync.unknown_column"),
        (Page({}, "999", censuses=[Census("work_item", "colour", "red", frozenset())]), "sync.unknown_column"),
        (Page({"project": [project_row("other", "1")]}, "999"), "sync.foreign_rows"),
    ],
)
def test_a_page_that_breaks_the_contract_fails_its_partition_and_moves_no_cursor(
    store: DuckStore, page: Page, code: str
) -> None:
    report = run(store, BadPages(small_source(), lambda: page))
    assert [f.code for f in report.failures] == [code]
    assert store.positions("mem")[Partition("items", "p1")] == "12"
    assert report.sources[0].outcome == "partial"


def test_a_record_that_cannot_be_read_is_kept_and_is_not_held_for_gone(store: DuckStore) -> None:
    source = small_source()
    run(store, MemoryConnector(source))
    source.rejected = [Rejected("p2", "jira.no_name", "a project without a name", "{}")]
    source.projects.pop("p2")
    report = run(store, MemoryConnector(source), run_id="r2")
    assert report.sources[0].partitions[-1].rejections == 1
    assert "mem:project:p2" in contents(store)["project"]
    (rejection,) = store.rows("FROM rejection")
    assert rejection["reason"] == "a project without a name"


def test_the_brake_keeps_rows_cursor_and_freshness_and_says_so(store: DuckStore) -> None:
    source = small_source(projects=41, items=0)
    run(store, MemoryConnector(source))
    for n in range(21):
        source.projects.pop(f"p{n}")
    report = run(store, MemoryConnector(source), run_id="r2", as_of=AS_OF + timedelta(days=1))
    assert len(contents(store)["project"]) == 41
    assert report.outcome == "partial"
    assert [f.code for f in report.failures] == ["sync.brake"]
    (state,) = store.rows("FROM source_state")
    assert state["complete_at"] == AS_OF.replace(tzinfo=None)


def test_progress_tells_pages_partitions_and_sources_on_the_calling_thread(store: DuckStore) -> None:
    told: list[tuple[str, int]] = []
    said: list[tuple[str, Any]] = []

    def listen(event: str, fields: Any) -> None:
        told.append((event, threading.get_ident()))
        said.append((event, fields))

    run(store, MemoryConnector(small_source()), progress=listen)
    events = [event for event, _ in told]
    assert events[0] == "pull.source_started"
    assert events[-1] == "pull.source_done"
    assert events.count("pull.partition_done") == 4
    assert sum(fields.get("pages", 0) for event, fields in said if event == "pull.page") == 16
    assert {thread for _, thread in told} == {threading.get_ident()}


def test_what_is_stored_does_not_depend_on_threads(tmp_path: Path) -> None:
    seen = []
    for workers in (1, 4):
        with open_store(tmp_path / f"{workers}.duckdb", owner=OWNER) as store:
            run(store, MemoryConnector(small_source(projects=8)), workers=workers)
            tables = ("project", "work_item", "time_entry", "cursor", "stream_run", "source_state", "capability")
            seen.append([store.rows(f"FROM {table} ORDER BY ALL") for table in tables])
    assert seen[0] == seen[1]


def test_a_stop_from_outside_keeps_what_was_read_and_the_next_run_goes_on(store: DuckStore) -> None:
    source, stop = small_source(projects=6), threading.Event()
    report = run(
        store,
        MemoryConnector(source, before_page=lambda p: stop.set() if p.key == "p2" else None),
        stop=stop,
        workers=1,
    )
    assert report.outcome == "interrupted"
    assert report.exit_code == ExitCode.INTERRUPTED
    outcomes = [p.outcome for p in report.sources[0].partitions]
    assert outcomes[:2] == ["complete", "complete"]
    assert set(outcomes[2:6]) == {"interrupted"}
    assert store.rows("SELECT count(*) AS n FROM stream_run WHERE outcome = 'interrupted'") == [{"n": 4}]
    assert run(store, MemoryConnector(source), run_id="r2").outcome == "complete"
    assert contents(store) == source.truth()


def test_a_stop_that_nobody_asked_for_stays_as_it_was(store: DuckStore) -> None:
    stop = threading.Event()
    for run_id in ("r1", "r2"):
        assert run(store, MemoryConnector(small_source()), run_id=run_id, stop=stop).outcome == "complete"
    assert not stop.is_set()


def test_ctrl_c_ends_the_reading_and_not_the_writing(store: DuckStore) -> None:
    source, pressed = small_source(projects=6), []

    def press(event: str, fields: object) -> None:
        if event == "pull.page" and not pressed:
            pressed.append(fields)
            raise KeyboardInterrupt

    report = run(store, MemoryConnector(source), progress=press)
    assert report.outcome == "interrupted"
    assert run(store, MemoryConnector(source), run_id="r2").outcome == "complete"
    assert contents(store) == source.truth()


def test_ctrl_c_twice_ends_at_once(store: DuckStore) -> None:
    def press(event: str, _fields: object) -> None:
        if event in ("pull.page", "pull.partition_done"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(store, MemoryConnector(small_source(projects=6)), progress=press)


def test_a_source_that_hangs_does_not_hold_up_a_stopped_run(store: DuckStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.writer.GRACE_SECONDS", 0.3)
    stop, forever = threading.Event(), threading.Event()

    def hang(partition: Partition) -> None:
        if partition.key == "p0":
            stop.set()
            forever.wait(60)

    report = run(store, MemoryConnector(small_source(), before_page=hang), stop=stop)
    forever.set()
    assert report.outcome == "interrupted"
    assert report.sources[0].partitions[0].outcome == "interrupted"


def test_a_store_that_cannot_be_written_ends_the_pull(store: DuckStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise StoreError("no space left on device", code="store.write")

    monkeypatch.setattr(store, "commit_together", refuse)
    with pytest.raises(StoreError, match="no space"):
        run(store, MemoryConnector(small_source()))


def test_two_sources_of_one_name_are_refused(store: DuckStore) -> None:
    with pytest.raises(InternalError, match="one name"):
        run(store, MemoryConnector(small_source()), MemoryConnector(small_source()))


def test_pages_wait_for_the_writer_so_that_memory_stays_flat(store: DuckStore) -> None:
    fetched, ahead, written = [], [], 0

    def look(event: str, fields: Any) -> None:
        nonlocal written
        if event == "pull.page":
            written += fields["pages"]
            ahead.append(len(fetched) - written)

    connector = MemoryConnector(small_source(projects=1, items=60), before_page=fetched.append)
    run(store, connector, progress=look, waiting_rows=18)
    assert len(fetched) > 60
    assert max(ahead) <= 18 / 3 + 4, "more pages of two rows are in memory than may wait and the threads hold"


def test_a_page_that_is_larger_than_what_may_wait_goes_alone(store: DuckStore) -> None:
    source = small_source()
    assert run(store, MemoryConnector(source), waiting_rows=1).outcome == "complete"
    assert contents(store) == source.truth()


def test_a_page_rolled_back_by_ctrl_c_is_never_passed_by_the_cursor(
    store: DuckStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, commit, calls = small_source(projects=1, items=30), store.commit_together, []

    def pressed(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return commit(*arguments)

    monkeypatch.setattr(store, "commit_together", pressed)
    assert run(store, MemoryConnector(source), waiting_rows=3).outcome == "interrupted"
    monkeypatch.undo()
    assert run(store, MemoryConnector(source), run_id="r2").outcome == "complete"
    assert contents(store) == source.truth()


def test_partitions_start_where_they_stopped(store: DuckStore) -> None:
    source = small_source(projects=1)
    source.faults["p0"] = []
    run(store, MemoryConnector(source))
    connector = MemoryConnector(source)
    run(store, connector, run_id="r2")
    assert connector.traffic.by_endpoint["items"] == 1, "nothing new: one request says so"
    assert store.positions("mem") == {Partition("items", "p0"): "10"}
    assert PROJECTS not in store.positions("mem")
