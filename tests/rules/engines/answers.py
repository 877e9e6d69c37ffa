"""What DuckDB answers, row by row: the measure of every other engine."""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from rules.compile import compile_predicate
from tests.rules.engines.rows import COLUMNS, PARAMETERS, SCOPE, rows

LETTERS = [chr(n) for n in range(0x20, 0x30000) if unicodedata.category(chr(n)) in ("Lu", "Ll", "Lt", "Lm", "Lo")]
LETTERS_THAT_DIFFER = (
    "ßİŉƛǰɤΐΰևẖẗẘẙẚὐὒὔὖᾀᾁᾂᾃᾄᾅᾆᾇᾈᾉᾊᾋᾌᾍᾎᾏᾐᾑᾒᾓᾔᾕᾖᾗᾘᾙᾚᾛᾜᾝᾞᾟᾠᾡᾢᾣᾤᾥᾦᾧᾨᾩᾪᾫᾬᾭᾮᾯᾲᾳᾴᾶᾷᾼῂῃῄῆῇῌῒΐῖῗῢΰῤῦῧῲῳῴῶῷῼꟓꟕﬀﬁﬂﬃﬄﬅﬆﬓﬔﬕﬖﬗ"
    "\u1fd3\u1fe3"  # escaped, as editors that normalise texts make other letters of them
)
"""Letters whose other case is several letters, or which this engine's version of Unicode does not know yet."""
Answers = list[tuple[int, bool | None]]


def duckdb_answers(texts: Iterable[str]) -> dict[str, Answers]:
    """For each predicate the answer to each row, by id."""
    columns = ", ".join(f"{name} {sql}" for name, (_, sql) in COLUMNS.items())
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        connection.execute(f"CREATE TABLE edge (id INTEGER, {columns})")
        connection.executemany(f"INSERT INTO edge VALUES ({', '.join('?' * (len(COLUMNS) + 1))})", rows())
        found = {}
        for text in texts:
            predicate = compile_predicate(text, SCOPE)
            bound = {name: PARAMETERS[name][1] for name in predicate.parameters}
            sql = f"SELECT id, {predicate.sql} FROM edge ORDER BY id"
            found[text] = [(int(i), a) for i, a in connection.execute(sql, bound).fetchall()]
    return found


def letters_that_differ(found: Mapping[str, tuple[str, str]]) -> set[str]:
    """Letters of which an engine has another small or capital form than DuckDB."""
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        ours = connection.execute(
            "SELECT t, lower(t), upper(t) FROM (SELECT unnest($l) AS t)", {"l": LETTERS}
        ).fetchall()
    return {letter for letter, small, capital in ours if found[letter] != (small, capital)}


def literal(value: Any) -> str:
    """A value as standard SQL, for an engine that is spoken to through a file of statements."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, list):
        return f"CAST(ARRAY[{', '.join(literal(v) for v in value)}] AS VARCHAR[])"
    if isinstance(value, float):
        return f"CAST('{value!r}' AS DOUBLE PRECISION)"
    if isinstance(value, Decimal):
        return f"CAST({value} AS DECIMAL(18, 4))"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def differences(text: str, expected: Answers, found: Answers) -> str:
    """The first rows about which two engines disagree, in words; empty where none."""
    table = {row[0]: row[1:] for row in rows()}
    odd = [(i, a, b) for (i, a), (_, b) in zip(expected, found, strict=True) if a is not b]
    shown = "; ".join(f"row {dict(zip(COLUMNS, table[i], strict=True))}: DuckDB {a}, here {b}" for i, a, b in odd[:3])
    return f"{text}: {len(odd)} rows differ: {shown}" if odd else ""
