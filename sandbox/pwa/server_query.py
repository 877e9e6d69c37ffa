"""Query options of the ProjectServer API: $select, $expand, $filter, $top, $skip, on entities as JSON.

Other than in the feed, $expand works here; what is expanded is found by a function, for it is not part of an entity.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from sandbox.http import HttpError, Request, Response
from sandbox.pwa import feed

Json = dict[str, object]
Expansion = Callable[[Json], object]

_TERM = re.compile(r"(\w+) (eq|ne) (guid'[^']*'|'(?:[^']|'')*'|true|false|-?\d+)")


def refuse(status: int, code: str, message: str) -> Response:
    """An error in SharePoint's shape."""
    document = {"odata.error": {"code": code, "message": {"lang": "en-US", "value": message}}}
    return Response.of_json(document, status=status, content_type=feed.LIGHT)


def listed(request: Request, found: Sequence[Json], expansions: Mapping[str, Expansion]) -> Response:
    """Answer a collection."""
    fits = _filter(request.one("$filter"))
    rows = [one for one in found if fits(one)]
    skip, top = int(request.one("$skip", "0")), int(request.one("$top", str(len(rows))))
    shown = [shaped(request, one, expansions) for one in rows[skip : skip + top]]
    return Response.of_json(
        {"odata.metadata": f"{request.origin}/_api/$metadata", "value": shown}, content_type=feed.LIGHT
    )


def single(request: Request, found: Json, expansions: Mapping[str, Expansion]) -> Response:
    """Answer one entity."""
    kind = str(found.get("odata.type", "")).removeprefix("PS.")
    context = f"{request.origin}/_api/$metadata#SP.ApiData.{kind}s/@Element"
    return Response.of_json({"odata.metadata": context} | shaped(request, found, expansions), content_type=feed.LIGHT)


def shaped(request: Request, entity: Json, expansions: Mapping[str, Expansion]) -> Json:
    """An entity with what is selected of it and what is expanded."""
    selected, expanded = request.listed("$select"), request.listed("$expand")
    own = {name for name in selected if "/" not in name}
    told = {k: v for k, v in entity.items() if not own or "*" in own or k in own or k.startswith("odata.")}
    for name in dict.fromkeys(path.partition("/")[0] for path in expanded):
        if name not in expansions:
            raise HttpError(refuse(400, "-1, Microsoft.SharePoint.Client.InvalidClientQueryException",
                                   f"The field or property '{name}' does not exist."))  # fmt: skip
        told[name] = _columns(expansions[name](entity), _below(name, selected))
    return told


def _below(name: str, selected: Sequence[str]) -> set[str]:
    """Columns of something expanded that are selected by path: `Tasks/Id`."""
    return {path.partition("/")[2] for path in selected if path.startswith(f"{name}/")}


def _columns(expanded: object, wanted: set[str]) -> object:
    """The selected columns of what is expanded, one entity or several; all where none is selected."""
    if isinstance(expanded, list):
        return [_columns(one, wanted) for one in expanded]
    if not isinstance(expanded, dict) or not wanted or "*" in wanted:
        return expanded
    return {k: v for k, v in expanded.items() if k in wanted or k.startswith("odata.")}


def _filter(text: str) -> Callable[[Json], bool]:
    tests = []
    for part in re.split(r"\s+and\s+", text) if text else []:
        term = _TERM.fullmatch(part.strip())
        if term is None:
            raise HttpError(refuse(400, "-1, Microsoft.SharePoint.Client.InvalidClientQueryException",
                                   f"The expression \"{text}\" is not valid."))  # fmt: skip
        tests.append((term[1], term[2] == "eq", _value(term[3])))
    return lambda entity: all((entity.get(name) == wanted) is same for name, same, wanted in tests)


def _value(literal: str) -> object:
    if literal in ("true", "false"):
        return literal == "true"
    if literal.endswith("'"):
        return literal.partition("'")[2][:-1].replace("''", "'")
    return int(literal)
