"""What a waiver that is asked for is about, in a snapshot made by hand."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from plumbrule.waiver_subjects import Asker
from portfolio.errors import ConfigurationError
from portfolio.model import TABLES, VIEWS
from portfolio.model.derive import ddl
from rules.load import load_rules

DAY = date(2026, 11, 23)
OF_DEPARTMENTS, OF_PROJECTS = "RES-03", "SCH-06"
DEPARTMENTS = [
    {"department_id": "it", "name": "IT"},
    {"department_id": "north", "name": "Field service north"},
    {"department_id": "a", "name": "Twins"},
    {"department_id": "b", "name": "Twins"},
]


def written(path: Path, rows: Mapping[str, list[dict[str, Any]]]) -> Path:
    with duckdb.connect(str(path)) as connection:
        for table in [*VIEWS.values(), TABLES["finding"]]:
            connection.execute(ddl(table).replace(" NOT NULL", ""))
        for name, found in rows.items():
            for row in found:
                marks = ", ".join("?" for _ in row)
                connection.execute(f"INSERT INTO {name} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
    return path


@pytest.fixture(scope="module")
def asker(tmp_path_factory: pytest.TempPathFactory) -> Asker:
    findings = [
        {
            "id": f"0000000{n}",
            "rule_id": OF_DEPARTMENTS,
            "subject_kind": "department",
            "subject_id": name,
            "message": "m",
        }
        for n, name in enumerate(("it", "a", "gone"))
    ]
    rows = {
        "projects": [{"project_id": "initiative:IT", "key": "IT", "name": "A project"}],
        "departments": DEPARTMENTS,
        "finding": findings,
    }
    path = written(tmp_path_factory.mktemp("asked") / "latest.duckdb", rows)
    return Asker(load_rules(), path, DAY)


@pytest.mark.parametrize(
    ("what", "given", "subject"),
    [
        (
            f"{OF_DEPARTMENTS}, IT",
            {},
            {"department": "IT"},
        ),  # the rule judges departments, though a project is called so
        (f"{OF_PROJECTS}, IT", {}, {"project": "IT"}),
        (f"{OF_DEPARTMENTS}, Field service north", {}, {"department": "Field service north"}),
        (OF_DEPARTMENTS, {"department": "field service NORTH"}, {"department": "field service NORTH"}),
        (OF_DEPARTMENTS, {"department": "a"}, {"department": "a"}),
        ("00000000", {}, {"department": "IT"}),
        ("00000001", {}, {"department": "a"}),  # its name is that of another, too
        ("00000002", {}, {"department": "gone"}),
    ],
)
def test_a_subject_is_found_by_the_words_that_name_it(
    asker: Asker, what: str, given: dict[Any, str], subject: dict[str, str]
) -> None:
    assert asker.meant(what, (), given).written == subject


@pytest.mark.parametrize(
    ("what", "given", "said", "remedy"),
    [
        (OF_DEPARTMENTS, {"department": "Twins"}, "2 are called `Twins`", "name one by its id: a, b"),
        (OF_DEPARTMENTS, {"department": "Field servise north"}, "there is no department", "Field service north"),
        (OF_DEPARTMENTS, {"programme": "One"}, "there is no programme `One`", "view `programmes`"),
        (f"{OF_DEPARTMENTS} no such unit", {}, "there is no department, project or item `no such unit`", "key"),
        (f"{OF_PROJECTS} Field service", {}, "is not a rule and a subject", "as a report quotes them"),
        (OF_DEPARTMENTS, {"department": "IT", "person": "Ada"}, "one subject", "--organisation"),
    ],
)
def test_what_names_nothing_or_several_is_refused_with_the_remedy(
    asker: Asker, what: str, given: dict[Any, str], said: str, remedy: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        asker.meant(what, (), given)
    assert said in caught.value.what
    assert remedy in (caught.value.remedy or "")


def test_before_the_first_run_a_name_is_taken_as_it_is(tmp_path: Path) -> None:
    asker = Asker(load_rules(), tmp_path / "none.duckdb", DAY)
    assert asker.meant("", (OF_DEPARTMENTS,), {"department": "Any"}).written == {"department": "Any"}
    assert asker.meant("", (OF_DEPARTMENTS,), {"organisation": "organisation"}).written == {"organisation": True}
    with pytest.raises(ConfigurationError, match="is known yet"):
        asker.meant(f"{OF_DEPARTMENTS} Any", (), {})
