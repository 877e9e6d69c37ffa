"""What a connector can say of a site that nobody has configured yet: what is there, and which settings would fit it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable


@dataclass(frozen=True)
class Proposal:
    """A setting that differs from its default because of what the site has.

    `steps` is its path below the table of the source. `why` is for people. What is not `sure` is shown as a comment,
    for the admin to decide.
    """

    steps: tuple[str, ...]
    value: str | tuple[str, ...]
    why: str
    sure: bool = True


@dataclass(frozen=True)
class Survey:
    """One look around a site.

    `projects` are rows of `project`, as a run would read them. `found` tells what else is there, a line each.
    `waiting_statuses` are statuses whose names say that begun work waits for somebody. `time_zone` is the account's
    own (IANA), where the tool tells it.
    """

    account: str
    deployment: str
    projects: Sequence[Mapping[str, Any]]
    found: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    waiting_statuses: tuple[str, ...] = ()
    time_zone: str | None = None


@runtime_checkable
class Surveying(Protocol):
    """A connector that can look around its site before it is configured in full."""

    def survey(self) -> Survey:
        """Sign in and look. Sends only requests that read.

        Raises SignInError, RemoteError, RemoteRefusal or ConfigurationError where it cannot be looked at.
        """
        ...
