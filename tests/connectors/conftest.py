"""What tests of a connection share: a clock that only moves by sleeping, a wire, and a connection to it."""

import pytest
import responses
from entra import FakeEntra
from fake_clock import FakeClock
from http_wire import BASE

from connectors.answers import Dialect
from connectors.http import Http
from connectors.microsoft.tokens import Resource
from portfolio.ports import Traffic
from tests.connectors.microsoft_sign_ins import DATAVERSE, SITE


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


@pytest.fixture
def mock():
    """Answers to requests of any host; not all of them have to be asked for."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as active:
        yield active


@pytest.fixture
def entra(mock):
    return FakeEntra().install(mock)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def place(tmp_path):
    """Where a Project Online is signed in to, and its sign-in kept."""
    return Resource("plans", SITE, tmp_path / "store")


@pytest.fixture
def org(tmp_path):
    """The same of an environment of Dataverse."""
    return Resource("plans", DATAVERSE, tmp_path / "store")
