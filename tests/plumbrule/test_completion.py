"""`plumbrule completion`: scripts that the shells accept, and the words that they complete."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
CONFIG = """
[sources.jira]
kind = "jira_cloud"
[sources.plans]
kind = "pwa"
[receivers.board]
kind = "mail"
[rules]
folders = ["ours"]
"""


def run(*words: str, **variables: str) -> str:
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **variables}
    return subprocess.run(words, capture_output=True, text=True, check=True, env=environment).stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("site")
    (made / "plumbrule.toml").write_text(CONFIG, encoding="utf-8")
    (made / "ours").mkdir()
    (made / "ours" / "ours.toml").write_text('[[rule]]\nid = "OWN-01"\n', encoding="utf-8")
    return made


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "pwsh"])
def test_a_shell_accepts_its_script(shell: str, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(run("plumbrule", "completion", shell), encoding="utf-8")
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    run(shell, *(["-NoProfile", "-File"] if shell == "pwsh" else ["-n"]), str(script))


@pytest.mark.parametrize(
    ("shell", "holds"),
    [
        ("bash", "complete -o default -F _plumbrule_completion plumbrule"),
        ("zsh", "#compdef plumbrule"),
        ("fish", "complete --command plumbrule"),
        ("powershell", "Register-ArgumentCompleter -Native -CommandName plumbrule"),
    ],
)
def test_each_script_is_of_its_shell(shell: str, holds: str) -> None:
    assert holds in run("plumbrule", "completion", shell)


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("plumbrule que", ["query"]),
        ("plumbrule doctor ", ["jira", "plans", "board"]),
        ("plumbrule run --source p", ["plans"]),
        ("plumbrule explain OWN", ["OWN-01"]),
        ("plumbrule explain BUD-04", ["BUD-04"]),
        ("plumbrule query --describe risk_e", ["risk_exposure"]),
        ("plumbrule completion fi", ["fish"]),
    ],
)
def test_bash_completes_commands_and_names(typed: str, completed: list[str], folder: Path) -> None:
    words = typed.split(" ")
    asked = f"""
    eval "$(plumbrule completion bash)"
    COMP_WORDS=({" ".join(word or "''" for word in words)}); COMP_CWORD={len(words) - 1}
    _plumbrule_completion plumbrule
    printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    config = str(folder / "plumbrule.toml")
    assert run("bash", "-c", asked, PLUMBRULE_CONFIG=config).split() == completed


@pytest.mark.parametrize("content", [None, b"[sources", b"sources = 3", b"\xff\xfe"])
def test_a_broken_configuration_completes_nothing_and_says_nothing(content: bytes | None, tmp_path: Path) -> None:
    config = tmp_path / "plumbrule.toml"
    if content is not None:
        config.write_bytes(content)
    variables = {"COMP_WORDS": "plumbrule doctor ", "COMP_CWORD": "2", "_PLUMBRULE_COMPLETE": "complete_bash"}
    environment = {**os.environ, **variables, "PLUMBRULE_CONFIG": str(config)}
    ended = subprocess.run([BIN / "plumbrule"], capture_output=True, text=True, check=False, env=environment)
    assert (ended.stdout.strip(), ended.stderr) == ("", "")
