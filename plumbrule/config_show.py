"""`plumbrule config show`: the settings in force, each with where it comes from, without one secret."""

import os
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from plumbrule.config_file import LoadedConfig, load_settings
from portfolio.located_toml import LocatedToml, Steps
from portfolio.secret_references import is_reference
from portfolio.toml_text import key, value

_HIDDEN = "[hidden]"
_PREFIX, _BETWEEN = "PLUMBRULE_", "__"


def shown(config: Path, *, origin: bool) -> str:
    """One line a setting, `a.b.c = value`: together a configuration that means the same.

    With `origin`, a comment tells the line of the file, the variable of the environment, or that it is the default.
    Secrets stand as the references that they are in the file; one from the environment is hidden. Raises
    ConfigurationError with all mistakes of the file.
    """
    loaded = load_settings(config, with_secrets=False)
    names = {name.upper(): name for name in os.environ if name.upper().startswith(_PREFIX)}
    told = [
        (".".join(key(str(step)) for step in steps), setting, steps)
        for steps, setting in _settings(loaded, loaded.settings, ())
    ]
    lines = [(f"{path} = {value(setting)}", steps) for path, setting, steps in told]
    if not origin:
        return "\n".join(line for line, _ in lines)
    width = min(max((len(line) for line, _ in lines), default=0), 60)
    return "\n".join(f"{line:<{width}}  # {_origin(loaded.document, names, steps)}" for line, steps in lines)


def _settings(loaded: LoadedConfig, told: Any, steps: Steps) -> Iterator[tuple[Steps, Any]]:
    """Each setting that has a value, below models and tables by name; lists are one value."""
    if isinstance(told, BaseModel):
        for name in type(told).model_fields:
            yield from _settings(loaded, getattr(told, name), (*steps, name))
    elif isinstance(told, dict) and told:
        for name, inner in told.items():
            yield from _settings(loaded, inner, (*steps, str(name)))
    elif told is not None and told != {}:
        yield steps, _plain(told)


def _plain(told: Any) -> Any:
    """What TOML can say, at any depth."""
    if isinstance(told, SecretStr):
        reference = told.get_secret_value()
        return reference if is_reference(reference) else _HIDDEN
    if isinstance(told, BaseModel):
        return {name: _plain(getattr(told, name)) for name in type(told).model_fields}
    if isinstance(told, Enum):
        return told.value
    if isinstance(told, dict):
        return {name: _plain(inner) for name, inner in told.items()}
    if isinstance(told, list | tuple | set | frozenset):
        return [_plain(inner) for inner in told]
    return told


def _origin(document: LocatedToml, variables: Mapping[str, str], steps: Steps) -> str:
    """The nearest thing that sets it. The environment wins over the file."""
    for length in range(len(steps), 0, -1):
        path = _PREFIX + _BETWEEN.join(str(step).upper() for step in steps[:length])
        if path in variables:
            return f"environment {variables[path]}"
    span = document.values.get(steps) or document.keys.get(steps)
    if span is not None:
        return f"{document.file}:{span.line}"
    return "default"
