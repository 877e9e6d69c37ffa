"""docs/jira.md: its examples load, and every way to sign in and every setting that it names exists."""

import re
from pathlib import Path

import duckdb
import pytest

from connectors.jira.refusals import READ_SCOPES, WRITE_SCOPES
from connectors.jira.settings import JiraCloudSource, JiraDataCenterSource
from plumbrule.config_file import load_settings
from portfolio.model import TABLES, ddl

PAGE = (Path(__file__).parents[2] / "docs" / "jira.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_loads_as_it_stands(tmp_path: Path, number: int) -> None:
    (tmp_path / "jira_refresh_token").write_text("r0", encoding="utf-8")
    config = tmp_path / "plumbrule.toml"
    config.write_text(EXAMPLES[number].replace("/run/secrets", str(tmp_path)), encoding="utf-8")
    secrets = {"JIRA_TOKEN": "x", "JIRA_CLIENT_SECRET": "y"}
    assert set(load_settings(config, secrets).settings.sources) == {"jira"}


def test_the_question_to_the_store_can_be_asked() -> None:
    (sql,) = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    with duckdb.connect() as store:
        store.execute(ddl(TABLES["source_run"]))
        store.execute(
            """INSERT INTO source_run (run_id, source, requests, traffic)
            VALUES ('r', 'jira', 7, '{"waited_by_reason": {"burst": 4}}')"""
        )
        ((run, _, requests, _, _, why),) = store.sql(sql).fetchall()
    assert (run, requests, why) == ("r", 7, '{"burst":4}')


def test_every_way_to_sign_in_is_told_of() -> None:
    ways = [way for source in (JiraCloudSource, JiraDataCenterSource) for way in _ways(source)]
    assert len(ways) == 6
    assert [way for way in ways if f"`{way}`" not in PAGE] == []


def _ways(source: type) -> list[str]:
    return list(source.model_fields["auth"].annotation.__args__)


def test_every_scope_is_told_of() -> None:
    assert [scope for scope in READ_SCOPES + WRITE_SCOPES if f"`{scope}`" not in PAGE] == []
