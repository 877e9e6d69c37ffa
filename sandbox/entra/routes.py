"""The addresses of a tenant: discovery, authorize, device code, token."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.entra.endpoint import TokenEndpoint
from sandbox.entra.errors import refuse
from sandbox.entra.site import EntraSite
from sandbox.http import Handler, Request, Response, Route

ANY_TENANT = ("common", "organizations")


def routes(site: EntraSite) -> list[Route]:
    """Routes of one tenant, under its id and under the names that stand for any."""
    endpoint = TokenEndpoint(site)

    def of_tenant(handler: Handler) -> Handler:
        def handle(request: Request) -> Response:
            named = request.params["tenant"]
            if named not in (site.tenant, *ANY_TENANT):
                refuse(site.now, "invalid_request", 90002, f"Tenant '{named}' not found. Check to make sure you have "
                       "the correct tenant ID and are signing into the correct cloud.")  # fmt: skip
            return handler(request)

        return handle

    table: tuple[tuple[str, str, Callable[[Request], Response]], ...] = (
        ("GET", "/{tenant}/v2.0/.well-known/openid-configuration", lambda r: _configuration(site, r)),
        ("GET", "/{tenant}/oauth2/v2.0/authorize", endpoint.authorize),
        ("POST", "/{tenant}/oauth2/v2.0/devicecode", endpoint.device_code),
        ("POST", "/{tenant}/oauth2/v2.0/token", endpoint.token),
    )
    return [
        Route("GET" if method == "GET" else "POST", pattern, of_tenant(handler)) for method, pattern, handler in table
    ]


def _configuration(site: EntraSite, request: Request) -> Response:
    here = f"{request.origin}/{request.params['tenant']}"
    return Response.of_json(
        {
            "token_endpoint": f"{here}/oauth2/v2.0/token",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "jwks_uri": f"{here}/discovery/v2.0/keys",
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": f"{request.origin}/{site.tenant}/v2.0",
            "authorization_endpoint": f"{here}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{here}/oauth2/v2.0/devicecode",
            "tenant_region_scope": "EU",
            "cloud_instance_name": "microsoftonline.com",
        }
    )
