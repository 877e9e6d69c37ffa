"""Dumps in a zip: what is read of them, and which zips are not trusted."""

import zipfile

import pytest

from connectors.odata_dump.archive import dump_at
from portfolio.errors import RemoteRefusal
from tests.connectors.odata_dumps import SMALL, light, rows, source, torn, written, zipped


def test_a_zip_gives_the_same_rows(tmp_path):
    with zipfile.ZipFile(tmp_path / "dump.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, records_ in SMALL.items():
            archive.writestr(f"export/{name}.json", light(records_))
    assert rows(tmp_path / "dump.zip") == rows(written(tmp_path / "unpacked", SMALL))


@pytest.mark.parametrize(
    "name", ["../Tasks.json", "/etc/Tasks.json", "a/../../Tasks.json", "C:/Tasks.json", "..\\Tasks.json"]
)
def test_a_zip_that_names_files_outside_of_itself_is_refused(tmp_path, name):
    with pytest.raises(RemoteRefusal, match="names a file outside"):
        dump_at("plans", zipped(tmp_path / "d.zip", name)).members()


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = zipped(tmp_path / "d.zip", body=b" " * (80 << 20))
    with pytest.raises(RemoteRefusal, match=r"Tasks\.json, which unpacks to \d+ times its size") as raised:
        source(path).probe()
    assert "zip bomb" in raised.value.remedy


def test_a_zip_with_a_password_is_told(tmp_path):
    path = zipped(tmp_path / "d.zip")
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1  # the flag of the central directory
    path.write_bytes(raw)
    with pytest.raises(RemoteRefusal, match="protected by a password"):
        source(path).probe()


def test_a_damaged_zip_is_told(tmp_path):
    path = zipped(tmp_path / "d.zip", body=light(SMALL["Tasks"]).encode())
    raw = bytearray(path.read_bytes())
    raw[45] ^= 0xFF
    path.write_bytes(raw)
    page, told = torn(source(path))
    assert len(page.rejected) == 1
    assert "Tasks.json" in page.rejected[0].reason
    assert "Tasks.json" in told.what


def test_half_a_zip_is_told_as_such(tmp_path):
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("Projects.json", light(SMALL["Projects"]))
    half = tmp_path / "half.zip"
    half.write_bytes(whole.read_bytes()[:-40])
    with pytest.raises(RemoteRefusal, match="no whole zip: it is cut off"):
        dump_at("online", half)


def test_a_way_of_packing_that_nobody_reads_is_told_with_its_file(tmp_path):
    path = tmp_path / "d.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Projects.json", light(SMALL["Projects"]))
    deflate64 = bytearray(path.read_bytes())
    for header, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        deflate64[deflate64.index(header) + offset] = 9
    path.write_bytes(deflate64)
    page, _ = torn(source(path))
    assert "packed in a way that cannot be read" in page.rejected[0].reason
    assert not page.scopes


def test_damage_in_an_lzma_archive_is_told(tmp_path):
    path = tmp_path / "d.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("Projects.json", light(SMALL["Projects"]))
    broken = bytearray(path.read_bytes())
    broken[60:66] = b"\xff" * 6
    path.write_bytes(broken)
    page, _ = torn(source(path))
    assert "is damaged at Projects.json" in page.rejected[0].reason
