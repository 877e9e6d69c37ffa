"""What a position of a table of Dataverse remembers, as JSON text."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from portfolio.errors import ConfigurationError


@dataclass(frozen=True)
class Mark:
    """Where the next reading of a table begins: `delta` is a link to its changes; else `since` is the time of the
    latest change that was read, as Dataverse wrote it."""

    delta: str | None = None
    since: str | None = None


@dataclass(frozen=True)
class Position:
    """`reading` tells how the rows were made: a table that is read otherwise now is read anew. `plans` tells, by
    project, what went into its rows beside their own records."""

    reading: str
    mark: Mark
    plans: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str | None, reading: str) -> "Position | None":
        """The position of a text; None for the beginning, and for rows that were made otherwise.

        Raises ConfigurationError for a text that is not ours.
        """
        if text is None:
            return None
        try:
            told = json.loads(text)
            position = cls(str(told["reading"]), Mark(told["delta"], told["since"]), dict(told["plans"]))
        except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise ConfigurationError(
                f"the stored position {text[:200]!r} is not one of Dataverse",
                code="dataverse.position",
                remedy="Forget the position of this source, to read it from the beginning.",
            ) from error
        return position if position.reading == reading else None

    @property
    def text(self) -> str:
        """The position as it is stored."""
        told = {"reading": self.reading, "delta": self.mark.delta, "since": self.mark.since, "plans": self.plans}
        return json.dumps(told, sort_keys=True, separators=(",", ":"))
