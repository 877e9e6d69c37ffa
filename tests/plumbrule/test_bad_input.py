"""Every bad input has its message, compared word for word: tests/plumbrule/golden/bad_input.txt.

`python tests/plumbrule/test_bad_input.py` writes the messages anew, to be looked through before they are committed.
"""

import tempfile
from pathlib import Path

import pytest

from plumbrule.config_file import load_settings
from plumbrule.console import render_error
from portfolio.errors import ConfigurationError, ExitCode, PlumbruleError

GOLDEN = Path(__file__).parent / "golden" / "bad_input.txt"
JIRA = '[sources.{}]\nkind = "jira_cloud"\nurl = "https://x.atlassian.net"\nemail = "a@example.com"\ntoken = "env:T"\n'
BAD: dict[str, bytes | None] = {
    "a file that is not there": None,
    "YAML": b"portfolio:\n  name: Ours\n",
    "JSON": b'{"portfolio": {"name": "Ours"}}\n',
    "a bracket that is not closed": b"[portfolio\nname = 'Ours'\n",
    "a text without quotes": b"[portfolio]\nname = Ours\n",
    "typographic quotes": "[portfolio]\nname = “Ours”\n".encode(),
    "a blank that is none": '[portfolio]\nname\u00a0= "Ours"\n'.encode(),
    "a Chinese colon": '[portfolio]\nname： "组合"\n'.encode(),
    "UTF-16, as Windows PowerShell writes it": '[portfolio]\r\nname = "Ours"\r\n'.encode("utf-16"),
    "Latin-1": '[portfolio]\nname = "Büro"\n'.encode("latin-1"),
    "GBK": '[portfolio]\nname = "组合"\n'.encode("gbk"),
    "line ends of old Macs": b'[portfolio]\rname = "Ours"\r',
    "Windows line ends and a mistake": b'[portfolio]\r\nname = "Ours"\r\nnmae = "x"\r\n',
    "tabs before the place": b"[portfolio]\n\tname\t=\t3\n",
    "Chinese before the place": '[portfolio]\n"组合" = 1\nwaiting_statuses = ["审核", 3]\n'.encode(),
    "a key twice": b'[portfolio]\nname = "a"\n# or\nname = "b"\n',
    "a table twice": b'[portfolio]\nname = "a"\n[store]\n[portfolio]\ntimezone = "UTC"\n',
    "wrong types": b"""[report]\ncompare_days = "seven"
[rules]\npacks = "all"\n[writeback]\nenabled = "perhaps"\nmarks = 1\n""",
    "numbers beyond their bounds": b"[store]\nkeep_runs = 0\nkeep_daily_days = 30\nkeep_measures_days = 99999\n",
    "unknown words": b'[log]\nlevel = "loud"\n[report]\nformats = ["htm"]\n',
    "an unknown kind of source": b'[sources.a]\nkind = "trello"\n',
    "overlapping sources": (JIRA.format("one") + JIRA.format("two")).encode(),
    "a report on a day that never comes": b'[[reports]]\nname = "board"\ndays = ["someday"]\n',
    "a character that steers a terminal": b'[portfolio]\nname = "a\x1b[2Jb"\n',
}
GOOD = {
    "a byte order mark": b'\xef\xbb\xbf[portfolio]\nname = "Ours"\n',
    "Windows line ends": b'[portfolio]\r\nname = "Ours"\r\n',
    "tabs": b'[portfolio]\n\tname\t=\t"Ours"\n',
}


def said(content: bytes | None) -> tuple[str, ExitCode]:
    """What an admin reads, and the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plumbrule.toml"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(ConfigurationError) as raised:
            load_settings(path, {"T": "x"})
        error: PlumbruleError = raised.value
        return render_error(error).replace(f"{folder}/", ""), error.exit_code


def golden() -> dict[str, str]:
    parts = GOLDEN.read_text(encoding="utf-8").split("=== ")[1:]
    return {name: text.strip("\n") for name, _, text in (part.partition("\n") for part in parts)}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_told_with_place_and_remedy(name: str) -> None:
    message, code = said(BAD[name])
    assert code == ExitCode.CONFIGURATION
    assert message == golden()[name]


def test_every_message_that_is_kept_belongs_to_a_case() -> None:
    assert list(golden()) == list(BAD)


@pytest.mark.parametrize("name", GOOD)
def test_what_editors_leave_in_a_file_is_no_mistake(name: str, tmp_path: Path) -> None:
    path = tmp_path / "plumbrule.toml"
    path.write_bytes(GOOD[name])
    assert load_settings(path).settings.portfolio.name == "Ours"


if __name__ == "__main__":
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text("".join(f"=== {name}\n{said(content)[0]}\n\n" for name, content in BAD.items()), encoding="utf-8")
