"""A file in pieces, over the address that an upload session gives for it.

Sources: Microsoft Graph, "driveItem: createUploadSession" (ranges in order, each but the last a multiple of 320 KiB, no
Authorization header, `nextExpectedRanges`, 416 for bytes that are there already) and "Attach large files to Outlook
messages" (pieces of at most 4 MB, 201 with the last one).
"""

from collections.abc import Mapping
from typing import Any

import orjson
import requests

from connectors.graph.answers import RANGE
from connectors.http import Http
from portfolio.errors import PlumbruleError, RateLimited, RemoteError, RemoteRefusal, SignInError

STEP_BYTES = 320 * 1024
PIECE_BYTES = 12 * STEP_BYTES
"""3.75 MiB: a multiple of 320 KiB, and below the 4 MB that Outlook takes."""
_MOST_STUMBLES = 4


class Upload:
    """One session. `http` calls its address; `resumable`: the address tells what it has when it is asked."""

    def __init__(self, http: Http, *, resumable: bool, piece_bytes: int = PIECE_BYTES) -> None:
        if piece_bytes % STEP_BYTES:
            raise ValueError(f"pieces of an upload are multiples of {STEP_BYTES} bytes")
        self._http = http
        self._resumable = resumable
        self._piece = piece_bytes

    def send(self, content: bytes) -> Mapping[str, Any]:
        """All bytes, in order; the record that the last answer holds. Raises what the session answers in the end;
        RemoteError where it is not known whether the file is there."""
        start, stumbles = 0, 0
        while True:
            try:
                answer = self._put(content, start)
            except (RateLimited, SignInError):
                raise
            except PlumbruleError as error:
                stumbles += 1
                start = self._where_to_go_on(error, stumbles)
                continue
            end = min(start + self._piece, len(content))
            told = _told(answer)
            if end == len(content) and not _ranges(told):
                return told
            start = _start(told) or end

    def cancel(self) -> None:
        """Give the session up; it ends by itself where that does not arrive."""
        try:
            self._http.ask_itself("DELETE", repeatable=True)
        except PlumbruleError:
            return
        finally:
            self.close()

    def close(self) -> None:
        """Give the connection back."""
        self._http.close()

    def _put(self, content: bytes, start: int) -> requests.Response:
        piece = content[start : start + self._piece]
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Range": f"bytes {start}-{start + len(piece) - 1}/{len(content)}",
        }
        return self._http.ask_itself("PUT", piece, headers, repeatable=True)

    def _where_to_go_on(self, error: PlumbruleError, stumbles: int) -> int:
        """Where the session expects the next byte. Raises the error where going on is no use."""
        passing = isinstance(error, RemoteError) or error.code == RANGE
        if not (self._resumable and passing) or stumbles >= _MOST_STUMBLES:
            raise error
        try:
            told = _told(self._http.ask_itself("GET", repeatable=True))
        except RemoteRefusal as gone:  # the session is over: the file may be whole, its answer was lost
            raise RemoteError(
                "the upload session ended before it said that the file is there",
                code="graph.upload_lost",
                remedy="Run again: what is there is looked at first.",
                why=gone.what,
            ) from error
        found = _start(told)
        if found is None:
            raise error
        return found


def _told(answer: requests.Response) -> Mapping[str, Any]:
    try:
        told = orjson.loads(answer.content) if answer.content.strip() else {}
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _ranges(told: Mapping[str, Any]) -> list[str]:
    found = told.get("nextExpectedRanges") or told.get("NextExpectedRanges")
    return [str(one) for one in found] if isinstance(found, list) else []


def _start(told: Mapping[str, Any]) -> int | None:
    """The first byte that is missing: ranges are told as `26-`, `12345-55232`, by Outlook as `2097152`."""
    first = next(iter(_ranges(told)), "").partition("-")[0]
    return int(first) if first.isdigit() else None
