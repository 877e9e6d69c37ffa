"""`plumbrule version`: ours, and those of what our results depend on."""

import json
import platform
from importlib import metadata

from plumbrule import __version__

_LIBRARIES = ("duckdb", "sqlglot", "pyarrow", "pydantic", "jira", "msal", "requests")


def as_text() -> str:
    """Our version alone."""
    return __version__


def as_json() -> str:
    """For a report of a fault, or an inventory."""
    libraries = {name: metadata.version(name) for name in _LIBRARIES}
    body = {"plumbrule": __version__, "python": platform.python_version(), "system": platform.platform()}
    return json.dumps(body | {"libraries": libraries}, indent=2)
