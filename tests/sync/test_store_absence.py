"""The store: what is removed, what a census misses, what could not be read."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sync_memory import AS_OF, contents, entry_row, item_row
from sync_stores import ITEMS, OWNER, commit, item

from portfolio.ports import Census, Counts, Page, Partition, Rejected, Scope
from sync import Brake, DuckStore, open_store


class TestRemovals:
    def test_what_a_scope_no_longer_lists_is_marked_and_kept(self, store: DuckStore) -> None:
        commit(store, item("1"), item("2"))
        later = AS_OF + timedelta(days=1)
        counts = commit(store, item("1"), scopes=[Scope("work_item", "project_id", "mem:project:p")], as_of=later)
        assert counts.deleted == 1
        gone = store.rows("SELECT id, deleted_at, deleted_reason FROM work_item WHERE deleted_at IS NOT NULL")
        assert gone == [{"id": "mem:item:2", "deleted_at": later.replace(tzinfo=None), "deleted_reason": "absent"}]

    def test_what_comes_back_is_no_longer_marked(self, store: DuckStore) -> None:
        scope = [Scope("work_item", "project_id", "mem:project:p")]
        commit(store, item("1"), item("2"))
        commit(store, item("1"), scopes=scope)
        assert commit(store, item("1"), item("2"), scopes=scope).changed == 1
        assert set(contents(store)["work_item"]) == {"mem:item:1", "mem:item:2"}

    def test_a_removal_happens_once(self, store: DuckStore) -> None:
        scope = [Scope("work_item", "project_id", "mem:project:p")]
        commit(store, item("1"), item("2"))
        commit(store, item("1"), scopes=scope)
        assert commit(store, item("1"), scopes=scope, as_of=AS_OF + timedelta(days=9)).deleted == 0
        assert store.rows("SELECT max(deleted_at) AS d FROM work_item") == [{"d": AS_OF.replace(tzinfo=None)}]

    def test_a_scope_reaches_its_own_value_and_source_only(self, store: DuckStore) -> None:
        rows = [entry_row("mem", "p", item_id, f"{item_id}{n}") for item_id in "12" for n in range(2)]
        store.commit("mem", ITEMS, Page({"time_entry": rows}), AS_OF)
        other = {**entry_row("oth", "p", "1", "1"), "work_item_id": "mem:item:1"}
        store.commit("oth", ITEMS, Page({"time_entry": [other]}), AS_OF)
        scopes = [Scope("time_entry", "work_item_id", "mem:item:1")]
        assert store.commit("mem", ITEMS, Page({"time_entry": rows[:1]}, None, scopes), AS_OF).deleted == 1
        assert set(contents(store)["time_entry"]) == {"mem:time:10", "mem:time:20", "mem:time:21", "oth:time:1"}

    def test_a_scope_over_a_column_of_dates_is_a_month(self, store: DuckStore) -> None:
        days = {"1": date(2026, 10, 31), "2": date(2026, 11, 1), "3": date(2026, 11, 30), "4": date(2026, 12, 1)}
        rows = [{**entry_row("mem", "p", "1", number), "spent_on": day} for number, day in days.items()]
        store.commit("mem", ITEMS, Page({"time_entry": rows}), AS_OF)
        month = [Scope("time_entry", "spent_on", "2026-11")]
        assert store.commit("mem", ITEMS, Page({"time_entry": rows[1:2]}, None, month), AS_OF).deleted == 1
        assert set(contents(store)["time_entry"]) == {"mem:time:1", "mem:time:2", "mem:time:4"}

    @pytest.mark.parametrize("native_id", ["2", "mem:item:2"])
    def test_a_record_that_could_not_be_read_is_not_gone(self, store: DuckStore, native_id: str) -> None:
        commit(store, item("1"), item("2"))
        scope = [Scope("work_item", "project_id", "mem:project:p")]
        counts = commit(store, item("1"), scopes=scope, rejected=[Rejected(native_id, "bad", "broken")])
        assert (counts.deleted, counts.rejected) == (0, 1)

    def test_a_row_that_does_not_fit_is_not_gone(self, store: DuckStore) -> None:
        commit(store, item("1"), item("2"))
        scope = [Scope("work_item", "project_id", "mem:project:p")]
        assert commit(store, item("1"), item("2", title=None), scopes=scope).deleted == 0
        assert len(contents(store)["work_item"]) == 2

    @pytest.mark.parametrize(("known", "gone", "held"), [(20, 20, 0), (21, 21, 21), (60, 30, 0), (60, 31, 31)])
    def test_the_brake_holds_from_twenty_and_half(self, store: DuckStore, known: int, gone: int, held: int) -> None:
        rows = [item(str(n)) for n in range(known)]
        scope = [Scope("work_item", "project_id", "mem:project:p")]
        commit(store, *rows, position="1")
        counts = commit(store, *rows[gone:], scopes=scope, position="2")
        assert (counts.held, counts.deleted) == (held, gone - held)
        assert len(contents(store).get("work_item", {})) == known - gone + held
        assert store.positions("mem")[ITEMS] == ("1" if held else "2")

    def test_new_rows_on_the_page_do_not_release_the_brake(self, store: DuckStore) -> None:
        commit(store, *(item(str(n)) for n in range(30)))
        scope = [Scope("work_item", "project_id", "mem:project:p")]
        assert commit(store, *(item(f"new{n}") for n in range(99)), scopes=scope).held == 30

    def test_removals_can_be_accepted_whatever_their_size(self, path: Path) -> None:
        with open_store(path, owner=OWNER, brake=None) as store:
            commit(store, *(item(str(n)) for n in range(30)))
            assert commit(store, scopes=[Scope("work_item", "source", "mem")]).deleted == 30

    def test_the_brake_is_a_setting(self) -> None:
        assert Brake(floor=0, share=Decimal("0.1")).holds(2, 10)
        assert not Brake(floor=0, share=Decimal("0.1")).holds(1, 10)


class TestCensuses:
    def take(self, store: DuckStore, *natives: str, **page: Any) -> Counts:
        ids = frozenset(f"mem:item:{native}" for native in natives)
        census = Census("work_item", "project_id", "mem:project:p", ids)
        return store.commit("mem", ITEMS, Page(page.pop("rows", {}), censuses=[census], **page), AS_OF)

    def test_what_is_not_counted_is_gone_and_what_is_counted_stays(self, store: DuckStore) -> None:
        commit(store, item("1"), item("2"))
        assert self.take(store, "1", "3") == Counts(deleted=1)
        assert set(contents(store)["work_item"]) == {"mem:item:1"}

    def test_what_is_counted_again_is_back_as_it_was(self, store: DuckStore) -> None:
        commit(store, item("1"), item("2", title="kept"))
        self.take(store, "1")
        assert self.take(store, "1", "2") == Counts(changed=1)
        assert contents(store)["work_item"]["mem:item:2"]["title"] == "kept"

    def test_an_unchanged_census_changes_nothing(self, store: DuckStore) -> None:
        commit(store, item("1"), item("2"))
        assert self.take(store, "1", "2") == Counts()

    def test_rows_on_its_own_page_count_too(self, store: DuckStore) -> None:
        assert self.take(store, rows={"work_item": [item("9")]}).changed == 1
        assert self.take(store, rows={"work_item": [item("9")]}).deleted == 0
        assert set(contents(store)["work_item"]) == {"mem:item:9"}

    def test_the_brake_holds_it_too(self, store: DuckStore) -> None:
        commit(store, *(item(str(n)) for n in range(30)), position="1")
        assert self.take(store, "0", position="2") == Counts(held=29)
        assert store.positions("mem") == {ITEMS: "1"}

    @pytest.mark.parametrize(("gone", "held"), [(30, 0), (31, 31)])
    def test_a_tenth_of_a_project_is_as_much_as_goes_out_of_sight_unasked(
        self, store: DuckStore, gone: int, held: int
    ) -> None:
        commit(store, *(item(str(n)) for n in range(300)))
        counts = self.take(store, *(str(n) for n in range(gone, 300)))
        assert (counts.held, counts.deleted) == (held, gone - held)

    def test_what_the_source_says_was_moved_or_deleted_may_be_many(self, store: DuckStore) -> None:
        commit(store, *(item(str(n)) for n in range(300)))
        reasons = {f"mem:item:{n}": "moved" if n % 2 else "deleted" for n in range(100)}
        left = frozenset(f"mem:item:{n}" for n in range(100, 300))
        census = Census("work_item", "project_id", "mem:project:p", left, reasons)
        assert store.commit("mem", ITEMS, Page({}, censuses=[census]), AS_OF) == Counts(deleted=100)

    def test_it_reaches_its_own_project_only(self, store: DuckStore) -> None:
        commit(store, item("1"), item_row("mem", "q", "2"))
        assert self.take(store).deleted == 1
        assert set(contents(store)["work_item"]) == {"mem:item:2"}


class TestRejections:
    def test_the_first_sighting_stays_and_the_body_is_cut(self, store: DuckStore) -> None:
        commit(store, rejected=[Rejected("7", "bad", "first words", "x" * 9000)])
        commit(store, rejected=[Rejected("7", "bad", "other words")], as_of=AS_OF + timedelta(days=1))
        (row,) = store.rows("FROM rejection")
        assert row["first_seen_at"] == AS_OF.replace(tzinfo=None)
        assert row["reason"] == "other words"

    def test_a_body_is_cut_at_four_thousand_characters(self, store: DuckStore) -> None:
        commit(store, rejected=[Rejected("7", "bad", "long", "x" * 9000)])
        assert store.rows("SELECT length(body) AS n FROM rejection") == [{"n": 4000}]

    def test_a_record_that_can_be_read_at_last_is_forgotten_as_rejected(self, store: DuckStore) -> None:
        commit(store, item("1", title=None), item("2", title=None))
        commit(store, item("1"))
        assert [row["native_id"] for row in store.rows("FROM rejection")] == ["mem:item:2"]

    def test_so_is_one_whose_rows_begin_with_its_id(self, store: DuckStore) -> None:
        commit(store, rejected=[Rejected("mem:item:1", "bad", "a line"), Rejected("mem:item:10", "bad", "a line")])
        commit(store, item("1:2026-11-20"))
        assert [row["native_id"] for row in store.rows("FROM rejection")] == ["mem:item:10"]

    def test_records_of_the_same_number_are_told_apart_by_their_kind(self, store: DuckStore) -> None:
        commit(store, rejected=[Rejected("mem:time:1", "bad", "no hours")])
        commit(store, item("1"))
        assert [row["native_id"] for row in store.rows("FROM rejection")] == ["mem:time:1"]

    def test_a_whole_page_forgets_what_it_does_not_repeat_of_its_own_partition(self, store: DuckStore) -> None:
        bad = [Rejected("7", "bad", "no name"), Rejected("7", "worse", "no key"), Rejected("8", "bad", "no name")]
        other = Partition("items", "other")
        commit(store, rejected=bad)
        store.commit("mem", other, Page({}, rejected=[Rejected("9", "bad", "no name")]), AS_OF)
        commit(store, rejected=bad[1:2], whole=True)
        kept = {(row["native_id"], row["code"]) for row in store.rows("FROM rejection")}
        assert kept == {("7", "worse"), ("9", "bad")}

    def test_a_record_read_in_part_stays_rejected(self, store: DuckStore) -> None:
        for _ in range(2):
            commit(store, item("1"), rejected=[Rejected("mem:item:1", "field", "the due date is no date")])
        assert len(store.rows("FROM rejection")) == 1
