"""What tests of a connection share: a clock that only moves by sleeping, a wire, and a connection to it."""

import pytest
import responses
from fake_clock import FakeClock
from http_wire import BASE

from connectors.answers import Dialect
from connectors.http import Http
from portfolio.ports import Traffic


@pytest.fixture
def time():
    return FakeClock()


@pytest.fixture
def http(time):
    connection = Http(BASE, clock=time.clock, traffic=Traffic(), dialect=Dialect(title="Tool"))
    yield connection
    connection.close()


@pytest.fixture
def wire():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as exchange:
        yield exchange
