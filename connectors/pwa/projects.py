"""All projects of a site on one page: with what other sets say of each, their budgets and their gates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from connectors.pwa import normalise, stages, wanted
from connectors.pwa.client import ProjectWebApp, Record
from connectors.pwa.normalise import Row, Site
from connectors.pwa.tidy import Tidy
from portfolio.ports import Page, Scope

STAGES = "ProjectWorkflowStageDataSet"
_BASELINES = "ProjectBaselines"


@dataclass(frozen=True)
class _Around:
    """What other sets say of projects, by project."""

    baselines: Mapping[str, bool]
    told: bool
    phases: Mapping[str, str]

    def of(self, project: str | None) -> normalise.Around:
        """Of one of them."""
        key = project or ""
        return normalise.Around(self.baselines.get(key), self.told, self.phases.get(key))


class ProjectsReader:
    """Reads them. `site` is asked when it is needed; `hidden` gives the projects that hold no real work."""

    def __init__(
        self,
        pwa: ProjectWebApp,
        site: Callable[[], Site],
        hidden: Callable[[], frozenset[str]],
        *,
        with_stages: bool,
    ) -> None:
        self._pwa = pwa
        self._site = site
        self._hidden = hidden
        self._with_stages = with_stages

    def page(self) -> Page:
        """All project rows; projects that the list does not show any more are gone."""
        tidy, site = Tidy("pwa"), self._site()
        columns = tuple(wanted.project_columns(site.fields))
        around, gates = self._around_projects(tidy)
        rows, budgets = [], []
        for record in self._pwa.rows("Projects", columns):
            if record.get("ProjectType") == normalise.HIDDEN_PROJECT_TYPE:
                continue
            read = tidy.read("project", record, "ProjectId", partial(_project, site, around))
            if read is None:
                continue
            row, problems = read
            tidy.remark("project_word", row["native_id"], problems)
            rows.append(row)
            budget = normalise.budget_row(row)
            budgets += [budget] if budget else []
        scopes = tidy.safe([Scope(table, "source", site.source) for table in ("project", "budget_line")], "project")
        tables: dict[str, list[Row]] = {"project": rows, "budget_line": budgets}
        if gates is not None:
            tables["gate"] = gates
            scopes += tidy.safe([Scope("gate", "source", site.source)], "stage")
        return Page(tables, None, scopes, tidy.rejected, whole=True)

    def _around_projects(self, tidy: Tidy) -> tuple[_Around, list[Row] | None]:
        """Baselines and phases of all projects, and their gates, where they are read: a stage may change without its
        project."""
        site, told = self._site(), bool(self._pwa.columns(_BASELINES))
        held: dict[str, bool] = {}
        if told:
            columns = tuple(wanted.WANTED[_BASELINES])
            held = normalise.baselines(self._pwa.rows(_BASELINES, columns, where="BaselineNumber eq 0"), site)
        if not self._with_stages or not self._pwa.columns(STAGES):
            return _Around(held, told, {}), None
        hidden = self._hidden()
        listed = self._pwa.rows(STAGES, tuple(wanted.WANTED[STAGES]))
        records = [r for r in listed if site.values(r).guid("ProjectId") not in hidden]
        gates = tidy.all("stage", records, "StageId", lambda r: stages.gate_row(r, site))
        return _Around(held, told, stages.phases(records, site)), gates


def _project(site: Site, around: _Around, record: Record) -> tuple[Row, list[str]]:
    return normalise.project_row(record, site, around.of(site.values(record).guid("ProjectId")))
