"""Where a source lives, and which addresses belong to it: nothing that we send may leave its host."""

import ipaddress
import re
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
        try:
            parts = urlsplit(base_url)
            usable = parts.scheme in _PORTS and parts.port != 0 and _is_host(parts.hostname or "")
        except ValueError:  # brackets that do not match, or a port that is none
            usable = False
        if not usable or any(sign.isspace() or not sign.isprintable() for sign in base_url):
            shown = base_url.rpartition("@")[2]  # before it may stand a password
            raise ConfigurationError(
                f"{shown!r} is not a web address",
                code="config.url",
                remedy="Write it as https://host or https://host/path.",
            )
        if parts.username or parts.password:
            raise ConfigurationError(
                f"the address of {parts.hostname} holds a user name or password",
                code="config.url_secret",
                remedy="Take it out of the address; give the secret under its own key.",
            )
        if parts.scheme == "http" and not allow_http and not is_loopback(parts.hostname or ""):
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
        try:
            return _origin(url) == _origin(self.url)
        except ValueError:  # not an address at all
            return False

    def pinned(self, url: str) -> str:
        """The address, if it is on our host. Raises RemoteRefusal otherwise."""
        if not self.holds(url):
            raise _foreign(url)
        return url


def base_url(given: str) -> str:
    """An address of the settings, checked but for its encryption. Raises ValueError with remedy, without secrets."""
    try:
        Home.of(given, allow_http=True)
    except ConfigurationError as error:
        raise ValueError(f"{error.what}. {error.remedy}") from error
    return given


def _is_host(name: str) -> bool:
    """An IP address, or a name of letters, digits, - and _ in labels; other scripts by their IDNA form."""
    if ":" in name:
        ipaddress.IPv6Address(name.partition("%")[0])
        return True
    return re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?", name.encode("idna").decode(), re.IGNORECASE) is not None


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
