"""What a position of Tempo's time remembers, as JSON text. Days are the server's."""

from dataclasses import asdict, dataclass
from datetime import date

import orjson

from portfolio.errors import ConfigurationError


@dataclass(frozen=True)
class Position:
    """`read_to`: the last day of work whose years were read whole, until all are. `changes_from`: the day from which on
    changes are still to be read; it is the day on which the first load began, later that of the last pull.
    `reading`: how the entries were read."""

    changes_from: date
    reading: int
    read_to: date | None = None

    @classmethod
    def of(cls, text: str | None, reading: int) -> "Position | None":
        """The position of a text; None for the beginning, and for entries that were read otherwise.

        Raises ConfigurationError for a text that is not ours.
        """
        if text is None:
            return None
        try:
            told = orjson.loads(text)
            read_to = date.fromisoformat(told["read_to"]) if told.get("read_to") else None
            position = cls(date.fromisoformat(told["changes_from"]), int(told["reading"]), read_to)
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise ConfigurationError(
                f"the stored position {text!r} is not one of Tempo",
                code="tempo.position",
                remedy="Forget the position of this source, to read it from the beginning.",
            ) from error
        return position if position.reading == reading else None

    @property
    def text(self) -> str:
        """The position as it is stored."""
        return orjson.dumps(asdict(self)).decode()
