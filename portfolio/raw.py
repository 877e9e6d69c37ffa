"""Answers of a source as they were received, where somebody wants them kept."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class RawAnswer:
    """An answer as it was received, to be kept for `keep_days`: the kind of endpoint, and the body, gzip-compressed.

    It holds no address, query or header, and nothing of signing in.
    """

    endpoint: str
    body: bytes
    keep_days: int


@runtime_checkable
class Keeping(Protocol):
    """A connector that may keep the answers that it receives."""

    @property
    def keep_raw_days(self) -> int:
        """For how many days; 0: not at all."""
        ...
