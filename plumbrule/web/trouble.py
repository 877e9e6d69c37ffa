"""Pages that say why there is nothing to see: in the reader's language, with the next step, and without secrets."""

from collections.abc import Callable, Mapping

from plumbrule.settings import Language
from reports.render.live import Cell, LivePage, Text, render_live
from reports.render.places import Places
from reports.words import Words

Say = Callable[[Words], tuple[str, str]]
"""Title and sentence."""

_TROUBLES: Mapping[str, Say] = {
    "absent": lambda words: (
        words("There is nothing here"),
        words("The page does not exist, or what it is about is not for you to see."),
    ),
    "method": lambda words: (
        words("That cannot be done here"),
        words(
            "This page shows what was checked. It changes nothing, but for requests for waivers where they are allowed."
        ),
    ),
    "nothing": lambda words: (
        words("Nothing has been checked yet"),
        words("The first `plumbrule run` pulls and checks; this page then shows what it found."),
    ),
    "unreadable": lambda words: (
        words("The latest check cannot be read"),
        words(
            "Its file is damaged or may not be read. `plumbrule check` makes it anew; the log of this server says more."
        ),
    ),
    "older": lambda words: (
        words("The latest check was made by an older Plumbrule"),
        words("`plumbrule check` makes it anew; nothing is pulled for that."),
    ),
    "newer": lambda words: (
        words("The latest check was made by a newer Plumbrule"),
        words("Update the Plumbrule that serves this page, and start it anew."),
    ),
    "no_access": lambda words: (
        words("You are signed in, but nothing is shared with you"),
        words("Ask the PMO to name you, or a group of yours, under `access` in its configuration."),
    ),
    "not_the_proxy": lambda words: (
        words("This address is not for you"),
        words("The page is reached through the proxy that signs people in."),
    ),
    "proxy_names_nobody": lambda words: (
        words("The proxy did not say who you are"),
        words("It must send one header with your name; the PMO's administrator can set that right."),
    ),
    "sign_in_failed": lambda words: (
        words("You could not be signed in"),
        words("Try again; if it stays, tell the PMO."),
    ),
    "signed_out": lambda words: (
        words("You are signed out"),
        words("You may still be signed in at your organisation's sign-in page; there you can sign out as well."),
    ),
    "foreign_form": lambda words: (
        words("The form was too old, or not ours"),
        words("Open it again and send it once more; nothing was noted."),
    ),
    "too_large": lambda words: (words("That is too long"), words("Shorten it and send it again; nothing was noted.")),
    "bug": lambda words: (
        words("Something broke"),
        words("That is a bug in Plumbrule. The log of this server says more."),
    ),
}


def trouble_page(what: str, language: Language, places: Places, more: str = "", link: Cell | None = None) -> bytes:
    """The page about that trouble. `more` is a sentence of its own for this case."""
    words = Words(language)
    title, sentence = _TROUBLES[what](words)
    lines = [sentence, *([more] if more else [])]
    links = (link,) if link else ()
    return render_live(LivePage(title, [Text("trouble", title, lines, links)]), language, places)
