"""The page: one self-contained file without any outside request.

Styles, script and data are inlined; the content policy allows exactly them, by hash. The first page needs no script;
the script only filters, sorts and opens the drill-down.
"""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from portfolio.model.checks import SEVERITIES
from reports.diff.values import value_form
from reports.figures import Figures
from reports.inputs import DIMENSIONS
from reports.model import ReportModel
from reports.render import palette, svg
from reports.render.charts import map_chart, project_charts
from reports.render.details import detail_groups
from reports.render.links import web_link
from reports.render.origins import full_origins, short_origins
from reports.render.payload import packed
from reports.render.places import Places
from reports.render.tables import (
    STATIC_FINDINGS,
    STATIC_PROJECTS,
    finding_columns,
    project_cells,
    project_columns,
)
from reports.words import Words


def render_html(model: ReportModel, places: Places = Places()) -> bytes:  # noqa: B008 - frozen
    """The report as one HTML file, UTF-8. `places` tells where its links lead."""
    words = Words(model.language)
    figures = Figures(words, exact=len(model.projects) == 1)
    style = page_style(live=places.is_live)
    script = _asset("report.js")
    page = environment(model.language).get_template("page.html.j2")
    text = page.render(
        m=model,
        figures=figures,
        style=Markup(style),  # noqa: S704 - our own file, no data in it
        script=Markup(script),  # noqa: S704 - our own file, no data in it
        policy=content_policy(style, script),
        split=places.pages is not None,
        data=Markup(packed(model, words, figures, places)),  # noqa: S704 - 85 signs, none of which opens or closes an element
        places=places,
        shown=frozenset(model.sections),
        dimensions=DIMENSIONS,
        severities=SEVERITIES,
        project_columns=project_columns(words, model.own_columns),
        project_rows=[
            (p, project_cells(p, words, figures, model.own_columns)) for p in model.projects[:STATIC_PROJECTS]
        ],
        single=detail_groups(model.projects[0], words, figures) if len(model.projects) == 1 else (),
        single_charts=project_charts(model.projects[0], model.tiles.eac, words, figures)
        if len(model.projects) == 1
        else (),
        map_chart=map_chart(model.map, words, figures),
        origins_of={p.ref.id: short_origins(p, words, figures) for p in model.projects},
        single_origins=full_origins(model.projects[0], words, figures) if len(model.projects) == 1 else (),
        finding_columns=finding_columns(words),
        finding_rows=model.findings[:STATIC_FINDINGS],
        portfolio_rows=model.portfolio[:STATIC_FINDINGS],
        waived_rows=model.waived[:STATIC_FINDINGS],
        keys={p.ref.id: p.ref for p in model.projects},
        titles={r.id: r.title for r in model.rules},
        programmes=sorted({p.programme for p in model.projects if p.programme}),
    )
    return text.encode()


def page_style(*, live: bool = False) -> str:
    """The styles of every page; those of a served one have a few more."""
    return palette.css() + _asset("report.css") + (_asset("live.css") if live else "")


def report_policy() -> str:
    """What a served report may load: its own style and script."""
    return content_policy(page_style(live=True), _asset("report.js"))


def content_policy(style: str, script: str | None, *, forms: bool = False) -> str:
    """Allows the page's own style and script, by hash, its icon, and nothing else; with `forms`, sending one to where
    the page comes from."""
    scripts = f"'{_hash(script)}'" if script is not None else "'none'"
    target = "'self'" if forms else "'none'"
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src {scripts}; img-src data:; base-uri 'none'; "
        f"form-action {target}"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _asset(name: str) -> str:
    return files("reports.render").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def environment(language: str) -> Environment:
    """Our templates, with words and links of that language at hand."""
    words = Words(language)
    made = Environment(
        loader=PackageLoader("reports.render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        words=words, count=words.count, term=words.term, svg=svg, value_form=value_form, web_link=web_link
    )
    return made
