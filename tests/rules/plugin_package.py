"""A package with plugins, as pip would install it: a module and the metadata that names its entry points."""

from pathlib import Path

MODULE = """
import sys
from datetime import date
from decimal import Decimal

from portfolio.model.column import Table, integer, key_text, text, day, index

TABLE = Table("tallies", "Counted by a plugin.", (
    key_text("project_id", "the initiative"),
    integer("tally", "what was counted"),
    text("mood", "how it looks", values=("good", "bad")),
), key=("project_id",))


class Broken:
    def rows(self, reader, parameters, as_of):
        return []

    @property
    def table(self):
        raise ValueError("no table today")


class Plugin:
    table = TABLE

    def __init__(self, make):
        self.make = make

    def rows(self, reader, parameters, as_of):
        return self.make(reader, parameters, as_of)


def one(**changed):
    return {"project_id": "P", "tally": 3, "mood": "good"} | changed


def _counted(reader, parameters, as_of):
    sql = "SELECT project_id, count(*) AS n FROM work_items WHERE points > $least GROUP BY ALL ORDER BY ALL"
    for row in reader.rows(sql, {"least": parameters["least"]}):
        yield one(project_id=row["project_id"], tally=row["n"])


counted = Plugin(_counted)
counted.parameters = ("least",)


def _endless(reader, parameters, as_of):
    while True:
        pass


def _hungry(reader, parameters, as_of):
    return [one(tally=len(bytearray(1 << 43)))]


def _hoards(reader, parameters, as_of):
    kept = []
    while True:
        kept.append(bytearray(1 << 28))


def _raises(reader, parameters, as_of):
    raise ValueError("the path is broken")


def _leaves(reader, parameters, as_of):
    sys.exit(0)


def _dies(reader, parameters, as_of):
    import os
    os._exit(7)


def _prints(reader, parameters, as_of):
    print("counting ...")
    return [one()]


def _arrow(reader, parameters, as_of):
    import pyarrow as pa
    return pa.table({"mood": ["bad"], "tally": pa.array([4], pa.int32()), "project_id": ["P"]})


def _wrong_arrow(reader, parameters, as_of):
    import pyarrow as pa
    return pa.table({"mood": ["bad"], "tally": ["four"], "project_id": ["P"]})


def _slow_query(reader, parameters, as_of):
    many = "range(1000000)"
    return reader.rows(f"SELECT count(*) FROM {many} a, {many} b, {many} c WHERE a.range + b.range = c.range")


endless, hungry, raises = Plugin(_endless), Plugin(_hungry), Plugin(_raises)
leaves, dies = Plugin(_leaves), Plugin(_dies)
prints, arrow, wrong_arrow, slow_query = Plugin(_prints), Plugin(_arrow), Plugin(_wrong_arrow), Plugin(_slow_query)
lacks = Plugin(lambda r, p, d: [{"project_id": "P", "tally": 1}])
more = Plugin(lambda r, p, d: [one(extra=1)])
typed = Plugin(lambda r, p, d: [one(tally="many")])
worded = Plugin(lambda r, p, d: [one(mood="fair")])
nobody = Plugin(lambda r, p, d: [one(project_id=None)])
twice = Plugin(lambda r, p, d: [one(), one(tally=4)])
tuples = Plugin(lambda r, p, d: [("P", 1, "good")])
hoards, of_series, listed = Plugin(_hoards), Plugin(lambda r, p, d: 3), Plugin(lambda r, p, d: [one(tally=[1])])
nothing = Plugin(lambda r, p, d: None)
writes = Plugin(lambda r, p, d: r.rows("CREATE TEMP TABLE t (a INTEGER)"))
dated = Plugin(lambda r, p, d: [one(tally=d.year)])

endless_numbers = Plugin(lambda r, p, d: [{"project_id": "P", "share": float("nan")}])
endless_numbers.table = Table("shares", "", (key_text("project_id", ""), index("share", "")), key=("project_id",))
no_project = Plugin(None)
no_project.table = Table("orphans", "", (key_text("name", ""),), key=("name",))
taken = Plugin(None)
taken.table = Table("evm", "", TABLE.columns, key=("project_id",))
no_key = Plugin(None)
no_key.table = Table("loose", "", TABLE.columns, key=("id",))
not_a_plugin = 3
broken = Broken()
a_class = Plugin
one_word = Plugin(None)
one_word.parameters = "least"
"""
NAMES = """
    counted endless hungry raises leaves dies prints arrow wrong_arrow slow_query lacks more typed worded nobody twice
    tuples nothing writes dated endless_numbers no_project taken no_key not_a_plugin absent
    hoards of_series listed broken a_class one_word
"""


def install(
    folder: Path, package: str = "tally", module: str = MODULE, names: tuple[str, ...] = tuple(NAMES.split())
) -> Path:
    """Write the package into a folder that is, or will be, on the path."""
    info = folder / f"{package}-1.2.dist-info"
    info.mkdir(parents=True)
    (folder / f"{package}_plugins.py").write_text(module, encoding="utf-8")
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.2\n", encoding="utf-8")
    points = "\n".join(f"{name} = {package}_plugins:{name}" for name in names)
    (info / "entry_points.txt").write_text(f"[plumbrule.rules]\n{points}\n", encoding="utf-8")
    return folder
