"""What holds for every network, whatever it looks like."""

import random
from typing import Any

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.measures.network.activity import Network
from rules.measures.network.assemble import assemble
from rules.measures.network.assess import assess
from rules.measures.network.ordering import order
from rules.measures.network.passes import Slip, delayed, forward
from rules.measures.network.rows import LinkRow, TaskRow
from tests.rules.network_told import DAY, NO_CALENDARS, Found, computed, link, plan, task

Told = tuple[list[TaskRow], list[LinkRow]]


@st.composite
def networks(draw: st.DrawFn, ends: tuple[str, ...] = ("FS",), lags: tuple[int, ...] = (0,)) -> Told:
    """Up to a dozen tasks without constraints; dependencies lead from earlier names to later ones."""
    count = draw(st.integers(1, 12))
    tasks = [task(f"T{n:02}", draw(st.integers(0, 9))) for n in range(count)]
    pairs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=20, unique=True))
    links = [
        link(f"T{a:02}>T{b:02} {draw(st.sampled_from(ends))}{draw(st.sampled_from(lags)):+d}")
        for a, b in pairs
        if a < b
    ]
    return tasks, links


EVERY_KIND = networks(("FS", "SS", "FF", "SF"), (-2, 0, 0, 3))


def finish(found: Found) -> int:
    return max(result.early_finish or 0 for result in found.tasks.values())


@given(EVERY_KIND)
def test_no_float_is_negative_and_free_float_is_within_total_float(told: Told) -> None:
    found = computed(*told)

    for result in found.tasks.values():
        assert result.total_float is not None and result.free_float is not None
        assert 0 <= result.free_float <= result.total_float


@given(networks())
def test_what_drives_the_finish_has_no_float_and_what_has_none_drives_it(told: Told) -> None:
    found = computed(*told)

    assert found.path == {name for name, result in found.tasks.items() if result.total_float == 0}


@given(EVERY_KIND, st.integers(0, 11), st.integers(1, 9 * DAY))
def test_a_slip_is_carried_along_as_if_everything_were_computed_anew(told: Told, number: int, minutes: int) -> None:
    [assembly] = assemble(plan(), *told, NO_CALENDARS)
    found = order(assembly.activities, assembly.links)
    network = Network(found.placed, found.into, found.out, assembly.start or 0, assembly.calendar)
    early, late = forward(network), network.activities[number % len(network.activities)]

    then = delayed(network, early, Slip(late, minutes))

    start, finish = early.starts[late.index], early.finishes[late.index]
    late.fixed = (start, network.calendar.after(finish, minutes))
    assert then == forward(network)


@given(networks())
def test_networkx_finds_the_same_length(told: Told) -> None:
    tasks, links = told
    minutes = {t.item_id: t.minutes or 0 for t in tasks}
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from((name, f"{name}!", {"weight": worth}) for name, worth in minutes.items())
    graph.add_edges_from((f"{row.from_id}!", row.to_id, {"weight": 0}) for row in links)

    found = computed(tasks, links)

    length = max(_worked(found, result.early_finish) for result in found.tasks.values())
    assert length == nx.dag_longest_path_length(graph)


def _worked(found: Found, moment: int | None) -> int:
    from rules.measures.network.worktime import standard
    from tests.rules.network_told import MONDAY, number

    assert moment is not None
    return standard().between(number(MONDAY) * 1440, moment)


@given(EVERY_KIND, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(told: Told, chance: random.Random) -> None:
    tasks, links = told
    before = computed(tasks, links)
    shuffled = (chance.sample(tasks, len(tasks)), chance.sample(links, len(links)))

    after = computed(*shuffled)

    assert (after.tasks, after.whole) == (before.tasks, before.whole)


@given(networks(("FS", "SS", "FF"), (0, 2)), st.integers(2, 5))
def test_all_durations_and_lags_times_k_are_all_dates_times_k(told: Told, k: int) -> None:
    tasks, links = told
    once = computed(tasks, links)

    times = computed(
        [t._replace(minutes=(t.minutes or 0) * k, remaining_minutes=(t.minutes or 0) * k) for t in tasks],
        [row._replace(lag=(row.lag or 0) * k) for row in links],
    )

    for name, result in once.tasks.items():
        scaled = times.tasks[name]
        assert scaled.total_float == (result.total_float or 0) * k
        assert _worked(times, scaled.early_finish) == k * _worked(once, result.early_finish)


@given(networks(), st.integers(1, 30), st.data())
def test_a_critical_task_moves_the_finish_by_as_much_as_it_lasts_longer(told: Told, days: int, data: Any) -> None:
    tasks, links = told
    before = computed(tasks, links)
    chosen = data.draw(st.sampled_from(sorted(before.path)))
    longer = [t._replace(minutes=(t.minutes or 0) + days * DAY, remaining_minutes=None) if t.item_id == chosen else t
              for t in tasks]  # fmt: skip

    after = computed(longer, links)

    assert _worked(after, finish(after)) - _worked(before, finish(before)) == days * DAY
    assert before.whole is not None and before.whole.moved == 600 * DAY


@given(networks(), st.data())
def test_a_task_may_last_longer_by_its_float_and_no_minute_more(told: Told, data: Any) -> None:
    tasks, links = told
    before = computed(tasks, links)
    chosen = data.draw(st.sampled_from([t.item_id for t in tasks]))
    room = before.tasks[chosen].total_float or 0

    def with_more(minutes: int) -> int:
        longer = [t._replace(minutes=(t.minutes or 0) + minutes) if t.item_id == chosen else t for t in tasks]
        return _worked(before, finish(computed(longer, links)))

    assert with_more(room) == _worked(before, finish(before)) < with_more(room + 1)


@given(EVERY_KIND, EVERY_KIND)
@settings(max_examples=30, deadline=None)
def test_another_plan_changes_nothing(told: Told, other: Told) -> None:
    """All plans go through one step; results of one are those that it has alone."""
    from tests.rules.network_columns import through_the_step

    alone = through_the_step([(plan(), *told)])
    renamed = [t._replace(item_id=f"Q{t.item_id}", project_id="Q") for t in other[0]]
    links = [
        row._replace(project_id="Q", from_project_id="Q", from_id=f"Q{row.from_id}", to_id=f"Q{row.to_id}")
        for row in other[1]
    ]

    together = through_the_step([(plan(), *told), (plan(project_id="Q"), renamed, links)])

    assert [row for row in together if row["source_project_id"] == "P"] == alone


def test_the_results_of_a_plan_are_those_of_its_rows() -> None:
    """The step hands on what was computed."""
    from tests.rules.network_columns import through_the_step

    tasks, links = [task("A", 5), task("B", 1), task("C", 2)], [link("A>C")]
    results, _ = assess(plan(), tasks, links, NO_CALENDARS)

    rows = {row["item_id"]: row for row in through_the_step([(plan(), tasks, links)])}

    assert {r.item_id: r.total_float for r in results} == {n: rows[n]["total_float_minutes"] for n in "ABC"}
    assert rows["C"]["early_start_date"].isoformat() == "2026-11-09"
    assert rows["C"]["early_finish_date"].isoformat() == "2026-11-10"
    assert rows[None]["early_finish_date"].isoformat() == "2026-11-10"
    assert rows[None]["moved_minutes"] == 600 * DAY
