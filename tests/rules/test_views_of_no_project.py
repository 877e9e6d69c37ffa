"""Rows that do not say whose they are can be judged for the whole alone; what would judge somebody else is refused."""

import pytest

from portfolio.errors import ConfigurationError
from portfolio.located_toml import parse
from portfolio.model import VIEWS
from rules.reading import rules_of
from rules.scaffold import new_pack, new_rule

ELSEWHERE = {view.name for view in VIEWS.values() if not view.column("project_id")}


def refused(text: str) -> list[tuple[str, str]]:
    with pytest.raises(ConfigurationError) as caught:
        rules_of([parse(text.encode(), "new.toml")])
    return [(p.code, p.source_line.strip()) for p in caught.value.problems if "do not say whose" in p.what]


@pytest.mark.parametrize("view", sorted(ELSEWHERE))
def test_a_rule_about_projects_on_rows_of_no_project_is_refused_at_its_view(view: str) -> None:
    text = new_pack("OWN-07", new_rule("OWN-07", "row", "work_items")).replace('"work_items"', f'"{view}"')
    assert refused(text) == [("R202", f'view = "{view}"')]


def test_a_subject_that_was_written_is_where_the_mistake_is_shown() -> None:
    text = new_pack("OWN-07", new_rule("OWN-07", "row", "work_items"))
    text = text.replace('view = "work_items"', 'subject = "department"\nview = "work_items"')
    assert refused(text) == [("R202", 'subject = "department"')]


def test_a_new_rule_on_rows_of_nobody_judges_the_organisation() -> None:
    text = new_pack("OWN-07", new_rule("OWN-07", "row", "estimate_accuracy"))
    [rule] = rules_of([parse(text.encode(), "new.toml")])
    assert rule.subject == "organisation"
