"""The page about policy cannot lie: its files are loaded, its command is run."""

import re
from datetime import date
from pathlib import Path

from policies import Rows

from rules.load import load_rules
from rules.policy.told import policy_told

PAGE = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")
PROJECTS = ({"project_id": "1", "key": "INI-07", "department": "Research", "programme": "Apollo"},)


def test_the_files_of_the_page_give_what_the_page_shows(tmp_path: Path) -> None:
    files = re.findall(r"```toml\n# (policy/\S+)\n(.*?)```", PAGE, re.DOTALL)
    assert len(files) == 3
    (tmp_path / "policy").mkdir()
    for name, text in files:
        (tmp_path / name).write_text(f"# {name}\n{text}", encoding="utf-8")
    rules = load_rules(policies=[tmp_path / "policy"])
    reader = Rows(PROJECTS, selected={"\"size_class\" = 'small'": []})
    told = policy_told(rules, date(2026, 11, 23), reader, "INI-07", "PRO-08")
    [shown] = re.findall(r"```\n(policy of .*?)\n```", PAGE, re.DOTALL)
    said = "\n".join(told.lines()).replace(f"{tmp_path}/", "")
    assert said == shown
