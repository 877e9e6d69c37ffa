"""A small Tempo, served."""

import pytest
from tempo_world import TOKEN, Tempo, World

from sandbox.http import Server
from sandbox.tempo import TempoAuth, routes


@pytest.fixture
def world():
    return World()


@pytest.fixture
def auth():
    return TempoAuth(token=TOKEN)


@pytest.fixture
def server(world, auth):
    with Server(routes(world.tempo, auth)) as server:
        yield server
        assert server.failures == []


@pytest.fixture
def tempo(server):
    return Tempo(server.url)
