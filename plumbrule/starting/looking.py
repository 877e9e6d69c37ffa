"""Looking at a source that is not configured yet: by its own connector, so that a run will see the same."""

import copy
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from connectors.reaching import reach
from plumbrule.config_file import resolved
from plumbrule.settings import Settings, SourceSettings
from plumbrule.speech import says
from plumbrule.starting.sources import SourceDraft
from plumbrule.wiring import connect
from portfolio.counted import counted
from portfolio.errors import ConfigurationError, RemoteRefusal, SignInError
from portfolio.ports import Connector, Proposal, Survey, Surveying

_MOST_FILES = 200
_SITES = {"pwa": "Project Server", "dataverse": "Dataverse"}
"""Sites that are not asked before; of a Jira it was asked already which one answers."""


def looked_at(draft: SourceDraft, folder: Path) -> SourceDraft:
    """The draft with what its source has. Raises PlumbruleError, with the remedy, where it cannot be looked at, and
    RemoteRefusal where it shows no project."""
    _reach(draft, folder)
    name, survey = draft.name, _survey(draft, folder)
    if any(one.sure and one.steps[0] == "fields" for one in survey.proposals):
        # what the proposed fields hold, such as the PMO's key, tells which projects are one
        rows = _survey(replace(draft, values=with_proposals(draft.values, survey.proposals)), folder).projects
        survey = replace(survey, projects=rows)
    if not survey.projects:
        raise RemoteRefusal(
            f"{name}: the account {survey.account} sees no project there",
            code="init.no_projects",
            remedy="let an administrator give it the right to see them (Jira: Browse projects); then call init again",
        )
    return replace(draft, survey=survey)


def _reach(draft: SourceDraft, folder: Path) -> None:
    """Runs are patient with a site that does not answer; who has just typed its address is told at once."""
    title = _SITES.get(draft.kind)
    if title is None:
        return
    bundle = draft.values.get("ca_bundle")
    reach(
        str(draft.values["url"]),
        title,
        allow_http=bool(draft.values.get("allow_http")),
        ca_bundle=folder.resolve() / Path(bundle).expanduser() if bundle else None,
    )


def with_proposals(values: Mapping[str, Any], proposals: Sequence[Proposal]) -> dict[str, Any]:
    """The settings with those proposals that are sure."""
    told = copy.deepcopy(dict(values))
    for one in (one for one in proposals if one.sure):
        here = told
        for step in one.steps[:-1]:
            here = here.setdefault(step, {})
        here[one.steps[-1]] = list(one.value) if isinstance(one.value, tuple) else one.value
    return told


def _survey(draft: SourceDraft, folder: Path) -> Survey:
    with closing(connect(draft.name, settings_of(draft, folder))) as connector:
        try:
            return connector.survey() if isinstance(connector, Surveying) else _by_reading(connector)
        except SignInError as refused:
            remedy = f"{refused.remedy} Then call init again."
            raise SignInError(refused.what, code=refused.code, remedy=remedy, why=refused.why) from refused


def settings_of(draft: SourceDraft, folder: Path) -> Settings:
    """Settings with that source alone, secrets looked up. Raises ConfigurationError for what cannot be right."""
    values: dict[str, Any] = {"kind": draft.kind, **draft.values}
    try:
        source = TypeAdapter(SourceSettings).validate_python(resolved(SourceSettings, values, folder))
    except ValidationError as error:
        told = "; ".join(
            f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg'].removeprefix('Value error, ')}"
            for one in error.errors(include_url=False, include_input=False)
        )
        raise ConfigurationError(
            f"{draft.name}: {told}", code="init.source", remedy="correct the options of this source"
        ) from None
    settings = Settings(sources={draft.name: source})
    store = settings.store.model_copy(update={"folder": folder / settings.store.folder})
    return settings.model_copy(update={"store": store})


def _by_reading(connector: Connector) -> Survey:
    """Of files: the rows of projects themselves, from the first stage of a pull."""
    probe = connector.probe()
    rows: list[Mapping[str, Any]] = []
    stages: Sequence[Any] = connector.partitions({})
    parts = list(stages[0])[:_MOST_FILES] if stages else []
    for part in parts:
        for page in connector.pull(part, None):
            rows += page.rows.get("project", ())
    return Survey(probe.account, probe.deployment, rows, (says("{rows} found", rows=counted(len(rows), "plan")),))
