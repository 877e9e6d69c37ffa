"""Runs that several files of tests look at."""

import pytest

from tests.demo_run import Demo, made_once, make_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo, run twice. Tests leave it as it is."""
    return Demo(made_once(tmp_path_factory, "whole-demo", make_demo))
