"""What is built into the image is what the project is made of; nobody here has a container engine to ask."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from typer.testing import CliRunner

from plumbrule.cli import main
from plumbrule.settings import Settings

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def copied() -> set[str]:
    lines = [line for line in DOCKERFILE.splitlines() if line.startswith("COPY ") and "--from" not in line]
    return {source for line in lines for source in line.split()[1:-1]}


def told(instruction: str) -> list[str]:
    [line] = [line for line in DOCKERFILE.splitlines() if line.startswith(f"{instruction} ")]
    found: list[str] = json.loads(line[len(instruction) :])
    return found


def test_every_package_of_the_wheel_is_copied_and_everything_copied_is_here() -> None:
    packages = set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert packages <= copied()
    assert all((ROOT / name).exists() for name in copied())


def test_what_is_copied_is_let_through_and_nothing_else_is() -> None:
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert rules[0] == "**"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == copied()


def test_the_image_holds_pinned_libraries_and_no_tools_of_developers() -> None:
    text = (ROOT / "requirements-image.txt").read_text(encoding="utf-8")
    names = set(re.findall(r"^([a-z0-9._-]+)==", text, re.MULTILINE))
    wanted = {re.split(r"[><=~\[]", d)[0].lower() for d in PROJECT["project"]["dependencies"]} | {"typst"}
    assert wanted <= names
    assert not names & {"pytest", "mypy", "ruff", "hypothesis", "uv"}
    assert len(re.findall("==", text)) <= text.count("--hash=sha256:")
    assert "://" not in text


def test_versions_of_the_image_are_those_that_tests_run_with() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9._-]+==[^ ;]+", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))

    assert pins("requirements-image.txt") <= pins("requirements.txt")


@pytest.mark.parametrize("name", sorted(path.name for path in ROOT.glob("requirements*.txt")))
def test_every_pin_has_a_hash_and_names_no_index(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    parts = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert parts
    assert [part for part in parts if "==" not in part or "--hash=sha256:" not in part] == []


def test_what_the_image_and_the_sbom_are_made_of_is_one_list() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nsbom:")[2].partition("\n\n")[0]
    assert "cyclonedx-py requirements requirements-image.txt" in recipe
    assert "-r requirements-image.txt" in DOCKERFILE
    extra = set(PROJECT["project"]["optional-dependencies"]["telemetry"])
    assert extra <= set(PROJECT["project"]["optional-dependencies"]["dev"])


def test_commands_of_the_image_are_commands_of_plumbrule() -> None:
    _, *words = re.search(r"HEALTHCHECK .* CMD (\[.*\])", DOCKERFILE)[1].strip("[]").replace('"', "").split(", ")  # type: ignore[index]
    for command in (told("CMD"), words):
        assert CliRunner().invoke(main, [*command, "--help"]).exit_code == 0


def test_the_image_is_nobody_special_and_its_variables_are_settings() -> None:
    assert re.search(r"^USER plumbrule$", DOCKERFILE, re.MULTILINE)
    sections = {name.upper() for name in Settings.model_fields}
    for section in re.findall(r"PLUMBRULE_([A-Z]+)__", DOCKERFILE):
        assert section in sections


def test_the_compose_file_builds_that_image() -> None:
    services = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))["services"]
    for service in services.values():
        assert (ROOT / "deploy" / service["build"]["context"] / service["build"]["dockerfile"]).exists()
    assert services["demo"]["command"] == ["demo", "--dir", "/data/demo"]
    kept = services["demo"]["environment"]  # the image says otherwise, and the environment counts more than the demo
    assert {kept["PLUMBRULE_STORE__FOLDER"], kept["PLUMBRULE_REPORT__FOLDER"]} == {
        "/data/demo/store",
        "/data/demo/report",
    }
