"""Secrets that are planted, every form in which one may lie about, and all that a run leaves, opened for search."""

import base64
import gzip
import html
import io
import json
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus

import duckdb


def forms(secret: str) -> dict[str, set[bytes]]:
    """How a secret may be written: as it is, in base64 wherever it begins in it, in addresses, in JSON, in HTML."""
    raw = secret.encode()
    escaped = json.dumps(secret)[1:-1]
    return {
        "plain": {raw, secret.encode("latin-1", "replace"), secret.encode("utf-16-le")},
        "base64": {form for shift in range(3) for form in _base64(raw, shift)},
        "url": {quote(secret, safe="").encode(), quote(secret).encode(), quote_plus(secret).encode()},
        "json": {
            escaped.encode(),
            json.dumps(escaped)[1:-1].encode(),
            json.dumps(secret, ensure_ascii=False)[1:-1].encode(),
        },
        "html": {html.escape(secret).encode(), html.escape(secret, quote=False).encode()},
        "hex": {raw.hex().encode()},
    }


def _needles(name: str, secret: str) -> Iterator[tuple[str, str, bytes]]:
    yield from ((name, form, needle) for form, needles in forms(secret).items() for needle in needles)


def _base64(raw: bytes, shift: int) -> Iterator[bytes]:
    """The inner part, which is the same whatever stands before and behind it."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        whole = encode(b"\0" * shift + raw)
        first = -(-shift * 4 // 3)  # letters that what stands before has a part in
        yield whole[first : (shift + len(raw)) // 3 * 4]


@dataclass
class Search:
    """Looks for all secrets in all that it is given. `read` counts bytes by kind; `hits` are (secret, form, where).

    `sign` is what most secrets have in them: what has none of its forms is not searched for those.
    """

    secrets: Mapping[str, str]
    sign: str
    read: Counter[str] = field(default_factory=Counter)
    hits: list[tuple[str, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._signs = {form for forms_ in forms(self.sign).values() for form in forms_ if len(form) > 3}
        self._signed = [
            one for name, secret in self.secrets.items() if self.sign in secret for one in _needles(name, secret)
        ]
        self._others = [
            one for name, secret in self.secrets.items() if self.sign not in secret for one in _needles(name, secret)
        ]

    def bytes(self, where: str, kind: str, content: bytes) -> None:
        """Something that was written, unpacked as far as it is packed."""
        self.read[kind] += len(content)
        signed = any(sign in content for sign in self._signs)
        for name, form, needle in (*self._others, *(self._signed if signed else ())):
            if needle in content:
                self.hits.append((name, form, where))
        if content.startswith(b"\x1f\x8b"):
            self.bytes(f"{where}|gunzip", kind, gzip.decompress(content))
        elif content.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    self.bytes(f"{where}!{name}", kind, archive.read(name))
        elif content[257:262] == b"ustar":
            with tarfile.open(fileobj=io.BytesIO(content)) as archive:
                for member in archive.getmembers():
                    if (file := archive.extractfile(member)) is not None:
                        self.bytes(f"{where}!{member.name}", kind, file.read())

    def file(self, path: Path, root: Path) -> None:
        """One file; of a database and of Parquet also every value as text, since they are compressed."""
        where, kind = str(path.relative_to(root)), path.suffix or path.name
        self.bytes(where, kind, path.read_bytes())
        if path.suffix == ".parquet":
            with duckdb.connect() as connection:
                self._rows(connection, f"'{path}'", where)
        elif path.read_bytes()[8:12] == b"DUCK":
            with duckdb.connect(str(path), read_only=True) as connection:
                for (name,) in connection.sql("SELECT table_name FROM duckdb_tables()").fetchall():
                    self._rows(connection, f'"{name}"', f"{where}#{name}")

    def _rows(self, connection: duckdb.DuckDBPyConnection, table: str, where: str) -> None:
        asked = connection.sql(f"FROM {table} LIMIT 0")
        for name, kind in zip(asked.columns, asked.types, strict=True):
            packed = str(kind) == "BLOB"
            said = f'"{name}"' if packed else f'CAST("{name}" AS VARCHAR)'
            values = [
                value for (value,) in connection.sql(f"SELECT {said} FROM {table}").fetchall() if value is not None
            ]
            for value in values if packed else ["\n".join(values).encode()]:
                self.bytes(f"{where}.{name}", "values in tables", value)
