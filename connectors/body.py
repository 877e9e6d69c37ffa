"""An answer's body, read within limits: a small compressed answer can fill the memory, a slow one the day."""

import contextlib
import zlib
from collections.abc import Callable

import requests
import urllib3

LARGEST_BYTES = 256 * 1024 * 1024
"""Of one answer, unpacked. Pages that we ask for stay below a few megabytes."""
LONGEST_SECONDS = 600.0
"""For one answer, however steadily it drips in."""
_PIECE_BYTES = 256 * 1024
_UNPACKED_PIECE_BYTES = 96 * 1024
"""Below what the C library takes from the system, and gives back, each time anew (128 KiB): a fifth of the time."""
_GZIP = 16 + zlib.MAX_WBITS
_MEMBER = b"\x1f\x8b\x08"
"""How each member of a gzip file begins (RFC 1952, 2.3.1)."""
_MOST_TIMES = 1032
"""No answer unpacks to more times its size: the most that two bits of deflate stand for is 258 bytes."""


class BeyondLimits(Exception):
    """The answer is larger, or takes longer, than any that we ask for; the text says which."""


def read_body(
    response: requests.Response,
    monotonic: Callable[[], float],
    *,
    most_bytes: int = LARGEST_BYTES,
    most_seconds: float = LONGEST_SECONDS,
) -> None:
    """Take the body of a response that was asked for as a stream; `response.content` then holds it, unpacked.

    Raises BeyondLimits, and what `requests` raises where it reads a body by itself.
    """
    ends = monotonic() + most_seconds
    is_packed = response.headers.get("Content-Encoding", "").strip().lower() in ("gzip", "x-gzip")
    pieces: list[bytes] = []
    size = 0
    try:
        # `read1` returns with what has come; `iter_content` would wait for a whole piece, and never look at the clock.
        while piece := response.raw.read1(_PIECE_BYTES, decode_content=not is_packed):
            pieces.append(piece)
            size += len(piece)
            if size > most_bytes:
                raise _too_large(most_bytes)
            if monotonic() > ends:
                raise BeyondLimits(f"it was not complete after {most_seconds / 60:.0f} minutes")
    except urllib3.exceptions.ReadTimeoutError as error:
        raise requests.ReadTimeout(error) from error
    except urllib3.exceptions.DecodeError as error:
        raise requests.exceptions.ContentDecodingError(error) from error
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise requests.exceptions.ChunkedEncodingError(error) from error
    finally:
        response.close()
    body = b"".join(pieces)
    response._content = _unpacked(body, most_bytes) if is_packed else body


def _unpacked(packed: bytes, most_bytes: int) -> bytes:
    """At one go, into a buffer of the size that the end of a gzip file tells: under half the time of pieces, and no
    copy. So it goes where there is one member only, and where it cannot be larger than it may be, whatever it tells.

    Raises BeyondLimits, and ContentDecodingError for bytes that are no gzip file.
    """
    most, told = _MOST_TIMES * len(packed), int.from_bytes(packed[-4:], "little")
    if told <= most <= most_bytes and packed.find(_MEMBER, 1) < 0:
        with contextlib.suppress(zlib.error):  # it breaks off
            return zlib.decompress(packed, _GZIP, told)
    return _in_pieces(packed, most_bytes)


def _in_pieces(packed: bytes, most_bytes: int) -> bytes:
    """All members of a gzip file. What follows them and is none is left out, as browsers do; one that breaks off gives
    what there is. Here, because urllib3 copies each piece four times.

    Raises BeyondLimits, and ContentDecodingError for bytes that are no gzip file.
    """
    pieces: list[bytes] = []
    size = 0
    member = zlib.decompressobj(_GZIP)
    while packed:
        try:
            piece = member.decompress(packed, _UNPACKED_PIECE_BYTES)
        except zlib.error as error:
            if pieces:
                break
            raise requests.exceptions.ContentDecodingError(error) from error
        pieces.append(piece)
        size += len(piece)
        if size > most_bytes:
            raise _too_large(most_bytes)
        packed = member.unconsumed_tail
        if member.eof:
            packed, member = member.unused_data, zlib.decompressobj(_GZIP)
    pieces.append(member.flush())  # of one that breaks off
    return b"".join(pieces)


def _too_large(most_bytes: int) -> BeyondLimits:
    return BeyondLimits(f"it is larger than {most_bytes / 1024 / 1024:.0f} MiB")
