"""Where a source lives, and which addresses belong to it: nothing that we send may leave its host."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from portfolio.errors import ConfigurationError, RemoteRefusal

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Home:
    """The configured base address of a source."""

    url: str

    @classmethod
    def of(cls, base_url: str, *, allow_http: bool = False) -> "Home":
        """The address, checked. Raises ConfigurationError: not a web address, holds a secret, or not encrypted."""
        parts = urlsplit(base_url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ConfigurationError(
                f"{base_url!r} is not a web address",
                code="config.url",
                remedy="Write it as https://host or https://host/path.",
            )
        if parts.username or parts.password:
            raise ConfigurationError(
                f"the address of {parts.hostname} holds a user name or password",
                code="config.url_secret",
                remedy="Take it out of the address; give the secret under its own key.",
            )
        if parts.scheme == "http" and not allow_http and not is_loopback(parts.hostname):
            raise ConfigurationError(
                f"{base_url} is not encrypted",
                code="config.url_http",
                remedy="Use https, or set allow_http for this source if its network is trusted.",
            )
        return cls(base_url.rstrip("/"))

    @property
    def netloc(self) -> str:
        """Host and port, as written."""
        return urlsplit(self.url).netloc

    def address(self, path: str) -> str:
        """The full address of a path below the base. Raises RemoteRefusal for an absolute address."""
        if "://" in path.partition("?")[0] or path.startswith("//"):
            raise _foreign(path)
        return f"{self.url}/{path.lstrip('/')}"

    def holds(self, url: str) -> bool:
        """Whether an absolute address has our scheme, host and port."""
        return _origin(url) == _origin(self.url)

    def pinned(self, url: str) -> str:
        """The address, if it is on our host. Raises RemoteRefusal otherwise."""
        if not self.holds(url):
            raise _foreign(url)
        return url


def is_loopback(host: str) -> bool:
    """Whether the host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _foreign(url: str) -> RemoteRefusal:
    return RemoteRefusal(
        f"refused to call {url.partition('?')[0][:200]}, which is not on the configured host",
        code="remote.foreign_address",
        remedy="Configure the address that the tool uses for itself; links to other hosts are never followed.",
    )
