"""What a publisher must do: the marks that we want in other tools, the changes that bring them, what became of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol, runtime_checkable

from portfolio.ports.channels import Channel
from portfolio.ports.reading import Expiring, Observation, Row, Traffic

Action = Literal["create", "update", "remove"]
TargetKind = Literal["project", "item", "receiver"]
"""What is written to: a project or an item of a tool, or whoever receives reports."""


@runtime_checkable
class ExaminingWrites(Protocol):
    """A connector that can say what its account lacks for writing, also where nothing is written yet."""

    def examine_writes(self, channels: Collection[Channel]) -> Iterator[Observation]:
        """Scopes and rights that marks of these channels need, and nothing else; else like `Examining.examine`."""
        ...


@runtime_checkable
class Previewing(Protocol):
    """A publisher that can say what it would send, byte for byte, without sending it."""

    def preview(self, change: "Change") -> Mapping[str, bytes]:
        """Contents by the name of a file; nothing for what is taken away."""
        ...


@runtime_checkable
class ExaminingReceiver(Protocol):
    """A receiver of reports that can say beforehand what it will take: sign-in, rights, what expires."""

    @property
    def traffic(self) -> Traffic:
        """What was sent and received so far."""
        ...

    @property
    def ends(self) -> tuple[Expiring, date] | None:
        """What signs in, and its last day; None where it is not known. May raise what signing in raises."""
        ...

    def examine(self) -> Iterator[Observation]:
        """What there is to know before a report is sent. Writes nothing; what cannot be looked at is an observation
        that failed, not an exception."""
        ...

    def close(self) -> None:
        """Give connections back."""
        ...


@dataclass(frozen=True)
class Mark:
    """One thing that we want to stand in another tool.

    `target_kind` says what is written to; `target` is its native id (for a finding issue: the key of the project in
    which it is created; for a report: the place within the receiver). `name` is the property key, global id, label,
    field, fingerprint label, comment reference, or the report's name. `body` is the JSON value written (for labels:
    null); documents in it are those of `portfolio.document`, of a report `portfolio.delivery`. `dated` is
    written along and says what was so on that day: when only it changes, nothing is written. `title` names the target
    for people; `order` tells which marks come first when not all can be written in one run.
    """

    channel: Channel
    source: str
    target_kind: TargetKind
    target: str
    name: str
    body: Mapping[str, Any] | None
    title: str = ""
    dated: Mapping[str, Any] | None = None
    order: str = field(default="", compare=False)


@dataclass(frozen=True)
class Change:
    """One remote write of a plan. `remote_id` is what the ledger holds: the id that the tool gave; for a field, the
    values there that may be ours, one a line."""

    action: Action
    mark: Mark
    content_hash: str
    remote_id: str | None = None


@dataclass(frozen=True)
class Receipt:
    """What became of a change. `error` is None when the tool confirmed it.

    `unwritten`: it is certain that nothing was written, so the ledger need not remember that something may have been.
    """

    change: Change
    remote_id: str | None = None
    error: str | None = None
    unwritten: bool = False


@dataclass(frozen=True)
class Missing:
    """What an account lacks for some changes, in words, and the changes that therefore must not be tried."""

    what: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Review:
    """What people did to what we wrote and leave alone: `notes` in words, `gone` the ledger rows whose record is not
    there any more, or hidden from the account."""

    notes: tuple[str, ...] = ()
    gone: tuple[Row, ...] = ()


class Publisher(Protocol):
    """Carries out changes in one source, exactly as given, in any order it finds good; never more."""

    name: str

    @property
    def traffic(self) -> Traffic:
        """What this publisher has sent and received so far."""
        ...

    def preflight(self, changes: Sequence[Change]) -> Sequence[Missing]:
        """What the account lacks; empty when all can be tried. Writes nothing."""
        ...

    def apply(self, changes: Sequence[Change]) -> Iterator[Receipt]:
        """One receipt per change. One failure does not stop the others; sign-in and rate limits raise."""
        ...

    def review(self, publications: Sequence[Row]) -> Review:
        """What people did to what the ledger says we wrote and we leave alone. Writes nothing."""
        ...

    def close(self) -> None:
        """Give connections back."""
        ...
