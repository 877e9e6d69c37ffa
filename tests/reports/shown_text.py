"""What a reader sees of each format: its texts, without markup, codes and addresses."""

import csv
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl

STORAGE = 'xmlns:ac="http://atlassian.example/ac" xmlns:ri="http://atlassian.example/ri"'
AC = "{http://atlassian.example/ac}"


class Texts(HTMLParser):
    """Text nodes and the tags around them, without styles and scripts."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._hidden = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden = tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def in_json(value: Any, names: tuple[str, ...]) -> Iterator[str]:
    """Every text under one of these names, and every text of a list under one."""
    if isinstance(value, dict):
        for name, one in value.items():
            if name in names and isinstance(one, str):
                yield one
            yield from in_json(one, names)
    elif isinstance(value, list):
        for one in value:
            yield from in_json(one, names)


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def cells(content: bytes) -> Iterator[Any]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        yield sheet.title
        for row in sheet.iter_rows():
            yield from (cell.value for cell in row if cell.value is not None)


def storage(content: bytes) -> ET.Element:
    """The fragment as an element; raises ParseError where it is not well-formed."""
    return ET.fromstring(f"<root {STORAGE}>{content.decode()}</root>")


def storage_texts(content: bytes) -> Iterator[str]:
    for element in storage(content).iter():
        if not (element.tag == f"{AC}parameter" and element.get(f"{AC}name") == "colour"):
            yield element.text or ""
        yield element.tail or ""


def shown(name: str, files: dict[str, bytes]) -> str:
    """Everything that a reader of that format sees."""
    parts: list[str] = []
    for path, content in files.items():
        if name == "csv":
            parts += [cell for row in csv_rows(content) for cell in row]
        elif name == "xlsx":
            parts += map(str, cells(content))
        elif name == "html_split":
            parts += Texts(content.decode()).texts
        elif name == "mail":
            parts += Texts(content.decode()).texts if path.endswith(".html") else [content.decode()]
        elif name in ("adaptive_card", "slack_blocks", "adf", "sarif"):
            told = ("text", "title", "fallbackText", "justification", "name")
            parts += in_json(json.loads(content), told)
        elif name == "confluence_storage":
            parts += storage_texts(content)
        elif name == "junit":
            root = ET.fromstring(content)
            parts += [e.get(n, "") for e in root.iter() for n in ("name", "message", "classname")] + [
                e.text or "" for e in root.iter()
            ]
        elif name == "markdown":
            parts.append(re.sub(r"\(<[^>]*>\)", "", content.decode()))
    return "\n".join(parts)
