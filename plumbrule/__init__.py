"""The roof: settings, logging, wiring and the command line. No business of its own."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("plumbrule")
except PackageNotFoundError:  # run from a source tree that was never installed
    __version__ = "0+unknown"
