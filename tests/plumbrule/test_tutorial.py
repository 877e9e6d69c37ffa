"""docs/tutorial.md, done as it says: every command is run, every file written, every quoted line is told."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from house import small_company
from typer.testing import CliRunner, Result

from plumbrule.cli import main
from sandbox.serve import Sandbox

PAGE = Path(__file__).parents[2] / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(\w+)(?: title=\"(.+?)\")?( add)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_HERE = ("plumbrule demo", "python -m sandbox")
"""test_demo.py runs the one; the other is served by the test itself."""


@dataclass(frozen=True)
class Told:
    command: str
    result: Result


def blocks(address: str) -> Iterator[tuple[str, str, bool, str]]:
    text = PAGE.read_text(encoding="utf-8").replace("http://127.0.0.1:8490", address)
    for language, title, add, body in BLOCK.findall(text):
        yield language, title, bool(add), body


@pytest.mark.slow
def test_the_tutorial_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told: list[Told] = []
    flags: list[bool] = []
    quoted = 0
    with Sandbox(company=small_company()) as sandbox:
        for language, title, add, body in blocks(sandbox.jira_url):
            if language == "toml":
                path = tmp_path / title
                path.write_text((path.read_text(encoding="utf-8") + "\n" if add else "") + body, encoding="utf-8")
            elif language == "sh":
                told = [one for line in body.splitlines() if (one := done(line, monkeypatch)) is not None]
                if any(one.command.startswith("plumbrule apply") for one in told):
                    flags.append("pmo-own" in sandbox.jira.issue("DATA-43").labels)
            else:
                said = "\n".join(one.result.output for one in told)
                assert [line for line in body.splitlines() if line not in said] == [], said
                quoted += 1
    assert (quoted, flags) == (7, [True, False]), "the flag comes, and goes away"


def done(line: str, monkeypatch: pytest.MonkeyPatch) -> Told | None:
    """The command of that line, run; None for what is no command of ours."""
    if line.startswith(NOT_HERE):
        return None
    if line.startswith("export "):
        name, _, value = line.removeprefix("export ").partition("=")
        monkeypatch.setenv(name, value)
        return None
    program, *words = shlex.split(line)
    assert program == "plumbrule"
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, f"{line}: {result.output}"
    return Told(line, result)


def test_what_the_test_leaves_out_are_commands_that_exist() -> None:
    lines = [line for language, _, _, body in blocks("") if language == "sh" for line in body.splitlines()]
    assert [line for line in lines if line.startswith(NOT_HERE)] == [
        "plumbrule demo",
        "python -m sandbox --port 8490 --state company",
    ]
