"""A keyring for tests, of the library's own kind of backend."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend


class InMemory(KeyringBackend):
    """Forgets with the process."""

    priority = 1

    def __init__(self, entries: Mapping[tuple[str, str], str] | None = None) -> None:
        super().__init__()
        self.entries = dict(entries or {})

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password


@contextmanager
def in_force(backend: KeyringBackend) -> Iterator[None]:
    """That keyring is the one that the library asks; afterwards the one from before."""
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        yield
    finally:
        keyring.set_keyring(before)
