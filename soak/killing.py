"""Ways in which a run dies: SIGKILL, which nothing can prepare for.

At a transaction's edge the run kills itself (`soak.mortal`); at a request's edge and at a random moment it is killed
from outside.
"""

from __future__ import annotations

import re
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from soak.children import Child, Edge, Nursery, Order, fresh
from soak.proxy import Proxy

Way = Literal["transaction", "request", "moment"]
WAYS: tuple[Way, ...] = ("transaction", "request", "moment")
_LONGEST_SECONDS = 1800
"""After so long a run counts as endless. One that waits does not: for tools that refuse, or for a core, where a soak is
of low priority; 300 were too few on a machine with thirty others at work."""
_NEVER = 10**9


@dataclass(frozen=True)
class Extent:
    """How much there is of a run that one may die in: edges of transactions and requests, and seconds."""

    transaction: float
    request: float
    moment: float

    def learnt(self, way: Way, seen: Extent) -> Extent:
        """What to reckon with after a run that was to die this `way`, and ended before that with as much as `seen`."""
        return replace(self, **{way: getattr(seen, way)})


@dataclass(frozen=True)
class Death:
    """When a run is to die: before or after the `at`th edge, or after `at` seconds."""

    way: Way
    at: float
    edge: Edge


def drawn(random: Random, most: Extent) -> Death:
    """A death somewhere in a run of about that extent, each place as likely."""
    way = random.choice(WAYS)
    edges: tuple[Edge, Edge] = ("before", "after")
    share, edge = random.random(), random.choice(edges)
    most_of_it = getattr(most, way)
    return Death(way, share * most_of_it if way == "moment" else 1 + int(share * max(most_of_it, 1)), edge)


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code (negative: killed), what it said, and how far it had come."""

    code: int
    said: str
    extent: Extent = Extent(0, 0, 0)

    @property
    def was_killed(self) -> bool:
        """Whether SIGKILL ended it."""
        return self.code == -signal.SIGKILL


def run(nursery: Nursery, order: Order, proxy: Proxy, death: Death | None = None) -> Ended:
    """Run to the end or to the death. One that is left alone is told how many transactions it had, too."""
    at_commit = death is not None and death.way == "transaction"
    number = int(death.at) if death is not None and at_commit else _NEVER
    order = replace(order, number=number, edge=death.edge if death is not None else "after")
    return _watched(nursery.begin(order), order, proxy, death)


def run_fresh(order: Order, proxy: Proxy) -> Ended:
    """Run in a process that begins with nothing loaded, undisturbed."""
    return _watched(fresh(order.words, order.said), order, proxy, None)


def run_together(nursery: Nursery, orders: list[Order]) -> list[Ended]:
    """Run several at once, to their ends."""
    children = [nursery.begin(order) for order in orders]
    return [_end(child, order) for child, order in zip(children, orders, strict=True)]


def _watched(child: Child, order: Order, proxy: Proxy, death: Death | None) -> Ended:
    passed, began = proxy.passed, time.monotonic()
    proxy.watch = _at_a_request(child, death)
    try:
        if death is not None and death.way == "moment" and not child.has_ended(death.at):
            child.kill()
        ended = _end(child, order)
    finally:
        proxy.watch = lambda _edge: None
    told = re.search(r"transactions: (\d+)", ended.said)
    extent = Extent(int(told[1]) if told else 0, proxy.passed - passed, time.monotonic() - began)
    return replace(ended, extent=extent)


def _end(child: Child, order: Order) -> Ended:
    """Wait for the end; whatever was said is kept, since a run that is killed says nothing more."""
    if not child.has_ended(_LONGEST_SECONDS):
        child.kill()
        child.close()
        return Ended(1, f"no end after {_LONGEST_SECONDS} seconds: {' '.join(order.words)}")
    said = order.said  # not there where the run was killed before it could open it
    return Ended(child.close(), said.read_text(encoding="utf-8", errors="replace") if said.exists() else "")


def _at_a_request(child: Child, death: Death | None) -> Callable[[Edge], None]:
    left = threading.Semaphore(int(death.at) - 1) if death is not None and death.way == "request" else None

    def watch(edge: Edge) -> None:
        if left is not None and death is not None and edge == death.edge and not left.acquire(blocking=False):
            child.kill()

    return watch
