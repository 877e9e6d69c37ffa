"""What an admin says about an address that receives reports as signed events."""

import base64
import binascii
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from connectors.trust import CaBundle
from portfolio.secret_references import is_reference

_LEAST_BYTES = 24
"""Standard Webhooks asks for a secret of 24 to 64 bytes."""


class HookAddress(BaseModel):
    """An address that is posted to. It is a secret: whoever knows it can post."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: SecretStr = Field(description="the address; who knows it can post to it, so it is a secret")
    allow_http: bool = Field(False, description="allow an address without encryption")
    ca_bundle: CaBundle = None


class WebhookReceiver(HookAddress):
    """Events of CloudEvents 1.0 in JSON, signed as Standard Webhooks does: HMAC-SHA256 of id, time and body.

    Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md and
    https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md .
    """

    kind: Literal["webhook"] = "webhook"
    secret: SecretStr = Field(description="the signing secret, `whsec_` and base64 of 24 to 64 bytes")

    @field_validator("secret")
    @classmethod
    def _is_a_key(cls, given: SecretStr) -> SecretStr:
        if is_reference(given.get_secret_value()):
            return given  # of a command that needs no secrets: nobody looked it up
        try:
            key = base64.b64decode(given.get_secret_value().removeprefix("whsec_"), validate=True)
        except binascii.Error as error:
            raise ValueError("give `whsec_` and the key in base64") from error
        if len(key) < _LEAST_BYTES:
            raise ValueError(f"the key has {len(key)} bytes; take at least {_LEAST_BYTES}")
        return given
