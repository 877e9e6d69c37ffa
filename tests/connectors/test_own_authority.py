"""Every connection to a server whose certificate a company's own authority signed, by the source's `ca_bundle`."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from connectors.http import Http
from connectors.jira.client import connection
from connectors.jira.settings import JiraCloudSource, JiraDataCenterSource
from connectors.microsoft.signing import signing
from connectors.microsoft.tokens import Resource
from connectors.pwa.client import connect_http
from connectors.pwa.settings import PwaSource
from connectors.tempo.client import cloud_http, data_center_http
from connectors.tempo.settings import TempoCloudSource, TempoDataCenterSource
from portfolio.errors import RemoteError
from portfolio.ports import Traffic
from sandbox.entra.certificates import make_certificate, server_context


class Anything(BaseHTTPRequestHandler):
    """Answers every path, and gives every client a token."""

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        body = json.dumps(
            {"access_token": "t", "refresh_token": "r2", "expires_in": 3600, "cloudId": "c1", "path": self.path}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _answer  # noqa: N815 - names of the library

    def log_message(self, *_: object) -> None:
        """Quiet."""


@dataclass(frozen=True)
class Place:
    url: str
    trusted: Path
    stranger: Path
    tokens: Path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("tls")
    context, trusted = server_context(make_certificate("company"), folder)
    stranger = folder / "stranger.pem"
    stranger.write_bytes(make_certificate("stranger").certificate)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Anything)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign] - clients that do not trust us hang up
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield Place(f"https://127.0.0.1:{server.server_port}", trusted, stranger, folder / "tokens")
    server.shutdown()
    server.server_close()
    thread.join()


Make = Callable[[Place, Path | None], Http]


def jira_cloud(place: Place, bundle: Path | None, **more: Any) -> Http:
    given = {"url": place.url, "ca_bundle": bundle, "email": "a@b.example", "token": "t", **more}
    return connection(JiraCloudSource.model_validate(given), Traffic(), tokens=place.tokens)


def by_gateway(place: Place, bundle: Path | None) -> Http:
    return jira_cloud(place, bundle, auth="scoped_token", gateway_url=place.url)


def by_client(place: Place, bundle: Path | None) -> Http:
    own = {"client_id": "c", "client_secret": "s", "email": None, "token": None}
    return jira_cloud(
        place, bundle, auth="oauth_client", gateway_url=place.url, token_url=f"{place.url}/oauth/token", **own
    )


def jira_data_center(place: Place, bundle: Path | None) -> Http:
    given = {"url": place.url, "ca_bundle": bundle, "token": "t"}
    return connection(JiraDataCenterSource.model_validate(given), Traffic())


def tempo_cloud(place: Place, bundle: Path | None) -> Http:
    given = {"url": place.url, "jira": "j", "ca_bundle": bundle, "auth": "oauth", "client_id": "c"}
    own = {"client_secret": "s", "refresh_token": "r", "redirect_uri": "https://x.example/"}
    return cloud_http(TempoCloudSource.model_validate(given | own), Traffic(), None, place.tokens)


def tempo_data_center(place: Place, bundle: Path | None) -> Http:
    given = {"url": place.url, "jira": "j", "ca_bundle": bundle, "token": "t"}
    return data_center_http(TempoDataCenterSource.model_validate(given), Traffic(), None)


def pwa(place: Place, bundle: Path | None) -> Http:
    given = {"kind": "pwa", "url": place.url, "ca_bundle": bundle, "auth": {"type": "bearer", "token": "t"}}
    settings = PwaSource.model_validate(given)
    signed = signing(Resource("p", place.url, None, bundle), settings.auth, Traffic(), None)
    return connect_http(settings, signed, Traffic(), None)


CONNECTIONS: tuple[Make, ...] = (
    jira_cloud, by_gateway, by_client, jira_data_center, tempo_cloud, tempo_data_center, pwa,
)  # fmt: skip


@pytest.mark.parametrize("make", CONNECTIONS, ids=lambda make: make.__name__)
def test_it_is_trusted_where_the_source_says_so(place: Place, make: Make) -> None:
    http = make(place, place.trusted)
    try:
        assert http.get_json("/some/list")["path"].endswith("/some/list")
    finally:
        http.close()


@pytest.mark.parametrize("make", CONNECTIONS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("known", [None, "stranger"], ids=["by nobody", "by another's"])
def test_else_nothing_is_sent_to_it(place: Place, make: Make, known: str | None) -> None:
    http = make(place, place.stranger if known else None)
    try:
        with pytest.raises(RemoteError, match="no trusted connection") as raised:
            http.get_json("/some/list")
        assert "`ca_bundle`" in raised.value.remedy
    finally:
        http.close()


@pytest.mark.parametrize("make", CONNECTIONS, ids=lambda make: make.__name__)
def test_the_environments_authority_still_counts(place: Place, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(place.trusted))
    http = make(place, None)
    try:
        assert http.get_json("/some/list")
    finally:
        http.close()
