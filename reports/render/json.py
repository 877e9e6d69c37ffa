"""The model as JSON: keys in the model's order, amounts as decimal text, one trailing newline."""

from reports.model import ReportModel


def render_json(model: ReportModel) -> bytes:
    """UTF-8 JSON of the whole report; same model, same bytes."""
    return model.model_dump_json(indent=2).encode() + b"\n"
