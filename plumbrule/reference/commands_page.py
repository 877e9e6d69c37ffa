"""docs/commands.md: every command with its arguments and options, as the command line itself knows them."""

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any

from typer.main import get_command

from plumbrule.reference.cells import cell

_HEAD = """\
# Commands

Made from the command line by `make docs`. `plumbrule COMMAND --help` says the same. Results go to standard output,
notes and mistakes to standard error; what a command ends with is told in [exit-codes.md](exit-codes.md).

An option in the column *variable* may be set in the environment instead.
"""


def commands_page() -> str:
    """The page as Markdown."""
    from plumbrule.cli import main

    found = list(_commands(get_command(main), ()))
    listed = [f"| [`plumbrule {' '.join(p)}`](#{'-'.join(('plumbrule', *p))}) | {cell(_first(c))} |" for p, c in found]
    parts = [_HEAD, "| Command | Does |\n| --- | --- |\n" + "\n".join(listed) + "\n"]
    parts += [_section(path, command) for path, command in found]
    return "\n".join(parts)


def _commands(group: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        if getattr(command, "hidden", False):
            continue
        here = (*path, name)
        if hasattr(command, "commands"):
            yield from _commands(command, here)
        else:
            yield here, command


def _section(path: tuple[str, ...], command: Any) -> str:
    arguments = [p for p in command.params if p.opts and not p.opts[0].startswith("-")]
    options = [p for p in command.params if p not in arguments and not p.hidden and "--help" not in p.opts]
    usage = " ".join(["plumbrule", *path, *(["[OPTIONS]"] if options else []), *map(_shown, arguments)])
    lines = [f"## plumbrule {' '.join(path)}", "", cell((command.help or "").strip()), "", f"    {usage}", ""]
    if arguments:
        lines += ["| Argument | Meaning |", "| --- | --- |"]
        lines += [f"| `{_shown(a)}` | {cell(a.help or '')} |" for a in arguments] + [""]
    if options:
        lines += ["| Option | Default | Variable | Meaning |", "| --- | --- | --- | --- |"]
        lines += [_option(o) for o in options] + [""]
    return "\n".join(lines)


def _option(option: Any) -> str:
    names = [*sorted(option.opts, key=len, reverse=True), *option.secondary_opts]
    value = "" if option.is_flag else f" {_kind(option)}"
    default = "" if option.default in (None, False, ()) else f"`{_plain(option.default)}`"
    variables = [option.envvar] if isinstance(option.envvar, str) else list(option.envvar or ())
    shown = ", ".join(f"`{name}`" for name in names) + (f" {value.strip()}" if value else "")
    return f"| {shown} | {default} | {' '.join(f'`{v}`' for v in variables)} | {cell(option.help or '')} |"


def _kind(option: Any) -> str:
    """What stands behind the option: one of a few words, a number, a path, a text."""
    if option.metavar:
        return str(option.metavar)
    annotation = option.type_descriptor.annotation
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return " \\| ".join(f"`{word.value}`" for word in annotation)
    name = getattr(annotation, "__name__", "") if isinstance(annotation, type) else str(annotation)
    word = next((word for part, word in _KINDS.items() if part in name), "TEXT")
    return f"{word} …" if option.multiple else word


_KINDS: dict[str, str] = {"Path": "PATH", "int": "NUMBER", "float": "NUMBER", "Decimal": "NUMBER", "date": "DAY"}


def _shown(argument: Any) -> str:
    name = argument.name.upper() + ("…" if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _plain(value: Any) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    return ", ".join(map(_plain, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)


def _first(command: Any) -> str:
    """The first sentence of a command's help."""
    return str((command.help or "").strip().split("\n")[0])
