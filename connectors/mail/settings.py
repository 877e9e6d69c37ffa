"""What an admin says about people who get reports by mail."""

import re
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from connectors.address import is_loopback
from connectors.trust import CaBundle

_ADDRESS = re.compile(r"[^@\s<>,;:\"\\]+@[^@\s<>,;:\"\\]+\.[^@\s<>,;:\"\\]+")
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def mail_addresses(given: str | list[str], pattern: re.Pattern[str]) -> str | list[str]:
    """An address, or several, as given. Raises ValueError for one that the pattern does not know."""
    for one in [given] if isinstance(given, str) else given:
        if not pattern.fullmatch(one):
            raise ValueError(f"`{one}` is not a mail address")
    return given


class MailReceiver(BaseModel):
    """A list of people, and the SMTP server (RFC 5321) that takes mail for them."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kind: Literal["mail"] = "mail"
    host: str = Field(min_length=1, description="name of the SMTP server")
    port: int | None = Field(None, ge=1, le=65535, description="left out: 587, 465 for tls, 25 for none")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="how the line is encrypted; none only to this machine"
    )
    user: str | None = Field(None, description="account, where the server wants one")
    password: SecretStr | None = Field(None, description="its password")
    sender: str = Field(description="address that mails come from")
    to: list[str] = Field(min_length=1, description="addresses of who gets them")
    ca_bundle: CaBundle = None

    @property
    def used_port(self) -> int:
        """The port, as given or as usual."""
        return self.port or _PORTS[self.security]

    @field_validator("sender", "to")
    @classmethod
    def _addresses(cls, given: str | list[str]) -> str | list[str]:
        return mail_addresses(given, _ADDRESS)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise ValueError("give both `user` and `password`, or neither")
        if self.security == "none" and not is_loopback(self.host):
            raise ValueError(f"{self.host} is not this machine: take starttls or tls for `security`")
        return self
