"""Keeps what cannot be read beside what can, so that one bad record never hides the others."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from portfolio.ports import Rejected, Scope

T = TypeVar("T")

_BODY_CHARACTERS = 4000


class Tidy:
    """The rejected records of one page."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._kinds: set[str] = set()
        self.rejected: list[Rejected] = []

    def read(self, kind: str, record: Any, key: str, make: Callable[[Mapping[str, Any]], T]) -> T | None:
        """What `make` makes of the record; None, and the record kept as rejected, where it raises ValueError
        or the record is none."""
        if not isinstance(record, Mapping):
            self.reject(kind, {"value": record}, key, "is no record")
            return None
        try:
            return make(record)
        except ValueError as problem:
            self.reject(kind, record, key, str(problem))
            return None

    def all(
        self, kind: str, records: Iterable[Mapping[str, Any]], key: str, make: Callable[[Mapping[str, Any]], T]
    ) -> list[T]:
        """Every record that can be read, made."""
        made = (self.read(kind, record, key, make) for record in records)
        return [row for row in made if row is not None]

    def reject(self, kind: str, record: Mapping[str, Any], key: str, reason: str) -> None:
        """Keep a record as rejected; its kind's rows are then not taken for complete."""
        self._kinds.add(kind)
        native = str(record.get(key) or f"{kind} without {key}, number {len(self.rejected) + 1}")
        body = json.dumps(dict(record), ensure_ascii=False, default=str)[:_BODY_CHARACTERS]
        self.rejected.append(Rejected(native, f"{self._prefix}.bad_{kind}", f"{kind} {native}: {reason}", body))

    def remark(self, kind: str, native_id: str, problems: Sequence[str]) -> None:
        """Tell of values that were left out of a row that is kept."""
        self.rejected += [
            Rejected(native_id, f"{self._prefix}.bad_{kind}_{number}", f"{native_id}: {problem}")
            for number, problem in enumerate(problems, 1)
        ]

    def safe(self, scopes: Sequence[Scope], *kinds: str) -> list[Scope]:
        """Those scopes, or none where a record of these kinds was rejected: what cannot be read is not gone."""
        return [] if self._kinds & set(kinds) else list(scopes)
