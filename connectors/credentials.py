"""Whether a configuration holds just what its way of signing in needs."""

from collections.abc import Mapping


def complete(auth: str, keys: Mapping[str, tuple[str, ...]], given: Mapping[str, object]) -> None:
    """Raises ValueError where the way of signing in lacks a key, or has one that belongs to another way.

    `keys` holds those that each way needs, `given` the value of every one of them, None where it is not configured.
    """
    missing = [name for name in keys[auth] if given[name] is None]
    if missing:
        raise ValueError(f'auth = "{auth}" needs {_listed(missing)}: add {_it(missing)}')
    foreign = [name for name, value in given.items() if value is not None and name not in keys[auth]]
    if foreign:
        others = [f'"{way}"' for way, names in keys.items() if set(foreign) <= set(names)]
        other = f", or choose auth = {' or '.join(others)}" if others else ""
        raise ValueError(f'auth = "{auth}" does not use {_listed(foreign)}: remove {_it(foreign)}{other}')


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _it(names: list[str]) -> str:
    return "it" if len(names) == 1 else "them"
