"""An answer's body, read within limits: a small compressed answer can fill the memory, a slow one the day."""

from collections.abc import Callable

import requests
import urllib3

LARGEST_BYTES = 256 * 1024 * 1024
"""Of one answer, unpacked. Pages that we ask for stay below a few megabytes."""
LONGEST_SECONDS = 600.0
"""For one answer, however steadily it drips in."""
_PIECE_BYTES = 64 * 1024


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
    pieces: list[bytes] = []
    size = 0
    try:
        # `read1` returns with what has come; `iter_content` would wait for a whole piece, and never look at the clock.
        while piece := response.raw.read1(_PIECE_BYTES, decode_content=True):
            pieces.append(piece)
            size += len(piece)
            if size > most_bytes:
                raise BeyondLimits(f"it is larger than {most_bytes / 1024 / 1024:.0f} MiB")
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
    response._content = b"".join(pieces)
