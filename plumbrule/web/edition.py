"""One state of the portfolio, as it is shown until the next one: a snapshot, the rules, and the waivers of the day."""

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from plumbrule.app import App
from plumbrule.reporting import Said, moment_of, said_in
from plumbrule.settings import Language, Settings
from plumbrule.waiving import Overlay
from rules.policy.force import InForce, in_force
from rules.ruleset import RuleSet
from sync import FileReader

_KEPT_BYTES = 64 * 1024 * 1024
_LEVEL = 6


@dataclass(frozen=True)
class Body:
    """A page's bytes, plain and packed."""

    plain: bytes
    packed: bytes

    @classmethod
    def of(cls, plain: bytes) -> "Body":
        """With its packed form, the same for the same bytes."""
        return cls(plain, gzip.compress(plain, _LEVEL, mtime=0))


class Edition:
    """What pages are made from. Pages are made one at a time, for the reader takes one question at a time, and kept."""

    def __init__(self, app: App, reader: FileReader, overlay: Overlay, tag: str, folder: Path) -> None:
        self.app = app
        self.reader = reader
        self.overlay = overlay
        self.tag = tag
        """Another one for every other content."""
        self.folder = folder
        """Of the configuration; no visitor needs to know where it is."""
        self.lock = threading.RLock()
        self.as_of: datetime
        self.day: date
        self.as_of, self.day = moment_of(reader, app.settings)
        self._said: dict[Language, Said] = {}
        self._bodies: OrderedDict[Hashable, Body] = OrderedDict()
        self._held = 0

    @property
    def settings(self) -> Settings:
        """The settings."""
        return self.app.settings

    @property
    def rules(self) -> RuleSet:
        """The rules as the organisation sets them."""
        return self.app.rules

    def said(self, language: Language) -> Said:
        """What the rules say in that language, worked out once."""
        with self.lock:
            if language not in self._said:
                self._said[language] = said_in(self.reader, self.settings, self.rules, language, self.overlay)
            return self._said[language]

    @cached_property
    def force(self) -> InForce:
        """The rules as policy sets them for each subject."""
        return in_force(self.rules, self.reader, self.day)

    def body(self, key: Hashable, make: Callable[[], bytes]) -> Body:
        """The page under that key, made where it is not kept. What was not asked for longest goes first."""
        with self.lock:
            found = self._bodies.get(key)
            if found is None:
                found = self._bodies[key] = Body.of(make())
                self._held += _size(found)
                while self._held > _KEPT_BYTES and len(self._bodies) > 1:
                    self._held -= _size(self._bodies.popitem(last=False)[1])
            self._bodies.move_to_end(key)
            return found

    def hidden(self, text: str) -> str:
        """The text without the folder of the configuration in names of files."""
        return text.replace(f"{self.folder}/", "")


def _size(body: Body) -> int:
    return len(body.plain) + len(body.packed)
