"""Circles and reach on random graphs: what a naive search says, whatever the order, and nobody else's business."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.measures.graph.circles import SHOWN, Edge, circles, named
from rules.measures.graph.contagion import reached
from rules.measures.graph.peeling import may_lie_in_circles
from rules.measures.graph.steps import contagion, link_circles

NODES = "abcdefg"
edges = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=14)
reds = st.sets(st.sampled_from(NODES), max_size=3)


def reachable(graph: Iterable[Edge], start: str) -> set[str]:
    """Naive: follow edges until nothing new comes."""
    found: set[str] = set()
    while True:
        more = {b for a, b in graph if a == start or a in found} - found
        if not more:
            return found
        found |= more


@settings(deadline=None)  # the first search imports networkx
@given(edges)
def test_an_edge_is_in_a_circle_exactly_if_its_start_can_be_reached_from_its_end(graph: list[Edge]) -> None:
    naive = {(a, b) for a, b in graph if a == b or a in reachable(graph, b)}

    assert set(circles(graph)) == naive


@given(edges)
def test_a_named_circle_is_a_simple_one_that_holds_its_edge(graph: list[Edge]) -> None:
    for edge, members in circles(graph).items():
        walked = list(pairwise((*members, members[0])))
        assert edge in walked
        assert set(walked) <= set(graph)
        assert len(set(members)) == len(members)
        assert members[0] == min(members)


@given(edges.flatmap(lambda graph: st.tuples(st.just(graph), st.permutations(graph))), reds)
def test_the_order_of_rows_changes_nothing(both: tuple[list[Edge], list[Edge]], red: set[str]) -> None:
    one, other = both

    assert circles(one) == circles(other)
    assert reached(one, red) == reached(other, red)


@given(edges, reds)
def test_projects_that_are_not_joined_to_them_change_nothing_for_others(graph: list[Edge], red: set[str]) -> None:
    strangers: list[Edge] = [("x", "y"), ("y", "x"), ("y", "z")]

    more = circles([*strangers, *graph])
    further = reached([*strangers, *graph], {*red, "x"})

    assert {e: c for e, c in more.items() if e not in strangers} == circles(graph)
    assert {n: r for n, r in further.items() if n not in "xyz"} == reached(graph, red)


@given(edges, reds)
def test_a_red_project_reaches_what_a_naive_search_reaches_by_a_shortest_way(graph: list[Edge], red: set[str]) -> None:
    found = reached(graph, red)
    nodes = {node for edge in graph for node in edge}
    assert set(found) == nodes
    touched = (red & nodes).union(*(reachable(graph, r) for r in red))
    assert {n for n, r in found.items() if r.steps is not None} == touched
    for node, told in found.items():
        assert told.onward == len(reachable(graph, node) - {node})
        if told.way:
            assert told.way[0] in red
            assert told.way[-1] == node
            assert set(pairwise(told.way)) <= set(graph)
            assert told.steps == _distance(graph, red, node)


def _distance(graph: list[Edge], red: set[str], node: str) -> int:
    level, steps = set(red), 0
    while node not in level:
        level |= {b for a, b in graph if a in level}
        steps += 1
    return steps


@given(edges)
def test_what_is_taken_away_before_the_search_lies_in_no_circle(graph: list[Edge]) -> None:
    start, end = (np.array([NODES.index(edge[n]) for edge in graph], dtype=np.int64) for n in (0, 1))

    left = may_lie_in_circles(start, end, len(NODES))

    kept = [edge for edge, stays in zip(graph, left, strict=True) if stays]
    assert circles(kept) == circles(graph)
    assert all(reachable(kept, b) and any(c == a for _, c in kept) for a, b in kept)
    if not circles(graph):
        assert kept == []


def test_a_long_circle_is_cut_and_counted() -> None:
    members = [f"{n:02}" for n in range(SHOWN + 1)]

    assert named(members, {"00": "A-0"}).startswith("A-0 → 01 → ")
    assert named(members, {}).endswith(f"→ {SHOWN - 1:02} → … ({SHOWN + 1}) → 00")
    assert named(("00",), {}) == "00 → 00"


def rows(*links: tuple[str, str, str]) -> pa.Table:
    """Links told as (id, from, to), where an item's project is its capital letter."""
    return pa.Table.from_pylist(
        [
            {
                "link_id": name,
                **{f"{end}_item_id": item for end, item in (("from", a), ("to", b))},
                **{f"{end}_project_id": item[0] for end, item in (("from", a), ("to", b))},
                **{f"{end}_label": item for end, item in (("from", a), ("to", b))},
                **{f"{end}_project_key": f"KEY-{item[0]}" for end, item in (("from", a), ("to", b))},
            }
            for name, a, b in links
        ]
    )


def test_the_step_names_circles_of_items_and_of_projects() -> None:
    links = rows(("1", "A1", "B1"), ("2", "B1", "A1"), ("3", "B2", "A2"), ("4", "A3", "A4"), ("5", "A4", "A3"))

    made = {r["link_id"]: (r["item_circle"], r["project_circle"]) for r in link_circles(links).to_pylist()}

    both = "KEY-A → KEY-B → KEY-A"
    assert made == {
        "1": ("A1 → B1 → A1", both),
        "2": ("A1 → B1 → A1", both),
        "3": (None, both),
        "4": ("A3 → A4 → A3", None),
        "5": ("A3 → A4 → A3", None),
    }


def test_the_step_tells_how_a_red_project_reaches_others() -> None:
    links = rows(("1", "A1", "B1"), ("2", "B2", "C1"), ("3", "D1", "E1"))

    made = {r["project_id"]: r for r in contagion(links, pa.table({"project_id": ["A"]})).to_pylist()}

    assert made["C"] == {
        "project_id": "C", "origin_id": "A", "steps": 2, "way": "KEY-A → KEY-B → KEY-C", "onward_projects": 0,
    }  # fmt: skip
    assert (made["A"]["steps"], made["A"]["onward_projects"]) == (0, 2)
    assert (made["D"]["steps"], made["D"]["way"], made["D"]["onward_projects"]) == (None, None, 1)


def test_no_links_give_no_rows() -> None:
    nothing = rows(("1", "A1", "B1")).slice(0, 0)

    assert link_circles(nothing).num_rows == contagion(nothing, pa.table({"project_id": ["A"]})).num_rows == 0
