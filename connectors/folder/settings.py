"""What an admin says about a folder that receives reports."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class FolderReceiver(BaseModel):
    """A folder: `<report>/<day>/`, `<report>/latest/`, and `index.html` that lists what there is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["folder"] = "folder"
    path: Path = Field(description="the folder; it may be a network share that is mounted")
    keep: int = Field(52, ge=1, le=3660, description="dated copies that are kept of each report, the newest")
