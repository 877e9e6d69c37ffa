"""Keeps what cannot be read beside what can, so that one bad record never hides the others."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from portfolio.ports import Rejected, Scope

T = TypeVar("T")

_BODY_CHARACTERS = 4000


class Unread:
    """Records that could not be read.

    `row_id` gives the id of the row that a record would have been: when it can be read, its rejection is forgotten.
    """

    def __init__(self) -> None:
        self._kinds: set[str] = set()
        self.rejected: list[Rejected] = []

    def read(
        self,
        kind: str,
        record: Mapping[str, Any],
        row_id: Callable[[Mapping[str, Any]], str | None],
        make: Callable[[Mapping[str, Any]], T],
    ) -> T | None:
        """What `make` makes of the record; None, and the record kept as rejected, where it raises ValueError."""
        try:
            return make(record)
        except ValueError as problem:
            self._kinds.add(kind)
            body = json.dumps(dict(record), ensure_ascii=False, default=str)[:_BODY_CHARACTERS]
            native = row_id(record) or f"{kind} without key, number {len(self.rejected) + 1}"
            self.rejected.append(Rejected(native, f"dataverse.bad_{kind}", f"{kind}: {problem}", body))
            return None

    def remark(self, kind: str, row_id: str, problems: Sequence[str]) -> None:
        """Tell of values that were left out of a row that is kept.

        The place is not the row's id: the row comes along, and would make the remark forgotten at once.
        """
        self.rejected += [
            Rejected(f"{row_id} {number}", f"dataverse.bad_{kind}", f"{row_id}: {problem}")
            for number, problem in enumerate(problems, 1)
        ]

    def note(self, kind: str, native_id: str, problem: str) -> None:
        """Tell of rows that a record does not have; they make it forgotten when their ids begin with `native_id`."""
        self.rejected.append(Rejected(native_id, f"dataverse.bad_{kind}", f"{native_id}: {problem}"))

    def safe(self, scopes: Sequence[Scope], *kinds: str) -> list[Scope]:
        """Those scopes, or none where a record of these kinds was rejected: what cannot be read is not gone."""
        return [] if self._kinds & set(kinds) else list(scopes)
