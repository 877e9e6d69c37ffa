"""What the documentation says about plans is what the code does."""

from pathlib import Path

from connectors.dataverse.settings import DataverseSource
from connectors.dataverse.tables import LOOKED_AT
from connectors.microsoft_page import mapping_page
from connectors.msproject.settings import MspdiSource
from connectors.pwa.settings import PwaSource
from portfolio.located_toml import load
from portfolio.model import SOURCE_TABLES

PAGE = Path(__file__).parents[2] / "docs" / "mapping-microsoft.md"


def test_the_page_on_the_mapping_of_plans_is_what_the_code_does():
    assert PAGE.read_text(encoding="utf-8") == mapping_page()


def test_the_configuration_shown_on_the_page_is_accepted(tmp_path):
    shown = tmp_path / "shown.toml"
    shown.write_text(mapping_page().partition("```toml\n")[2].partition("```")[0])
    sources = load(shown).data["sources"]
    assert PwaSource.model_validate(sources["plans"]).fields.phase == "Projektphase"
    assert MspdiSource.model_validate(sources["files"]).timezone == "Europe/Berlin"


def test_the_configuration_shown_for_planner_premium_is_accepted(tmp_path):
    page = (PAGE.parent / "planner-premium.md").read_text(encoding="utf-8")
    shown = tmp_path / "shown.toml"
    shown.write_text(page.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    source = DataverseSource.model_validate(load(shown).data["sources"]["plans"])
    assert source.fields.phase == "contoso_phase"
    assert source.fields.words == {"durchführung": "execute"}


def test_every_table_that_is_read_is_named_where_its_rights_are():
    page = (PAGE.parent / "planner-premium.md").read_text(encoding="utf-8")
    assert [table.name for table in LOOKED_AT if f"`{table.name}`" not in page] == []


def test_every_column_named_on_the_page_exists():
    named = {word.strip("`,") for word in mapping_page().split() if word.startswith("`") and "." in word}
    of_model = [name.split(".") for name in named if name.split(".")[0] in SOURCE_TABLES]
    assert len(of_model) > 50
    assert [n for n in of_model if n[1] != "vendor_*" and SOURCE_TABLES[n[0]].column(n[1]) is None] == []
