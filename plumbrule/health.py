"""The health file: what a loop of runs is doing and how the last one ended; written whole or not at all."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Self

from portfolio.errors import ConfigurationError, ExitCode
from portfolio.whole_file import put_whole

FORMAT = "plumbrule.health/1"
FILE = "health.json"
GOOD = frozenset({ExitCode.DONE, ExitCode.FINDINGS})
"""Ends of a run that read everything: findings are what it is for."""


@dataclass(frozen=True)
class Health:
    """What a loop of runs is doing. Moments are UTC; None is not yet."""

    state: Literal["running", "waiting", "stopped"]
    process_id: int
    host: str
    since: datetime
    every: str
    began_at: datetime | None = None
    ended_at: datetime | None = None
    exit_code: int | None = None
    good_at: datetime | None = None
    """When a run last ended well."""
    runs: int = 0
    failed_in_a_row: int = 0
    next_at: datetime | None = None

    def begun(self, at: datetime) -> Self:
        """A run is under way."""
        return replace(self, state="running", began_at=at, next_at=None)

    def ended(self, at: datetime, exit_code: int, following: datetime | None) -> Self:
        """A run ended so; the next is due then."""
        is_good = exit_code in GOOD
        return replace(
            self,
            state="waiting" if following else "stopped",
            ended_at=at,
            exit_code=exit_code,
            good_at=at if is_good else self.good_at,
            runs=self.runs + 1,
            failed_in_a_row=0 if is_good else self.failed_in_a_row + 1,
            next_at=following,
        )

    def stopped(self) -> Self:
        """The loop was told to end."""
        return replace(self, state="stopped", next_at=None)


def write_health(path: Path, health: Health) -> None:
    """Put the file in place of the one before, so that whoever reads it reads one or the other."""
    body = {"format": FORMAT} | {
        k: f"{v:%Y-%m-%dT%H:%M:%SZ}" if isinstance(v, datetime) else v for k, v in asdict(health).items()
    }
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    put_whole(path, (json.dumps(body, indent=2) + "\n").encode(), mode=0o600)


def read_health(path: Path) -> dict[str, Any]:
    """What the file says. Raises ConfigurationError where there is none, or it is no health file."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"there is no health file {path}", code="health.none", remedy="`plumbrule run --every 24h` writes it"
        ) from error
    except (ValueError, UnicodeDecodeError) as error:
        raise _no_health_file(path) from error
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise _no_health_file(path)
    return body


def _no_health_file(path: Path) -> ConfigurationError:
    return ConfigurationError(
        f"{path} is no health file of this version",
        code="health.unreadable",
        remedy="remove it; the next run writes it anew",
    )


def trouble(body: dict[str, Any], now: datetime, within: timedelta) -> str:
    """Why a monitor should ring; empty where a run ended well within that time, or the first is still under way."""
    good, last = _moment(body.get("good_at")), f"the last one ended with {body.get('exit_code')}"
    if good is None:
        since = _moment(body.get("since"))
        if body.get("runs") == 0 and since is not None and now - since <= within:
            return ""
        return f"no run has ended well yet; {last}"
    if now - good > within:
        return f"the last run that ended well was at {good:%Y-%m-%d %H:%M} UTC; {last}"
    return "the loop was stopped" if body.get("state") == "stopped" else ""


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
