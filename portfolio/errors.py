"""One tree of errors; each knows its exit code and what to do next.

PlumbruleError
├── ConfigurationError      2   nothing was run
├── SignInError             4   sign-in needed, refused, or a permission is missing
├── RemoteError             5   the other side is unavailable or throttles us; safe to retry
│   └── RateLimited         5   ... until a stated time
├── RemoteRefusal           3   the other side answered, and the answer cannot be used
├── StoreError              6   locked, corrupt, or needs migration
├── PlanRefused             7   drift since the plan, or more changes than allowed
└── InternalError          70   a bug
Exit codes: 0 done, 1 findings at or above --fail-on, 2, 3 partial, 4, 5, 6, 7, 70, 130 interrupted, 143 terminated.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from unicodedata import east_asian_width


class ExitCode(IntEnum):
    """Stable exit codes of the command line."""

    DONE = 0
    FINDINGS = 1
    CONFIGURATION = 2
    PARTIAL = 3
    SIGN_IN = 4
    REMOTE = 5
    STORE = 6
    PLAN_REFUSED = 7
    INTERNAL = 70
    INTERRUPTED = 130
    TERMINATED = 143


PRECEDENCE = (
    ExitCode.INTERNAL,
    ExitCode.CONFIGURATION,
    ExitCode.STORE,
    ExitCode.SIGN_IN,
    ExitCode.REMOTE,
    ExitCode.PLAN_REFUSED,
    ExitCode.PARTIAL,
    ExitCode.FINDINGS,
)
"""What a run ends with where several apply: the first of these."""


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """The code to end with when several apply."""
    found = set(codes)
    return next((code for code in PRECEDENCE if code in found), ExitCode.DONE)


class PlumbruleError(Exception):
    """Base of every expected error. `code` is stable, `remedy` is the next step in one sentence."""

    exit_code: ExitCode = ExitCode.INTERNAL

    def __init__(self, what: str, *, code: str, remedy: str = "", why: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.code = code
        self.remedy = remedy
        self.why = why


class SignInError(PlumbruleError):
    """Sign-in needed or refused, or a permission is missing."""

    exit_code = ExitCode.SIGN_IN


class RemoteError(PlumbruleError):
    """The other side is unavailable; trying again later is safe."""

    exit_code = ExitCode.REMOTE


RATE_LIMITED = "remote.rate_limited"
"""The code of every RateLimited."""


class RateLimited(RemoteError):
    """The other side asks us to stop until `until` (UTC), or for an unknown time.

    `one_record`: it concerns writes to one record only; others may go on.
    """

    def __init__(
        self, what: str, *, until: datetime | None, code: str = RATE_LIMITED, one_record: bool = False
    ) -> None:
        when = f"after {until:%Y-%m-%d %H:%M} UTC" if until else "later"
        super().__init__(what, code=code, remedy=f"Run again {when}; the run goes on where it stopped.")
        self.until = until
        self.one_record = one_record


class RemoteRefusal(PlumbruleError):
    """The other side answered, but not with what its documentation promises."""

    exit_code = ExitCode.PARTIAL


class StoreError(PlumbruleError):
    """The store is locked, corrupt, or of another version."""

    exit_code = ExitCode.STORE


class PlanRefused(PlumbruleError):
    """The plan no longer fits what is there, or is larger than allowed."""

    exit_code = ExitCode.PLAN_REFUSED


class InternalError(PlumbruleError):
    """A bug."""


_STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_STEERING_BUT_TAB = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in a file that a person wrote. Lines and columns count from 1."""

    file: str
    line: int
    column: int
    code: str
    what: str
    width: int = 1
    source_line: str = ""
    help: str = ""

    def render(self) -> str:
        """The mistake with its frame and caret, as compilers show it."""
        if not self.line:
            frame = f"  --> {self.file}"
        else:
            gutter = " " * len(str(self.line))
            caret = _below(self.source_line[: self.column - 1], self.column - 1) + "^" * self.width
            frame = (
                f"{gutter} --> {self.file}:{self.line}:{self.column}\n{gutter} |\n"
                f"{self.line} | {_STEERING_BUT_TAB.sub('·', self.source_line)}\n{gutter} | {caret}"
            )
        hint = f"\n  = help: {_seen(self.help)}" if self.help else ""
        return f"error[{self.code}]: {_seen(self.what)}\n{frame}{hint}"


def _below(before: str, columns: int) -> str:
    """Blanks as wide as what stands before the caret: a tab is one here too, a Chinese character takes two places."""
    told = "".join("\t" if c == "\t" else "  " if east_asian_width(c) in "WF" else " " for c in before)
    return told + " " * (columns - len(before))  # a line that is not shown has no width of its own


def _seen(text: str) -> str:
    """Quoted texts steer no terminal: control characters and those that turn the direction of writing, as escapes."""
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class ConfigurationError(PlumbruleError):
    """Mistakes in files that a person wrote, all of them at once; nothing was run."""

    exit_code = ExitCode.CONFIGURATION

    def __init__(
        self,
        what: str = "",
        *,
        code: str = "config.invalid",
        remedy: str = "",
        why: str = "",
        problems: Sequence[Problem] = (),
    ) -> None:
        count = len(problems)
        said = what or f"{count} mistake{'s' if count != 1 else ''} in the configuration; nothing was run"
        super().__init__(said, code=code, remedy=remedy, why=why)
        self.problems = tuple(sorted(problems))
