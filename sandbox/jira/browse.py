"""`/browse/KEY`: what a person would see in the browser of an issue or a project, labels and comments among it.

Plain HTML without sign-in, so that the links in reports lead somewhere in a demo. Every text is escaped.
"""

from __future__ import annotations

from html import escape

import orjson

from sandbox.http import Request, Response, Route
from sandbox.jira.records import Comment, Issue, Json, Project
from sandbox.jira.site import JiraSite

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;color:#172b4d}"
    "dt{color:#5e6c84;font-size:.85rem}dd{margin:0 0 .6rem}pre{background:#f4f5f7;padding:.8rem;overflow:auto}"
    ".label{background:#f4f5f7;border-radius:3px;padding:.1rem .4rem;margin-right:.3rem}"
    "article{border-left:3px solid #dfe1e6;padding-left:.8rem}.wiki{white-space:pre-wrap}"
)
_TAGS = {"paragraph": "p", "bulletList": "ul", "orderedList": "ol", "listItem": "li", "heading": "h3"}


def routes(site: JiraSite) -> list[Route]:
    """Serve the pages of a site."""

    def browse(request: Request) -> Response:
        key = request.params["key"]
        with site.lock:
            issue, project = site.issue(key), site.project(key)
            if issue is not None:
                return _page(site.key_of(issue), issue.summary, _issue(site, issue))
            if project is not None:
                return _page(project.key, project.name, _project(site, project))
        page = _html("Not found", "<p>There is no issue or project of that key.</p>")
        return Response.of_text(page, status=404, content_type="text/html;charset=UTF-8")

    return [Route("GET", "/browse/{key}", browse)]


def _page(key: str, title: str, body: str) -> Response:
    return Response.of_text(_html(f"[{key}] {title}", body), content_type="text/html;charset=UTF-8")


def _html(title: str, body: str) -> str:
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    return f'<!DOCTYPE html><html lang="en"><head>{head}</head><body><h1>{escape(title)}</h1>{body}</body></html>'


def _issue(site: JiraSite, issue: Issue) -> str:
    assignee = site.users[issue.assignee].name if issue.assignee else "Unassigned"
    facts = {
        "Project": site.projects[issue.project_id].name,
        "Type": issue.type,
        "Status": issue.status,
        "Assignee": assignee,
        "Due": str(issue.due or "None"),
    }
    labels = "".join(f'<span class="label">{escape(label)}</span>' for label in issue.labels) or "None"
    links = "".join(f"<li>{_web_link(link)}</li>" for link in issue.remote_links.values())
    comments = "".join(_comment(site, comment) for comment in issue.comments)
    return (
        _facts(facts)
        + f"<h2>Labels</h2><p>{labels}</p>"
        + _web_links(links)
        + (f"<h2>Comments</h2>{comments}" if comments else "")
        + _properties(issue.properties)
    )


def _comment(site: JiraSite, comment: Comment) -> str:
    author = site.users[comment.author].name if comment.author else "Anonymous"
    told = f"<p><b>{escape(author)}</b>, {comment.updated:%Y-%m-%d %H:%M} UTC</p>"
    # Data Center keeps wiki text, which is shown as it was written.
    body = f'<pre class="wiki">{escape(comment.body)}</pre>' if isinstance(comment.body, str) else _node(comment.body)
    return f"<article>{told}{body}</article>"


def _node(node: Json) -> str:
    """A node of an Atlassian document; of a kind that is not known here, what is inside."""
    if node.get("type") == "text":
        return _marked(node)
    tag = _TAGS.get(str(node.get("type")))
    inside = "".join(_node(child) for child in node.get("content") or ())
    return f"<{tag}>{inside}</{tag}>" if tag else inside


def _marked(node: Json) -> str:
    shown = escape(str(node.get("text", "")))
    for mark in node.get("marks") or ():
        if mark["type"] == "strong":
            shown = f"<b>{shown}</b>"
        elif mark["type"] == "link":
            shown = _link(str(mark["attrs"]["href"]), shown)
    return shown


def _web_links(items: str) -> str:
    return f"<h2>Web links</h2><ul>{items}</ul>" if items else ""


def _web_link(link: Json) -> str:
    target = link["object"]
    title, summary = escape(str(target["title"])), escape(str(target.get("summary") or ""))
    address = str(target["url"])
    return f"{_link(address, title)} {summary}"


def _link(address: str, shown: str) -> str:
    """Only web addresses become links: whoever writes one must not be able to run a script here."""
    return f'<a href="{escape(address)}">{shown}</a>' if address.startswith(("http://", "https://")) else shown


def _project(site: JiraSite, project: Project) -> str:
    lead = site.users[project.lead].name
    facts = {"Lead": lead, "Category": project.category or "None", "Issues": str(len(site.issues_of(project)))}
    return _facts(facts) + _properties(project.properties)


def _facts(facts: dict[str, str]) -> str:
    return (
        "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items()) + "</dl>"
    )


def _properties(properties: dict[str, Json]) -> str:
    if not properties:
        return ""
    text = orjson.dumps(properties, option=orjson.OPT_INDENT_2).decode()
    return f"<h2>Entity properties (machines only)</h2><pre>{escape(text)}</pre>"
