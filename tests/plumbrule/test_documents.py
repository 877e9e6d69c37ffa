"""Documents that cannot lie: what is made from code is compared with it, what is told by hand is looked up in it."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from typer.main import get_command

from plumbrule.cli import main
from plumbrule.config_file import load_settings
from plumbrule.derived import DERIVED
from plumbrule.explaining import EXIT_CODES
from plumbrule.reference.told import PACKAGES
from plumbrule.settings import Settings
from portfolio.errors import ConfigurationError, ExitCode
from rules.load import load_rules

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DERIVED)
def test_a_derived_file_is_what_the_code_makes_of_it(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == DERIVED[name](), "run `make docs`"


def test_the_example_configuration_loads_as_it_stands(tmp_path: Path) -> None:
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8").replace("/run/secrets", str(tmp_path))
    (tmp_path / "pwa_password").write_text("x", encoding="utf-8")
    (tmp_path / "plumbrule.toml").write_text(text, encoding="utf-8")
    loaded = load_settings(tmp_path / "plumbrule.toml", {"JIRA_TOKEN": "x"})
    assert set(loaded.settings.sources) == {"jira", "plans", "exports", "finance"}


def test_every_exit_code_is_explained() -> None:
    assert set(EXIT_CODES) == {int(code) for code in ExitCode} | {10}


def test_the_readme_explains_exit_codes_in_the_words_of_the_command() -> None:
    rows = re.findall(r"^\| ([\d, ]+) \| (.*) \|$", README, re.MULTILINE)
    told = {int(code): words for codes, words in rows for code in codes.split(",")}
    together = "interrupted, terminated; what was committed is kept"
    assert told == {
        code: together if code in (130, 143) else words.replace("--fail-on", "`--fail-on`")
        for code, words in EXIT_CODES.items()
    }


def test_every_error_that_the_code_tells_or_a_document_quotes_has_its_words_on_the_page_of_errors() -> None:
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    known = set(re.findall(r"^### `(.+)`$", page, re.MULTILINE))
    families = tuple(code.removesuffix("…") for code in known if code.endswith("…"))
    code, told = r"[a-z_]+\.[a-z_]+|R\d{3}", set()
    for folder in PACKAGES:
        for path in (ROOT / folder).rglob("*.py"):
            told |= set(re.findall(rf'code="({code})"', path.read_text(encoding="utf-8")))
    for path in (*(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.py")):
        told |= set(re.findall(rf"error\[({code})\]", path.read_text(encoding="utf-8")))
    assert len(told) > 150
    assert [one for one in told - known if not one.startswith(families)] == []


def test_every_command_that_documents_name_exists() -> None:
    commands = set(get_command(main).commands)  # type: ignore[attr-defined]
    pages = [README, *(p.read_text(encoding="utf-8") for p in (ROOT / "docs").rglob("*.md"))]
    named = set(re.findall(r"plumbrule ([a-z]+)(?= |`|$)", "\n".join(re.findall(r"`([^`\n]+)`", "\n".join(pages)))))
    assert named
    assert named <= commands, named - commands


def test_links_between_documents_lead_somewhere() -> None:
    named = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md")
    examples = (ROOT / "examples").rglob("*.md")
    for page in [*(ROOT / name for name in named), *(ROOT / "docs").rglob("*.md"), *examples]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_readme_tells_about_how_many_rules_there_are() -> None:
    assert "checks some hundred and forty rules" in README
    assert 135 <= len(load_rules().rules) < 145


def test_decisions_are_numbered_without_gap_or_double() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        assert page.read_text(encoding="utf-8").startswith(f"# {int(page.name[:4])}. "), page.name


def test_help_comes_without_loading_heavy_libraries() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from plumbrule.cli import main; "
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0; "
        "print([m for m in ('duckdb', 'pyarrow', 'jira', 'requests', 'sqlglot', 'jinja2') if m in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_what_only_pulls_loads_no_parser_of_rules_and_no_reader_of_other_sources(tmp_path: Path) -> None:
    config = tmp_path / "plumbrule.toml"
    config.write_text(
        '[store]\nfolder = "store"\n[sources.one]\nkind = "jira_cloud"\nurl = "https://one.atlassian.net"\n'
        'email = "a@example.com"\ntoken = "env:ONE_TOKEN"\n'
    )
    code = (
        "import sys; from pathlib import Path; from plumbrule.app import open_app; "
        "from plumbrule.wiring import connected; "
        "app = open_app(Path('plumbrule.toml'), with_rules=False); "
        "connected(app.settings).__enter__(); "
        "heavy = ('sqlglot', 'jinja2', 'msal', 'openpyxl', 'rules.pack', "
        "'connectors.pwa.timephased', 'connectors.tabular.rows'); "
        "print([m for m in heavy if m in sys.modules])"
    )
    env = {**os.environ, "ONE_TOKEN": "t"}
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path, env=env)
    assert ended.stdout.strip() == "[]"


def test_example_and_schema_are_printed_byte_for_byte() -> None:
    for word, name in (("example", "config.example.toml"), ("schema", "docs/plumbrule.schema.json")):
        command = [sys.executable, "-m", "plumbrule.cli", "config", word]
        assert subprocess.run(command, capture_output=True, check=True).stdout == (ROOT / name).read_bytes()


def test_the_glossary_translates_as_the_page_does() -> None:
    with (ROOT / "reports" / "locale" / "zh_Hans" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        said: dict[str, set[str]] = {}
        for message in read_po(file):
            if isinstance(message.id, str) and isinstance(message.string, str):
                said.setdefault(message.id.lower(), set()).add(message.string)
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \|", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    known = {english: chinese for english, chinese in rows if english.lower() in said}
    assert len(known) > 40
    assert {e: (c, said[e.lower()]) for e, c in known.items() if c not in said[e.lower()]} == {}


def test_every_page_has_its_place_in_the_navigation() -> None:
    nav = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]["nav"]
    placed = sorted(_pages_of(nav))
    assert placed == sorted(path.name for path in (ROOT / "docs").glob("*.md"))


def _pages_of(nav: Any) -> Iterator[str]:
    for entry in nav if isinstance(nav, list) else [nav]:
        for value in entry.values():
            yield from [value] if isinstance(value, str) else _pages_of(value)


def test_pages_link_to_nothing_outside_of_their_folder() -> None:
    """The site is made of docs/ alone."""
    for page in (ROOT / "docs").rglob("*.md"):
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).resolve().is_relative_to(ROOT / "docs"), f"{page.name}: {target}"


def test_both_readmes_have_the_same_sections_commands_and_codes() -> None:
    chinese = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
    for shape in (
        r"^(#+) ",  # headings, in order
        r"^    ([^#\n]+?) *(?:#.*)?$",  # commands and configuration, without their comments
        r"`(plumbrule [^`]+)`",
        r"^\| ([\d, ]+) \|",
        r"\]\((docs/[^)]*#[^)]*)\)",
        r"(\d{4}-\d\d-\d\d|\b23\b)",
    ):
        found = re.findall(shape, README, re.MULTILINE)
        assert found
        missing = [one for one in dict.fromkeys(found) if one not in re.findall(shape, chinese, re.MULTILINE)]
        assert missing == [], shape
    assert re.findall(r"^(#+) ", README, re.MULTILINE) == re.findall(r"^(#+) ", chinese, re.MULTILINE)
    assert "](README.zh-CN.md)" in README
    assert "](README.md)" in chinese


def test_every_command_line_in_a_document_is_one_that_could_be_typed() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
    lines = {
        (page.name, line)
        for page in pages
        for line in re.findall(
            r"^ *(?:\.venv/bin/)?plumbrule ([a-z].*)$", page.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    for page, text in re.findall(
        r"()`plumbrule ([a-z][^`\n]*)`", "\n".join(p.read_text(encoding="utf-8") for p in pages)
    ):
        lines.add((page or "in a sentence", text))
    assert len(lines) > 100
    group = get_command(main)
    assert [f"{page}: {line}: {wrong}" for page, line in sorted(lines) if (wrong := _untypable(group, line))] == []


def _untypable(command: Any, line: str) -> str:
    """What of the words behind `plumbrule` no command knows; nothing where all is well."""
    words = re.split(r"\s+", re.split(r"#| > | && | \| ", line)[0].strip())
    while hasattr(command, "commands"):
        if not words or words[0] not in command.commands:
            return "" if not words or words[0].startswith("[") else words[0]
        command = command.commands[words.pop(0)]
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}
    given = [word.strip("[],.;:)").partition("=")[0] for word in words if re.match(r"\[?--?[a-z]", word)]
    return " ".join(name for name in given if name not in known)


INCOMPLETE = {"config.missing_key", "config.unknown_source", "config.finding_issues"}
"""What is wrong with a part of a configuration only because the rest of it is not there."""


def test_configurations_in_documents_hold_no_mistake_but_what_they_leave_out(tmp_path: Path) -> None:
    config, tried = tmp_path / "plumbrule.toml", 0
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "examples").rglob("*.md")]:
        for text in _tables_of(page.read_text(encoding="utf-8")):
            if not set(tomllib.loads(text)) <= set(Settings.model_fields):
                continue  # a rule, a policy or a waiver
            config.write_text(f'{text}\n[sources.another]\nkind = "mspdi"\npath = "*.xml"\n', encoding="utf-8")
            tried += 1
            try:
                load_settings(config, {}, with_secrets=False)
            except ConfigurationError as error:
                wrong = [problem.render() for problem in error.problems if problem.code not in INCOMPLETE]
                assert wrong == [], f"{page.name}:\n" + "\n".join(wrong)
    assert tried > 35


def _tables_of(text: str) -> Iterator[str]:
    """Blocks of TOML: fenced ones, and indented ones that begin with the head of a table."""
    yield from re.findall(r"^```toml.*?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    for block in re.findall(r"^ {4}\[.*\n(?:(?: {4}.*)?\n)*", text, re.MULTILINE):
        yield re.sub(r"^ {4}", "", block, flags=re.MULTILINE)
