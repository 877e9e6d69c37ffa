"""Settings of a Jira source: defaults, overlays, mistakes, and the page that explains them."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from connectors.jira.mapping import Mapping
from connectors.jira.mapping_page import mapping_page
from connectors.jira.settings import JiraCloudSource

NEEDED = {"url": "https://meridian.example", "email": "pmo@meridian.example", "token": "t0ken"}


def test_four_lines_are_enough():
    source = JiraCloudSource.model_validate({"kind": "jira_cloud", **NEEDED})
    assert (source.projects, source.worklogs) == ([], True)


def test_the_token_is_not_shown():
    assert "t0ken" not in repr(JiraCloudSource(**NEEDED))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"projcts": []}, "Extra inputs are not permitted"),
        ({"projects": ["pay"]}, "not a project key"),
        ({"mapping": {"kinds": {"Story": "storey"}}}, "must be one of epic, story"),
        ({"mapping": {"links": {"Blocks": "stops"}}}, "must be one of depends, blocks"),
        ({"mapping": {"artefacts": {"Menu": "food"}}}, "must be one of charter"),
        ({"mapping": {"artefact_states": {"Open": "open"}}}, "must be one of draft"),
        ({"mapping": {"gate_states": {"Open": "open"}}}, "must be one of planned"),
        ({"mapping": {"change_request_states": {"Open": "open"}}}, "must be one of raised"),
        ({"mapping": {"invoice_states": {"Open": "open"}}}, "must be one of received"),
        ({"mapping": {"kinds": ["Story"]}}, "valid dictionary"),
        ({"mapping": {"fields": {"story_points": "x"}}}, "Extra inputs are not permitted"),
        ({"requests_per_second": 0}, "greater than 0"),
        ({"label_prefix": "pmo-"}, "Extra inputs are not permitted"),
        ({"kind": "jira"}, "jira_cloud"),
    ],
)
def test_a_mistake_is_refused_with_what_is_allowed(more, words):
    with pytest.raises(ValidationError, match=words):
        JiraCloudSource.model_validate(NEEDED | more)


@pytest.mark.parametrize("table", ["kinds", "links", "artefacts", "artefact_states", "gate_states", "invoice_states"])
def test_one_line_of_an_admin_keeps_the_other_defaults(table):
    default = getattr(Mapping(), table)
    name, value = next(iter(default.items()))
    mapping = Mapping.model_validate({table: {"My own": value}})
    assert getattr(mapping, table) == {**default, "My own": value}
    assert name in getattr(mapping, table)


def test_every_document_type_of_the_template_is_known():
    assert Mapping().artefacts == {
        "Charter": "charter",
        "Business case": "business_case",
        "Scope statement": "scope_statement",
        "Communication plan": "communication_plan",
        "Quality plan": "quality_plan",
        "Resource plan": "resource_plan",
        "Acceptance": "acceptance",
        "Lessons report": "lessons_report",
        "End report": "end_report",
        "Post-implementation review": "post_implementation_review",
        "Supplier review": "supplier_review",
        "Recovery plan": "recovery_plan",
    }


@pytest.mark.parametrize("token", [["geheim"], {"value": "geheim"}])
def test_a_token_of_the_wrong_shape_is_not_shown(token):
    with pytest.raises(ValidationError) as raised:
        JiraCloudSource.model_validate(NEEDED | {"token": token})
    assert "geheim" not in str(raised.value)


def test_the_page_on_the_mapping_is_what_the_code_does():
    page = Path(__file__).parents[2] / "docs" / "mapping-jira.md"
    assert page.read_text(encoding="utf-8") == mapping_page()
