"""The same company, once on Jira Cloud and once on Data Center: what a run finds does not depend on the edition."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.serve import JIRA_EMAIL, Sandbox
from tests.house import House, house, small_company

pytestmark = pytest.mark.slow


def on_data_center(there: House) -> None:
    there.change('kind = "jira_cloud"', 'kind = "jira_data_center"')
    there.change(f'email = "{JIRA_EMAIL}"\n', "")
    (hidden,) = (key for key, user in there.sandbox.jira.users.items() if user.email == "jan.novak@meridian.example")
    there.change("jira:712020:b55f9bc9-119e-5d51-ad6d-bb091c951f74", f"jira:{hidden}")  # whose e-mail Jira hides


def findings(there: House) -> list[tuple[Any, ...]]:
    """What is found, by words that name no id of the source."""
    return sorted((f["rule_id"], str(f["item_key"]), f["severity"], f["message"]) for f in there.page()["findings"])


def test_both_editions_lead_to_the_same_findings(tmp_path: Path) -> None:
    with house(tmp_path / "cloud", Sandbox(company=small_company())) as cloud:
        cloud.change('["en", "zh-Hans"]', '["en"]')
        assert cloud.run().pulled.outcome == "complete"
        expected = findings(cloud)
    with house(tmp_path / "center", Sandbox(company=small_company(), edition="data_center")) as center:
        center.change('["en", "zh-Hans"]', '["en"]')
        on_data_center(center)
        assert center.run().pulled.outcome == "complete"
        pages = center.pages()
        assert findings(center) == expected
        assert center.run().pulled.outcome == "complete"
        assert center.pages() == pages, "what was written back changes no finding"
