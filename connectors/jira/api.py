"""What differs between the interfaces of Jira Cloud and of Data Center, for code that speaks both.

Sources: Atlassian's OpenAPI document of Jira Cloud (REST v3, Atlassian Document Format, bulk edit); Jira Data Center
REST v2, which has neither: texts are wiki markup, and fields are edited issue by issue.
"""

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True)
class Edition:
    """One interface: its base path, how it writes rich text, and whether it edits many issues in one call."""

    title: str
    api: str
    rich_text: Literal["adf", "wiki"]
    edits_in_bulk: bool


CLOUD: Final = Edition("Jira Cloud", "/rest/api/3", rich_text="adf", edits_in_bulk=True)
DATA_CENTER: Final = Edition("Jira Data Center", "/rest/api/2", rich_text="wiki", edits_in_bulk=False)
