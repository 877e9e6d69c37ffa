"""Commands speak English or Simplified Chinese; everything that they print goes through one place."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from string import Formatter

import messages
import pytest
from babel.messages.pofile import read_po
from click.testing import Result
from typer.testing import CliRunner

from plumbrule.cli import main
from plumbrule.options import Language
from plumbrule.phrasebook import Template, phrasebook
from plumbrule.speech import language, language_of, says, speaking, spoken
from plumbrule.summary import Summary
from plumbrule.summary_lines import Written as WritesMade
from portfolio.counted import counted

ROOT = Path(__file__).parents[2]
with messages.CATALOGUE.open("rb") as _file:
    CATALOGUE = {str(m.id): m for m in read_po(_file) if m.id}
CHINESE = re.compile("[\u4e00-\u9fff]")
NOT_TRANSLATED = {
    "[[people]]\nsame = {1}\n", "name = {1}", "match accept", "{1} UTC", "{1}", "Jira {1}{2}", "Exchange Online",
    "Project Server", "ID",
}  # fmt: skip
"""Text of a file, and names."""


def fields(text: str) -> set[str]:
    return {f"{name}:{spec}" for _, name, spec, _ in Formatter().parse(text) if name}


def test_every_sentence_that_a_command_may_say_is_in_the_catalogue_and_nothing_else() -> None:
    needed = messages.needed()
    assert sorted(needed - CATALOGUE.keys()) == [], "run: python tests/messages.py"
    assert sorted(CATALOGUE.keys() - needed) == []


def test_every_sentence_has_its_chinese() -> None:
    lacking = [m for m, told in CATALOGUE.items() if not told.string or told.fuzzy]
    assert lacking == []
    english = [
        m
        for m, told in CATALOGUE.items()
        if m == told.string and m not in NOT_TRANSLATED and not CHINESE.search(str(told.string))
    ]
    assert [m for m in english if " explain INI-" not in m] == []


def test_translations_keep_the_values_of_their_sentence() -> None:
    """But English endings: `rule{2}` holds an s or nothing."""
    wrong = [m for m, told in CATALOGUE.items() if fields(ENDING.sub(r"\1", m)) - fields(str(told.string))]
    assert [m for m in wrong if "{1} more {2}" not in m] == []
    assert [m for m, told in CATALOGUE.items() if fields(str(told.string)) - fields(m)] == []


ENDING = re.compile(r"(\b(?:rule|self-test|expectation|mistake))\{\d\}")


def test_no_sentence_of_the_command_line_goes_past_the_catalogue() -> None:
    assert messages.unsaid() == {}


def test_a_sentence_with_values_is_recognised_as_itself() -> None:
    book = phrasebook("zh-Hans")
    lost = []
    for message in (m for m in CATALOGUE if "{1}" in m or "{number}" in m):
        values = {
            name: "7" if name == "number" else f"x{name}y" for _, name, _, _ in Formatter().parse(message) if name
        }
        filled = message.format(*["", *values.values()], **values)
        found = book.recognised(filled)
        if found is None or found.weight < Template(message, "").weight:
            lost.append(message)
    assert lost == []


def call(*words: str, **environment: str) -> Result:
    return CliRunner().invoke(main, [*words], env=environment)


@pytest.mark.parametrize(
    ("environment", "spoken_then"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-Hans"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "zh_SG"}, "zh-Hans"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh"}, "zh-Hans"),
        ({"LANG": "zh_Hans_CN.UTF-8@x"}, "zh-Hans"),
        ({"LANG": "zh_TW.UTF-8"}, "en"),
        ({"LC_ALL": "zh-Hant-HK"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
    ],
)
def test_the_locale_tells_the_language(environment: dict[str, str], spoken_then: str) -> None:
    assert language_of(environment) == spoken_then


def test_the_option_wins_over_the_locale_and_lasts_for_one_command() -> None:
    words = ("config", "check", "-c", "nowhere.toml")
    english = call(*words, LC_ALL="C").stderr
    assert english.startswith("error[config.absent]: there is no configuration file nowhere.toml\n  = help: ")
    chinese = (
        "错误[config.absent]：没有配置文件 nowhere.toml\n  = 帮助：`plumbrule init` 可以生成一个；或用 --config 指定\n"
        "  = 详情：`plumbrule explain config.absent`\n"
    )
    assert call(*words, LC_ALL="zh_CN.UTF-8").stderr == chinese
    assert call("--language", "zh-Hans", *words, LC_ALL="C").stderr == chinese
    assert call("--language", "en", *words, LC_ALL="zh_CN.UTF-8").stderr == english
    assert language() is Language.EN


def test_mistakes_keep_codes_keys_frames_and_the_exit_code(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('[stoer]\nfolder = "x"\n[rules]\ntimeout_seconds = "x"\n', encoding="utf-8")
    ended = call("--language", "zh-Hans", "config", "check", "-c", str(bad))
    assert ended.exit_code == 2
    told = ended.stderr.replace(str(bad), "bad.toml")
    assert told == (
        "错误[config.unknown_key]：此处没有设置 `stoer`\n --> bad.toml:1:2\n  |\n1 | [stoer]\n  |  ^^^^^\n"
        "  = 帮助：您是否指 `store`？\n\n"
        '错误[config.int_parsing]：须为整数\n --> bad.toml:4:19\n  |\n4 | timeout_seconds = "x"\n'
        "  |                   ^^^\n  = 帮助：请用数字书写，不加引号\n\n"
        "错误[config.invalid]：配置中有 2 处错误；没有运行任何内容\n"
        "  = 详情：逐个代码运行 `plumbrule explain CODE`，例如 config.unknown_key\n"
    ).replace(" -->", "  -->" if "\n  -->" in told else " -->")


def test_machines_read_english_whatever_the_language(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('[stoer]\nfolder = "x"\n', encoding="utf-8")
    for form in ("json", "jsonl", "csv", "sarif", "junit"):
        words = ("config", "check", "-c", str(bad), "--format", form)
        assert call("--language", "zh-Hans", *words).stdout == call("--language", "en", *words).stdout
    json.loads(call("--language", "zh-Hans", "rules", "list", "--format", "json").stdout)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("there is no rule `SCH-99`", "没有规则 `SCH-99`"),
        ("did you mean `SCH-09`?", "您是否指 `SCH-09`？"),
        (counted(1, "rule"), "1 条规则"),
        (counted(12, "pair of projects", "pairs of projects"), "12 对项目"),
        ("nothing was run", "nothing was run"),
        ("`no row` is missing", "缺少 `no row`"),
        ("expires in 3 days (2026-12-02)", "3 天后过期（2026-12-02）"),
        ("Bridge", "Bridge"),
        ("", ""),
    ],
)
def test_a_sentence_is_told_with_its_values_as_they_are(english: str, chinese: str) -> None:
    with speaking(Language.ZH_HANS):
        assert spoken(english) == chinese
    assert spoken(english) == english


def test_values_of_a_sentence_are_told_too_where_they_are_sentences() -> None:
    with speaking(Language.ZH_HANS):
        assert says("{rules}, {tests}", rules=counted(2, "rule"), tests=counted(1, "self-test")) == "2 条规则，1 项自测"
    assert says("{rules}, {tests}", rules="2 rules", tests="x") == "2 rules, x"


def test_help_reads_no_catalogue() -> None:
    """`--help` must stay quick: in English neither Babel nor a catalogue is loaded."""
    script = "import sys; from plumbrule.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    script += "print([m for m in sys.modules if m == 'babel' or m == 'plumbrule.phrasebook'], file=sys.stderr)"
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"}
    )
    assert ended.stderr.strip() == "[]"
    assert "Usage" in ended.stdout


def test_a_summary_is_told_in_chinese_and_its_json_in_english() -> None:
    found = Summary(
        "2026-11-29T06:00:00Z", counts={"projects": 1, "items": 12}, outcomes={"pass": 3, "fail": 1}, opened=1,
        findings=[{"severity": "high"}], written=WritesMade(2, allowed=False), likely=[],
    )  # fmt: skip
    english = found.as_json()
    with speaking(Language.ZH_HANS):
        assert found.as_text().splitlines() == [
            "项目组合   1 个项目, 12 个工作项",
            "检查       3 合格, 1 不合格",
            "检查发现   1 高   （自上次运行以来新增 1 项，解决 0 项）",
            "写入       计划 2 项，未写入：回写已关闭。下一步：plumbrule plan",
        ]
        assert found.as_json() == english
