"""`plumbrule completion`: what makes a shell complete commands, options and names."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from plumbrule.exits import complain, say

_PROGRAM, _VARIABLE = "plumbrule", "_PLUMBRULE_COMPLETE"


class Shell(StrEnum):
    """Shells that can complete."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"
    PWSH = "pwsh"


def register(main: typer.Typer) -> None:
    """Add the command."""
    main.command()(completion)


def completion(shell: Annotated[Shell, typer.Argument(help="bash, zsh, fish, powershell or pwsh.")]) -> None:
    """Print the script that makes a shell complete commands, options and names; on a terminal, also where it goes."""
    from typer.completion import get_completion_script  # type: ignore[attr-defined]  # as `--show-completion` does

    say(get_completion_script(prog_name=_PROGRAM, complete_var=_VARIABLE, shell=shell.value))
    if sys.stdout.isatty():
        complain(f"\n{_HOW[shell]}")


_HOW = {
    Shell.BASH: "plumbrule completion bash > ~/.local/share/bash-completion/completions/plumbrule",
    Shell.ZSH: 'plumbrule completion zsh > "${fpath[1]}/_plumbrule"   # and compinit in ~/.zshrc',
    Shell.FISH: "plumbrule completion fish > ~/.config/fish/completions/plumbrule.fish",
    Shell.POWERSHELL: "plumbrule completion powershell >> $PROFILE",
    Shell.PWSH: "plumbrule completion pwsh >> $PROFILE",
}
"""Where each shell looks for it."""
