"""What a connector must do, and what it hands over: pages of rows, and what it can say of its source."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

from portfolio.errors import ExitCode
from portfolio.ports.channels import Channel
from portfolio.raw import RawAnswer

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Rejected:
    """A record that could not be read. `body` is the record as received.

    `native_id` is the id that its row would have, or begins the ids of its rows up to a colon: a row of that id forgets
    the rejection. Else it is the record's own id, or its place.
    """

    native_id: str
    code: str
    reason: str
    body: str = ""


class Scope(NamedTuple):
    """Says: of `table`, the rows whose `column` is `value` are exactly those on this page; others of it are gone.

    Of a column of dates, `value` is a month, written 2026-11. `reason` is their `deleted_reason`. There are three for
    each issue, and a frozen dataclass takes four times as long to make.
    """

    table: str
    column: str
    value: str
    reason: str = "absent"

    def covers(self, row: Row) -> bool:
        """Whether a row lies in the scope."""
        value = row.get(self.column)
        return (f"{value:%Y-%m}" if isinstance(value, date) else value) == self.value


@dataclass(frozen=True)
class Census:
    """Says which rows exist without repeating them: of `table`, the rows whose `column` is `value` are those with these
    `ids`. Others of it are gone; one of these that was held for gone is back. Of their content it says nothing.

    `reasons` are the `deleted_reason` of those that are gone, by id, where it is known; else it is "absent". Where the
    ids are no more than an upper bound of what exists, `restores` is false: then what was held for gone stays gone.
    """

    table: str
    column: str
    value: str
    ids: frozenset[str]
    reasons: Mapping[str, str] = field(default_factory=dict)
    restores: bool = True


@dataclass(frozen=True)
class Page:
    """What one step of a pull yields. Rows and cursor are committed in one transaction.

    `position` is where to go on after this page (the connector's own text); None leaves the cursor where it was.
    `whole`: the page is all that there is of its partition, so that rejections from before which it does not repeat are
    forgotten. `raw` are the answers that it was made from, where the source is configured to keep them.

    `part`: 0 for a page that stands for itself. What is one thing and too large for one page, such as a plan with a
    million rows, comes in pages numbered from 1. The ones before the last have rows only: no position, no scopes, no
    rejections. The last one is `whole`; it and its scopes speak of the rows of all of them. A pull that ends in between
    leaves the cursor where it was; the next one begins with part 1 again.
    """

    rows: Mapping[str, Sequence[Row]]
    position: str | None = None
    scopes: Sequence[Scope] = ()
    rejected: Sequence[Rejected] = ()
    censuses: Sequence[Census] = ()
    whole: bool = False
    raw: Sequence[RawAnswer] = ()
    part: int = 0


@dataclass(frozen=True, order=True)
class Partition:
    """The part of a stream that advances by itself: for instance the issues of one project. `title` is for people.

    `only_project`: it is about one project and no other, so that its failure says nothing of the others: the id of the
    project's row, or blank where it was never read. None: it is about several, or about none in particular.
    """

    stream: str
    key: str
    title: str = field(default="", compare=False)
    only_project: str | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Capability:
    """What a source can or cannot fill."""

    table: str
    column: str
    state: Literal["provided", "derived", "not_available"]
    note: str = ""


Expiring = Literal["token", "certificate", "client secret", "sign-in"]
"""What signs in, and ends on a day: a sign-in of a person that no run uses ends too."""


@dataclass(frozen=True)
class Probe:
    """What the first contact with a source showed. `expires_on` is the last day of what signs in, where it is known;
    `expiring` says what that is.

    `data_at`: the source is a copy, and this is the moment whose state it shows; None for one that is alive.
    """

    account: str
    deployment: str
    detail: Mapping[str, str] = field(default_factory=dict)
    expires_on: date | None = None
    data_at: datetime | None = None
    expiring: Expiring = "token"


OWN_PACE = "own limit of requests a second"
"""Why a request waited that nobody but our own configuration held back."""
OWN_RECORD_PACE = "own limit of writes to one record"
"""Why a write waited that would have been one too many to its record in a short time."""


_OWN = (OWN_PACE, OWN_RECORD_PACE)


@dataclass
class Traffic:
    """Counters of one source in one run.

    Seconds of waiting are summed over requests that waited side by side, so they can exceed the run's own time.
    `limits` holds what the last answer that spoke of rate limits said, header by header. `clock_ahead_seconds` is how
    far this machine's clock is ahead of the other side's, by its last answer; None: it does not tell its time.
    """

    requests: int = 0
    throttled: int = 0
    retried: int = 0
    received_bytes: int = 0
    by_endpoint: dict[str, int] = field(default_factory=dict)
    throttled_by_reason: dict[str, int] = field(default_factory=dict)
    waited_by_reason: dict[str, float] = field(default_factory=dict)
    limits: dict[str, str] = field(default_factory=dict)
    clock_ahead_seconds: float | None = None

    @property
    def waited_seconds(self) -> float:
        """Waiting that the other side caused: what was throttled or failed for a moment, not our own pace."""
        return sum(seconds for reason, seconds in self.waited_by_reason.items() if reason not in _OWN)


class Connector(Protocol):
    """Reads one source. Calls have no side effects but network traffic; `pull` may be called on several threads,
    each with its own partition."""

    name: str
    """Name of the configured source; first part of every id."""
    kind: str
    """Kind of the source, as configured: jira_cloud, pwa, mspdi."""

    @property
    def traffic(self) -> Traffic:
        """What this connector has sent and received so far."""
        ...

    def probe(self) -> Probe:
        """Sign in and look around.

        Raises SignInError, RemoteError, ConfigurationError; then the whole source fails, other sources go on.
        """
        ...

    def partitions(self, cursors: Mapping[Partition, str]) -> Sequence[Sequence[Partition]]:
        """What to pull, in stages: partitions of one stage are independent, a stage starts when the one before ended.

        May read (for instance the list of projects). `cursors` holds every committed position of this source.
        """
        ...

    def pull(self, partition: Partition, position: str | None) -> Iterator[Page]:
        """Pages of one partition from `position` (None: from the beginning), in an order that may stop anywhere."""
        ...

    def capabilities(self) -> Sequence[Capability]:
        """Columns that the source cannot fill, or fills by derivation. Unlisted columns count as provided."""
        ...

    def close(self) -> None:
        """Give connections back."""
        ...


@runtime_checkable
class Confirming(Protocol):
    """A connector that can say more of the records that a census misses than that they are not listed."""

    def confirm(self, page: Page, missing: Sequence[str]) -> Page:
        """The page of a census, with what the source says of the work items in doubt (by id): stored ones that it
        misses, gone or archived ones that it lists again, and some that it lists and nobody has read. The rows of those
        that are there come along, and reasons for those that are gone. Called before the page is committed, on the
        thread that writes; may read. Raises what `pull` raises; then nothing of the page is committed.
        """
        ...


@dataclass(frozen=True)
class Doubted:
    """Ids that a source should be asked about. `more`: so many, that others must wait for the next census."""

    ids: tuple[str, ...] = ()
    more: bool = False


@dataclass(frozen=True)
class Observation:
    """One thing that was looked at before a run: `found` in words, `remedy` where it is not as it should be.

    `note` is for what may be so on purpose. `exit_code` counts where it failed.
    """

    subject: str
    state: Literal["ok", "note", "warning", "failed"]
    found: str
    remedy: str = ""
    exit_code: ExitCode = ExitCode.SIGN_IN


@runtime_checkable
class Examining(Protocol):
    """A connector that can say more of its source than its `probe`: rights, scopes, what is visible and what is not."""

    def examine(self, channels: Collection[Channel]) -> Iterator[Observation]:
        """What there is to know before a run that writes marks of these channels (none: that only reads).

        Called after `probe`. Writes nothing. What cannot be looked at is an observation that failed, not an exception.
        """
        ...


Progress = Callable[[str, Mapping[str, Any]], None]
"""Told about events of a run (`pull.page`, `pull.partition_done`, ...) with their fields; prints or stays quiet."""
