"""Writes the files that are made from code: `make docs`. A test compares each with what stands in the tree."""

from collections.abc import Callable
from pathlib import Path

from plumbrule.example import example, schema
from portfolio.model import SOURCE_TABLES, TABLES, VIEWS, markdown


def model_page() -> str:
    """docs/model.md."""
    ledger = [t for name, t in TABLES.items() if name not in SOURCE_TABLES]
    head = (
        "# Tables and views\n\nMade from `portfolio/model` by `make docs`. Rules and reports see the documented views; "
        "the stored tables are for those who open the store itself.\nIds have the form `source:kind:native id`. Days "
        "are dates without zone, instants are UTC, amounts are exact decimals.\n"
    )
    parts = (
        markdown(VIEWS.values(), "Documented views"),
        markdown(SOURCE_TABLES.values(), "Tables filled from the tools"),
        markdown(ledger, "Tables that Plumbrule keeps itself"),
    )
    return "\n".join((head, *parts)).rstrip() + "\n"


def rules_page() -> str:
    """docs/rules.md."""
    from rules.reference import reference

    return reference()


def pack_schema() -> str:
    """docs/pack.schema.json."""
    from rules.pack_schema import pack_schema_text

    return pack_schema_text()


def report_schema() -> str:
    """docs/report.schema.json."""
    from reports.model.schema import report_schema_text

    return report_schema_text()


def measures_page() -> str:
    """docs/measures.md."""
    from rules.measures import reference

    return reference()


def jira_page() -> str:
    """docs/mapping-jira.md."""
    from connectors.jira.mapping_page import mapping_page

    return mapping_page()


def microsoft_page() -> str:
    """docs/mapping-microsoft.md."""
    from connectors.microsoft_page import mapping_page

    return mapping_page()


def tables_page() -> str:
    """docs/tables.md."""
    from connectors.tabular.tables_page import tables_page

    return tables_page()


def duties_page() -> str:
    """docs/duties.md."""
    from plumbrule.duties import duties_page

    return duties_page()


def power_bi_page() -> str:
    """docs/powerbi-model.md."""
    from reports.powerbi.reference import reference

    return reference()


def commands_page() -> str:
    """docs/commands.md."""
    from plumbrule.reference.commands_page import commands_page

    return commands_page()


def settings_page() -> str:
    """docs/settings.md."""
    from plumbrule.reference.settings_page import settings_page

    return settings_page()


def exits_page() -> str:
    """docs/exit-codes.md."""
    from plumbrule.reference.exits_page import exits_page

    return exits_page()


def codes_page() -> str:
    """docs/errors.md."""
    from plumbrule.reference.codes_page import codes_page

    return codes_page()


def decisions_page() -> str:
    """docs/decisions.md."""
    from plumbrule.reference.decisions_page import decisions_page

    return decisions_page()


DERIVED: dict[str, Callable[[], str]] = {
    "config.example.toml": example,
    "docs/plumbrule.schema.json": schema,
    "docs/pack.schema.json": pack_schema,
    "docs/report.schema.json": report_schema,
    "docs/model.md": model_page,
    "docs/rules.md": rules_page,
    "docs/measures.md": measures_page,
    "docs/mapping-jira.md": jira_page,
    "docs/mapping-microsoft.md": microsoft_page,
    "docs/tables.md": tables_page,
    "docs/duties.md": duties_page,
    "docs/powerbi-model.md": power_bi_page,
    "docs/commands.md": commands_page,
    "docs/settings.md": settings_page,
    "docs/exit-codes.md": exits_page,
    "docs/errors.md": codes_page,
    "docs/decisions.md": decisions_page,
}
"""Every derived file, by its path in the tree."""


def write(root: Path) -> list[Path]:
    """Write all derived files below `root`; returns those that changed."""
    changed = []
    for name, make in DERIVED.items():
        path, text = root / name, make()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


if __name__ == "__main__":
    for path in write(Path(__file__).parents[1]):
        print(path)  # noqa: T201
