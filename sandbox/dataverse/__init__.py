"""A pretend Dataverse environment with Planner Premium in it, behind the Web API v9.2.

Fill and change it (`site.DataverseSite`): add, edit, delete, add_column, drop_table; `tracked` tables, `callers` by
bearer token, `now` (by which delta links grow old). Serve it: `Server(routes(site))`, or with the pretend company:
`sandbox.serve.Sandbox(dataverse=True)`.

  columns   what each table holds, by wire name        schema    tables, kinds of columns, navigation
  query     $filter and $orderby                       feed      one page of a table
  changes   change tracking: delta links               reading   a record, a count, a delta
  definitions  EntityDefinitions and attributes        writing   PATCH of a project's own columns
  shapes    rows as JSON, labels beside them           errors    refusals in Dataverse's shape
  calls     who calls, what is preferred               faults    what goes wrong on request
"""

from sandbox.dataverse.routes import routes
from sandbox.dataverse.schema import Column
from sandbox.dataverse.site import Caller, DataverseSite

__all__ = ["Caller", "Column", "DataverseSite", "routes"]
