"""Where more is told of an error: the documentation has no address of its own, every installation has `explain`."""

from collections.abc import Iterable

from plumbrule.speech import says


def more_about(codes: Iterable[str]) -> str:
    """The line below errors of these codes, of which there is at least one: once for all of them, not once each."""
    first, *others = dict.fromkeys(codes)
    if not others:
        return "  " + says("= more: `plumbrule explain {code}`", code=first)
    return "  " + says("= more: `plumbrule explain CODE` of each code, such as {code}", code=first)
