"""The page as a folder, for large portfolios: a first page, and one page a project with all its findings and charts.

Links are relative, so the folder may lie anywhere and be zipped. Each page holds its own style under the same policy as
the single file; those of projects run no script at all.
"""

import re
from collections.abc import Mapping

from markupsafe import Markup

from reports.figures import Figures
from reports.model import Finding, Project, ReportModel
from reports.render.charts import project_charts
from reports.render.details import detail_groups
from reports.render.html import content_policy, environment, page_style, render_html
from reports.render.origins import full_origins, short_origins
from reports.render.places import Places
from reports.words import Words

_ODD = re.compile(r"[^A-Za-z0-9_-]+")


def render_html_split(model: ReportModel, page: str | None = None) -> Mapping[str, bytes]:
    """Content by path inside the folder: `index.html`, and `projects/KEY.html` for each project."""
    del page
    places = project_places(model)
    words = Words(model.language)
    figures = Figures(words, exact=True)
    found: dict[str, list[Finding]] = {}
    for finding in model.findings:
        found.setdefault(finding.project_id, []).append(finding)
    files = {"index.html": render_html(model, Places(pages=places))}
    for project in model.projects:
        files[places[project.ref.key]] = _page(model, project, found.get(project.ref.id, []), words, figures)
    return files


def project_places(model: ReportModel) -> dict[str, str]:
    """Path of each project's page by key. File systems that know no case must tell them apart, too."""
    places: dict[str, str] = {}
    taken: set[str] = set()
    for project in model.projects:
        name = stem = _ODD.sub("-", project.ref.key).strip("-") or "project"
        number = 2
        while name.lower() in taken:
            name, number = f"{stem}-{number}", number + 1
        taken.add(name.lower())
        places[project.ref.key] = f"projects/{name}.html"
    return places


def _page(model: ReportModel, project: Project, found: list[Finding], words: Words, figures: Figures) -> bytes:
    style = page_style()
    text = (
        environment(model.language)
        .get_template("project.html.j2")
        .render(
            m=model,
            p=project,
            found=found,
            figures=figures,
            style=Markup(style),  # noqa: S704 - our own file, no data in it
            policy=content_policy(style, None),
            drawn=project_charts(project, model.tiles.eac, words, figures),
            groups=detail_groups(project, words, figures),
            short=short_origins(project, words, figures),
            full=full_origins(project, words, figures),
            titles={r.id: r.title for r in model.rules},
            fixes={r.id: r.fix for r in model.rules if r.fix},
            single=(),
        )
    )
    return text.lstrip().encode()
