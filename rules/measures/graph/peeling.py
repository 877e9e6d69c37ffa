"""What is left of a large graph once everything that cannot lie in a circle is taken away, a layer at a time.

A million dependencies are columns of numbers here; only what is left becomes objects. Kahn's algorithm, forwards from
nodes that nothing leads to, then backwards from nodes that lead nowhere; each edge is looked at twice.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def may_lie_in_circles(start: "NDArray[np.int64]", end: "NDArray[np.int64]", nodes: int) -> "NDArray[np.bool_]":
    """Which edges are left. `start` and `end` number the nodes of each edge from 0 to `nodes` - 1.

    Every edge of a circle is left; an edge that leads from one circle to another may be, too.
    """
    left = np.ones(len(start), dtype=np.bool_)
    for first, second in ((start, end), (end, start)):
        gone = _peeled(first[left], second[left], nodes)
        left &= ~gone[first]
    return left


def _peeled(start: "NDArray[np.int64]", end: "NDArray[np.int64]", nodes: int) -> "NDArray[np.bool_]":
    """Nodes that nothing leads to, or only what is taken away before them."""
    order = np.argsort(start, kind="stable")
    target = end[order]
    first = np.searchsorted(start[order], np.arange(nodes + 1))
    incoming = np.bincount(end, minlength=nodes)
    gone = np.zeros(nodes, dtype=np.bool_)
    layer = np.flatnonzero(incoming == 0)
    while len(layer):
        gone[layer] = True
        counts = first[layer + 1] - first[layer]
        ends = np.cumsum(counts)
        within = np.arange(ends[-1]) - np.repeat(ends - counts, counts)
        reached, times = np.unique(target[np.repeat(first[layer], counts) + within], return_counts=True)
        incoming[reached] -= times
        layer = reached[incoming[reached] == 0]
    return gone
