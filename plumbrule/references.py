"""Where secrets are kept: the references `env:NAME`, `file:PATH`, `keyring:SERVICE/NAME`, and what they lead to.

The keyring is that of the person who runs Plumbrule (Keychain, Credential Locker, Secret Service, KWallet), through the
library `keyring` of the extra of that name: https://keyring.readthedocs.io.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from portfolio.errors import ConfigurationError


def named(reference: str) -> str:
    """What a reference names: the variable, the file, the entry."""
    return reference.partition(":")[2]


def looked_up(reference: str, folder: Path, environment: Mapping[str, str]) -> str:
    """What lies where a reference points, without the blanks around it. Files are seen from `folder`.

    Raises ConfigurationError where nothing can be had. What is no reference must not come here: it may be the secret.
    """
    scheme, _, name = reference.partition(":")
    if scheme == "env":
        if name not in environment:
            raise ConfigurationError(
                f"the environment variable {name} is not set",
                code="config.secret_missing",
                remedy=f"export {name}, or use `file:PATH`",
            )
        return environment[name].strip()
    if scheme == "file":
        try:
            return (folder / Path(name).expanduser()).read_text(encoding="utf-8-sig").strip()
        except (OSError, ValueError):
            raise ConfigurationError(
                f"cannot read the secret file {name}",
                code="config.secret_missing",
                remedy="check its path and its rights",
            ) from None
    return _from_keyring(name)


def keep_in_keyring(reference: str, secret: str) -> None:
    """Put a secret into the keyring under its reference. Raises ConfigurationError where the keyring takes none."""
    name = named(reference)
    service, user = _entry(name)
    keyring = _library(name)
    try:
        keyring.set_password(service, user, secret)
    except Exception as error:  # backends raise what their system gives them
        raise _trouble(error, name) from None


def _from_keyring(name: str) -> str:
    service, user = _entry(name)
    keyring = _library(name)
    try:
        secret = keyring.get_password(service, user)
    except Exception as error:  # backends raise what their system gives them
        raise _trouble(error, name) from None
    if secret is None:
        raise ConfigurationError(
            f"the keyring holds no entry {name}",
            code="config.secret_missing",
            remedy=f"`keyring set {_word(service)} {_word(user)}` makes it, in the account that runs Plumbrule",
        )
    return str(secret).strip()


def _entry(name: str) -> tuple[str, str]:
    """Service and name; the name stands behind the last slash, so that a service may be an address."""
    service, _, user = name.rpartition("/")
    if not service or not user:
        raise ConfigurationError(
            "a reference to a keyring names no entry of it",
            code="config.secret_missing",
            remedy="write `keyring:SERVICE/NAME`",
        )
    return service, user


def _library(name: str) -> ModuleType:
    try:
        import keyring
    except ImportError:
        raise ConfigurationError(
            f"keyring:{name} needs the library keyring, which is not installed",
            code="config.extra_missing",
            remedy='install it where Plumbrule is installed: pip install "plumbrule[keyring]"; '
            "or use `env:NAME` or `file:PATH`",
        ) from None
    return keyring


def _trouble(error: Exception, name: str) -> ConfigurationError:
    """What a backend could not do, by its kind: its own words may quote what it was given."""
    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    if isinstance(error, NoKeyringError):
        return ConfigurationError(
            f"there is no keyring here to look up {name}",
            code="config.secret_missing",
            remedy="`keyring diagnose` tells why (servers and containers mostly have none); or use `env:NAME` or "
            "`file:PATH`",
        )
    if isinstance(error, KeyringLocked | InitError):
        return ConfigurationError(
            f"the keyring is locked: {name} cannot be looked up",
            code="config.secret_missing",
            remedy="unlock it in the session that runs Plumbrule, or use `env:NAME` or `file:PATH`",
        )
    return ConfigurationError(
        f"the keyring failed at {name} ({type(error).__name__})",
        code="config.secret_missing",
        remedy="`keyring diagnose` tells more; or use `env:NAME` or `file:PATH`",
    )


def _word(text: str) -> str:
    return text if re.fullmatch(r"[\w.@:/+-]+", text) else f"'{text}'"
