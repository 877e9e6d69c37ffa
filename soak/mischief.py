"""What goes wrong between Plumbrule and a tool, and how often: drawn by a seed, so that a trial can be had again.

`sandbox.faults` lets a pretend tool itself misbehave when a test asks for it; these happen to whatever passes by.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from random import Random
from typing import Literal

Harm = Literal[
    "latency",
    "slow body",
    "reset before",
    "reset after",
    "truncated",
    "half a body",
    "429",
    "5xx before",
    "5xx after",
    "sign-in page",
    "clock skew",
    "token expired",
]
"""`before`: the tool never saw the request. `after`: it did what was asked, and the answer was lost."""

_USUAL: tuple[tuple[Harm, int], ...] = (
    ("latency", 11),
    ("slow body", 6),
    ("reset before", 14),
    ("reset after", 14),
    ("truncated", 10),
    ("half a body", 8),
    ("429", 3),
    ("5xx before", 12),
    ("5xx after", 12),
    ("sign-in page", 2),
    ("clock skew", 6),
    ("token expired", 2),
)
"""How often each, of a hundred. Those that end a source's part of a run are rare: behind them nothing else is met."""
_STORM = (2, 4)
"""A refusal for too many requests comes with so many others at least and at most."""


@dataclass(frozen=True)
class Meeting:
    """What one request meets; `chance` is a number of 0..1 for whoever has to choose further."""

    harm: Harm | None
    chance: float


class Mischief:
    """Decides for each request in turn; safe for threads. `rate` is the share of requests that meet something."""

    def __init__(self, seed: str, rate: float) -> None:
        self._random = Random(seed)
        self._rate = rate
        self._storm = 0
        self._lock = threading.Lock()

    def meets(self) -> Meeting:
        """What the next request meets."""
        with self._lock:
            chance = self._random.random()
            if self._storm > 0:
                self._storm -= 1
                return Meeting("429", chance)
            if self._random.random() >= self._rate:
                return Meeting(None, chance)
            [harm] = self._random.choices([h for h, _ in _USUAL], weights=[w for _, w in _USUAL])
            if harm == "429":
                self._storm = self._random.randint(*_STORM) - 1
            return Meeting(harm, chance)


PEACE = Mischief("", 0.0)
"""Nothing ever happens."""
