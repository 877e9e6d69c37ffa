"""The way from the readers to the writer: pages wait for each other, but never for nothing."""

import threading
from collections.abc import Iterator

import pytest

import sync.fetch
from portfolio.columns import ColumnRows
from portfolio.ports import Page, Partition, Probe
from sync.fetch import Ended, Event, Fetched, Outlet, SourceEnded, Started

PARTITION = Partition("items", "p")


def page(rows: int) -> Fetched:
    return Fetched("mem", PARTITION, Page({"work_item": [{"id": str(n)} for n in range(rows - 1)]}))


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for time to pass here waits for ever, as far as a test is concerned."""
    monkeypatch.setattr(sync.fetch, "GATHERING_SECONDS", 3600.0)
    monkeypatch.setattr(sync.fetch, "MOST_GATHERING_SECONDS", 3600.0)


@pytest.fixture
def outlet() -> Iterator[Outlet]:
    made = Outlet(threading.Event(), rows=20)
    yield made
    made.abandon()


def putting(outlet: Outlet, *events: Event) -> threading.Thread:
    def put() -> None:
        for event in events:
            outlet.put(event)

    thread = threading.Thread(target=put, daemon=True)
    thread.start()
    return thread


def test_pages_are_handed_over_together_once_they_are_worth_a_transaction(outlet: Outlet) -> None:
    putting(outlet, page(3), Ended("mem", PARTITION), page(3), page(4))
    assert len(outlet.get()) == 4


@pytest.mark.parametrize("told", [SourceEnded("mem"), Started("mem", Probe("me", "Cloud"), (), ())])
def test_nothing_waits_behind_the_beginning_or_the_end_of_a_source(outlet: Outlet, told: Event) -> None:
    putting(outlet, page(3), told)
    assert len(outlet.get()) == 2


def test_a_reader_without_room_sets_the_writer_to_work(outlet: Outlet) -> None:
    reader = putting(outlet, page(9), page(19), SourceEnded("mem"))
    assert [event.page for event in outlet.get() if isinstance(event, Fetched)] == [page(9).page]
    while not any(isinstance(event, SourceEnded) for event in outlet.get()):
        pass
    reader.join()


def test_what_has_piled_up_is_taken_in_portions_and_in_order(outlet: Outlet) -> None:
    pages = [page(4), page(5), page(6), page(12)]
    for event in pages[:3]:
        outlet.put(event)
    putting(outlet, pages[3], SourceEnded("mem"))
    taken = []
    while not any(isinstance(event, SourceEnded) for portion in taken for event in portion):
        taken.append(outlet.get())
    assert [event for portion in taken for event in portion] == [*pages, SourceEnded("mem")]
    assert taken[0] == pages[:2]


def test_who_is_asked_to_stop_waits_for_no_more(outlet: Outlet) -> None:
    outlet.stop.set()
    putting(outlet, page(3)).join()
    assert len(outlet.get()) == 1


def test_who_is_asked_to_stop_while_pages_are_gathered_goes_on_soon(outlet: Outlet) -> None:
    outlet.put(page(3))
    threading.Timer(0.05, outlet.stop.set).start()  # as a signal does: it wakes nobody up
    assert len(outlet.get()) == 1


def test_when_nothing_comes_nothing_is_handed_over(outlet: Outlet) -> None:
    assert outlet.get() == []


@pytest.mark.parametrize(("written_in", "gathered_for"), [(0.0, 1.0), (0.2, 1.0), (2.0, 8.0), (60.0, 15.0)])
def test_pages_are_gathered_in_proportion_to_what_it_takes_to_write_them(
    monkeypatch: pytest.MonkeyPatch, written_in: float, gathered_for: float
) -> None:
    monkeypatch.undo()
    now = 100.0
    outlet = Outlet(threading.Event(), rows=20, monotonic=lambda: now)
    waits: list[float] = []
    monkeypatch.setattr(outlet, "_gather", waits.append)
    for event in (page(3), page(3)):
        outlet.put(event)
        outlet.get()
        now += written_in
    assert waits == [1.0, gathered_for]


def test_time_without_pages_is_no_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    now = 100.0
    outlet = Outlet(threading.Event(), rows=20, monotonic=lambda: now)
    waits: list[float] = []
    monkeypatch.setattr(outlet, "_gather", waits.append)
    outlet.put(page(3))
    outlet.get()
    assert outlet.get() == []  # it was written at once; then the source is slow
    now += 60.0
    outlet.put(page(3))
    outlet.get()
    assert waits == [1.0, 1.0]


@pytest.mark.parametrize(("columns", "room"), [(1, 2), (10, 5), (25, 11), (45, 19)])
def test_rows_held_by_column_take_room_by_their_values(outlet: Outlet, columns: int, room: int) -> None:
    cells = [["x"] * columns] * 10
    wide = Fetched("mem", PARTITION, Page({"work_item": ColumnRows.of([f"c{n}" for n in range(columns)], cells)}))
    assert sync.fetch._weight(wide) == room
    together = putting(outlet, wide, page(20 - room))  # there is room for both, so nobody waits
    together.join(10)
    assert not together.is_alive()
