"""A pretend Project Web App (Project Server Subscription Edition) that serves plans as the vendor's server does."""

from sandbox.pwa.routes import PwaAuth, routes
from sandbox.pwa.site import PwaSite, ServerTask, TaskLink

__all__ = ["PwaAuth", "PwaSite", "ServerTask", "TaskLink", "routes"]
