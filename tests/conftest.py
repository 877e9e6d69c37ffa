"""Lets tests import the modules beside them, and starts browsers where a test drives one."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
os.environ["LC_ALL"] = "C.UTF-8"  # commands speak the language of the locale; tests compare English


@pytest.fixture(scope="session")
def browsers() -> Iterator[Any]:
    """The browsers of this machine (tests/browsers.py), each started when it is first asked for."""
    playwright = pytest.importorskip("playwright.sync_api", reason="install plumbrule[browser] to drive the page")
    from browsers import Browsers

    with playwright.sync_playwright() as driver:
        started = Browsers(driver)
        yield started
        started.close()
