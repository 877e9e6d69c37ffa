"""A wire with answers on it, for one connection of ours to a tool that exists nowhere."""

from typing import Any

import responses

BASE = "https://tool.example"
PAGE = "<!DOCTYPE html><html><title>Log in</title></html>"


def answer(wire: responses.RequestsMock, *statuses: int, method: str = "GET", path: str = "/x", **last: Any) -> None:
    """Answers with those statuses, in that order; the last one for ever, with what else is given."""
    for status in statuses[:-1]:
        wire.add(method, BASE + path, status=status)
    wire.add(method, BASE + path, status=statuses[-1], **({"json": {"ok": True}} | last))
