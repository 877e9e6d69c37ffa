"""A small environment of Dataverse on a loopback port: tables, pages, change tracking, rights, in the Web API's shapes.

Written for the tests of our connector from Microsoft's documents; the larger pretend environment is in `sandbox`.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

P1 = "11111111-0000-4000-8000-000000000001"
P2 = "11111111-0000-4000-8000-000000000002"
T1 = "22222222-0000-4000-8000-000000000001"
T2 = "22222222-0000-4000-8000-000000000002"
T3 = "22222222-0000-4000-8000-000000000003"
R1 = "33333333-0000-4000-8000-000000000001"
R2 = "33333333-0000-4000-8000-000000000002"
A1 = "44444444-0000-4000-8000-000000000001"
A2 = "44444444-0000-4000-8000-000000000002"
D1 = "55555555-0000-4000-8000-000000000001"
B1 = "66666666-0000-4000-8000-000000000001"
E1 = "77777777-0000-4000-8000-000000000001"
USER = "99999999-0000-4000-8000-000000000001"
MANAGER = "99999999-0000-4000-8000-000000000002"
EURO = "88888888-0000-4000-8000-000000000001"
BUCKET = "aaaaaaaa-0000-4000-8000-000000000001"
PROGRAM = "bbbbbbbb-0000-4000-8000-000000000001"
LABEL = "@OData.Community.Display.V1.FormattedValue"
EXPANDED = "msdyn_msdyn_projectbaselinedata_msdyn_projectbaselinetaskdata"
START = "2026-11-01T08:00:00Z"

Reply = tuple[int, dict[str, str], str]

KEYS = {
    "msdyn_projects": "msdyn_projectid",
    "msdyn_projecttasks": "msdyn_projecttaskid",
    "msdyn_projecttaskdependencies": "msdyn_projecttaskdependencyid",
    "msdyn_resourceassignments": "msdyn_resourceassignmentid",
    "bookableresources": "bookableresourceid",
    "msdyn_projectteams": "msdyn_projectteamid",
    "msdyn_projectbuckets": "msdyn_projectbucketid",
    "msdyn_projectbaselinedatas": "msdyn_projectbaselinedataid",
    "msdyn_programs": "msdyn_programid",
    "msdyn_timeentries": "msdyn_timeentryid",
    "transactioncurrencies": "transactioncurrencyid",
    "systemusers": "systemuserid",
}
LOGICAL = {
    "msdyn_projecttasks": "msdyn_projecttask",
    "msdyn_projecttaskdependencies": "msdyn_projecttaskdependency",
    "msdyn_resourceassignments": "msdyn_resourceassignment",
    "msdyn_timeentries": "msdyn_timeentry",
}


def refuse(status: int, code: str = "0x80040265", message: str = "no", **headers: str) -> Reply:
    body = json.dumps({"error": {"code": code, "message": message}})
    return status, {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}, body


def ok(body: Any) -> Reply:
    return 200, {"Content-Type": "application/json; odata.metadata=minimal"}, json.dumps(body)


@dataclass
class Environment:
    """Tables by entity set. `columns` are those of a table; every record shows all of them, as Dataverse does."""

    tables: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    columns: dict[str, set[str]] = field(default_factory=dict)
    tracked: set[str] = field(default_factory=set)
    page_rows: int = 5000
    log: list[tuple[int, str, str, bool]] = field(default_factory=list)
    """Revision, entity set, key, whether deleted."""
    kept_since: int = 0
    """Links to changes from before this revision are too old."""
    faults: list[tuple[str, Callable[[str], Reply | None]]] = field(default_factory=list)
    """Part of a raw path -> an answer in place of ours; None: answer as usual."""
    closed: set[str] = field(default_factory=set)
    depths: dict[str, str] = field(default_factory=dict)
    definitions_closed: bool = False
    refused_columns: dict[str, int] = field(default_factory=dict)
    """Columns with the status with which a write that holds them is refused."""
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    written: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    url: str = ""

    def put(self, entity_set: str, **values: Any) -> None:
        """Add or change a record."""
        key = values[KEYS[entity_set]]
        row = self.tables.setdefault(entity_set, {}).setdefault(key.strip("{}").lower(), {})
        row.update({"statecode": 0, "modifiedon": START, **({} if row else {"createdon": START}), **values})
        self.columns.setdefault(entity_set, set()).update(name for name in row if "@" not in name)
        self.log.append((len(self.log) + 1, entity_set, key.strip("{}").lower(), False))

    def delete(self, entity_set: str, key: str) -> None:
        del self.tables[entity_set][key]
        self.log.append((len(self.log) + 1, entity_set, key, True))

    def fault(self, part: str, *replies: Reply | None) -> None:
        """Answers for addresses that hold `part`, one after the other; the last one for ever."""
        waiting = list(replies)
        self.faults.append((part, lambda _: waiting.pop(0) if len(waiting) > 1 else waiting[0]))

    def answer(self, method: str, raw: str, headers: dict[str, str], body: bytes) -> Reply:
        for part, reply in self.faults:
            if part in unquote(raw) and (found := reply(raw)) is not None:
                return found
        parts = urlsplit(raw)
        path = unquote(parts.path).removeprefix("/api/data/v9.2/")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if path == "WhoAmI":
            return ok({"UserId": USER, "OrganizationId": "o", "BusinessUnitId": "b"})
        if path.startswith("RetrieveCurrentOrganization"):
            return ok({"Detail": {"FriendlyName": "Harbour", "OrganizationVersion": "9.2.26"}})
        if "RetrieveUserSetOfPrivilegesByNames" in path:
            held = [{"PrivilegeName": n, "Depth": d} for n, d in self.depths.items() if n in json.loads(query["@p1"])]
            return ok({"RolePrivileges": held})
        if path == "EntityDefinitions":
            if self.definitions_closed:
                return refuse(403, "0x80040220", "missing prvReadEntity")
            return ok({"value": [{"LogicalName": LOGICAL[name]} for name in sorted(self.tracked)]})
        if path.startswith("EntityDefinitions("):
            return self._attribute(path)
        one = re.fullmatch(r"(\w+)\(([0-9a-f-]+)\)", path)
        if one:
            return self._one(method, one[1], one[2], query, headers, body)
        return self._list(path, query, headers)

    def _attribute(self, path: str) -> Reply:
        if self.definitions_closed:
            return refuse(403, "0x80040220", "missing prvReadAttribute")
        name = re.search(r"Attributes\(LogicalName='(\w+)'\)", path)
        found = self.attributes.get(name[1]) if name else None
        return ok(found) if found else refuse(404, "0x80060888", "Could not find an attribute")

    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def _one(
        self, method: str, entity_set: str, key: str, query: dict[str, str], headers: dict[str, str], body: bytes
    ) -> Reply:
        row = self.tables.get(entity_set, {}).get(key)
        if row is None:
            return refuse(404, "0x80040217", f"{entity_set} With Id = {key} Does Not Exist")
        refusals = [self.refused_columns[name] for name in json.loads(body or "{}") if name in self.refused_columns]
        if refusals:
            return refuse(refusals[0])
        if method == "PATCH":
            self.written.append((key, headers, json.loads(body)))
            row.update(json.loads(body))
            return 204, {}, ""
        shown = self._shown(entity_set, row, None)
        if query.get("$expand"):
            shown[EXPANDED] = row.get("tasks", [])
        return ok(shown)

    def _list(self, entity_set: str, query: dict[str, str], headers: dict[str, str]) -> Reply:
        if entity_set not in self.tables:
            return refuse(404, "0x80060888", f"Resource not found for the segment '{entity_set}'.")
        if entity_set in self.closed:
            return refuse(403, "0x80040220", f"Principal user is missing prvRead for {entity_set}")
        prefer = headers.get("Prefer", "")
        chosen = query["$select"].split(",") if "$select" in query else None
        for name in chosen or ():
            if name not in self.columns.get(entity_set, set()) | {KEYS[entity_set]}:
                return refuse(400, "0x80060888", f"Could not find a property named '{name}' on type 'x'.")
        tracking = "odata.track-changes" in prefer or "$deltatoken" in query
        if "odata.track-changes" in prefer and entity_set not in self.tracked:
            return refuse(400, "0x80040203", "Change tracking is not enabled.")
        since = int(query["$deltatoken"].split("!")[0]) if "$deltatoken" in query else None
        if since is not None and since < self.kept_since:
            return refuse(400, "0x80044352", "Version stamp associated with the client has expired.")
        rows = self._changed(entity_set, since, chosen) if since is not None else self._rows(entity_set, query, chosen)
        return self._page(entity_set, query, prefer, rows, tracking=tracking)

    def _rows(self, entity_set: str, query: dict[str, str], chosen: list[str] | None) -> list[dict[str, Any]]:
        rows = [row for row in self.tables[entity_set].values() if _fits(row, query.get("$filter"))]
        if "$orderby" in query:
            rows.sort(key=lambda row: str(row.get(query["$orderby"])))
        shown = [self._shown(entity_set, row, chosen) for row in rows]
        return shown[: int(query["$top"])] if "$top" in query else shown

    def _changed(self, entity_set: str, since: int, chosen: list[str] | None) -> list[dict[str, Any]]:
        keys = [key for revision, name, key, _ in self.log if name == entity_set and revision > since]
        held = self.tables[entity_set]
        context = f"{self.url}/api/data/v9.2/$metadata#{entity_set}/$deletedEntity"
        there = [self._shown(entity_set, held[key], chosen) for key in dict.fromkeys(keys) if key in held]
        gone = [key for key in dict.fromkeys(keys) if key not in held]
        return [*there, *({"@odata.context": context, "id": key, "reason": "deleted"} for key in gone)]

    def _page(
        self, entity_set: str, query: dict[str, str], prefer: str, rows: list[dict[str, Any]], *, tracking: bool
    ) -> Reply:
        asked = re.search(r"odata\.maxpagesize=(\d+)", prefer)
        size = min(self.page_rows, int(asked[1])) if asked else self.page_rows
        token = re.search(r'pagenumber="(\d+)"', query.get("$skiptoken", ""))
        number = int(token[1]) if token else 1
        body: dict[str, Any] = {"@odata.context": "x", "value": rows[(number - 1) * size : number * size]}
        if len(rows) > number * size:
            body["@odata.nextLink"] = self.link(entity_set, query, number + 1)
        elif tracking:
            select = f"$select={query['$select']}&" if "$select" in query else ""
            stamp = f"{len(self.log)}%2108%2f22%2f2026%2008%3a10%3a44"
            body["@odata.deltaLink"] = f"{self.url}/api/data/v9.2/{entity_set}?{select}$deltatoken={stamp}"
        return ok(body)

    def link(self, entity_set: str, query: dict[str, str], number: int) -> str:
        """A next link as Dataverse writes it: the cookie within the token is encoded twice."""
        cookie = quote(quote(f'<cookie page="{number - 1}"><id last="{{A}}" /></cookie>', safe=""), safe="").lower()
        token = f"%3Ccookie%20pagenumber=%22{number}%22%20pagingcookie=%22{cookie}%22%20istracking=%22False%22%20/%3E"
        kept = "".join(f"{name}={quote(value, safe='$,')}&" for name, value in query.items() if name != "$skiptoken")
        return f"{self.url}/api/data/v9.2/{entity_set}?{kept}$skiptoken={token}"

    def _shown(self, entity_set: str, row: dict[str, Any], chosen: list[str] | None) -> dict[str, Any]:
        names = chosen or sorted(self.columns.get(entity_set, ()))
        names = [*names, KEYS[entity_set]]
        shown = {"@odata.etag": 'W/"1"', **{name: row.get(name) for name in names}}
        return shown | {name: row[name] for name in row if name.removesuffix(LABEL) in names}


def _fits(row: dict[str, Any], wanted: str | None) -> bool:
    if wanted is None:
        return True
    since = re.fullmatch(r"modifiedon ge (\S+)", wanted)
    if since:
        return str(row.get("modifiedon")) >= since[1]
    return any(
        row.get(column) in (value, None if value == "null" else value) or str(row.get(column)) == value
        for column, value in re.findall(r"(\w+) eq (\S+)", wanted)
    )


@contextmanager
def serving(environment: Environment) -> Iterator[str]:
    """The environment on a port of its own; its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each answer waits for an acknowledgement of its head
        wbufsize = -1

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = dict(self.headers.items())
            environment.asked.append(self.path)
            environment.headers.append(headers)
            status, said, text = environment.answer(self.command, self.path, headers, body)
            content = text.encode()
            self.send_response(status)
            for name, value in said.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PATCH = _handle  # noqa: N815 - names of the standard library

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    environment.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield environment.url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def harbour() -> Environment:
    """Two plans, three tasks, two people, with everything that Planner Premium and Project Operations may hold."""
    site = Environment(tracked=set(LOGICAL))
    site.put("transactioncurrencies", transactioncurrencyid=EURO, isocurrencycode="EUR")
    site.put("msdyn_programs", msdyn_programid=PROGRAM, msdyn_name="Waterfront")
    site.put("msdyn_projectbuckets", msdyn_projectbucketid=BUCKET, msdyn_name="To do", _msdyn_project_value=P1)
    site.put("systemusers", systemuserid=USER, fullname="Reading App", applicationid="x", internalemailaddress=None,
             isdisabled=False)  # fmt: skip
    site.put("systemusers", systemuserid=MANAGER, fullname="Maja Lind", applicationid=None,
             internalemailaddress="Maja.Lind@example.com", isdisabled=False)  # fmt: skip
    site.put("bookableresources", bookableresourceid=R1, name="Ada Ort", msdyn_primaryemail="Ada@Example.com",
             resourcetype=3, _userid_value=USER)  # fmt: skip
    site.put("bookableresources", bookableresourceid=R2, name="Crane", msdyn_primaryemail=None, resourcetype=4,
             _userid_value=None)  # fmt: skip
    site.put("msdyn_projectteams", msdyn_projectteamid="cccccccc-0000-4000-8000-000000000001", msdyn_name="Welder 1",
             _msdyn_bookableresourceid_value=None)  # fmt: skip
    project(site, P1, _msdyn_projectmanager_value=MANAGER, _msdyn_program_value=PROGRAM)
    project(site, P2, statecode=1)
    task(site, T1, msdyn_summary=True, msdyn_outlinelevel=1)
    task(site, T2, _msdyn_parenttask_value=T1, msdyn_outlinelevel=2, msdyn_progress=0.25)
    task(site, T3, P2, _msdyn_projectbucket_value=None)
    assignment(site, A1)
    assignment(site, A2, _msdyn_taskid_value=T3, _msdyn_projectid_value=P2, _msdyn_bookableresourceid_value=R2)
    site.put("msdyn_projecttaskdependencies", msdyn_projecttaskdependencyid=D1, _msdyn_project_value=P1,
             _msdyn_predecessortask_value=T1, _msdyn_successortask_value=T2, msdyn_projecttaskdependencylinktype=1,
             msdyn_projecttaskdependencylinklag=28800)  # fmt: skip
    baseline(site)
    site.put("msdyn_timeentries", msdyn_timeentryid=E1, _msdyn_project_value=P1, _msdyn_projecttask_value=T2,
             _msdyn_bookableresource_value=R1, msdyn_date="2026-11-20T12:00:00Z", msdyn_duration=450,
             msdyn_entrystatus=192350003)  # fmt: skip
    return site


def project(site: Environment, native: str, **more: Any) -> None:
    site.put("msdyn_projects", **{
        "msdyn_projectid": native, "msdyn_subject": f"Plan {native[-1]}",
        "msdyn_scheduledstart": "2026-10-01T08:00:00Z", "msdyn_tzascheduledstart": None,
        "msdyn_finish": "2026-12-18T17:00:00Z", "msdyn_tzafinish": None,
        "msdyn_progress": 0.5, "msdyn_effort": 80.0, "msdyn_effortcompleted": 40.0, "msdyn_effortremaining": 40.0,
        "msdyn_hoursperday": 7.5, "_msdyn_projectmanager_value": None, "_msdyn_program_value": None,
        "_transactioncurrencyid_value": EURO, **more,
    })  # fmt: skip


def task(site: Environment, native: str, owner: str = P1, **more: Any) -> None:
    site.put("msdyn_projecttasks", **{
        "msdyn_projecttaskid": native, "msdyn_subject": f"Task {native[-1]}", "_msdyn_project_value": owner,
        "_msdyn_parenttask_value": None, "msdyn_displaysequence": float(native.strip("{}")[-1]),
        "msdyn_outlinelevel": 1,        "msdyn_start": "2026-10-01T08:00:00Z", "msdyn_finish": "2026-10-02T16:00:00Z",
        "msdyn_scheduledstart": "2026-10-01T08:00:00Z", "msdyn_scheduledend": "2026-10-02T16:00:00Z",
        "msdyn_tzascheduledstart": None, "msdyn_tzascheduledend": None, "msdyn_duration": 2.0, "msdyn_progress": 0.0,
        "msdyn_effort": 16.0, "msdyn_effortcompleted": 4.0, "msdyn_effortremaining": 12.0, "msdyn_priority": 5,
        "msdyn_summary": False, "msdyn_ismilestone": False, "msdyn_iscritical": True, "msdyn_ismanual": False,
        "_msdyn_projectbucket_value": BUCKET, "_msdyn_projectsprint_value": None, **more,
    })  # fmt: skip


def contour(*slices: tuple[int, int, float]) -> str:
    """Slices of work: start and end in milliseconds since 1970, hours."""
    return json.dumps([{"End": f"/Date({e})/", "Hours": h, "Start": f"/Date({s})/"} for s, e, h in slices])


DAY = 86_400_000
MONDAY = 1_790_582_400_000  # 2026-09-28T08:00:00Z
EIGHT_HOURS = 28_800_000


def assignment(site: Environment, native: str, **more: Any) -> None:
    work = [(MONDAY + n * DAY, MONDAY + n * DAY + EIGHT_HOURS, 8) for n in range(2)]
    site.put("msdyn_resourceassignments", **{
        "msdyn_resourceassignmentid": native, "_msdyn_taskid_value": T2, "_msdyn_projectid_value": P1,
        "_msdyn_bookableresourceid_value": R1, "_msdyn_projectteamid_value": None, "msdyn_effort": 16.0,
        "msdyn_effortcompleted": 4.0, "msdyn_effortremaining": 12.0, "msdyn_start": "2026-10-01T08:00:00Z",
        "msdyn_finish": "2026-10-02T16:00:00Z", "msdyn_plannedwork": contour(*work), **more,
    })  # fmt: skip


def baseline(site: Environment, native: str = B1, owner: str = P1, **more: Any) -> None:
    tasks = [
        {
            "msdyn_projectbaselinetaskdataid": f"dddddddd-0000-4000-8000-00000000000{number}",
            "msdyn_projecttaskid": one, "msdyn_taskstartdate": f"2026-10-0{number}T08:00:00Z",
            "msdyn_taskfinishdate": f"2026-10-1{number}T16:00:00Z", "msdyn_taskeffort": 16.0, "msdyn_taskduration": 2.0,
        }
        for number, one in ((1, T1), (2, T2))
    ]  # fmt: skip
    row = {"msdyn_projectbaselinedataid": native, "_msdyn_projectid_value": owner, "versionnumber": 1}
    site.put("msdyn_projectbaselinedatas", **{**row, "tasks": tasks, **more})
    site.columns["msdyn_projectbaselinedatas"].discard("tasks")
