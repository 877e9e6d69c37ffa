"""What `plumbrule auth` does: the only place from which a person is ever asked to sign in."""

import webbrowser
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from connectors.microsoft.auth import AppOnly, AuthCodeAuth, DeviceCodeAuth
from plumbrule import log
from plumbrule.app import secrets_of, system_clock
from plumbrule.config_file import load_settings
from plumbrule.listing import ColumnKind, Listing
from plumbrule.listing_forms import written
from plumbrule.options import Form
from plumbrule.settings import Settings
from plumbrule.speech import says
from portfolio.errors import ConfigurationError, ExitCode
from portfolio.located_toml import suggest
from portfolio.ports import Traffic

_INTERACTIVE = DeviceCodeAuth | AuthCodeAuth
_COLUMNS: dict[str, ColumnKind] = {"source": "text", "sign_in": "text", "needed": "boolean"}


def login(
    config: Path,
    source: str,
    *,
    tell: Callable[[str], None],
    browser: bool = True,
    debug: bool = False,
) -> str:
    """Let a person sign in to that source; who is signed in then, in words.

    Raises ConfigurationError for a source that nobody signs in to, SignInError where it fails.
    """
    settings = _settings(config, debug)
    auth = _interactive(settings, source)
    from connectors.microsoft.login import login as ask
    from connectors.microsoft.tokens import Tokens
    from connectors.pacing import Clock

    tokens = Tokens(_resource(settings, source), auth, Traffic(), Clock())
    done = ask(tokens, tell, webbrowser.open if browser else lambda _: False)
    return says("{source}: signed in as {done}", source=source, done=done.account or "somebody whose name is not told")


def status(
    config: Path, form: Form = Form.TABLE, *, debug: bool = False, now: datetime | None = None
) -> tuple[str, ExitCode]:
    """A line for each source and each receiver that is signed in to, and the code to end with: 4 where somebody must
    sign in before a run."""
    settings = _settings(config, debug)
    moment = now or system_clock()
    rows, code = [], ExitCode.DONE
    for name in _signed_in_to(settings):
        told, missing = _told(settings, name, moment)
        rows.append({"source": name, "sign_in": told, "needed": missing})
        code = ExitCode.SIGN_IN if missing else code
    prose = "\n".join(f"{row['source']}: {row['sign_in']}" for row in rows) or "no source is configured"
    return written(Listing(rows, columns=_COLUMNS, prose=prose), form), code


def logout(config: Path, source: str, *, debug: bool = False) -> str:
    """Forget the sign-in of that source; what was done, in words. Raises ConfigurationError, SignInError."""
    settings = _settings(config, debug)
    _interactive(settings, source)
    from connectors.microsoft.signing import forget

    if not forget(_resource(settings, source)):
        return says("{source}: nobody was signed in", source=source)
    return says(
        "{source}: the sign-in was removed from this machine. "
        "To end it everywhere, let the account sign out of all sessions (Microsoft: My sign-ins).",
        source=source,
    )


def _told(settings: Settings, name: str, now: datetime) -> tuple[str, bool]:
    """How a source signs in, and whether somebody must sign in first."""
    auth: Any = getattr(_signed_in_to(settings)[name], "auth", None)
    if isinstance(auth, str):
        return says("{auth}, by the configuration", auth=auth), False
    if not isinstance(auth, BaseModel):
        return says("no sign-in"), False
    way = str(getattr(auth, "type", ""))
    if isinstance(auth, AppOnly):
        return says(
            "{way}, app {client_id} of {tenant}, by the configuration",
            way=way,
            client_id=auth.client_id,
            tenant=auth.tenant,
        ), False
    if not isinstance(auth, _INTERACTIVE):
        return says("{way}, by the configuration", way=way), False
    return _told_of_person(_resource(settings, name), auth, now)


def _told_of_person(resource: Any, auth: DeviceCodeAuth | AuthCodeAuth, now: datetime) -> tuple[str, bool]:
    from connectors.microsoft.signing import signed_in

    held = signed_in(resource, auth)
    if held is None or not held.renewable:
        return says(
            "{type}, nobody is signed in: plumbrule auth login {source}", type=auth.type, source=resource.source
        ), True
    last = held.lasts_until
    if last is not None and last < now.astimezone(UTC).date():
        again = f"plumbrule auth login {resource.source}"
        return says(
            "{type}, the sign-in of {account} was not used for too long: {again}",
            type=auth.type,
            account=held.account,
            again=again,
        ), True
    renewed = says(", renewed {renewed_at:%Y-%m-%d %H:%M} UTC", renewed_at=held.renewed_at) if held.renewed_at else ""
    return says(
        "{type}, {held}{renewed}, lasts until {last} if no run uses it before",
        type=auth.type,
        held=held.account or "signed in",
        renewed=renewed,
        last=last,
    ), False


def _settings(config: Path, debug: bool) -> Settings:
    settings = load_settings(config).settings
    log.configure("debug" if debug else settings.log.level, settings.log.format, secrets_of(settings))
    return settings


def _signed_in_to(settings: Settings) -> dict[str, object]:
    """Sources, and receivers that say how to sign in, by name."""
    receivers = {name: found for name, found in settings.receivers.items() if hasattr(found, "auth")}
    return {**settings.sources, **receivers}


def _interactive(settings: Settings, source: str) -> DeviceCodeAuth | AuthCodeAuth:
    known = _signed_in_to(settings)
    if source not in known:
        raise ConfigurationError(
            f"there is no source `{source}`",
            code="config.unknown_source",
            remedy=suggest(source, known) or f"sources: {', '.join(known) or 'none'}",
        )
    auth = getattr(known[source], "auth", None)
    if not isinstance(auth, _INTERACTIVE):
        way = auth if isinstance(auth, str) else getattr(auth, "type", "nothing")
        raise ConfigurationError(
            f"nobody signs in to `{source}`: it uses {way}, by the configuration",
            code="config.no_login",
            remedy='Only type = "device_code" and "auth_code" let a person sign in.',
        )
    return auth


def _resource(settings: Settings, source: str) -> Any:
    from connectors.microsoft.tokens import Resource

    found = _signed_in_to(settings)[source]
    url = str(getattr(found, "root", None) or getattr(found, "url", ""))  # of Graph it is that of its cloud
    return Resource(source, url, settings.store.folder, getattr(found, "ca_bundle", None))
