"""The page of the portfolio of tests, made and taken apart."""

import base64
import json
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from fixture_portfolio import MemoryReader, inputs
from portfolio_rows import rows

from reports.build import build
from reports.model import ReportModel
from reports.render import render_html

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
HIDDEN = {"header"}


class Page(HTMLParser):
    """Reads a page into its elements."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[int, str] = {}
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}", {}))

    def handle_data(self, data: str) -> None:
        at = len(self.tags) - 1
        self.text[at] = self.text.get(at, "") + data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def inside(self, tag: str) -> list[str]:
        return [self.text.get(n, "") for n, (name, _) in enumerate(self.tags) if name == tag]

    @property
    def ids(self) -> list[str]:
        return [str(a["id"]) for _, a in self.tags if a.get("id")]


def made(language: str = "en", given: dict[str, Any] | None = None, **changed: Any) -> tuple[ReportModel, bytes]:
    model = build(MemoryReader(rows() if given is None else given), **inputs() | {"language": language} | changed)
    return model, render_html(model)


def data_of(page: Page) -> dict[str, Any]:
    """The page's data, put together as its script does it."""
    [packed] = [t for t, a in zip(page.inside("script"), page.all("script"), strict=True) if a.get("id") == "data"]
    data: dict[str, Any] = json.loads(zlib.decompress(base64.b85decode(packed.replace(",", "<"))))
    join(data["findings"])
    return data


def join(found: dict[str, Any]) -> None:
    """Keys of items and messages come in parts; see reports/render/packing.py."""
    numbers = iter(found["numbers"])
    places = zip(found["item"], found["project"], strict=True)
    found["item"] = [f"{found['prefixes'][at]}{item}" if isinstance(item, int) else item for item, at in places]
    found["message"] = [_filled(found["patterns"][n], numbers) for n in found["message"]]


def _filled(pattern: str, numbers: Iterator[int]) -> str:
    first, *others = pattern.split("\x01")
    return first + "".join(f"{next(numbers)}{part}" for part in others)
