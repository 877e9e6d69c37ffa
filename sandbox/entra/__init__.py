"""A pretend Microsoft Entra ID: apps, people, and the tokens that they get, behind TLS on loopback.

`msal` takes https authorities only, so the server has a certificate that is made when it starts:

    entra = EntraSite(); entra.add_app("app-id", secret="...", resources=[...])
    with serve_entra(entra) as served:
        msal.ConfidentialClientApplication(
            "app-id", client_credential="...", authority=served.authority, instance_discovery=False,
            http_client=session)    # session.verify = served.ca_file; session.trust_env = False, for
                                    # requests lets REQUESTS_CA_BUNDLE go before it

`site.EntraSite` is filled and changed; `endpoint` is the token endpoint, `assertions` checks certificates, `routes`
are the addresses, `admitting` lets tokens into the other pretend tools.
"""

from sandbox.entra.admitting import dataverse_callers, graph_callers, user_tokens
from sandbox.entra.serving import ServedEntra, serve_entra
from sandbox.entra.site import EntraSite

__all__ = ["EntraSite", "ServedEntra", "dataverse_callers", "graph_callers", "serve_entra", "user_tokens"]
