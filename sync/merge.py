"""Which pages can be written at once, so that a writer that lags behind needs fewer statements and transactions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portfolio.columns import values_of
from portfolio.ports import Page, Partition, Scope

Sent = tuple[Partition, Page]
_Scoped = tuple[str, str]
"""Table and column of scopes."""


def runs(pages: Sequence[Sent]) -> Iterator[Sequence[Sent]]:
    """The pages in their order, in groups for which all removals and then all rows have the result of one page after
    the other."""
    if len(pages) < 2:  # the usual case where pages are large
        yield pages
        return
    group = _Group()
    for sent in pages:
        if group.sent and not group.takes(sent[1]):
            yield group.sent
            group = _Group()
        group.add(sent)
    if group.sent:
        yield group.sent


@dataclass
class _Group:
    """Pages that go together.

    A scope speaks of its own page only. A row that it leaves out and a later page brings is there in the end either
    way; but where it leaves out a row that an earlier page brought, or the same scope comes twice, order matters. So it
    does for a census, which speaks of rows on other pages, and for a page that is the whole of its partition.
    """

    sent: list[Sent] = field(default_factory=list)
    scopes: dict[_Scoped, set[str]] = field(default_factory=dict)
    rows: dict[_Scoped, dict[Any, set[Any]]] = field(default_factory=dict)
    """Ids of rows by the value that scopes compare, of tables and columns with scopes."""

    def takes(self, page: Page) -> bool:
        """Whether the page can be written together with those before it."""
        if any(one.censuses or one.whole for one in (page, self.sent[-1][1])):
            return False
        return not any(self._minds(page, scoped, values) for scoped, values in _values(page.scopes).items())

    def add(self, sent: Sent) -> None:
        """One page more."""
        page = sent[1]
        self.sent.append(sent)
        for scoped, values in _values(page.scopes).items():
            self.scopes.setdefault(scoped, set()).update(values)
        for scoped, known in self.rows.items():
            for value, ids in _indexed([page], scoped).items():
                known.setdefault(value, set()).update(ids)

    def _minds(self, page: Page, scoped: _Scoped, values: set[str]) -> bool:
        """Whether the order of the page and those before it matters for these scopes."""
        if values & self.scopes.get(scoped, set()):
            return True
        if scoped not in self.rows:
            self.rows[scoped] = _indexed([page for _, page in self.sent], scoped)
        before = self.rows[scoped]
        here = _indexed([page], scoped)
        return any(not before.get(value, set()) <= here.get(value, set()) for value in values)


def _values(scopes: Iterable[Scope]) -> dict[_Scoped, set[str]]:
    found: dict[_Scoped, set[str]] = {}
    for scope in scopes:
        found.setdefault((scope.table, scope.column), set()).add(scope.value)
    return found


def _indexed(pages: Iterable[Page], scoped: _Scoped) -> dict[Any, set[Any]]:
    """Ids of the pages' rows, by what a scope compares: of a day its month, else the value."""
    table, column = scoped
    found: dict[Any, set[Any]] = {}
    for page in pages:
        rows = page.rows.get(table, ())
        for value, row_id in zip(values_of(rows, column), values_of(rows, "id"), strict=True):
            compared = f"{value:%Y-%m}" if isinstance(value, date) else value
            found.setdefault(compared, set()).add(row_id)
    return found
