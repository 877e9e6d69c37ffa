"""An order in which every predecessor comes first, and what has none: circles, and all that waits for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rules.measures.network.activity import Activity


@dataclass(frozen=True)
class Order:
    """`placed` in order; `in_circles` wait for themselves; `waiting` wait for those, or for what cannot be computed."""

    placed: Sequence[Activity]
    in_circles: Sequence[Activity]
    waiting: Sequence[Activity]


def order(activities: Sequence[Activity], barred: Iterable[Activity] = ()) -> Order:
    """Place all that depends on nothing in `barred` and on no circle, and number it by `index`.

    Activities come in the order in which they are given, as far as their dependencies allow.
    """
    open_links = {id(a): len(a.into) for a in activities}
    for one in barred:
        open_links[id(one)] += 1
    placed = [a for a in activities if open_links[id(a)] == 0]
    for activity in placed:
        for link in activity.out:
            open_links[id(link.after)] -= 1
            if open_links[id(link.after)] == 0:
                placed.append(link.after)
    for index, activity in enumerate(placed):
        activity.index = index
    left = [a for a in activities if open_links[id(a)] > 0]
    circling = _circling(left)
    return Order(placed, [a for a in left if id(a) in circling], [a for a in left if id(a) not in circling])


def _circling(left: Sequence[Activity]) -> set[int]:
    """Those that can be reached from themselves."""
    import networkx as nx

    if not left:
        return set()
    inside = {id(a) for a in left}
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_edges_from((id(a), id(link.after)) for a in left for link in a.out if id(link.after) in inside)
    found = {node for part in nx.strongly_connected_components(graph) if len(part) > 1 for node in part}
    return found | set(nx.nodes_with_selfloops(graph))
