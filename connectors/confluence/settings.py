"""What an admin says about a space of Confluence that receives reports."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from connectors.address import base_url
from connectors.trust import CaBundle


class _Space(BaseModel):
    """A space, and where in it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: str
    space: str = Field(min_length=1, description="key of the space")
    parent: str | None = Field(
        None, pattern=r"^[0-9]+$", description="id of the page below which reports stand; left out: the space's home"
    )
    allow_http: bool = Field(False, description="allow an address without encryption")
    ca_bundle: CaBundle = None

    @field_validator("url")
    @classmethod
    def _address(cls, given: str) -> str:
        return base_url(given)


class ConfluenceCloudReceiver(_Space):
    """A space of Confluence Cloud."""

    kind: Literal["confluence_cloud"] = "confluence_cloud"
    url: str = Field(description="address of the site, as https://company.atlassian.net")
    email: str = Field(description="e-mail address of the account that writes")
    token: SecretStr = Field(description="its API token")


class ConfluenceDataCenterReceiver(_Space):
    """A space of Confluence Data Center."""

    kind: Literal["confluence_data_center"] = "confluence_data_center"
    url: str = Field(description="address of Confluence, with its context path")
    token: SecretStr = Field(description="personal access token of the account that writes")


ConfluenceReceiver = ConfluenceCloudReceiver | ConfluenceDataCenterReceiver
