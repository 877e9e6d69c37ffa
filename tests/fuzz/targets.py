"""Every parser of what comes from outside: its seeds, made by the pretend company, how they are damaged, how it reads.

The only acceptable ends of reading are a value, and an error of Plumbrule's own. For predicates the latter is
`PredicateFaults`, which `rules.load` turns into problems with their places.
"""

import json
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from conformance import by_partition
from fake_clock import FakeClock
from mspdi_plans import CALENDAR, HEAD, SUMMARY, link, plan, task

from connectors.dataverse.reader import DataverseReader
from connectors.dataverse.settings import DataverseSource
from connectors.graph import receiver
from connectors.graph.settings import SharepointReceiver
from connectors.jira.client import connection
from connectors.jira.cloud.reader import JiraConnector
from connectors.jira.datacenter.reader import JiraDataCenter
from connectors.jira.settings import JiraCloudSource, JiraDataCenterSource
from connectors.msproject import connect as connect_plans
from connectors.msproject.settings import MspdiSource
from connectors.odata_dump import connect as connect_dump
from connectors.odata_dump.settings import OdataDumpSource
from connectors.pwa.reader import PwaReader
from connectors.pwa.settings import PwaSource
from connectors.tabular import connect as connect_tables
from connectors.tabular.settings import TabularSource
from connectors.tempo.client import cloud_http
from connectors.tempo.cloud import TempoCloud
from connectors.tempo.settings import TempoCloudSource
from fuzz.damage import damaged, damaged_json
from fuzz.replay import Made, Tape, pulled, recorded, replayed, typed
from plumbrule.config_file import load_settings
from plumbrule.demo_sources import TABLES
from plumbrule.demo_waivers import WAIVERS
from portfolio.errors import ConfigurationError, PlumbruleError, Problem
from portfolio.model import VIEWS
from portfolio.ports import Change, Connector, Mark, Traffic
from reports.plan import Plan
from reports.plan_file import load_plan, save_plan
from reports.publications import content_hash, digest
from rules.compile import PredicateFaults, compile_predicate, of_view
from rules.load import load_rules
from rules.policy.load import policy_documents, read_policy
from rules.reading import built_in_documents, pack_documents, rules_of
from rules.waivers.load import load_waivers
from sandbox.company import Company, build, part
from sandbox.pwa.dump import write_dump
from sandbox.serve import (
    DATAVERSE_TOKEN,
    GRAPH_TOKEN,
    JIRA_EMAIL,
    JIRA_TOKEN,
    PWA_PASSWORD,
    PWA_USER,
    TEMPO_TOKEN,
    Sandbox,
)
from sandbox.tables.write import write_tables

_TOP = Path(__file__).parents[2]
OWN = (PlumbruleError, PredicateFaults)
"""Errors that are told to people with place and remedy."""
_LARGEST_SEED = 60_000
_LINES = 30


@dataclass(frozen=True)
class Target:
    """One parser. `read` takes what is to be read, and which seed it was made from."""

    name: str
    seeds: Sequence[bytes]
    damage: Callable[[bytes, Random], bytes]
    read: Callable[[bytes, int], object]


@cache
def _company() -> Company:
    return part(build(), ("INI-11",))


def _of_site(name: str, make: Callable[[Sandbox], Made], **more: Any) -> Target:
    """A connector to a site: what the sandbox answers is recorded once; then one of the answers is damaged."""
    tape = Tape()
    with Sandbox(company=_company(), **more) as sandbox, recorded(tape):
        made = make(sandbox)
        _read_whole(made())
    chosen = [min(same, key=lambda one: abs(len(one[1]) - 4000)) for same in tape.bodies().values()]
    chosen = [(asked, body) for asked, body in chosen if 0 < len(body) <= _LARGEST_SEED]

    def read(content: bytes, seed: int) -> object:
        with replayed(replace(tape, instead={chosen[seed][0]: content})):
            return _read_whole(made())

    return Target(name, [body for _, body in chosen], damaged_json, read)


def _read_whole(made: Any) -> object:
    return list(made.examine()) if hasattr(made, "send") else pulled(made)


def _clock() -> Any:
    return FakeClock().clock


def jira_cloud(folder: Path) -> Target:
    def make(site: Sandbox) -> Made:
        settings = JiraCloudSource(kind="jira_cloud", url=site.jira_url, email=JIRA_EMAIL, token=JIRA_TOKEN)
        return lambda: JiraConnector("jira", settings, connection(settings, Traffic(), _clock()))

    return _of_site("Jira Cloud", make)


def jira_data_center(folder: Path) -> Target:
    def make(site: Sandbox) -> Made:
        settings = JiraDataCenterSource(kind="jira_data_center", url=site.jira_url, token=JIRA_TOKEN)

        def made() -> JiraDataCenter:
            clock = _clock()
            return JiraDataCenter("jira", settings, connection(settings, Traffic(), clock), clock)

        return made

    return _of_site("Jira Data Center", make, edition="data_center")


def tempo(folder: Path) -> Target:
    def make(site: Sandbox) -> Made:
        settings = TempoCloudSource(
            kind="tempo_cloud", url=site.tempo_url, jira="jira", token=TEMPO_TOKEN, first_day="2026-10-01"
        )

        def made() -> TempoCloud:
            clock = _clock()
            return TempoCloud("tempo", settings, cloud_http(settings, Traffic(), clock, None), clock.now)

        return made

    return _of_site("Tempo", make, books_in_tempo=True)


def project_server(folder: Path) -> Target:
    def make(site: Sandbox) -> Made:
        auth = {"type": "basic", "user": PWA_USER, "password": PWA_PASSWORD}
        settings = PwaSource.model_validate({"kind": "pwa", "url": site.pwa_url, "auth": auth})
        return lambda: PwaReader("plans", settings, clock=_clock())

    return _of_site("Project Server (OData)", make, complete_plans=True)


def dataverse(folder: Path) -> Target:
    def make(site: Sandbox) -> Made:
        auth = {"type": "bearer", "token": DATAVERSE_TOKEN}
        settings = DataverseSource.model_validate({"kind": "dataverse", "url": site.dataverse_url, "auth": auth})
        return lambda: DataverseReader("planner", settings, clock=_clock())

    return _of_site("Dataverse (OData)", make, dataverse=True)


def graph(folder: Path) -> Target:
    def make(site: Sandbox) -> Made:
        given = {
            "kind": "sharepoint",
            "site": "https://meridian.sharepoint.com/sites/pmo",
            "url": site.graph_url,
            "auth": {"type": "bearer", "token": GRAPH_TOKEN},
        }
        settings = SharepointReceiver.model_validate(given)
        return lambda: receiver("library", settings, clock=_clock())  # type: ignore[return-value]

    return _of_site("Graph", make)


def _of_files(
    name: str,
    files: Sequence[tuple[Path, bytes]],
    connector: Callable[[Path], Connector],
    damage: Callable[[bytes, Random], bytes] = damaged,
) -> Target:
    """A connector to files, of which one is damaged; each lies alone, or with the others in its folder."""

    def read(content: bytes, seed: int) -> object:
        path, whole = files[seed]
        path.write_bytes(content)
        try:
            return sum(typed(page) for _, pages in by_partition(connector(path), {}) for page in pages)
        finally:
            path.write_bytes(whole)

    for path, whole in files:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(whole)
    return Target(name, [whole for _, whole in files], damage, read)


def mspdi(folder: Path) -> Target:
    resource = "<Resource><UID>1</UID><Name>Ann</Name><Type>1</Type><StandardRate>50</StandardRate></Resource>"
    spread = (
        "<TimephasedData><Type>1</Type><UID>1</UID><Start>2026-10-01T08:00:00</Start><Finish>2026-10-02T08:00:00</Finish>"
        "<Unit>2</Unit><Value>PT8H0M0S</Value></TimephasedData>"
    )
    who = "<UID>7</UID><TaskUID>1</TaskUID><ResourceUID>1</ResourceUID><Work>PT16H0M0S</Work>"
    staffing = f"<Assignment>{who}{spread}</Assignment>"
    texts = (
        plan(SUMMARY, task(1), task(2, link(1, "<LinkLag>4800</LinkLag>")), resources=resource, assignments=staffing),
        plan(task(1, "<Milestone>1</Milestone><Duration>PT0H0M0S</Duration>"), task(2, level=2), head=HEAD + CALENDAR),
    )
    files = [(folder / f"{number}" / "plan.xml", text.encode()) for number, text in enumerate(texts)]
    return _of_files("MSPDI (XML)", files, lambda path: connect_plans("plans", MspdiSource(kind="mspdi", path=path)))


def _tables(folder: Path, ending: str) -> tuple[list[tuple[Path, bytes]], Callable[[Path], Connector]]:
    """Files of the demo's tables of that kind, and the source of one of them."""
    write_tables(build(), folder / "tables")
    told = tomllib.loads(TABLES)["sources"]
    entries = {Path(t["path"]).name: t for source in told.values() for t in source.get("tables", ())}
    files = [
        (
            path,
            b"".join(path.read_bytes().splitlines(keepends=True)[:_LINES]) if ending == ".csv" else path.read_bytes(),
        )
        for path in sorted((folder / "tables").iterdir())
        if path.suffix == ending and path.name in entries
    ]

    def connector(path: Path) -> Connector:
        entry = {**entries[path.name], "path": path}
        return connect_tables("tables", TabularSource.model_validate({"kind": "tabular", "tables": [entry]}))

    return files, connector


def csv(folder: Path) -> Target:
    return _of_files("CSV", *_tables(folder, ".csv"))


def xlsx(folder: Path) -> Target:
    return _of_files("XLSX", *_tables(folder, ".xlsx"), damage=_damaged_zip)


def _damaged_zip(content: bytes, random: Random) -> bytes:
    """The archive, or one of its members within a whole archive: most damage to packed bytes ends at their checksum."""
    import io
    import zipfile

    if random.random() < 0.3:
        return damaged(content, random)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = random.choice(sorted(members))
    members[name] = damaged(members[name], random)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for member, body in members.items():
            archive.writestr(member, body)
    return made.getvalue()


def _dump_source(path: Path) -> Connector:
    given = {"kind": "odata_dump", "path": path, "timezone": "Europe/Berlin", "history": True}
    return connect_dump("online", OdataDumpSource.model_validate(given))


def dump(folder: Path) -> Target:
    site = Sandbox(company=_company(), complete_plans=True)
    files = [(path, path.read_bytes()) for path in write_dump(site.pwa, folder / "dump")]
    files = [(path, body) for path, body in files if len(body) <= _LARGEST_SEED]
    return _of_files("OData dump (JSON)", files, lambda path: _dump_source(path.parent), damaged_json)


def dump_zip(folder: Path) -> Target:
    import zipfile

    site = Sandbox(company=_company(), complete_plans=True)
    (folder / "zip").mkdir(parents=True)
    path = folder / "zip" / "dump.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in write_dump(site.pwa, folder / "unpacked"):
            if one.stat().st_size <= _LARGEST_SEED:
                archive.write(one, one.name)
    return _of_files("OData dump (zip)", [(path, path.read_bytes())], _dump_source, _damaged_zip)


def _of_text(name: str, texts: Sequence[bytes], file: Path, load: Callable[[Path], object], **more: Any) -> Target:
    file.parent.mkdir(parents=True, exist_ok=True)

    def read(content: bytes, _seed: int) -> object:
        file.write_bytes(content)
        return load(file)

    return Target(name, texts, more.get("damage", damaged), read)


def config(folder: Path) -> Target:
    texts = [path.read_bytes() for path in sorted((_TOP / "examples").glob("*/plumbrule.toml"))]

    def load(path: Path) -> object:
        return load_settings(path, {}, with_secrets=False)

    return _of_text("configuration (TOML)", texts, folder / "config" / "plumbrule.toml", load)


def packs(folder: Path) -> Target:
    texts = [path.read_bytes() for path in sorted((_TOP / "examples").glob("*/rules/*.toml"))]
    built_in = built_in_documents()
    return _of_text(
        "rule packs (TOML)",
        texts,
        folder / "packs" / "own.toml",
        lambda path: rules_of(pack_documents([path]), built_in),
    )


def waivers(folder: Path) -> Target:
    known = load_rules()
    return _of_text(
        "waivers (TOML)",
        [WAIVERS.encode()],
        folder / "waivers" / "waivers.toml",
        lambda path: load_waivers([path], known),
    )


def policies(folder: Path) -> Target:
    texts = [path.read_bytes() for path in sorted((_TOP / "examples").glob("*/policy/**/*.toml"))]
    known = load_rules().rules

    def load(path: Path) -> object:
        problems: list[Problem] = []
        found = read_policy(policy_documents([path], problems), known, (), problems)
        if problems:
            raise ConfigurationError(problems=problems)
        return found

    return _of_text("policies (TOML)", texts, folder / "policy" / "policy.toml", load)


def predicates(folder: Path) -> Target:
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted((_TOP / "rules" / "packs").glob("*.toml")))
    found = sorted(set(re.findall(r'^(?:fail_when|where|applies_when|warn_when) = "([^"\\]+)"$', text, re.MULTILINE)))
    view = VIEWS["work_items"]

    def read(content: bytes, _seed: int) -> object:
        return compile_predicate(content.decode("utf-8", "replace"), of_view(view, {}))

    return Target("predicates (SQL)", [one.encode() for one in found], damaged, read)


def plan_files(folder: Path) -> Target:
    bodies: tuple[dict[str, Any], ...] = ({"flags": [{"rule": "SCH-01", "value": "1.5"}]}, {"text": "späť"})
    marks = [
        Mark("property", "jira", "item", str(n), "plumbrule", title=f"BR-{n}", body=body)
        for n, body in enumerate(bodies)
    ]
    changes = tuple(Change("create", mark, content_hash(mark)) for mark in marks)
    folder.mkdir(parents=True, exist_ok=True)
    save_plan(Plan(datetime(2026, 11, 23, tzinfo=UTC), changes, "a", "b"), folder / "seed.json")

    def damage(content: bytes, random: Random) -> bytes:
        """As if somebody had edited it; half of them with a digest that fits, so that more than that is looked at."""
        made = damaged_json(content, random)
        try:
            told = json.loads(made)
            told["changes_digest"] = digest(told["changes"])
            return json.dumps(told).encode() if random.random() < 0.5 else made
        except (ValueError, TypeError, KeyError, RecursionError):
            return made

    seeds = [(folder / "seed.json").read_bytes()]
    return _of_text("plan files (JSON)", seeds, folder / "plan" / "plan.json", load_plan, damage=damage)


TARGETS: dict[str, Callable[[Path], Target]] = {
    made.__name__: made
    for made in (
        jira_cloud, jira_data_center, tempo, project_server, dataverse, graph, mspdi, csv, xlsx, dump, dump_zip, config,
        packs, policies, waivers, predicates, plan_files,
    )
}  # fmt: skip
"""By the name under which `make fuzz` takes them."""
