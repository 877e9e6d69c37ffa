"""A pretend Microsoft Graph: mailboxes of Exchange Online, and libraries of SharePoint. Written from Microsoft's pages.

site = GraphSite(); site.add_mailbox("pmo@meridian.example"); site.add_library("meridian.sharepoint.com", "/sites/pmo")
with Server(routes(site)) as server:
    ...f"{server.url}/v1.0"      # sign in with TOKEN, or with tokens of a pretend Entra (`entra.graph_callers`)
"""

from sandbox.graph.routes import routes
from sandbox.graph.site import APP, TOKEN, Caller, GraphSite, token

__all__ = ["APP", "TOKEN", "Caller", "GraphSite", "routes", "token"]
