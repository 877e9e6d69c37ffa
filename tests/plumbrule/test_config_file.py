"""Mistakes in the configuration: all at once, each where it stands, with a remedy."""

import re
from pathlib import Path

import pytest

from plumbrule.config_file import load_settings
from portfolio.errors import ConfigurationError, ExitCode, Problem

GOOD = """\
[portfolio]
name = "Acme"
timezone = "Europe/Berlin"

[store]
folder = "state"

[sources.jira]
kind = "jira_cloud"
url = "https://acme.example"
email = "bot@acme.example"
token = "env:JIRA_TOKEN"

[sources.plans]
kind = "pwa"
url = "https://projects.acme.example/pwa"
auth = { type = "basic", user = "bot", password = "file:pwa-password" }

[sources.exports]
kind = "mspdi"
path = "plans/*.xml"
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "plumbrule.toml"
    path.write_text(text, encoding="utf-8")
    (tmp_path / "pwa-password").write_text("hunter2\n", encoding="utf-8")
    return path


def problems(tmp_path: Path, text: str) -> list[Problem]:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(write(tmp_path, text), {"JIRA_TOKEN": "t0ken"})
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    return list(caught.value.problems)


def test_references_are_looked_up_and_paths_start_at_the_files_folder(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, GOOD), {"JIRA_TOKEN": "t0ken"}).settings
    assert settings.sources["jira"].token.get_secret_value() == "t0ken"  # type: ignore[union-attr]
    assert settings.sources["plans"].auth.password.get_secret_value() == "hunter2"  # type: ignore[union-attr]
    assert settings.store.folder == tmp_path / "state"
    assert settings.sources["exports"].path == tmp_path / "plans/*.xml"  # type: ignore[union-attr]


def test_folders_that_are_left_out_lie_beside_the_file_too(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, GOOD.replace('folder = "state"\n', "")), {"JIRA_TOKEN": "t0ken"}).settings
    assert settings.store.folder == tmp_path / ".plumbrule"
    assert settings.report.folder == tmp_path / "reports-out"


def test_secrets_do_not_show_when_settings_are_printed(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, GOOD), {"JIRA_TOKEN": "t0ken"}).settings
    assert "t0ken" not in repr(settings)
    assert "hunter2" not in repr(settings)


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMBRULE_PORTFOLIO__NAME", "From outside")
    settings = load_settings(write(tmp_path, GOOD), {"JIRA_TOKEN": "t0ken"}).settings
    assert settings.portfolio.name == "From outside"
    assert settings.portfolio.timezone == "Europe/Berlin"


def test_a_reference_in_the_environment_is_looked_up_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMBRULE_SOURCES__JIRA__TOKEN", "env:OTHER")
    settings = load_settings(write(tmp_path, GOOD), {"JIRA_TOKEN": "t0ken", "OTHER": "0ther"}).settings
    assert settings.sources["jira"].token.get_secret_value() == "0ther"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("PLUMBRULE_STORE__FOLDR", "x", "PLUMBRULE_STORE__FOLDR: there is no such setting"),
        ("PLUMBRULE_SOURCES", "{bad", "PLUMBRULE_"),
        ("PLUMBRULE_WRITEBACK__MAX_CHANGES", "many", "PLUMBRULE_WRITEBACK__MAX_CHANGES"),
    ],
)
def test_mistakes_in_the_environment_name_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    [problem] = problems(tmp_path, GOOD)
    assert problem.file == "environment"
    assert said in problem.what


def test_a_join_with_a_source_that_is_not_configured_is_a_mistake(tmp_path: Path) -> None:
    [problem] = problems(tmp_path, GOOD + "\n[initiatives.X]\nprojects = ['jra:WHA']\n")
    assert (problem.line, problem.help) == (24, "did you mean `jira`?")


def test_all_mistakes_are_reported_at_once_each_with_its_place(tmp_path: Path) -> None:
    text = (
        GOOD.replace('name = "Acme"', 'nmae = "Acme"')
        .replace("Europe/Berlin", "Europe/Berln")
        .replace('kind = "mspdi"', 'kind = "mspid"')
        .replace('type = "basic"', 'type = "basci"')
    )
    found = problems(tmp_path, text)
    assert [(p.line, p.column, p.code) for p in found] == [
        (2, 1, "config.unknown_key"),
        (3, 12, "config.value_error"),
        (17, 17, "config.not_allowed"),
        (20, 8, "config.not_allowed"),
    ]
    assert found[0].help == "did you mean `name`?"
    assert found[3].help == "did you mean `mspdi`?"
    assert "^^^^" in found[0].render()


@pytest.mark.parametrize("name", ["a:b", "", " "])
def test_a_source_is_named_so_that_it_can_be_referred_to(tmp_path: Path, name: str) -> None:
    (problem,) = problems(tmp_path, f'[sources."{name}"]\nkind = "mspdi"\npath = "plans"\n')
    assert problem.code == "config.source_name"


def test_an_unknown_key_of_a_source_is_compared_with_that_kind_of_source(tmp_path: Path) -> None:
    [problem] = problems(tmp_path, GOOD.replace('email = "bot@acme.example"', 'emial = "x"\nemail = "b@acme.example"'))
    assert (problem.line, problem.what, problem.help) == (
        11,
        "there is no setting `emial` here",
        "did you mean `email`?",
    )


def test_a_missing_key_points_at_its_table(tmp_path: Path) -> None:
    [problem] = problems(tmp_path, GOOD.replace('url = "https://acme.example"\n', ""))
    assert (problem.line, problem.what) == (8, "`url` is missing")


def test_a_missing_kind_lists_the_kinds(tmp_path: Path) -> None:
    [problem] = problems(tmp_path, GOOD.replace('kind = "mspdi"\n', ""))
    kinds = (
        "dataverse, jira_cloud, jira_data_center, mpp, mspdi, odata_dump, pwa, tabular, tempo_cloud, tempo_data_center"
    )
    assert kinds in problem.help


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("hunter2-secret", "config.literal_secret"),
        ("env:NOT_SET", "config.secret_missing"),
        ("file:absent", "config.secret_missing"),
    ],
)
def test_a_secret_is_a_reference_that_can_be_looked_up(tmp_path: Path, reference: str, code: str) -> None:
    [problem] = problems(tmp_path, GOOD.replace("env:JIRA_TOKEN", reference))
    assert (problem.line, problem.code) == (12, code)
    assert "hunter2-secret" not in problem.render()


@pytest.mark.parametrize(
    "line", ["token = 12345678", 'tokn = "12345678"', 'token = ["12345678"]', 'api_token = "12345678"']
)
def test_a_line_that_may_hold_a_secret_is_not_shown(tmp_path: Path, line: str) -> None:
    found = problems(tmp_path, GOOD.replace('token = "env:JIRA_TOKEN"', line))
    assert found
    assert not [p for p in found if "12345678" in p.render()]


@pytest.mark.parametrize("wrong", ["2026-13-45", '"2026-13-45"', '"31.12.2026"'])
def test_a_day_typed_wrongly_is_shown_although_its_key_speaks_of_a_token(tmp_path: Path, wrong: str) -> None:
    text = GOOD.replace('token = "env:JIRA_TOKEN"', f'token = "env:JIRA_TOKEN"\ntoken_expires_on = {wrong}')
    [problem] = problems(tmp_path, text)
    assert (problem.line, problem.source_line) == (13, f"token_expires_on = {wrong}")


def test_a_value_typed_wrongly_beside_a_secret_is_told_and_the_secret_is_not(tmp_path: Path) -> None:
    text = GOOD.replace('user = "bot"', "user = 4711").replace("file:pwa-password", "hunter2")
    found = problems(tmp_path, text)
    assert {p.code for p in found} == {"config.string_type", "config.literal_secret"}
    [user] = [p for p in found if p.code == "config.string_type"]
    assert user.what == "must be a text (given: 4711)"
    assert not [p for p in found if "hunter2" in p.render()]


@pytest.mark.parametrize(
    "line",
    [
        'token_expires_on = "ATATT3xFfGF0pasted0here"',
        "token = 12345678",
        'token = ["hunter2"]',
        'token_expires_on = "2026-13-45" # the password is hunter2',
        'token_url = "https://bot:hunter2@auth.example"',
        'token_expires_on = "http://auth.example/?sig=hunter2"',
    ],
)
def test_what_may_be_a_secret_is_shown_nowhere(tmp_path: Path, line: str) -> None:
    kept = "" if line.startswith("token =") else 'token = "env:JIRA_TOKEN"\n'
    found = problems(tmp_path, GOOD.replace('token = "env:JIRA_TOKEN"', f"{kept}{line}"))
    assert found
    for secret in ("hunter2", "12345678", "pasted"):
        assert not [p for p in found if secret in p.render()]


def test_a_wrong_type_is_shown_at_its_value(tmp_path: Path) -> None:
    [problem] = problems(tmp_path, GOOD + "\n[writeback]\nmax_changes = 'many'\n")
    assert (problem.line, problem.column) == (24, 15)


def test_a_missing_file_says_how_to_write_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(tmp_path / "absent.toml")
    assert "plumbrule init" in caught.value.remedy


AGAIN = """
[sources.again]
kind = "jira_cloud"
url = "https://ACME.example/"
email = "other@acme.example"
token = "env:JIRA_TOKEN"
"""


@pytest.mark.parametrize(
    "secret", ["", " \n", "t0\nken", "t0\u200bken"], ids=["none", "blank", "two lines", "invisible"]
)
def test_a_secret_that_was_copied_badly_is_told_before_anybody_is_asked(tmp_path: Path, secret: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(write(tmp_path, GOOD), {"JIRA_TOKEN": secret})
    [problem] = caught.value.problems
    assert (problem.code, "JIRA_TOKEN" in problem.what) == ("config.secret_unusable", True)


def test_what_editors_put_around_a_secret_is_no_part_of_it(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    (tmp_path / "pwa-password").write_bytes(b"\xef\xbb\xbfhunter2\r\n")
    settings = load_settings(path, {"JIRA_TOKEN": "t0ken\n"}).settings
    assert settings.sources["jira"].token.get_secret_value() == "t0ken"  # type: ignore[union-attr]
    assert settings.sources["plans"].auth.password.get_secret_value() == "hunter2"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("first", "second", "named"),
    [("", "", "projects"), ('["ONE"]', "", "projects"), ('["ONE", "TWO"]', '["TWO", "SIX"]', "project TWO ")],
)
def test_projects_of_one_site_are_not_read_by_two_sources(tmp_path: Path, first: str, second: str, named: str) -> None:
    (found,) = problems(tmp_path, _with_projects(first) + AGAIN + (f"projects = {second}" if second else ""))
    assert (found.code, found.source_line) == ("config.read_twice", 'url = "https://ACME.example/"')
    assert f"`jira` reads {named}" in found.what


def test_two_sources_share_a_site_where_each_has_projects_of_its_own(tmp_path: Path) -> None:
    text = _with_projects('["ONE"]') + AGAIN + 'projects = ["TWO"]'
    assert len(load_settings(write(tmp_path, text), {"JIRA_TOKEN": "t"}).settings.writable) == 2


def _with_projects(keys: str) -> str:
    return GOOD.replace("[sources.plans]", f"projects = {keys}\n[sources.plans]") if keys else GOOD


TEMPO = """
[sources.tempo]
kind = "tempo_cloud"
jira = "jira"
token = "env:JIRA_TOKEN"
"""


def test_time_that_would_count_twice_is_refused_with_the_key_that_settles_it(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, GOOD + TEMPO)
    assert found.code == "config.time_twice"
    assert "jira" in found.what
    assert found.help == "set worklogs = false in [sources.jira]"
    without = (GOOD + TEMPO).replace('token = "env:JIRA_TOKEN"\n\n[sources.plans]', WITHOUT_WORKLOGS)
    assert load_settings(write(tmp_path, without), {"JIRA_TOKEN": "t"}).settings.sources["tempo"].kind == "tempo_cloud"


WITHOUT_WORKLOGS = 'token = "env:JIRA_TOKEN"\nworklogs = false\n\n[sources.plans]'


@pytest.mark.parametrize(
    ("jira", "code"),
    [("jria", "config.unknown_source"), ("plans", "config.tempo_partner")],
)
def test_a_tempo_stands_beside_a_jira_of_its_own_kind(tmp_path: Path, jira: str, code: str) -> None:
    text = GOOD.replace('token = "env:JIRA_TOKEN"\n\n[sources.plans]', WITHOUT_WORKLOGS) + TEMPO
    (found,) = problems(tmp_path, text.replace('jira = "jira"', f'jira = "{jira}"'))
    assert (found.code, found.line) == (code, text.splitlines().index('jira = "jira"') + 1)


def test_two_tempos_of_one_jira_are_one_too_many(tmp_path: Path) -> None:
    text = GOOD.replace('token = "env:JIRA_TOKEN"\n\n[sources.plans]', WITHOUT_WORKLOGS) + TEMPO
    (found,) = problems(tmp_path, text + TEMPO.replace("sources.tempo", "sources.again"))
    assert (found.code, "tempo" in found.what) == ("config.time_twice", True)


def test_a_way_of_signing_in_that_lacks_a_key_is_shown_with_its_table(tmp_path: Path) -> None:
    text = GOOD.replace('email = "bot@acme.example"\n', "")
    [problem] = problems(tmp_path, text)
    assert problem.source_line == "[sources.jira]"
    assert problem.what == 'auth = "api_token" needs email: add it'


def test_a_gateway_as_address_of_a_site_is_shown_with_its_line(tmp_path: Path) -> None:
    text = re.sub(r'url = "https://acme[^"]*"', 'url = "https://api.atlassian.com/ex/jira/1"', GOOD)
    [problem] = problems(tmp_path, text)
    assert problem.source_line.startswith("url = ")
    assert 'auth = "scoped_token"' in problem.what


def test_a_secret_written_into_an_inline_table_is_not_shown(tmp_path: Path) -> None:
    [problem] = problems(tmp_path, GOOD.replace("file:pwa-password", "hunter2"))
    assert "hunter2" not in problem.render()


@pytest.mark.parametrize(
    ("text", "line", "code", "what"),
    [
        (
            "[initiatives.X]\nprojects = ['jira:A']\nsupersedes = ['JIRA:a']",
            25,
            "config.supersedes",
            "take over from itself",
        ),
        ("[initiatives.X]\nprojects = ['jira:A',\n 'jira:A']", 25, "config.named_twice", "is named twice"),
        ("[initiatives.X]\nprojects = []\nsupersedes = ['jira:A']", 25, "config.supersedes", "nothing that took over"),
        (
            "[initiatives.X]\nprojects = ['jira:A']\n[initiatives.Y]\nprojects = ['jira:A']",
            26,
            "config.claimed_twice",
            "`jira:A` belongs to `X` already, in its `projects`",
        ),
        (
            "[initiatives.X]\nprojects = ['jira:A']\nsupersedes = ['plans:B']\n"
            "[initiatives.Y]\nprojects = ['plans:B', 'jira:C']",
            27,
            "config.claimed_twice",
            "in its `supersedes`; a plan that took over is in one initiative with what it took over from",
        ),
        (
            "[initiatives.X]\nprojects = ['jira:A']\n[initiatives.x]\nprojects = ['jira:B']",
            25,
            "config.initiative_key",
            "the same initiative as `X`",
        ),
    ],
)
def test_initiatives_that_contradict_themselves_are_mistakes(
    tmp_path: Path, text: str, line: int, code: str, what: str
) -> None:
    [problem] = problems(tmp_path, f"{GOOD}\n{text}\n")
    assert (problem.line, problem.code, bool(problem.help)) == (line, code, True)
    assert what in problem.what


def test_plans_that_took_over_from_each_other_are_a_mistake_at_both_places(tmp_path: Path) -> None:
    text = (
        "[initiatives.X]\nprojects = ['jira:A']\nsupersedes = ['plans:B']\n"
        "[initiatives.Y]\nprojects = ['plans:B']\nsupersedes = ['jira:A']\n"
    )
    assert [(p.line, p.code) for p in problems(tmp_path, f"{GOOD}\n{text}")] == [
        (27, "config.claimed_twice"),
        (28, "config.claimed_twice"),
    ]
