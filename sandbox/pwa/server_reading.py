"""What the ProjectServer API tells: projects, drafts, tasks, links, custom fields, resources, calendars, jobs."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.http import Handler, HttpError, Request, Response, Route
from sandbox.pwa import server_shapes as shapes
from sandbox.pwa.fields import CustomField
from sandbox.pwa.server_query import Expansion, Json, listed, refuse, single
from sandbox.pwa.server_shapes import Place, Row
from sandbox.pwa.site import PwaSite

API = "/_api/ProjectServer"
_CALENDAR = {"odata.type": "PS.Calendar", "Id": "b6635b2e-e747-4771-a78b-24f7509629d0", "IsStandardCalendar": True,
             "Name": "Standard", "OriginalId": 1}  # fmt: skip


class Reader:
    """Answers reading requests to one site. `base` is the path of the Project Web App."""

    def __init__(self, site: PwaSite, base: str) -> None:
        self._site, self._base = site, base

    def routes(self, guarded: Callable[[Handler], Handler]) -> list[Route]:
        """The routes, each behind `guarded`."""
        table: tuple[tuple[str, Handler], ...] = (
            ("/Projects", self._projects),
            ("/Projects('{id}')", self._project),
            ("/Projects('{id}')/Draft", self._draft),
            ("/Projects('{id}')/CheckedOutBy", self._checked_out_by),
            ("/Projects('{id}')/IncludeCustomFields", self._with_fields),
            ("/Projects('{id}')/Draft/IncludeCustomFields", self._draft_with_fields),
            ("/Projects('{id}')/Tasks", self._tasks),
            ("/Projects('{id}')/TaskLinks", self._links),
            ("/Projects('{id}')/CustomFields", self._fields_of_project),
            ("/CustomFields", self._fields),
            ("/CustomFields('{id}')", self._field),
            ("/CustomFields('{id}')/InternalName", self._internal_name),
            ("/CustomFields('{id}')/LookupEntries", self._entries),
            ("/LookupTables", self._tables),
            ("/LookupTables('{id}')/Entries", self._entries_of_table),
            ("/EnterpriseResources", self._resources),
            ("/Calendars", self._calendars),
            ("/QueueJobs('{id}')", self._job),
        )
        return [Route("GET", self._base + API + path, guarded(self._locked(answer))) for path, answer in table]

    def _locked(self, answer: Handler) -> Handler:
        def handle(request: Request) -> Response:
            with self._site.lock:
                return answer(request)

        return handle

    # -- projects ----------------------------------------------------------------------------------------------------

    def _projects(self, request: Request) -> Response:
        place = self._place(request)
        rows = [shapes.project(place, self._site, row) for row in self._site.rows("Projects")]
        return listed(request, rows, self._of_project(request))

    def _project(self, request: Request) -> Response:
        told = shapes.project(self._place(request), self._site, self._row(request))
        return single(request, told, self._of_project(request))

    def _draft(self, request: Request) -> Response:
        told = shapes.project(self._place(request), self._site, self._row(request), draft=True)
        return single(request, told, self._of_project(request))

    def _checked_out_by(self, request: Request) -> Response:
        by = self._site.drafts.of(str(self._row(request)["ProjectId"])).by
        return single(request, {"odata.null": True} if by is None else shapes.user(by), {})

    def _with_fields(self, request: Request) -> Response:
        return single(request, self._values(request, self._row(request), draft=False), {})

    def _draft_with_fields(self, request: Request) -> Response:
        return single(request, self._values(request, self._row(request), draft=True), {})

    def _values(self, request: Request, row: Row, *, draft: bool) -> Json:
        told = shapes.project(self._place(request), self._site, row, draft=draft)
        changed = self._site.drafts.of(str(row["ProjectId"])).values if draft else {}
        for own in self._site.fields:
            value = changed.get(own.column, row[own.column])
            if value is not None:
                told[own.key] = own.told(value)  # a field that is not set is left out
        return told

    def _tasks(self, request: Request) -> Response:
        return listed(request, self._tasks_of(request, str(self._row(request)["ProjectId"])), {})

    def _tasks_of(self, request: Request, project: str) -> list[Json]:
        rows = {str(r["TaskId"]): r for r in self._site.rows("Tasks", ProjectId=project)}
        bases = {str(r["TaskId"]): r for r in self._site.rows("TaskBaselines", ProjectId=project, BaselineNumber=0)}
        place = self._place(request)
        return [
            shapes.task(place, project, own, rows.get(own.id), bases.get(own.id))
            for own in self._site.tasks.get(project, [])
        ]

    def _links(self, request: Request) -> Response:
        return listed(request, self._links_of(str(self._row(request)["ProjectId"])), {})

    def _links_of(self, project: str) -> list[Json]:
        return [shapes.link(own) for own in self._site.links.get(project, [])]

    def _fields_of_project(self, request: Request) -> Response:
        row = self._row(request)
        used = [own for own in self._site.fields if row[own.column] is not None]
        rows = [shapes.custom_field(self._place(request), own) for own in used]
        return listed(request, rows, self._of_field())

    # -- the site ----------------------------------------------------------------------------------------------------

    def _fields(self, request: Request) -> Response:
        rows = [shapes.custom_field(self._place(request), own) for own in self._site.fields]
        return listed(request, rows, self._of_field())

    def _field(self, request: Request) -> Response:
        return single(request, shapes.custom_field(self._place(request), self._need_field(request)), self._of_field())

    def _internal_name(self, request: Request) -> Response:
        return single(request, {"value": self._need_field(request).internal_name}, {})

    def _entries(self, request: Request) -> Response:
        return listed(request, shapes.entries(self._need_field(request)), {})

    def _tables(self, request: Request) -> Response:
        rows = [shapes.lookup_table(self._place(request), own) for own in self._site.fields if own.entries]
        return listed(request, rows, {"Entries": lambda one: self._entries_by_table(str(one["Id"]))})

    def _entries_of_table(self, request: Request) -> Response:
        return listed(request, self._entries_by_table(request.params["id"].lower()), {})

    def _entries_by_table(self, table: str) -> list[Json]:
        return [entry for own in self._site.fields if own.table_id == table for entry in shapes.entries(own)]

    def _resources(self, request: Request) -> Response:
        place = self._place(request)
        return listed(request, [shapes.resource(place, row) for row in self._site.rows("Resources")], {})

    def _calendars(self, request: Request) -> Response:
        return listed(request, [dict(_CALENDAR)], {"BaseCalendarExceptions": lambda _: []})

    def _job(self, request: Request) -> Response:
        known = request.params["id"].lower()
        if known not in self._site.drafts.jobs:
            raise HttpError(refuse(404, "-1, Microsoft.SharePoint.Client.ResourceNotFoundException", "No such job."))
        return single(request, shapes.job(self._place(request), self._site.drafts.look(known)), {})

    # -- what they share ---------------------------------------------------------------------------------------------

    def _of_project(self, request: Request) -> dict[str, Expansion]:
        def own(one: Json) -> str:
            return str(one["Id"])

        def checked_out_by(one: Json) -> Json | None:
            by = self._site.drafts.of(own(one)).by
            return None if by is None else shapes.user(by)

        return {
            "CheckedOutBy": checked_out_by,
            "Tasks": lambda one: self._tasks_of(request, own(one)),
            "TaskLinks": lambda one: self._links_of(own(one)),
            "IncludeCustomFields": lambda one: self._values(
                request, self._site.rows("Projects", ProjectId=own(one))[0], draft=False
            ),
        }

    def _of_field(self) -> dict[str, Expansion]:
        by_id = {own.id: own for own in self._site.fields}
        return {
            "LookupEntries": lambda one: shapes.entries(by_id[str(one["Id"])]),
            "EntityType": lambda _: {"odata.type": "PS.EntityType", "Name": "Project"},
        }

    def _place(self, request: Request) -> Place:
        return Place(f"{request.origin}{self._base}")

    def _row(self, request: Request) -> Row:
        return need_project(self._site, request)

    def _need_field(self, request: Request) -> CustomField:
        wanted = request.params["id"].lower()
        found = next((own for own in self._site.fields if own.id == wanted), None)
        if found is None:
            raise HttpError(refuse(404, "11702, Microsoft.ProjectServer.PJClientCallableException",
                                   "CustomFieldInvalidUID"))  # fmt: skip
        return found


def need_project(site: PwaSite, request: Request) -> Row:
    """The feed's row of the project that the path names; 404 where there is none."""
    rows = site.rows("Projects", ProjectId=request.params["id"].lower())
    if not rows:
        raise HttpError(refuse(404, "1028, Microsoft.ProjectServer.PJClientCallableException",
                               "ProjectDoesNotExist (1028)"))  # fmt: skip
    return rows[0]
