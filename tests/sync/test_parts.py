"""One thing on several pages is replaced as a whole, whatever happens in between."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sync_memory import AS_OF, entry_row

from portfolio.ports import Counts, Page, Partition, Rejected, Scope
from sync import Brake, DuckStore, Owner, open_store

OWNER = Owner(1, "host", AS_OF)
PLAN = Partition("plan", "wall.xml")
SCOPE = Scope("time_entry", "work_item_id", "mem:item:1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckStore]:
    with open_store(tmp_path / "portfolio.duckdb", owner=OWNER) as opened:
        yield opened


def rows(*natives: int, item: str = "1") -> dict[str, list[dict]]:
    return {"time_entry": [entry_row("mem", "p", item, str(native), "1.00") for native in natives]}


def parts(*groups: Sequence[int], position: str = "read", scope: Scope = SCOPE, rejected: Sequence[Rejected] = ()):
    """One thing in as many pages as there are groups of rows."""
    pages = [Page(rows(*group), part=number) for number, group in enumerate(groups, 1)]
    last = Page(pages[-1].rows, position, [scope], list(rejected), whole=True, part=len(groups))
    return [*pages[:-1], last]


def commit(store: DuckStore, pages: Sequence[Page]) -> list[Counts]:
    return [store.commit("mem", PLAN, page, AS_OF) for page in pages]


def held(store: DuckStore) -> set[int]:
    return {
        int(row["id"].rpartition(":")[2]) for row in store.rows("SELECT id FROM time_entry WHERE deleted_at IS NULL")
    }


def test_the_last_part_removes_what_no_part_listed(store):
    commit(store, parts([1, 2], [3, 4], [5]))
    counts = commit(store, parts([1], [3, 6], [5], position="again"))
    assert held(store) == {1, 3, 5, 6}
    assert [count.deleted for count in counts] == [0, 0, 2]
    assert store.positions("mem") == {PLAN: "again"}


def test_until_the_last_part_nothing_is_removed_and_the_cursor_stays(store):
    commit(store, parts([1, 2], [3]))
    commit(store, parts([1], [4], [5])[:-1])
    assert held(store) == {1, 2, 3, 4}
    assert store.positions("mem") == {PLAN: "read"}


def test_a_pull_that_was_killed_in_the_middle_is_made_good_by_the_next(tmp_path):
    path = tmp_path / "portfolio.duckdb"
    with open_store(path, owner=OWNER) as first:
        commit(first, parts([1, 2], [3]))
        commit(first, parts([4], [5], [6])[:2])  # it ends here
    with open_store(path, owner=OWNER) as second:
        commit(second, parts([1], [4], [6], position="again"))
        assert held(second) == {1, 4, 6}


def test_a_pull_that_failed_in_the_middle_leaves_nothing_to_the_next_of_the_same_process(store):
    commit(store, parts([1, 2], [3]))
    commit(store, parts([2, 9], [5], [6])[:2])
    commit(store, parts([1], [3], position="again"))
    assert held(store) == {1, 3}, "what only the broken pull listed is gone"


def test_two_things_side_by_side_do_not_mix(store):
    other = Partition("plan", "pier.xml")
    commit(store, parts([1, 2], [3]))
    store.commit("mem", PLAN, Page(rows(1), part=1), AS_OF)
    store.commit("mem", other, Page(rows(2), part=1), AS_OF)
    store.commit("mem", PLAN, parts([1], [3])[1], AS_OF)
    assert held(store) == {1, 3}


def test_parts_that_are_committed_together_do_the_same(store):
    commit(store, parts([1, 2], [3]))
    store.commit_together("mem", [(PLAN, page) for page in parts([1], [3, 6], [5])], AS_OF)
    assert held(store) == {1, 3, 5, 6}


def test_too_many_at_once_are_held_and_the_cursor_stays(tmp_path):
    with open_store(tmp_path / "p.duckdb", owner=OWNER, brake=Brake(floor=1, share=Decimal("0.5"))) as store:
        commit(store, parts([1, 2], [3, 4]))
        counts = commit(store, parts([1], [], position="again"))
        assert (counts[-1].held, held(store), store.positions("mem")) == (3, {1, 2, 3, 4}, {PLAN: "read"})


def test_what_the_source_itself_gave_up_raises_no_suspicion(tmp_path):
    with open_store(tmp_path / "p.duckdb", owner=OWNER, brake=Brake(floor=1, share=Decimal("0.5"))) as store:
        commit(store, parts([1, 2], [3, 4]))
        given_up = Scope(SCOPE.table, SCOPE.column, SCOPE.value, "deleted")
        assert commit(store, parts([1], [], scope=given_up))[-1].deleted == 3


def test_a_record_that_a_part_could_not_read_is_not_gone(store):
    commit(store, parts([1, 2], [3]))
    commit(store, parts([1], [3], rejected=[Rejected("2", "bad", "it is bad")]))
    assert held(store) == {1, 2, 3}


def test_a_row_that_does_not_fit_is_not_gone_and_stays_told(store):
    commit(store, parts([1, 2], [3]))
    bad = {**rows(2)["time_entry"][0], "hours": "much"}
    first = Page({"time_entry": [*rows(1)["time_entry"], bad]}, part=1)
    commit(store, [first, parts([], [3])[1]])
    assert held(store) == {1, 2, 3}
    (rejection,) = store.rows("SELECT native_id, code FROM rejection")
    assert (rejection["native_id"], rejection["code"]) == ("mem:time:2", "row.does_not_fit")
    commit(store, parts([1, 2], [3]))
    assert store.rows("SELECT * FROM rejection") == []


_NATIVES = st.lists(st.lists(st.integers(1, 12), max_size=6), min_size=2, max_size=4)


@given(_NATIVES, _NATIVES, st.integers(0, 3))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_parts_leave_what_one_page_would(tmp_path_factory, before, after, cut):
    with open_store(tmp_path_factory.mktemp("store") / "p.duckdb", owner=OWNER, brake=None) as store:
        commit(store, parts(*before))
        commit(store, parts(*after)[: min(cut, len(after) - 1)])
        commit(store, parts(*after))
        assert held(store) == {native for group in after for native in group}
