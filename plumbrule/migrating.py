"""`plumbrule config migrate`: keys of older versions, written as this one reads them. Pure, but for the command's part.

Each change of a key that ever was is one entry of `_CHANGES`; when a key is renamed, moved or given up, an entry is
added with the change. `config check` names the command where it meets such a key.
"""

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plumbrule.aside import aside
from plumbrule.speech import says
from portfolio.counted import counted
from portfolio.errors import ConfigurationError
from portfolio.located_toml import LocatedToml, Steps, load, parse
from portfolio.toml_text import value
from portfolio.whole_file import put_whole

_JIRA = ("jira_cloud", "jira_data_center")


@dataclass(frozen=True)
class Change:
    """One change of a key. `now` is the path that it has now, empty where it is gone; `why` is for people."""

    old: str
    now: str
    why: str
    applies: Callable[[Steps, Any], bool]
    """Whether the key at this path, in this document, is meant."""
    target: Callable[[Steps], Steps | None]
    """Where it goes: a path in the same table is a new name; None: nowhere."""


def _of_jira(key: str) -> Callable[[Steps, Any], bool]:
    def applies(steps: Steps, data: Any) -> bool:
        return len(steps) == 3 and steps[0] == "sources" and steps[2] == key and _kind(data, steps) in _JIRA

    return applies


def _kind(data: Any, steps: Steps) -> Any:
    table = data.get(steps[0], {}).get(steps[1], {})
    return table.get("kind") if isinstance(table, dict) else None


def _of_auth(steps: Steps, _: Any) -> bool:
    return len(steps) == 4 and steps[0] in ("sources", "receivers") and steps[2:] == ("auth", "expires_on")


_CHANGES = (
    Change(
        "sources.NAME.label_prefix",
        "writeback.label_prefix",
        "the prefix of our labels is stated once, for all sources",
        _of_jira("label_prefix"),
        lambda _: ("writeback", "label_prefix"),
    ),
    Change(
        "sources.NAME.property_key",
        "",
        "the property that is written has one key, `plumbrule`",
        _of_jira("property_key"),
        lambda _: None,
    ),
    Change(
        "sources.NAME.auth.expires_on",
        "sources.NAME.auth.token_expires_on",
        "it is the last day of the token, as in sources of Jira",
        _of_auth,
        lambda steps: (*steps[:-1], "token_expires_on"),
    ),
)


@dataclass(frozen=True)
class Migrated:
    """The text as this version reads it, and a line for each key that changed."""

    text: str
    told: tuple[str, ...]


def meant(steps: Steps, data: Any) -> str:
    """What became of an unknown key, as help for its error; an empty text where nothing is known of it."""
    change = next((change for change in _CHANGES if change.applies(steps, data)), None)
    if change is None:
        return ""
    became = says("it is `{now}` now", now=change.now) if change.now else says("it is gone")
    return says("{became}: {why}; `plumbrule config migrate` writes it so", became=became, why=change.why)


def migrated(text: str, file: str) -> Migrated:
    """The text with every old key written anew. Raises ConfigurationError, with the place, where only a person can.

    Line ends stay those of the file.
    """
    ending = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    told: list[str] = []
    while True:
        document = parse(plain.encode(), file)
        found = next(_old(document), None)
        if found is None:
            return Migrated(plain.replace("\n", ending), tuple(told))
        steps, change = found
        plain = _applied(document, steps, change)
        name = ".".join(map(str, steps))
        target = change.target(steps)
        told.append(f"{name} -> {'.'.join(map(str, target)) if target else 'gone'}: {change.why}")


def migrate(config: Path, *, yes: bool, confirm: Callable[[str], bool] | None) -> str:
    """Write it, if that is wanted; what was done, in words. The file before is kept as `.bak`.

    Raises ConfigurationError where the file cannot be read or only a person can change it, and where nobody is there to
    confirm.
    """
    if not config.exists():
        raise ConfigurationError(
            f"there is no configuration file {config}",
            code="config.absent",
            remedy="`plumbrule init` writes one",
        )
    load(config, str(config))
    before = config.read_bytes()
    marked = before.startswith(b"\xef\xbb\xbf")
    old = before.decode("utf-8-sig")
    new = migrated(old, str(config))
    if not new.told:
        return says("{config}: nothing to migrate; its keys are those of this version", config=config)
    shown = "\n".join([*new.told, "", *_diff(old, new.text, str(config))])
    if not yes and confirm is None:
        raise ConfigurationError(
            f"{counted(len(new.told), 'key')} would change; not on a terminal, nothing was written",
            code="config.unconfirmed",
            why="; ".join(new.told),
            remedy="add --yes to write without asking",
        )
    if not yes and confirm is not None and not confirm(f"{shown}\n\nWrite this?"):
        return "nothing was written"
    put_whole(aside(config), before, mode=config.stat().st_mode & 0o777)
    put_whole(config, (b"\xef\xbb\xbf" if marked else b"") + new.text.encode(), mode=config.stat().st_mode & 0o777)
    return f"{shown}\n\n{config}: {counted(len(new.told), 'key')} changed. Next: plumbrule config check -c {config}"


def _diff(old: str, new: str, name: str) -> list[str]:
    return list(difflib.unified_diff(old.splitlines(), new.splitlines(), name, name, lineterm=""))


def _old(document: LocatedToml) -> Iterator[tuple[Steps, Change]]:
    """Keys that no longer are, where they stand."""
    for steps in document.keys:
        for change in _CHANGES:
            if change.applies(steps, document.data):
                yield steps, change


def _applied(document: LocatedToml, steps: Steps, change: Change) -> str:
    target = change.target(steps)
    if target is not None and target[:-1] == steps[:-1]:
        if _has(document, target):
            raise _by_hand(
                document,
                steps,
                says("`{steps}` and `{target}` both stand here", steps=steps[-1], target=target[-1]),
                says("leave one of the two"),
            )
        return _renamed(document, steps, str(target[-1]))
    told = document.value(steps)
    text = _without(document, steps)
    if target is None:
        return text
    if _has(document, target):
        if document.value(target) == told:
            return text
        name = ".".join(map(str, target))
        raise _by_hand(
            document, steps, says("`{name}` says something else", name=name), says("decide which of the two holds")
        )
    return _with(text, document.file, target, told)


def _has(document: LocatedToml, steps: Steps) -> bool:
    try:
        document.value(steps)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _renamed(document: LocatedToml, steps: Steps, name: str) -> str:
    span = document.keys[steps]
    lines = document.text.split("\n")
    line = lines[span.line - 1]
    lines[span.line - 1] = line[: span.column - 1] + name + line[span.column - 1 + span.width :]
    return "\n".join(lines)


def _without(document: LocatedToml, steps: Steps) -> str:
    """Without the line of that key, which must be its own."""
    span = document.keys[steps]
    lines = document.text.split("\n")
    line = lines[span.line - 1]
    alone = line.lstrip().startswith((str(steps[-1]), f'"{steps[-1]}"'))
    trial = "\n".join([*lines[: span.line - 1], *lines[span.line :]])
    try:
        left = parse(trial.encode(), document.file)
        fits = alone and not _has(left, steps)
    except ConfigurationError:
        fits = False
    if not fits:
        what = says("`{steps}` stands in a line with others", steps=steps[-1])
        raise _by_hand(document, steps, what, says("take it out by hand, then call the command again"))
    return trial


def _with(text: str, file: str, steps: Steps, told: Any) -> str:
    """With a key in a table of the first level: below its head where it is there, else at the end."""
    document = parse(text.encode(), file)
    line = f"{steps[-1]} = {value(told)}"
    if steps[0] not in document.data:
        gap = "\n" if text.endswith("\n") or not text else "\n\n"
        return f"{text}{gap}[{steps[0]}]\n{line}\n"
    span = document.keys[(steps[0],)]
    lines = text.split("\n")
    if lines[span.line - 1].strip().partition("#")[0].strip() != f"[{steps[0]}]":
        name = ".".join(map(str, steps))
        raise _by_hand(
            document, (steps[0],), says("`{name}` cannot be put in here", name=name), says("write {line}", line=line)
        )
    return "\n".join([*lines[: span.line], line, *lines[span.line :]])


def _by_hand(document: LocatedToml, steps: Steps, what: str, hint: str) -> ConfigurationError:
    problem = document.problem(steps, "config.by_hand", what, help=hint, at="key")
    return ConfigurationError(
        "the configuration must be changed by hand here; nothing was written",
        code="config.by_hand",
        problems=[problem],
    )
