"""Lets tests import the invented portfolio beside them."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of shown_pages.py."""
    from shown_pages import write_pages

    folder = tmp_path_factory.mktemp("pages")
    write_pages(folder)
    return folder
