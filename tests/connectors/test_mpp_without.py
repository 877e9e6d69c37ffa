"""What a source of MPP files says where what reads them is missing or breaks down; needs neither MPXJ nor Java."""

import json
import os
import select
import sys
from pathlib import Path

import pytest

from connectors.msproject import connect
from connectors.msproject.mpp import ReadByMpxj
from connectors.msproject.settings import MppSource
from portfolio.errors import ConfigurationError, RemoteRefusal
from tests.mpp_plans import HAS_MPXJ


def program(path: Path, text: str) -> str:
    path.write_text(text)
    path.chmod(0o700)
    return str(path)


def child(tmp_path: Path, body: str) -> str:
    """A Python that does `body` in place of reading a plan; its arguments are those of the child."""
    return program(
        tmp_path / "python", f"#!{sys.executable}\nimport sys, json\n_, _, _, plan, out, told, *_ = sys.argv\n{body}\n"
    )


def refused(tmp_path: Path, reader: ReadByMpxj) -> RemoteRefusal:
    path = tmp_path / "wall.mpp"
    path.write_bytes(b"")
    with pytest.raises(RemoteRefusal) as raised, reader.opened(path):
        pass
    assert str(path) in raised.value.what
    assert raised.value.remedy
    return raised.value


@pytest.mark.skipif(HAS_MPXJ, reason="MPXJ is here")
def test_without_mpxj_the_extra_is_named_before_anything_is_read(tmp_path):
    (tmp_path / "wall.mpp").write_bytes(b"")
    with pytest.raises(ConfigurationError, match="package mpxj is not installed") as raised:
        connect("plans", MppSource(kind="mpp", path=tmp_path)).probe()
    assert raised.value.code == "mpp.no_mpxj"
    assert 'pip install "plumbrule[mpp]"' in raised.value.remedy
    assert "Save it as XML" in raised.value.remedy


@pytest.mark.skipif(HAS_MPXJ, reason="jpype1 is here")
def test_without_jpype1_it_is_named_though_mpxj_does_not_ask_for_it():
    with pytest.raises(ConfigurationError, match="package jpype1 is not installed"):
        ReadByMpxj(modules=("json", "jpype")).check()


@pytest.mark.parametrize(
    ("says", "code"),
    [(None, "mpp.no_java"), ("no Java runtime present", "mpp.no_java"), ('java version "1.8.0_401"', "mpp.old_java")],
    ids=["missing", "a stub", "too old"],
)
def test_without_a_java_that_is_new_enough_the_remedy_is_told(tmp_path, says, code):
    java = str(tmp_path / "java") if says is None else program(tmp_path / "java", f"#!/bin/sh\necho '{says}' >&2\n")
    with pytest.raises(ConfigurationError) as raised:
        ReadByMpxj(java=java, modules=()).check()
    assert raised.value.code == code
    assert "Java runtime" in raised.value.remedy


def test_a_java_that_is_new_enough_is_fine(tmp_path):
    java = program(tmp_path / "java", "#!/bin/sh\necho 'openjdk version \"17.0.15\" 2025-04-15' >&2\n")
    ReadByMpxj(java=java, modules=()).check()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("password", "is protected by a password"),
        ("unknown_format", "does not know"),
        ("several", "holds several plans"),
        ("damaged", "damaged, cut off"),
        ("memory", "needs more memory"),
    ],
)
def test_what_the_child_says_of_a_file_is_told_with_file_and_remedy(tmp_path, state, words):
    body = f"open(told, 'w').write(json.dumps({{'state': '{state}', 'detail': 'said so'}})); sys.exit(1)"
    found = refused(tmp_path, ReadByMpxj(python=child(tmp_path, body)))
    assert (found.code, words in found.what, found.why) == (f"mpp.{state}", True, "said so")


def test_a_child_that_dies_without_a_word_is_told_with_its_last_words(tmp_path):
    found = refused(tmp_path, ReadByMpxj(python=child(tmp_path, "sys.exit('Segmentation fault')")))
    assert found.code == "mpp.broken"
    assert "Segmentation fault" in found.what


def test_a_java_that_ran_out_of_memory_and_could_not_say_so_is_understood(tmp_path):
    found = refused(tmp_path, ReadByMpxj(python=child(tmp_path, "sys.exit('java.lang.OutOfMemoryError: heap')")))
    assert found.code == "mpp.memory"


def test_a_child_that_hangs_is_killed_with_what_it_started(tmp_path):
    body = (
        "import subprocess, time\n"
        "p = subprocess.Popen(['sleep', '600'])\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(p.pid))\n"
        "time.sleep(600)"
    )
    found = refused(tmp_path, ReadByMpxj(python=child(tmp_path, body), timeout_seconds=1.5))
    assert found.code == "mpp.timeout"
    assert ends(int((tmp_path / "pid").read_text()))


def ends(pid: int) -> bool:
    """Whether the process is gone, or goes within the time that a busy machine may need to carry out a signal."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watched], [], [], 30)[0])
    finally:
        os.close(watched)


def test_the_child_does_not_see_secrets_of_the_configuration(tmp_path, monkeypatch):
    monkeypatch.setenv("JIRA_TOKEN", "s3cret")
    body = (
        "import os\n"
        f"open({str(tmp_path / 'env')!r}, 'w').write(json.dumps(dict(os.environ)))\n"
        "open(told, 'w').write(json.dumps({'state': 'damaged', 'detail': ''}))"
    )
    refused(tmp_path, ReadByMpxj(python=child(tmp_path, body)))
    assert "JIRA_TOKEN" not in json.loads((tmp_path / "env").read_text())


def test_a_plan_that_the_child_wrote_is_read_like_any_other(tmp_path):
    body = (
        "open(out, 'w').write('<Project><Tasks><Task><UID>1</UID><Name>Dig</Name></Task></Tasks></Project>')\n"
        "open(told, 'w').write(json.dumps({'state': 'read', 'detail': '14'}))"
    )
    path = tmp_path / "wall.mpp"
    path.write_bytes(b"")
    with ReadByMpxj(python=child(tmp_path, body)).opened(path) as xml:
        assert "Dig" in xml.read_text()
    assert not xml.exists()
