import re
from pathlib import Path

import pytest

from rules.compile import ENGINES, FUNCTIONS, compile_predicate
from tests.rules.engines.golden import files, predicates, rewritten
from tests.rules.engines.rows import PARAMETERS, SCOPE

PREDICATES = list(predicates())
OPERATORS = (
    "=", "<>", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "ILIKE",
    "IS NULL", "IS NOT NULL", "IS TRUE", "IS FALSE", "IS DISTINCT FROM", "IS NOT DISTINCT FROM", "DATE",
)  # fmt: skip


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_every_predicate_is_written_for_each_engine_as_it_was_read(path: Path) -> None:
    assert rewritten(path) == path.read_text(encoding="utf-8"), "python -m tests.rules.engines.golden writes it anew"


def test_every_function_and_every_operator_is_there() -> None:
    texts = " ; ".join(p["text"] for p in PREDICATES)
    assert [f for f in FUNCTIONS if f"{f}(" not in texts] == []
    assert [o for o in OPERATORS if not re.search(rf"(?<![\w<>!=]){re.escape(o)}(?![\w<>=])", texts)] == []
    assert len({p["text"] for p in PREDICATES}) == len(PREDICATES) >= 200


def test_parameters_stay_parameters() -> None:
    written = {engine: compile_predicate("n > $limit AND t <> '100%'", SCOPE, engine).sql for engine in ENGINES}
    assert [written[e] for e in ENGINES] == [
        '("n" > $limit) AND ("t" <> \'100%\')',
        "(`n` > :limit) AND (`t` <> '100%')",
        '("n" > %(limit)s) AND ("t" <> \'100%%\')',
    ]


def test_a_per_cent_sign_survives_the_binding_of_parameters() -> None:
    bound = dict.fromkeys(PARAMETERS, "?")
    for predicate in PREDICATES:
        assert "%%" not in predicate["postgres"] % bound or "%%" in predicate["text"]
