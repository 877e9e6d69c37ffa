"""The page for authors of plugins: its example is a real plugin, its rule a real rule."""

import re
import sys
import tomllib
from pathlib import Path

import pytest

from rules.load import load_rules
from rules.plugins import GROUP
from rules.selftest import failed_self_tests

PAGE = (Path(__file__).parents[2] / "docs" / "writing-plugins.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(?:toml|python)\n(.*?)```", PAGE, re.DOTALL)


def test_the_plugin_on_the_page_passes_the_tests_of_its_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module, project, rule = BLOCKS
    told = tomllib.loads(project)["project"]
    [(name, value)] = told["entry-points"][GROUP].items()
    info = tmp_path / "site" / f"{told['name'].replace('-', '_')}-{told['version']}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {told['name']}\nVersion: {told['version']}\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = {value}\n")
    (tmp_path / "site" / f"{value.partition(':')[0]}.py").write_text(module, encoding="utf-8")
    (tmp_path / "rules.d").mkdir()
    (tmp_path / "rules.d" / "acme.toml").write_text(rule, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    loaded = load_rules([tmp_path / "rules.d"])

    found = loaded.get("ACME-01")
    assert found is not None and found.tests
    assert failed_self_tests(loaded) == []
