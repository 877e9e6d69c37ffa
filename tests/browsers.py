"""Real browsers for tests of the page: Chromium, and the Firefox that a distribution has, both through Playwright.

A distribution's Firefox speaks WebDriver BiDi, not Playwright's own protocol, and knows no media emulation there. So
each colour scheme is a Firefox of its own, set by preference.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

SCHEMES = ("light", "dark")
WIDTHS = (1440, 1280, 768, 390)
PROGRAMS = {
    "chromium": shutil.which("chromium") or shutil.which("google-chrome"),
    "firefox": shutil.which("firefox-esr") or shutil.which("firefox"),
}
ASKED = os.environ.get("PLUMBRULE_BROWSER", "")
"""`full` or `short`; nothing drives a browser where it is not set, so that the everyday suite does not wait for one."""
SHORT = ASKED == "short"
LANGUAGES_SHOWN = ("en",) if SHORT else ("en", "zh-Hans")
needs_browser = [
    pytest.mark.slow,
    pytest.mark.skipif(not ASKED, reason="PLUMBRULE_BROWSER is not set (make browser)"),
]
each_browser = pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.skipif(not program, reason=f"no {name} on this machine"))
        for name, program in PROGRAMS.items()
    ],
)

_OFFLINE = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
_NO_MEDIA = dict.fromkeys(("color_scheme", "reduced_motion", "forced_colors", "contrast"), "null")
_READ_POLICY = """
document.addEventListener("securitypolicyviolation", event => console.error("policy: " + event.violatedDirective));
"""


class Browsers:
    """Starts each browser once, when it is first asked for."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self._started: dict[tuple[str, str], Any] = {}

    def get(self, name: str, scheme: str) -> Any:
        """The browser, in which `scheme` is what the reader's system asks for."""
        key = (name, scheme if name == "firefox" else "")
        if key not in self._started:
            self._started[key] = self._start(name, scheme)
        return self._started[key]

    def close(self) -> None:
        """Ends all."""
        for browser in self._started.values():
            browser.close()

    def _start(self, name: str, scheme: str) -> Any:
        program = PROGRAMS[name]
        if name == "chromium":
            return self._driver.chromium.launch(executable_path=program, args=_OFFLINE)
        wish = {"layout.css.prefers-color-scheme.content-override": SCHEMES[::-1].index(scheme)}
        return self._driver.firefox.launch(channel="moz-firefox", executable_path=program, firefox_user_prefs=wish)


class Opened:
    """A page, what it complained of, and what it asked for beyond `home`, where it comes from."""

    def __init__(self, page: Any, home: str) -> None:
        self.page = page
        self.trouble: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(home) else self.trouble.append(request.url))

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.trouble.append(message.text)


@contextmanager
def window(browsers: Browsers, name: str, scheme: str = "light", width: int = 1280, **more: Any) -> Iterator[Any]:
    """A window without memory of others, closed in the end."""
    media = {"color_scheme": scheme} if name == "chromium" else _NO_MEDIA
    context = browsers.get(name, scheme).new_context(viewport={"width": width, "height": 900}, **media, **more)
    context.add_init_script(_READ_POLICY)
    try:
        yield context
    finally:
        context.close()


def opened(context: Any, address: str, *, scripted: bool = True, home: str = "file:") -> Opened:
    """The page at that address, once its tables are filled."""
    found = Opened(context.new_page(), home)
    found.page.goto(address)
    if scripted:
        found.page.wait_for_selector("html[data-ready=yes]")
    return found


def faults(page: Any, inside: str | None = None) -> list[str]:
    """What axe-core says of the page, or of the part that the selector finds: rule, place, and how to mend it."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=inside).response["violations"]
    return [
        f"{one['id']} at {', '.join(map(str, node['target']))}: {node['failureSummary'].splitlines()[-1].strip()}"
        for one in found
        for node in one["nodes"]
    ]


def overhang(page: Any) -> int:
    """How many pixels stick out sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def until(page: Any, condition: str) -> None:
    """Wait for what a script on the page says, ten seconds at most. Playwright's own way needs `unsafe-eval`."""
    page.evaluate(
        f"""(left => new Promise((done, fail) => {{
            const look = () => ({condition}) ? done() : left-- ? setTimeout(look, 20) : fail(Error("never"));
            look();
        }}))(500)"""
    )
