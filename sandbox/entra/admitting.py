"""Tokens of a pretend tenant at the doors of the other pretend tools: each resource takes those made for it alone."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.dataverse.site import SERVICE_USER, Caller, guid
from sandbox.entra.site import EntraSite
from sandbox.graph.site import Caller as GraphCaller


def dataverse_callers(site: EntraSite, audience: str) -> Callable[[str], Caller | None]:
    """For `sandbox.dataverse.routes`: an app is the technical account, a person is a licensed user."""

    def admit(token: str) -> Caller | None:
        held = site.holder(token, audience)
        if held is None:
            return None
        return Caller(SERVICE_USER) if held.user is None else Caller(guid(f"user {held.user}"), application=False)

    return admit


def graph_callers(site: EntraSite, audience: str) -> Callable[[str], GraphCaller | None]:
    """For `sandbox.graph.GraphSite`: what the app was granted. A person may what the app may, in their own name."""

    def admit(token: str) -> GraphCaller | None:
        held = site.holder(token, audience)
        return None if held is None else GraphCaller(site.apps[held.app].roles, held.app, held.user)

    return admit


def user_tokens(site: EntraSite, audience: str) -> Callable[[str], bool]:
    """For `sandbox.pwa.PwaAuth`: tokens of people only, for Project Web App refuses apps (add-in policy types)."""

    def admit(token: str) -> bool:
        held = site.holder(token, audience)
        return held is not None and held.user is not None

    return admit
