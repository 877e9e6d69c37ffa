"""One place that configures logging: structlog to standard error, JSON or console, secrets taken out.

Events are short verbs in snake form (`pull.page_committed`), values go in fields. Loggers of libraries pass through
the same processors; those that print headers or bodies are kept quiet.
"""

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any, Literal

import structlog

from portfolio.secret_references import parts_of_address

SECRET_KEYS = re.compile(r"(token|password|secret|authorization|cookie|credential|api[_-]?key|\bsig\b)", re.IGNORECASE)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}")
_COOKIE = re.compile(r"(?i)\b(FedAuth|rtFa|SPOIDCRL|EdgeAccessCookie|ESTSAUTH\w*)=[^;\s\"']+")
_WEB_TOKEN = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_IN_URL = re.compile(r"(?i)([?&](?:sig|token|access_token|code)=)[^&\s]+")
HIDDEN = "[hidden]"


class Redaction:
    """Hides values of telling keys, known secrets wherever they occur, and credentials in headers and addresses."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = {part for secret in secrets for part in (secret, *_parts(secret)) if len(part) >= 4}
        self._known = tuple(sorted(known, key=len, reverse=True))

    def __call__(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """structlog processor."""
        return {key: HIDDEN if SECRET_KEYS.search(key) else self.value(val) for key, val in event.items()}

    def value(self, value: Any) -> Any:
        """The value without secrets, at any depth."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {k: HIDDEN if SECRET_KEYS.search(str(k)) else self.value(v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(v) for v in value]
        return value

    def text(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._known:
            text = text.replace(secret, HIDDEN)
        text = _COOKIE.sub(rf"\1={HIDDEN}", _WEB_TOKEN.sub(HIDDEN, text))
        return _IN_URL.sub(rf"\1{HIDDEN}", _BEARER.sub(rf"\1 {HIDDEN}", text))


def _parts(secret: str) -> Iterable[str]:
    """Of a secret that is an address, what makes it secret: a part of it is quoted more often than the whole."""
    return parts_of_address(secret) if secret.startswith(("https://", "http://")) else ()


def bind(**fields: Any) -> None:
    """Fields that go with every event from now on."""
    structlog.contextvars.bind_contextvars(**fields)


def told_migration(line: str) -> None:
    """A store of an older version was changed when it was opened: worth a line whatever else is shown."""
    structlog.get_logger("plumbrule.store").warning("store.migrated", what=line)


def audible(name: str) -> None:
    """Let everything of that logger be written, whatever the configured level: who saw what is no matter of level."""
    logging.getLogger(name).setLevel(logging.INFO)


def configure(
    level: str = "warning",
    form: Literal["auto", "console", "json"] = "auto",
    secrets: Iterable[str] = (),
    **bound: Any,
) -> None:
    """Set up logging for the process. `bound` (run id and the like) goes with every event."""
    console = sys.stderr.isatty() if form == "auto" else form == "console"
    redact = Redaction(secrets)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    renderer = structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer(ensure_ascii=False)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for loud in ("jira", "urllib3", "requests", "msal", "spnego", "requests_kerberos", "uvicorn"):
        logging.getLogger(loud).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,  # first: an event of each request is made up for nobody else
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**bound)
