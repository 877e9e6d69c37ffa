"""The page and the JSON in the form of the other renderers; the page is its own full report and needs no address."""

from reports.model import ReportModel
from reports.render.html import render_html
from reports.render.json import render_json


def html(model: ReportModel, page: str | None = None) -> bytes:
    """The page."""
    del page
    return render_html(model)


def json(model: ReportModel, page: str | None = None) -> bytes:
    """The model as JSON."""
    del page
    return render_json(model)
