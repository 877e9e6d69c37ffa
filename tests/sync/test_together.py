"""Pages written together leave what they leave one after the other, and each keeps its own count."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sync_memory import AS_OF, MemoryConnector, Source, contents, entry_row, item_row, small_source

from portfolio.columns import ColumnRows, columns_of
from portfolio.errors import InternalError, RemoteError
from portfolio.ports import Census, Counts, Page, Partition, Rejected, Scope
from sync import Brake, DuckStore, Owner, PullReport, open_store, pull
from sync.batch import only
from sync.merge import Sent, runs

OWNER = Owner(1, "host", AS_OF)
LEDGER = ("work_item", "time_entry", "cursor", "rejection")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckStore]:
    with open_store(tmp_path / "portfolio.duckdb", owner=OWNER) as opened:
        yield opened


def entry(native: str, item: str, hours: str = "1.00", **more: Any) -> dict[str, Any]:
    return entry_row("mem", "p", item, native, hours, **more)


def whole(item: str, *entries: dict[str, Any], partition: str = "p", **more: Any) -> Sent:
    """A page with one item and all its time entries."""
    scopes = [Scope("time_entry", "work_item_id", f"mem:item:{item}")]
    return Partition("items", partition), Page({"time_entry": entries}, scopes=scopes, **more)


def sizes(*pages: Sent) -> list[int]:
    return [len(group) for group in runs(pages)]


class TestWhichPagesGoTogether:
    def test_pages_of_different_partitions_and_scopes_do(self) -> None:
        assert sizes(whole("1", entry("1", "1")), whole("2", entry("2", "2"), partition="q"), whole("3")) == [3]

    def test_the_same_scope_twice_does_not(self) -> None:
        assert sizes(whole("1", entry("1", "1")), whole("1", entry("2", "1")), whole("2")) == [1, 2]

    def test_a_row_that_a_later_page_leaves_out_of_its_scope_does_not(self) -> None:
        assert sizes(whole("1", entry("1", "2")), whole("2")) == [1, 1]
        assert sizes(whole("1", entry("1", "2")), whole("2", entry("1", "2"))) == [2]

    def test_neither_does_one_of_the_month_of_a_later_scope(self) -> None:
        month = Page({}, scopes=[Scope("time_entry", "spent_on", "2026-11")])
        assert sizes(whole("1", entry("1", "1")), (Partition("items", "p"), month)) == [1, 1]
        assert sizes(whole("1", entry("1", "1", spent_on=date(2026, 10, 1))), (Partition("items", "p"), month)) == [2]

    def test_a_census_and_the_whole_of_a_partition_go_alone(self) -> None:
        census = Page({}, censuses=[Census("work_item", "project_id", "p", frozenset())])
        assert sizes(whole("1"), (Partition("census", "p"), census), whole("2")) == [1, 1, 1]
        assert sizes(whole("1"), whole("2", whole=True), whole("3"), whole("4")) == [1, 1, 2]


def _pages() -> st.SearchStrategy[Sent]:
    amounts = st.sampled_from([Decimal("1.00"), Decimal("2.00")])
    rows = st.lists(
        st.builds(
            lambda native, item, hours: {**entry(native, item), "hours": hours},
            st.sampled_from("abcd"),
            st.sampled_from("123"),
            amounts,
        ),
        max_size=3,
    )
    rows |= rows.map(lambda these: ColumnRows(columns_of(these)))
    scopes = st.lists(
        st.sampled_from([Scope("time_entry", "work_item_id", f"mem:item:{n}") for n in "123"]), max_size=2
    )
    refused = st.lists(st.sampled_from([Rejected("mem:time:a", "bad", "no"), Rejected("9", "bad", "no")]), max_size=1)
    return st.builds(
        lambda partition, these, within, bad, position, all_of_it: (
            Partition("items", partition),
            Page({"time_entry": these}, position, list(dict.fromkeys(within)), bad, whole=all_of_it),
        ),
        st.sampled_from("pq"),
        rows,
        scopes,
        refused,
        st.sampled_from([None, "1", "2"]),
        st.booleans(),
    )


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DuckStore, DuckStore]]:
    brake = Brake(floor=1, share=Decimal("0.5"))
    folder = tmp_path_factory.mktemp("both")
    with (
        open_store(folder / "together" / "s.duckdb", owner=OWNER, brake=brake) as together,
        open_store(folder / "alone" / "s.duckdb", owner=OWNER, brake=brake) as alone,
    ):
        yield together, alone


@settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
@given(st.lists(_pages(), min_size=2, max_size=5))
def test_together_or_one_by_one_the_tables_and_the_counts_are_the_same(
    both: tuple[DuckStore, DuckStore], pages: Sequence[Sent]
) -> None:
    together, alone = both
    for store in both:
        store.put({}, replace=LEDGER)
    counts = together.commit_together("mem", pages, AS_OF)
    expected: list[Counts] = []
    held = set()
    for partition, page in pages:
        expected.append(
            alone.commit("mem", partition, replace(page, position=None) if partition in held else page, AS_OF)
        )
        held |= {partition} if expected[-1].held else set()
    for table in LEDGER:
        sql = f"FROM {table} ORDER BY ALL"
        assert together.rows(sql) == alone.rows(sql)
    assert [replace(c, changed=0) for c in counts] == [replace(c, changed=0) for c in expected]
    assert sum(c.changed for c in counts) <= sum(c.changed for c in expected), "a row is written once, not twice"


def test_a_row_that_several_pages_bring_is_written_once_as_the_last_has_it_and_counts_for_the_first(
    store: DuckStore,
) -> None:
    pages = [
        whole("1", entry("1", "9")),
        whole("2", entry("1", "9"), entry("2", "2")),
        whole("3", entry("1", "9", "7")),
    ]
    assert [c.changed for c in store.commit_together("mem", pages, AS_OF)] == [1, 1, 0]
    assert contents(store)["time_entry"]["mem:time:1"]["hours"] == Decimal("7.00")


@pytest.mark.parametrize("step", [1, 2, 7, 399])
def test_few_or_many_rows_left_out_the_others_stay_in_their_order(step: int) -> None:
    rows = pa.table({"id": [str(number) for number in range(1000)]})
    kept = [number for number in range(1, 1000) if number % step == 0 or number > 900]
    assert only(rows, kept).column("id").to_pylist() == [str(number) for number in kept]


def test_a_bad_page_undoes_them_all(store: DuckStore) -> None:
    bad = (Partition("items", "q"), Page({"work_item": [{"colour": "red"}]}))
    with pytest.raises(InternalError, match="colour"):
        store.commit_together("mem", [whole("1", entry("1", "1"), position="1"), bad], AS_OF)
    assert contents(store) == {}
    assert store.positions("mem") == {}


def test_the_cursor_of_a_partition_stays_where_any_of_its_pages_was_held_back(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.duckdb", owner=OWNER, brake=Brake(floor=0, share=Decimal(0))) as store:
        store.commit("mem", Partition("items", "p"), whole("1", entry("1", "1"))[1], AS_OF)
        pages = [whole("1", position="1"), whole("2", position="2"), whole("3", position="3", partition="q")]
        assert [counts.held for counts in store.commit_together("mem", pages, AS_OF)] == [1, 0, 0]
        assert store.positions("mem") == {Partition("items", "q"): "3"}


class Counting(MemoryConnector):
    """Counts its items, and is asked about those that are missing."""

    def __init__(self, source: Source, still_there: Sequence[str] = (), fault: Exception | None = None) -> None:
        super().__init__(source)
        self.still_there = still_there
        self.fault = fault
        self.asked: list[list[str]] = []

    def pull(self, partition: Partition, position: str | None) -> Iterator[Page]:
        if partition.stream != "items":
            yield from super().pull(partition, position)
            return
        native = partition.key
        ids = frozenset(i for i, (_, table, _) in self.source.rows[native].items() if table == "work_item")
        yield Page({}, "1", censuses=[Census("work_item", "project_id", f"mem:project:{native}", ids)])

    def confirm(self, page: Page, missing: Sequence[str]) -> Page:
        if self.fault is not None:
            raise self.fault
        self.asked.append(list(missing))
        (census,) = page.censuses
        gone = {row_id: "deleted" for row_id in missing if row_id not in self.still_there}
        rows = [item_row("mem", "p0", row_id.rpartition(":")[2], title="moved") for row_id in self.still_there]
        told = Census(census.table, census.column, census.value, census.ids, gone)
        return Page({"work_item": rows}, page.position, censuses=[told])


def run(store: DuckStore, connector: MemoryConnector, run_id: str) -> PullReport:
    return pull(store, [connector], as_of=AS_OF, run_id=run_id, progress=lambda _e, _f: None)


class TestConfirming:
    @pytest.fixture
    def source(self, store: DuckStore) -> Source:
        source = small_source(projects=2)
        run(store, MemoryConnector(source), "r1")
        source.remove("p1", "mem:item:100")
        source.remove("p1", "mem:item:101")
        return source

    def test_the_source_is_asked_for_what_a_census_misses_and_tells_the_reason(
        self, store: DuckStore, source: Source
    ) -> None:
        connector = Counting(source)
        assert run(store, connector, "r2").outcome == "complete"
        assert connector.asked == [["mem:item:100", "mem:item:101"]]
        gone = store.rows("SELECT id, deleted_reason FROM work_item WHERE deleted_at IS NOT NULL ORDER BY id")
        assert gone == [{"id": f"mem:item:10{n}", "deleted_reason": "deleted"} for n in (0, 1)]

    def test_what_is_still_there_stays_with_what_the_source_says_of_it(self, store: DuckStore, source: Source) -> None:
        run(store, Counting(source, still_there=["mem:item:101"]), "r2")
        held = contents(store)["work_item"]
        assert held["mem:item:101"]["title"] == "moved"
        assert "mem:item:100" not in held

    def test_the_source_is_asked_for_what_it_lists_and_nobody_has_read(
        self, store: DuckStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = small_source(projects=1)
        run(store, MemoryConnector(source), "r1")
        for native in ("997", "998", "999"):
            source.put_item("p0", native)
        monkeypatch.setattr("sync.listing.MOST_NEW", 2)
        connector = Counting(source, still_there=["mem:item:997", "mem:item:998"])
        run(store, connector, "r2")
        assert connector.asked == [["mem:item:997", "mem:item:998"]]
        assert store.positions("mem")[Partition("items", "p0")] != "1", "the census is taken again"
        assert {"mem:item:997", "mem:item:998"} <= set(contents(store)["work_item"])
        following = Counting(source, still_there=["mem:item:999"])
        run(store, following, "r3")
        assert following.asked == [["mem:item:999"]]
        assert store.positions("mem")[Partition("items", "p0")] == "1"

    def test_what_could_not_be_read_is_asked_for_again_after_what_nobody_has_seen(
        self, store: DuckStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = small_source(projects=1)
        run(store, MemoryConnector(source), "r1")
        refused = [Rejected("mem:item:998", "bad", "broken")]
        store.commit("mem", Partition("items", "p0"), Page({}, rejected=refused), AS_OF)
        for native in ("998", "999"):
            source.put_item("p0", native)
        monkeypatch.setattr("sync.listing.MOST_NEW", 1)
        connector = Counting(source, still_there=["mem:item:999"])
        run(store, connector, "r2")
        again = Counting(source, still_there=["mem:item:998"])
        run(store, again, "r3")
        assert (connector.asked, again.asked) == ([["mem:item:999"]], [["mem:item:998"]])
        assert store.rows("FROM rejection") == []

    def test_nobody_is_asked_when_nothing_is_missing(self, store: DuckStore) -> None:
        source = small_source(projects=2)
        run(store, MemoryConnector(source), "r1")
        connector = Counting(source)
        run(store, connector, "r2")
        assert connector.asked == []

    def test_where_the_source_cannot_be_asked_nothing_is_removed_and_its_partition_fails(
        self, store: DuckStore, source: Source
    ) -> None:
        report = run(store, Counting(source, fault=RemoteError("not now", code="remote.no")), "r2")
        assert [(p.key, p.outcome) for p in report.sources[0].partitions if p.outcome == "failed"] == [("p1", "failed")]
        assert len(contents(store)["work_item"]) == 10
        assert store.positions("mem")[Partition("items", "p1")] == "20"
