import os
from pathlib import Path

import pytest

from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import load, parse, suggest

TEXT = """\
title = "Überblick"
[store]
path = "a.duckdb"

[[rule]]
id = "A-01"
params.max = { type = "int", min = 0 }

[[rule]]
"quoted id" = "x"
fail_when = '''
due < 3
  AND asignee IS NULL'''

  [[rule.test]]
  given.work_items = [ { a = 1 }, { b = 2 } ]
"""


def test_a_quoted_text_steers_no_terminal() -> None:
    problem = Problem("a.toml", 0, 0, "R304", "there is no rule `\x1b[2J\u202eX`", help="see\x07\nbelow")
    assert problem.render() == (
        "error[R304]: there is no rule `\\u001b[2J\\u202eX`\n  --> a.toml\n  = help: see\\u0007\nbelow"
    )


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "policy.toml")
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path / "policy.toml")
    assert [(p.code, p.what) for p in caught.value.problems] == [("config.unreadable", "is no file")]


def test_every_key_and_value_knows_its_place() -> None:
    doc = parse(TEXT.encode(), "x.toml")
    assert doc.keys[("store", "path")].line == 3
    assert (doc.values[("title",)].column, doc.values[("title",)].width) == (9, 11)
    assert doc.keys[("rule", 0, "params", "max", "min")].line == 7
    assert doc.keys[("rule", 1, "quoted id")].line == 10
    assert doc.keys[("rule", 1, "test", 0, "given", "work_items", 1, "b")].line == 16


def test_a_mistake_inside_a_multi_line_string_is_framed_on_its_own_line() -> None:
    doc = parse(TEXT.encode(), "x.toml")
    offset = doc.data["rule"][1]["fail_when"].index("asignee")
    problem = doc.problem_inside(("rule", 1, "fail_when"), offset, 7, "R120", "no column `asignee`")
    assert (problem.line, problem.column) == (13, 7)
    assert problem.source_line[problem.column - 1 : problem.column + 6] == "asignee"
    assert "13 |   AND asignee IS NULL'''" in problem.render()


def test_a_mistake_at_an_absent_key_falls_back_to_the_table_above() -> None:
    doc = parse(TEXT.encode(), "x.toml")
    assert doc.problem(("rule", 1, "severity"), "c", "missing").line == 9


def test_syntax_errors_have_a_place() -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse(b'a = 1\nb = "x\n', "bad.toml")
    [problem] = caught.value.problems
    assert (problem.file, problem.line) == ("bad.toml", 2)
    assert caught.value.exit_code == 2


def test_bytes_that_are_not_utf_8_are_refused_with_a_remedy() -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse(b"a = '\xff'", "bad.toml")
    assert "UTF-8" in caught.value.problems[0].help


def test_swapped_letters_come_before_other_ones() -> None:
    assert suggest("SHC-06", ["SCO-06", "SCH-16", "SCH-06"]) == "did you mean `SCH-06`?"


def test_suggestions() -> None:
    assert suggest("severty", ["severity", "mode"]) == "did you mean `severity`?"
    assert suggest("zzz", ["severity"]) == ""


@pytest.mark.parametrize("text", ["a = " + "[" * 3000, "a = " + "1" * 5000])
def test_extreme_files_are_refused_in_words(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse(text.encode(), "bad.toml")
    assert caught.value.problems[0].file == "bad.toml"


@pytest.mark.parametrize(
    ("written", "word", "place"),
    [
        ('x = "a \\"b\\" \\u00e9 word"', "word", (1, 21)),
        ('x = "\\\\ \\"word\\""', "word", (1, 11)),
        ('x = """\na \\\n   \n  word"""', "word", (4, 3)),
        ('x = """\\\n  a\n b \\" word"""', "word", (3, 7)),
        ("x = 'a \\\" word'", "word", (1, 11)),
        ("x = '''\na \\\n word'''", "word", (3, 2)),
        ('y = "\u2028"\nx = "word"', "word", (2, 6)),
    ],
)
def test_a_place_inside_a_text_counts_escapes_as_they_are_written(
    written: str, word: str, place: tuple[int, int]
) -> None:
    doc = parse(written.encode(), "x.toml")
    problem = doc.problem_inside(("x",), doc.data["x"].index(word), len(word), "R1", "it")
    assert (problem.line, problem.column) == place
    assert problem.source_line[problem.column - 1 :][: problem.width] == word
