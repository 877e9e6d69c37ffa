"""A client of the pretend Dataverse, signed in."""

from dataclasses import dataclass
from typing import Any

import requests

TOKEN = "sandbox-dataverse-token"
SIGN_IN = f"Bearer {TOKEN}"


@dataclass
class Dataverse:
    url: str

    def get(self, path: str, *, prefer: str = "", sign_in: str = SIGN_IN, **options: str) -> requests.Response:
        """`options` are query options without their dollar sign; a whole address is asked for as it is."""
        address = path if path.startswith("http") else f"{self.url}/api/data/v9.2/{path}"
        headers = {"Authorization": sign_in, "Accept": "application/json"} | ({"Prefer": prefer} if prefer else {})
        return requests.get(address, params={f"${k}": v for k, v in options.items()}, headers=headers, timeout=10)

    def rows(self, path: str, **options: Any) -> list[dict[str, Any]]:
        answer = self.get(path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()["value"]

    def pages(self, path: str, *, prefer: str, **options: str) -> list[dict[str, Any]]:
        """The documents of all pages."""
        documents = [self.get(path, prefer=prefer, **options).json()]
        while link := documents[-1].get("@odata.nextLink"):
            documents.append(self.get(link, prefer=prefer).json())
        return documents

    def patch(self, path: str, change: object, **headers: str) -> requests.Response:
        given = {"Authorization": SIGN_IN, "If-Match": "*"} | {k.replace("_", "-"): v for k, v in headers.items()}
        return requests.patch(f"{self.url}/api/data/v9.2/{path}", json=change, headers=given, timeout=10)
