"""One call: who makes it, what the client prefers, and how answers are dressed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from sandbox.dataverse.errors import JSON_TYPE, no_such_segment
from sandbox.dataverse.schema import Table
from sandbox.dataverse.site import Caller, DataverseSite, Row
from sandbox.http import Request, Response

MOST_ROWS = 5000
"""Rows of a page at most, whatever was preferred (Microsoft, "Page results")."""
_PREFERENCE = re.compile(r'([\w.-]+)(?:\s*=\s*(?:"([^"]*)"|([^,;\s]*)))?')


@dataclass(frozen=True)
class Call:
    """One call that was let in; the site's lock is held while it is answered. `base` ends with the version."""

    site: DataverseSite
    request: Request
    caller: Caller
    base: str

    @cached_property
    def preferences(self) -> dict[str, str]:
        """What the Prefer header says, names in lower case; a preference without a value has an empty one."""
        given = self.request.headers.get_all("Prefer") or []
        found = _PREFERENCE.finditer(",".join(given))
        return {match[1].lower(): match[2] or match[3] or "" for match in found}

    @property
    def page_size(self) -> int | None:
        """Rows of a page that the client prefers; None where it says nothing."""
        text = self.preferences.get("odata.maxpagesize", "")
        return max(1, min(int(text), MOST_ROWS)) if text.isdigit() else None

    @property
    def annotations(self) -> str | None:
        """Which annotations the client wants beside values, None for none."""
        return self.preferences.get("odata.include-annotations")

    @property
    def tracks(self) -> bool:
        """Whether the client asks for a delta link."""
        return "odata.track-changes" in self.preferences

    @property
    def root(self) -> str:
        """Where the service is, with the version, without a slash at the end."""
        return f"{self.request.origin}{self.base}"

    def table(self) -> Table:
        """The table that the path names; 404 where the environment has none of that name."""
        name = self.request.params["set"]
        return self.site.tables.get(name) or no_such_segment(name)

    def visible(self, table: Table) -> list[Row]:
        """The rows that the caller may see."""
        rows = list(self.site.rows[table.entity_set].values())
        if self.caller.depth == "organization" or not table.owned:
            return rows
        return [row for row in rows if row["_ownerid_value"] == self.caller.user]

    def answer(self, document: dict[str, object]) -> Response:
        """Answer with a document, telling which preferences were followed."""
        followed = []
        if self.page_size is not None:
            followed.append(f"odata.maxpagesize={self.page_size}")
        if self.annotations is not None:
            followed.append(f'odata.include-annotations="{self.annotations}"')
        if self.tracks:
            followed.append("odata.track-changes")
        headers = {"OData-Version": "4.0"} | ({"Preference-Applied": ",".join(followed)} if followed else {})
        return Response.of_json(document, content_type=JSON_TYPE, headers=headers)
