"""A view of the whole portfolio is for people: rules judge projects, and one on it is refused with its place."""

import pytest

from portfolio.errors import ConfigurationError
from portfolio.located_toml import parse
from portfolio.model import VIEWS
from rules.load import rules_of
from rules.scaffold import new_pack, new_rule


def test_a_rule_on_a_view_without_projects_is_refused_at_its_view() -> None:
    text = new_pack("OWN-07", new_rule("OWN-07", "row", "work_items")).replace('"work_items"', '"estimate_accuracy"')

    with pytest.raises(ConfigurationError) as caught:
        rules_of([parse(text.encode(), "new.toml")])

    told = next(p for p in caught.value.problems if "whole portfolio" in p.what)
    assert (told.code, told.source_line.strip()) == ("R202", 'view = "estimate_accuracy"')


def test_all_other_views_tell_their_project() -> None:
    assert [name for name, view in VIEWS.items() if not view.column("project_id")] == ["estimate_accuracy"]
