"""ProjectData: a request to an entity set of the feed, answered (OData v3, JSON light or verbose)."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

from sandbox.http import Request, Response
from sandbox.pwa.literals import BadLiteral, Value, as_json, parse, write
from sandbox.pwa.query import BadQuery, Names, compile_filter, compile_order, sort_key
from sandbox.pwa.schema import EntitySet, Language
from sandbox.pwa.site import PwaSite

OPTIONS = ("$filter", "$orderby", "$select", "$top", "$skip", "$skiptoken", "$inlinecount", "$format")
LIGHT = "application/json;odata=minimalmetadata;streaming=true;charset=utf-8"
VERBOSE = "application/json;odata=verbose;charset=utf-8"


def error(status: int, message: str) -> Response:
    """An error in the server's shape."""
    document = {"odata.error": {"code": "", "message": {"lang": "en-US", "value": message}}}
    return Response.of_json(document, status=status, content_type=LIGHT)


def answer(site: PwaSite, request: Request, *, name: str, language: Language, path: str) -> Response:
    """One page of the set called `name` in `language`; `path` is how the client addressed the set."""
    entity_set = next((s for s in site.schema.values() if s.named(language) == name), None)
    if entity_set is None:
        return error(404, f"Resource not found for the segment '{name}'.")
    accept = request.headers.get("Accept", "")
    if "json" not in accept and request.one("$format") != "json":
        return error(406, "This server answers in JSON only: send Accept: application/json.")
    unknown = [o for o in request.query if o.startswith("$") and o not in OPTIONS]
    if unknown:
        return error(501, f"The query option '{unknown[0]}' is not implemented by this service.")
    try:
        with site.lock:
            return _page(site, request, entity_set, Names(entity_set, language, site.of_fields), path)
    except (BadQuery, BadLiteral) as bad:
        return error(400, str(bad))


def _page(site: PwaSite, request: Request, entity_set: EntitySet, names: Names, path: str) -> Response:
    rows = _found(site, request, entity_set, names)
    total = len(rows)
    order = request.one("$orderby")
    token = request.one("$skiptoken")
    rows = _after(rows, token, entity_set) if token else rows[_number(request, "$skip", 0) :]
    top = _number(request, "$top", len(rows))
    size = site.page_sizes[entity_set.name]
    page = rows[: min(size, top)]
    columns = [names.column(c) for c in request.listed("$select") if c != "*"]
    served = [c for c in site.served(entity_set) if not columns or c.name in columns]
    verbose = "odata=verbose" in request.headers.get("Accept", "")
    body: list[dict[str, object]] = [
        {names.of(c): as_json(row[c.name], verbose=verbose) for c in served} for row in page
    ]
    following = None
    if len(page) == size and len(rows) > size and top > size:
        offset = total - len(rows) + size
        mark = f"@{offset}" if order else ",".join(write(page[-1][k]) for k in entity_set.key)
        left = {"$top": str(top - size)} if request.one("$top") else {}
        following = _link(request, path, {"$skiptoken": mark, **left})
    if verbose:
        return _verbose(request, entity_set, body, page, path=path, following=following)
    answered: dict[str, object] = {
        "odata.metadata": f"{request.origin}{path.rpartition('/')[0]}/$metadata#{path.rpartition('/')[2]}"
    }
    if request.one("$inlinecount") == "allpages":
        answered["odata.count"] = str(total)
    answered["value"] = body
    if following:
        answered["odata.nextLink"] = following
    return Response.of_json(answered, content_type=LIGHT, headers={"DataServiceVersion": "3.0"})


def _found(site: PwaSite, request: Request, entity_set: EntitySet, names: Names) -> list[dict[str, Value]]:
    """Rows that fit the filter, in the order wanted, ties by key."""
    text = request.one("$filter")
    rows = site.rows(entity_set.name)
    if text:
        fits = compile_filter(text, names)
        rows = [row for row in rows if fits(row)]
    for column in reversed(entity_set.key):
        rows.sort(key=sort_key(column))
    order = request.one("$orderby")
    for column, descending in reversed(compile_order(order, names) if order else []):
        rows.sort(key=sort_key(column), reverse=descending)
    return rows


def _after(rows: Sequence[dict[str, Value]], token: str, entity_set: EntitySet) -> list[dict[str, Value]]:
    """Rows behind a continuation token: a place in the order asked for, or the key of the last row given."""
    if token.startswith("@"):
        return list(rows[int(token[1:]) :])
    last = dict(zip(entity_set.key, map(parse, token.split(",")), strict=True))
    behind = [sort_key(column)(last) for column in entity_set.key]
    return [row for row in rows if [sort_key(column)(row) for column in entity_set.key] > behind]


def _number(request: Request, option: str, default: int) -> int:
    text = request.one(option)
    if not text:
        return default
    if not text.isdigit():
        raise BadQuery(f"Incorrect format for {option} argument '{text}'.")
    return int(text)


def _link(request: Request, path: str, more: Mapping[str, str]) -> str:
    kept = {k: v[-1] for k, v in request.query.items() if k not in ("$skip", "$skiptoken", "$top")}
    return f"{request.origin}{quote(path, safe='/')}?{urlencode({**kept, **more}, quote_via=quote, safe='$')}"


def _verbose(
    request: Request,
    entity_set: EntitySet,
    body: Sequence[dict[str, object]],
    page: Sequence[Mapping[str, Value]],
    *,
    path: str,
    following: str | None,
) -> Response:
    results = []
    for shown, row in zip(body, page, strict=True):
        first = entity_set.key[0] if len(entity_set.key) == 1 else None
        key = write(row[first]) if first else ",".join(f"{k}={write(row[k])}" for k in entity_set.key)
        uri = f"{request.origin}{path}({key})"
        results.append({"__metadata": {"id": uri, "uri": uri, "type": f"ReportingData.{entity_set.entity}"}, **shown})
    document: dict[str, object] = {"results": results}
    if following:
        document["__next"] = following
    return Response.of_json({"d": document}, content_type=VERBOSE)
