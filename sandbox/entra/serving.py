"""One tenant behind a TLS server of its own: `with serve_entra(site) as served: ...served.authority`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sandbox.entra.certificates import make_certificate, server_context
from sandbox.entra.routes import routes
from sandbox.entra.site import EntraSite
from sandbox.http import Server


class ServedEntra:
    """A tenant on loopback while the context is open. `ca_file` is the certificate that clients must trust."""

    def __init__(self, site: EntraSite, port: int = 0) -> None:
        self.site = site
        self._folder = tempfile.TemporaryDirectory(prefix="sandbox-entra-")
        context, self.ca_file = server_context(make_certificate("sandbox"), Path(self._folder.name))
        self.server = Server(routes(site), port=port, tls=context)

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end; https."""
        return self.server.url

    @property
    def authority(self) -> str:
        """What clients are configured with."""
        return f"{self.url}/{self.site.tenant}"

    def __enter__(self) -> ServedEntra:
        self.server.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.server.close()
        self._folder.cleanup()


def serve_entra(site: EntraSite, port: int = 0) -> ServedEntra:
    """Make a server for one tenant."""
    return ServedEntra(site, port)
