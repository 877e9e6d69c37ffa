"""An order in which every predecessor comes first, and what has none: circles, and all that waits for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rules.measures.network.activity import Activity, Link


@dataclass(frozen=True)
class Order:
    """`placed` in order, with the dependencies `into` and `out` of each; `in_circles` wait for themselves; `waiting`
    wait for those, or for what cannot be computed."""

    placed: Sequence[Activity]
    into: Sequence[Sequence[Link]]
    out: Sequence[Sequence[Link]]
    in_circles: Sequence[Activity]
    waiting: Sequence[Activity]


def order(activities: Sequence[Activity], links: Iterable[Link], barred: Iterable[Activity] = ()) -> Order:
    """Place all that depends on nothing in `barred` and on no circle, and number it by `index`.

    Activities come in the order in which they are given, as far as their dependencies allow. `links` are all
    dependencies between these activities, and no others.
    """
    into: list[list[Link]] = [[] for _ in activities]
    out: list[list[Link]] = [[] for _ in activities]
    for number, activity in enumerate(activities):
        activity.index = number
    for link in links:
        out[link.before.index].append(link)
        into[link.after.index].append(link)
    awaited = [len(found) for found in into]
    for one in barred:
        awaited[one.index] += 1
    placed = [number for number, count in enumerate(awaited) if count == 0]
    for number in placed:
        for link in out[number]:
            after = link.after.index
            awaited[after] -= 1
            if awaited[after] == 0:
                placed.append(after)
    left = [activity for activity, count in zip(activities, awaited, strict=True) if count > 0]
    circling = _circling(left, out)
    in_circles = [a for a in left if a.index in circling]
    waiting = [a for a in left if a.index not in circling]
    kept = [activities[number] for number in placed]
    for index, activity in enumerate(kept):
        activity.index = index
    return Order(kept, [into[number] for number in placed], [out[number] for number in placed], in_circles, waiting)


def _circling(left: Sequence[Activity], out: Sequence[Sequence[Link]]) -> set[int]:
    """The numbers of those that can be reached from themselves."""
    if not left:
        return set()
    import networkx as nx

    inside = {a.index for a in left}
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_edges_from((at, link.after.index) for at in inside for link in out[at] if link.after.index in inside)
    found = {node for part in nx.strongly_connected_components(graph) if len(part) > 1 for node in part}
    return found | set(nx.nodes_with_selfloops(graph))
