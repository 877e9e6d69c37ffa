"""The soak's proxy does what it says: each harm as a client meets it, and whether the tool behind saw the request."""

import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from sandbox.http import Request, Response, Route, Server
from soak.mischief import _USUAL, Harm, Meeting, Mischief
from soak.proxy import Proxy

BODY = {"rows": ["one", "two", "three"] * 200}


@dataclass
class Fixed(Mischief):
    """The same harm for everybody."""

    harm: Harm | None
    chance: float = 0.5

    def meets(self) -> Meeting:
        return Meeting(self.harm, self.chance)


@pytest.fixture
def behind() -> Iterator[Server]:
    def answer(request: Request) -> Response:
        return Response.of_json({**BODY, "host": request.headers["Host"], "sent": request.body.decode()})

    with Server([Route("GET", "/it", answer), Route("POST", "/it", answer)]) as server:
        yield server


@pytest.fixture
def proxy(behind: Server) -> Iterator[Proxy]:
    with Proxy() as made:
        made.upstream = behind.url.removeprefix("http://")
        yield made


def asked(proxy: Proxy, harm: Harm | None, chance: float = 0.5) -> Any:
    proxy.mischief = Fixed(harm, chance)
    return requests.post(f"{proxy.url}/it", data="hello", timeout=20)


@pytest.mark.parametrize("harm", [None, "latency", "slow body", "clock skew"])
def test_what_only_delays_or_misleads_changes_no_answer(proxy: Proxy, behind: Server, harm: Harm | None) -> None:
    answer = asked(proxy, harm)
    assert answer.json() == BODY | {"host": proxy.url.removeprefix("http://"), "sent": "hello"}
    assert len(behind.log) == 1


@pytest.mark.parametrize(("harm", "seen"), [("reset before", 0), ("reset after", 1), ("truncated", 1)])
def test_a_lost_answer_is_lost_before_or_after_the_deed(proxy: Proxy, behind: Server, harm: Harm, seen: int) -> None:
    with pytest.raises(requests.RequestException):
        asked(proxy, harm)
    assert len(behind.log) == seen


@pytest.mark.parametrize(
    ("harm", "status", "seen"),
    [
        ("429", 429, 0),
        ("5xx before", 503, 0),
        ("5xx after", 504, 1),
        ("sign-in page", 200, 0),
        ("token expired", 401, 0),
    ],
)
def test_another_answer_stands_in_place_of_the_tools(
    proxy: Proxy, behind: Server, harm: Harm, status: int, seen: int
) -> None:
    answer = asked(proxy, harm)
    assert (answer.status_code, len(behind.log)) == (status, seen)
    assert "rows" not in answer.text


def test_half_a_body_comes_with_a_length_that_fits(proxy: Proxy) -> None:
    with pytest.raises(requests.RequestException):
        asked(proxy, "half a body").json()


def test_edges_are_told_before_and_after_the_tool_has_seen_it(proxy: Proxy, behind: Server) -> None:
    told: list[tuple[str, int]] = []
    proxy.watch = lambda edge: told.append((edge, len(behind.log)))
    asked(proxy, None)
    assert told == [("before", 0), ("after", 1)]
    assert (proxy.passed, proxy.done.total()) == (1, 0)


def test_a_tool_that_is_gone_breaks_the_line(proxy: Proxy, behind: Server) -> None:
    behind.close()
    with pytest.raises(requests.ConnectionError):
        asked(proxy, None)


def test_the_same_seed_does_the_same_harm_and_storms_come_in_a_row() -> None:
    one, two = ([m.meets() for _ in range(4000)] for m in (Mischief("s", 0.3), Mischief("s", 0.3)))
    assert one == two
    met = [m.harm for m in one]
    assert {harm for harm in met if harm} == {harm for harm, _ in _USUAL}
    storms = "".join("x" if harm == "429" else " " for harm in met).split()
    assert min(map(len, storms)) > 1
    assert [m.harm for m in (Mischief("s", 0.0).meets() for _ in range(100)) if m] == [None] * 100


def test_a_connection_is_kept_from_request_to_request(proxy: Proxy) -> None:
    kept = http.client.HTTPConnection(proxy.url.removeprefix("http://"), timeout=20)
    for _ in range(2):
        kept.request("GET", "/it")
        assert b"three" in kept.getresponse().read()
    assert proxy.passed == 2
    kept.close()
