"""A connector that reads answers of before, one of them damaged: no network, and time that only passes when waited."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from connectors.wire import Call, Wire
from portfolio.model import TABLES
from portfolio.ports import Connector, Page
from sync.batch import batch


@dataclass
class Tape:
    """What a tool answered, by what it was asked; and which of that is answered otherwise now."""

    answers: dict[tuple[str, str, bytes], tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    instead: dict[tuple[str, str, bytes], bytes] = field(default_factory=dict)

    def bodies(self) -> dict[str, list[tuple[tuple[str, str, bytes], bytes]]]:
        """Bodies by their endpoint."""
        found: dict[str, list[tuple[tuple[str, str, bytes], bytes]]] = defaultdict(list)
        for asked, (_, _, body) in self.answers.items():
            found[f"{asked[0]} {asked[1].split('?')[0]}"].append((asked, body))
        return found


def _asked(prepared: requests.PreparedRequest) -> tuple[str, str, bytes]:
    body = prepared.body.encode() if isinstance(prepared.body, str) else bytes(prepared.body or b"")
    return str(prepared.method), prepared.path_url, body


@contextmanager
def recorded(tape: Tape) -> Iterator[None]:
    """Everything that is answered meanwhile goes onto the tape."""
    real = Wire.transmit

    def transmit(self: Wire, call: Call) -> requests.Response:
        response = real(self, call)
        tape.answers[_asked(response.request)] = response.status_code, dict(response.headers), response.content
        return response

    Wire.transmit = transmit  # type: ignore[method-assign]
    try:
        yield
    finally:
        Wire.transmit = real  # type: ignore[method-assign]


@contextmanager
def replayed(tape: Tape) -> Iterator[None]:
    """The tape answers. What is not on it is not found."""
    real = Wire.transmit

    def transmit(self: Wire, call: Call) -> requests.Response:
        prepared = self._prepared(call)
        asked = _asked(prepared)
        status, headers, body = tape.answers.get(asked, (404, {"Content-Type": "application/json"}, b"{}"))
        response = requests.Response()
        response.status_code, response.request, response.url = status, prepared, str(prepared.url)
        response.headers.update({k: v for k, v in headers.items() if k.lower() != "content-length"})
        response._content = tape.instead.get(asked, body)
        return response

    Wire.transmit = transmit  # type: ignore[method-assign]
    try:
        yield
    finally:
        Wire.transmit = real  # type: ignore[method-assign]


def pulled(connector: Connector) -> int:
    """Read everything as sync does, up to the columns of the store; how many rows it was."""
    connector.probe()
    return sum(typed(page) for page in _pages(connector))


def _pages(connector: Connector) -> Iterator[Page]:
    for stage in connector.partitions({}):
        for partition in stage:
            yield from connector.pull(partition, None)


def typed(page: Page) -> int:
    """Rows as they go into the store: what does not fit is kept as a rejection there, and breaks nothing."""
    return sum(len(batch(TABLES[name], list(rows)).ids) for name, rows in page.rows.items())


Made = Callable[[], Connector]
