"""A pretend Tempo Timesheets over a pretend Jira: `TempoSite(jira)`, filled and changed as people would.

Cloud: `Server(routes(site))` serves REST v4 at /tempo/4 (worklogs, read and booked, accounts and their links, timesheet
approvals, periods, teams, schedules, workload and holiday schemes), deletions at /tempo/audit/1, tokens at
/tempo/oauth/token; `pace(BASE)` among the gates refuses more than five requests a second. Data Center:
`data_center_routes(site, admit)` serves /rest/tempo-timesheets/4 and /rest/tempo-accounts/1 beside a Jira server.
`fill_tempo` moves a part of the company's booked time into Tempo.
"""

from sandbox.tempo.fill import fill_tempo
from sandbox.tempo.routes import BASE, routes
from sandbox.tempo.routes_data_center import data_center_routes
from sandbox.tempo.signin import TempoAuth, pace
from sandbox.tempo.site import Booked, TempoSite
from sandbox.tempo.timesheets import RefusedByTempo

__all__ = [
    "BASE",
    "Booked",
    "RefusedByTempo",
    "TempoAuth",
    "TempoSite",
    "data_center_routes",
    "fill_tempo",
    "pace",
    "routes",
]
