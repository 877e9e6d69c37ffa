"""How far a project in trouble reaches along the dependencies of others."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from rules.measures.graph.circles import Edge


@dataclass(frozen=True)
class Reached:
    """What reaches one project. `way`: from the nearest red project to this one, both included; empty if none does.

    `onward` are the projects that wait for this one, directly or through others.
    """

    way: tuple[str, ...]
    onward: int

    @property
    def steps(self) -> int | None:
        """Dependencies between the nearest red project and this one; 0 for a red project itself; None: none reaches."""
        return len(self.way) - 1 if self.way else None


def reached(edges: Iterable[Edge], red: Collection[str]) -> Mapping[str, Reached]:
    """Every project that is an end of a dependency. Edges go from supplier to consumer.

    A breadth-first search from all red projects at once. Of several at the same distance the way whose projects come
    first in order is told.
    """
    after: dict[str, set[str]] = defaultdict(set)
    nodes: set[str] = set()
    for supplier, consumer in edges:
        nodes |= {supplier, consumer}
        if supplier != consumer:
            after[supplier].add(consumer)
    ways = _ways(after, sorted(nodes & set(red)))
    return {node: Reached(ways.get(node, ()), _onward(after, node)) for node in sorted(nodes)}


def _ways(after: Mapping[str, Collection[str]], sources: Iterable[str]) -> dict[str, tuple[str, ...]]:
    ways: dict[str, tuple[str, ...]] = {node: (node,) for node in sources}
    level = dict(ways)
    while level:
        following: dict[str, tuple[str, ...]] = {}
        for node, way in level.items():
            for consumer in after.get(node, ()):
                longer = (*way, consumer)
                if consumer not in ways:
                    following[consumer] = min(longer, following.get(consumer, longer))
        ways |= following
        level = following
    return ways


def _onward(after: Mapping[str, Collection[str]], start: str) -> int:
    seen, waiting = {start}, deque([start])
    while waiting:
        for consumer in after.get(waiting.popleft(), ()):
            if consumer not in seen:
                seen.add(consumer)
                waiting.append(consumer)
    return len(seen) - 1
