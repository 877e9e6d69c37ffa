"""Whether somebody answers at an address: known soon, and without holding a slow site for an absent one."""

import socket
from pathlib import Path

import pytest
import responses
from fake_clock import FakeClock
from http_wire import BASE, PAGE, answer

from connectors.reaching import reach
from portfolio.errors import ConfigurationError, RemoteError


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def test_what_takes_no_connection_is_told_after_two_tries(clock: FakeClock) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]  # bound and not listening: refused
        with pytest.raises(RemoteError, match=r"Project Server at 127\.0\.0\.1:\d+ cannot be reached") as caught:
            reach(f"http://127.0.0.1:{port}/pwa", "Project Server", clock=clock.clock)
    assert caught.value.code == "remote.unreachable"
    assert clock.slept == [0.5]


def test_who_takes_the_connection_and_is_slow_is_there(clock: FakeClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as slow:
        reach(f"http://127.0.0.1:{slow.getsockname()[1]}", "Jira", clock=clock.clock, timeout_seconds=(1.0, 0.05))
    assert clock.slept == []


@pytest.mark.parametrize("status", [200, 302, 401, 403, 404, 429, 500])
def test_whatever_is_said_to_a_stranger_somebody_says_it(clock: FakeClock, status: int) -> None:
    with responses.RequestsMock() as wire:
        answer(wire, status, path="/", json=None, body=PAGE, headers={"Location": "https://elsewhere.example/login"})
        reach(BASE + "/", "Jira", clock=clock.clock)
        assert len(wire.calls) == 1


def test_out_of_service_for_a_moment_is_no_trouble(clock: FakeClock) -> None:
    with responses.RequestsMock() as wire:
        answer(wire, 503, 200, path="/")
        reach(BASE + "/", "Jira", clock=clock.clock)


def test_out_of_service_is_told_without_waiting_as_a_run_does(clock: FakeClock) -> None:
    with responses.RequestsMock() as wire:
        answer(wire, 503, path="/", headers={"Retry-After": "30"})
        with pytest.raises(RemoteError, match="Dataverse is not available") as caught:
            reach(BASE + "/", "Dataverse", clock=clock.clock)
        assert len(wire.calls) == 2
    assert caught.value.code == "remote.unavailable"
    assert clock.slept == [0.5]


def test_an_address_without_encryption_is_not_tried(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        reach("http://tool.example", "Jira")
