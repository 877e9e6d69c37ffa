"""What people call the tools that sources are kept in, by the `kind` of a source's settings."""

from collections.abc import Mapping

TOOL_NAMES: Mapping[str, Mapping[str, str]] = {
    "jira_cloud": {"en": "Jira", "zh-Hans": "Jira"},
    "jira_data_center": {"en": "Jira", "zh-Hans": "Jira"},
    "tempo_cloud": {"en": "Tempo", "zh-Hans": "Tempo"},
    "tempo_data_center": {"en": "Tempo", "zh-Hans": "Tempo"},
    "pwa": {"en": "Project Server", "zh-Hans": "Project Server"},
    "dataverse": {"en": "Planner Premium", "zh-Hans": "Planner Premium"},
    "mspdi": {"en": "Project XML file", "zh-Hans": "Project XML 文件"},
    "mpp": {"en": "Project file", "zh-Hans": "Project 文件"},
    "odata_dump": {"en": "Project Online export", "zh-Hans": "Project Online 导出数据"},
    "tabular": {"en": "Table", "zh-Hans": "表格"},
}
"""By kind, then by language. Products keep their names."""


def tool_name(kind: str | None, source: str, language: str) -> str:
    """The tool's name; that of the source where its kind is not known, as before its first reading."""
    names = TOOL_NAMES.get(kind or "")
    return names[language] if names else source
