"""Circles in a directed graph, each named by its members; every edge that is part of one belongs to one that is named.

Strongly connected components by networkx (Tarjan's algorithm); within one, a shortest circle through the edge.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

Edge = tuple[str, str]
SHOWN = 12
"""Members that a name spells out; the rest is counted."""


def circles(edges: Iterable[Edge]) -> dict[Edge, tuple[str, ...]]:
    """Edge -> members of a circle that it is part of, in order, the smallest first. Edges in no circle are left out.

    Edges are taken in order; one that an earlier circle holds already is not looked at again, so a component is told
    by few circles. An edge from a node to itself is a circle of one.
    """
    import networkx as nx

    unique = sorted(set(edges))
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from(unique)
    found: dict[Edge, tuple[str, ...]] = {}
    for component in nx.strongly_connected_components(graph):
        inside = {node: sorted(n for n in graph.successors(node) if n in component) for node in component}
        for edge in sorted((a, b) for a, after in inside.items() for b in after):
            if edge not in found:
                members = _canonical((edge[0], *_way(inside, edge[1], edge[0])[:-1]))
                for step in zip(members, (*members[1:], members[0]), strict=True):
                    found.setdefault(step, members)
    return found


def named(members: Sequence[str], labels: Mapping[str, str]) -> str:
    """`A-1 → A-2 → A-1`: what waits for what, back to where it began. Long ones are cut and counted."""
    words = [labels.get(member, member) for member in members]
    if len(words) > SHOWN:
        return " → ".join([*words[:SHOWN], f"… ({len(words)})", words[0]])
    return " → ".join([*words, words[0]])


def _way(after: Mapping[str, Sequence[str]], start: str, goal: str) -> tuple[str, ...]:
    """A shortest way from start to goal, both included; among equal ones the first in the order of nodes.

    There is one: both lie in one strongly connected component.
    """
    came_from: dict[str, str | None] = {start: None}
    waiting = deque([start])
    while waiting and goal not in came_from:
        node = waiting.popleft()
        for following in after[node]:
            if following not in came_from:
                came_from[following] = node
                waiting.append(following)
    way = [goal]
    while (before := came_from[way[-1]]) is not None:
        way.append(before)
    return tuple(reversed(way))


def _canonical(members: tuple[str, ...]) -> tuple[str, ...]:
    first = members.index(min(members))
    return members[first:] + members[:first]
