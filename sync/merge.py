"""Which pages can be written at once, so that a writer that lags behind needs fewer statements and transactions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
        scopes = _values(sent[1].scopes)
        if group.sent and not group.takes(sent[1], scopes):
            yield group.sent
            group = _Group()
        group.add(sent, scopes)
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
    met: dict[_Scoped, set[Any]] = field(default_factory=dict)
    """What rows hold that scopes compare, of tables and columns with scopes: as a rule no page speaks of rows of
    another, and then nobody has to look at the rows themselves."""

    def takes(self, page: Page, scopes: Mapping[_Scoped, set[str]]) -> bool:
        """Whether the page, with these scopes, can be written together with those before it."""
        if any(one.censuses or one.whole for one in (page, self.sent[-1][1])):
            return False
        return not any(self._minds(page, scoped, values) for scoped, values in scopes.items())

    def add(self, sent: Sent, scopes: Mapping[_Scoped, set[str]]) -> None:
        """One page more."""
        self.sent.append(sent)
        for scoped, values in scopes.items():
            self.scopes.setdefault(scoped, set()).update(values)
        for scoped, known in self.met.items():
            known.update(_met([sent[1]], scoped))

    def _minds(self, page: Page, scoped: _Scoped, values: set[str]) -> bool:
        """Whether the order of the page and those before it matters for these scopes."""
        if values & self.scopes.get(scoped, set()):
            return True
        if scoped not in self.met:
            self.met[scoped] = _met([page for _, page in self.sent], scoped)
        if values.isdisjoint(self.met[scoped]):
            return False
        before, here = _indexed([page for _, page in self.sent], scoped), _indexed([page], scoped)
        return any(not before.get(value, set()) <= here.get(value, set()) for value in values)


def _values(scopes: Iterable[Scope]) -> dict[_Scoped, set[str]]:
    found: dict[_Scoped, set[str]] = {}
    for scope in scopes:
        found.setdefault((scope.table, scope.column), set()).add(scope.value)
    return found


def _met(pages: Iterable[Page], scoped: _Scoped) -> set[Any]:
    """What a scope compares, of all rows of the pages."""
    table, column = scoped
    return {_compared(value) for page in pages for value in set(values_of(page.rows.get(table, ()), column))}


def _indexed(pages: Iterable[Page], scoped: _Scoped) -> dict[Any, set[Any]]:
    """Ids of the pages' rows, by what a scope compares."""
    table, column = scoped
    found: dict[Any, set[Any]] = {}
    for page in pages:
        rows = page.rows.get(table, ())
        for value, row_id in zip(values_of(rows, column), values_of(rows, "id"), strict=True):
            found.setdefault(_compared(value), set()).add(row_id)
    return found


def _compared(value: Any) -> Any:
    """Of a day its month, else the value."""
    return f"{value:%Y-%m}" if isinstance(value, date) else value
