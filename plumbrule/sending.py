"""Makes the reports that audiences get, in the forms that their receivers show."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath

from plumbrule.audience import within
from plumbrule.receivers import SHOWN
from plumbrule.report_settings import AudienceReport
from plumbrule.reporting import make_report
from plumbrule.schedule import is_due
from plumbrule.settings import Settings
from plumbrule.waiving import Overlay
from plumbrule.wordings import Wordings
from portfolio.delivery import Delivery, Document
from reports.deliveries import Sending
from reports.model import ReportModel
from reports.render.formats import FORMATS
from reports.render.mail import subject_and_text
from rules.ruleset import RuleSet
from sync import FileReader

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".xml": "application/xml",
    ".pdf": "application/pdf",
    ".sarif": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def sendings(
    reader: FileReader,
    settings: Settings,
    rules: RuleSet,
    overlay: Overlay,
    today: date,
    *,
    wordings: Wordings | None = None,
) -> Iterator[Sending]:
    """Every report that is due today to every receiver of it.

    On other days a page keeps what it has: its report is not made, and nothing is taken back (see `held_pages`).
    """
    for report in settings.reports:
        if report.send and is_due(report, today):
            model = audience_report(reader, settings, rules, report, overlay, wordings=wordings)
            for name in dict.fromkeys(report.send):
                yield _sending(model, settings, report, name, today)


def audience_report(
    reader: FileReader,
    settings: Settings,
    rules: RuleSet,
    report: AudienceReport,
    overlay: Overlay,
    *,
    wordings: Wordings | None = None,
) -> ReportModel:
    """The model of one report: of its projects, in its language."""
    scope = within(reader, report.scope)
    title = report.title or settings.portfolio.name
    return make_report(
        reader,
        settings,
        rules,
        report.language,
        overlay,
        title=title,
        within=scope,
        audience=report,
        wordings=wordings,
    )


_FOLDERS = ("html_split",)
"""Formats whose files link to each other by their place: receivers know no folders, so they do not go along."""


def files_of(model: ReportModel, settings: Settings, report: AudienceReport, *, sent: bool = False) -> dict[str, bytes]:
    """Every file of a report, by its path below the folder of reports; of those that are `sent`, only such as stay
    whole when they are."""
    page = settings.writeback.report_url
    made: dict[str, bytes] = {}
    for form in report.formats:
        if sent and form in _FOLDERS:
            continue
        made |= FORMATS[form].files(model, page, stem=report.name)
    return made


def _sending(model: ReportModel, settings: Settings, report: AudienceReport, name: str, today: date) -> Sending:
    shown, page = SHOWN[settings.receivers[name].kind], settings.writeback.report_url
    main = FORMATS[shown.form].files(model, page, stem=report.name) if shown.form else {}
    more = files_of(model, settings, report, sent=True) if shown.takes_files else {}
    documents, subject = _documents(main), None
    if shown.form == "mail":
        subject, documents = _mailed(documents)
    documents += _documents({path: content for path, content in more.items() if path not in main})
    delivery = Delivery(model.title, today, report.language, tuple(documents), page, subject)
    return Sending(report.name, name, shown.channel, delivery)


def _mailed(parts: list[Document]) -> tuple[str, list[Document]]:
    """The subject, and the two parts under it: in the file of the text it is the first line."""
    page, text = parts
    subject, content = subject_and_text(text.content)
    return subject, [page, replace(text, content=content)]


def _documents(files: dict[str, bytes]) -> list[Document]:
    """Files of a folder get the folder's name before theirs: receivers know no folders."""
    return [Document(path.replace("/", "."), media_type(path), content) for path, content in files.items()]


def media_type(path: str) -> str:
    """The media type of a file of ours, by its ending."""
    return _TYPES.get(PurePosixPath(path).suffix, "application/octet-stream")
