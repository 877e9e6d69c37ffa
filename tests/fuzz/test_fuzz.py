"""The short form of `make fuzz`: some damaged inputs for every parser, the same ones each time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PARSERS = {
    "everyday": "mspdi csv predicates plan_files packs config graph",
    "slow": "jira_cloud jira_data_center tempo project_server dataverse xlsx dump dump_zip policies waivers",
}


@pytest.mark.parametrize("which", ["everyday", pytest.param("slow", marks=pytest.mark.slow)])
def test_damage_ends_in_a_value_or_in_an_error_of_our_own(which: str, tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("limits of memory and alarms are those of POSIX")
    inputs = os.environ.get("PLUMBRULE_FUZZ_INPUTS", "25")
    command = [sys.executable, "-m", "fuzz", *PARSERS[which].split(), "--inputs", inputs, "--keep", str(tmp_path)]
    ended = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    told = [line.split(" | ")[1] for line in ended.stdout.splitlines()[2:]]
    assert told == [inputs] * len(PARSERS[which].split()), ended.stdout


def test_every_parser_is_in_one_of_the_two() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "fuzz", "--help"],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    words = told.stdout.replace(",", " ").replace(";", " ").split()
    listed = set(words)
    assert set(" ".join(PARSERS.values()).split()) <= listed
