import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.compile import compile_predicate
from tests.rules.engines.answers import (
    LETTERS,
    LETTERS_THAT_DIFFER,
    Answers,
    differences,
    duckdb_answers,
    letters_that_differ,
    literal,
)
from tests.rules.engines.golden import predicates
from tests.rules.engines.rows import COLUMNS, PARAMETERS, SCOPE, rows


def _programs() -> Path | None:
    """The folder of PostgreSQL's programs; Debian keeps them off the path."""
    on_path = [Path(found).parent for found in [shutil.which("postgres")] if found]
    folders = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), *on_path]
    return next((f for f in folders if all((f / p).exists() for p in ("initdb", "pg_ctl", "psql"))), None)


PROGRAMS = _programs()
LOCALE = ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US")
"""As people have it: texts are ordered by a language's rules unless a query says otherwise."""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL is not installed here (initdb, postgres, psql)"),
]


class Server:
    """A database of its own in a folder, reached by a socket in it: no port is opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # the server refuses to run as root
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(folder, self.user)

    def start(self) -> None:
        data = self.folder / "data"
        self._run("initdb", "-D", str(data), "-E", "UTF8", *LOCALE, "--auth=trust", "--no-sync")
        options = f"-c listen_addresses='' -k {self.folder} -F"
        self._run("pg_ctl", "-D", str(data), "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def fill(self) -> None:
        columns = ", ".join(f"{name} {sql}" for name, (_, sql) in COLUMNS.items())
        values = ",\n".join(f"({', '.join(literal(v) for v in row)})" for row in rows())
        self.sql(f"CREATE TABLE edge (id INTEGER, {columns}); INSERT INTO edge VALUES {values};")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def sql(self, statements: str) -> subprocess.CompletedProcess[str]:
        """Statements from a file; each row a line, columns by `|`, nothing else."""
        return self._run("psql", "-h", str(self.folder), "-d", "postgres", "-XAtq", "-f", "-", given=statements)

    def _run(self, program: str, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        assert PROGRAMS is not None
        done = subprocess.run(
            [str(PROGRAMS / program), *arguments],
            input=given,
            capture_output="start" not in arguments,
            text=True,
            user=self.user,
            cwd=self.folder,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:  # not pytest's own, which no other user may enter
        server = Server(Path(folder))
        server.start()
        try:
            server.fill()
            yield server
        finally:
            server.stop()


def test_letters_have_the_same_other_case_but_for_those_that_are_told(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    values = ",".join(f"({ord(letter)})" for letter in LETTERS)
    done = server.sql(f"SELECT n, lower(chr(n)), upper(chr(n)) FROM (VALUES {values}) AS letters (n);")
    lines = (line.split("|") for line in done.stdout.splitlines())
    odd = letters_that_differ({chr(int(n)): (small, capital) for n, small, capital in lines})
    with capsys.disabled():
        print(f"\nPostgreSQL: {len(LETTERS)} letters, {len(odd)} differ: {''.join(sorted(odd))}")
    assert odd <= set(LETTERS_THAT_DIFFER)


def test_every_operator_and_function_answers_on_postgresql_as_on_duckdb(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = [p["text"] for p in predicates()]
    expected = duckdb_answers(texts)
    bound = {name: literal(value) for name, (_, value) in PARAMETERS.items()}
    wrong = []
    for text in texts:
        sql = compile_predicate(text, SCOPE, "postgres").sql % bound  # as PEP 249 reads it
        done = server.sql(f"SELECT id, {sql} FROM edge ORDER BY id;")
        if done.stderr:
            wrong.append(f"{text}: {done.stderr.splitlines()[0]}")
            continue
        wrong.append(differences(text, expected[text], _read(done.stdout)))
    wrong = [line for line in wrong if line]
    version = server.sql("SHOW server_version;").stdout.strip()
    with capsys.disabled():
        print(f"\nPostgreSQL {version}: {len(texts)} predicates on {len(rows())} rows, {len(wrong)} differ")
    assert wrong == [], "\n".join(wrong)


def _read(lines: str) -> Answers:
    pairs = (line.split("|") for line in lines.splitlines())
    return [(int(i), {"t": True, "f": False, "": None}[answer]) for i, answer in pairs]
