"""From a TOML file to `Settings`: references resolved, every mistake shown at once and where it stands."""

import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_settings import SettingsError

from plumbrule.joined_sources import mistakes
from plumbrule.migrating import meant
from plumbrule.references import looked_up, named
from plumbrule.settings import Settings
from plumbrule.shapes import TAGS, alternatives, known_keys, model_of, source_kinds
from plumbrule.veiling import of_value, veiled
from plumbrule.wrong_values import wrong_value
from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import LocatedToml, Steps, load, parse, suggest
from portfolio.secret_references import is_reference

_INVISIBLE = ("Cc", "Cf", "Zl", "Zp")
"""Categories of characters that no password or token holds, and that copying brings along."""
Secrets = bool | tuple[str, ...]
"""Whether secrets are looked up: all, none, or those of the sections of these names."""


@dataclass(frozen=True)
class LoadedConfig:
    """Settings, and the file that they came from."""

    settings: Settings
    document: LocatedToml
    path: Path


def load_settings(
    path: Path, environment: Mapping[str, str] | None = None, *, with_secrets: Secrets = True
) -> LoadedConfig:
    """Read settings. Raises ConfigurationError that holds all mistakes of the file.

    What reads no source needs no secrets: without them, or outside of the named sections, the references stay as they
    are written.
    """
    if not path.exists():
        raise ConfigurationError(
            f"there is no configuration file {path}",
            code="config.absent",
            remedy="`plumbrule init` writes one; or name it with --config",
        )
    try:
        document = load(path, str(path))
    except ConfigurationError as error:
        raise ConfigurationError(problems=_one_each(error.problems)) from None
    variables = os.environ if environment is None else environment
    resolver = _Resolver(document, path.resolve().parent, variables, with_secrets)
    values = resolver.resolve(Settings, document.data, ())
    problems = list(resolver.problems)
    settings: Settings | None = None
    try:
        settings = resolver.late(Settings(**values))
        problems = [*resolver.problems, *mistakes(document, settings)]
    except ValidationError as error:
        problems.extend(_problems(document, error))
    except SettingsError as error:
        what = f"a variable PLUMBRULE_... cannot be read: {error}"
        problems.append(
            Problem("environment", 0, 0, "config.environment", what, help="lists and tables are JSON there")
        )
    if problems or settings is None:
        raise ConfigurationError(problems=_one_each(problems))
    return LoadedConfig(_anchored(settings, path.resolve().parent), document, path)


def secret_behind(reference: str, folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """What a reference leads to. Raises ConfigurationError where it leads nowhere, or is the secret itself."""
    resolver = _Resolver(parse(b"", "secret"), folder, os.environ if environment is None else environment)
    secret = resolver.secret(reference, ())
    if resolver.problems:
        raise ConfigurationError(problems=resolver.problems)
    return secret


def resolved(annotation: Any, values: Any, folder: Path, environment: Mapping[str, str] | None = None) -> Any:
    """Values of settings of that type, references replaced. Raises ConfigurationError for those that lead nowhere."""
    resolver = _Resolver(parse(b"", "answers"), folder, os.environ if environment is None else environment)
    found = resolver.resolve(annotation, values, ())
    if resolver.problems:
        raise ConfigurationError(problems=resolver.problems)
    return found


def _anchored(settings: Settings, folder: Path) -> Settings:
    """Default folders, too, lie beside the file rather than wherever the command was called."""
    store = settings.store.model_copy(update={"folder": folder / settings.store.folder})
    report = settings.report.model_copy(update={"folder": folder / settings.report.folder})
    return settings.model_copy(update={"store": store, "report": report})


def _one_each(problems: Iterable[Problem]) -> list[Problem]:
    """One problem per place and code: a secret that cannot be looked up must not be reported twice."""
    kept: dict[tuple[int | str, int], Problem] = {}
    for problem in problems:
        kept.setdefault((problem.line or problem.what, problem.column), veiled(problem))
    return list(kept.values())


@dataclass
class _Resolver:
    """Replaces references: paths become absolute (from the file's folder), secrets are looked up."""

    document: LocatedToml
    folder: Path
    environment: Mapping[str, str]
    with_secrets: Secrets = True
    problems: list[Problem] = field(default_factory=list)

    def resolve(self, annotation: Any, value: Any, steps: Steps) -> Any:
        """The value with every reference below it replaced."""
        for kind in alternatives(annotation):
            if kind is SecretStr and isinstance(value, str):
                return self.secret(value, steps)
            if kind is Path and isinstance(value, str):
                return str(self.folder / Path(value).expanduser())
            if get_origin(kind) is list and isinstance(value, list):
                return [self.resolve(get_args(kind)[0], item, (*steps, i)) for i, item in enumerate(value)]
            if get_origin(kind) is dict and isinstance(value, dict):
                return {k: self.resolve(get_args(kind)[1], item, (*steps, k)) for k, item in value.items()}
        model = model_of(annotation, value)
        if model is None:
            return value
        known = {k: f.annotation for k, f in model.model_fields.items()}
        return {k: self.resolve(known[k], v, (*steps, k)) if k in known else v for k, v in value.items()}

    def late(self, model: Any, above: Steps = ()) -> Any:
        """Settings whose references came from the environment, looked up too."""
        changes: dict[str, Any] = {}
        for name, value in model:
            steps = (*above, name)
            if isinstance(value, SecretStr) and is_reference(value.get_secret_value()):
                changes[name] = SecretStr(self.secret(value.get_secret_value(), steps))
            elif isinstance(value, BaseModel):
                changes[name] = self.late(value, steps)
            elif isinstance(value, dict):
                changes[name] = {k: self.late(v, steps) if isinstance(v, BaseModel) else v for k, v in value.items()}
        return model.model_copy(update=changes) if changes else model

    def secret(self, reference: str, steps: Steps) -> str:
        """The secret behind a reference; anything else is a mistake, told without showing it."""
        if not is_reference(reference):
            what = "a secret must not stand in this file"
            hint = 'write a reference: "env:NAME", "file:/run/secrets/name" or "keyring:SERVICE/NAME"'
            self.problems.append(self.document.problem(steps, "config.literal_secret", what, help=hint))
            return ""
        if not self._wants(steps):
            return reference
        try:
            return self._usable(looked_up(reference, self.folder, self.environment), named(reference), steps)
        except ConfigurationError as absent:
            self.problems.append(self.document.problem(steps, absent.code, absent.what, help=absent.remedy))
            return ""

    def _wants(self, steps: Steps) -> bool:
        return self.with_secrets if isinstance(self.with_secrets, bool) else steps[0] in self.with_secrets

    def _usable(self, secret: str, name: str, steps: Steps) -> str:
        """The secret. It is a mistake where it is empty, or was copied with what nobody sees."""
        odd = next((n for n, c in enumerate(secret, 1) if unicodedata.category(c) in _INVISIBLE), None)
        if odd is not None:
            what = f"the secret in {name} holds a line break or an invisible character (number {odd} of {len(secret)})"
            self.problems.append(self.document.problem(steps, "config.secret_unusable", what, help="copy it again"))
        elif not secret:
            self.problems.append(self.document.problem(steps, "config.secret_unusable", f"{name} is empty"))
        return secret


def _problems(document: LocatedToml, error: ValidationError) -> Iterator[Problem]:
    """pydantic's errors, in our words and in the file's places."""
    for found in error.errors(include_url=False, include_input=False):
        steps = _steps_in_file(document.data, found["loc"])
        kind = found["type"]
        if kind != "missing" and not _stands_in(document, steps):
            name = "PLUMBRULE_" + "__".join(str(step).upper() for step in found["loc"])
            what = f"{name}: there is no such setting" if kind == "extra_forbidden" else f"{name}: {found['msg']}"
            yield Problem("environment", 0, 0, "config.environment", what, help="`config example` lists every setting")
            continue
        if kind == "extra_forbidden":
            known = known_keys(document.data, steps[:-1])
            became = meant(steps, document.data)
            hint = (
                became or suggest(str(steps[-1]), known) or (f"known here: {', '.join(sorted(known))}" if known else "")
            )
            what = f"there is no setting `{steps[-1]}` here"
            yield document.problem(steps, "config.unknown_key", what, help=hint, at="key")
        elif kind == "missing":
            what = f"`{steps[-1]}` is missing"
            yield document.problem(steps[:-1], "config.missing_key", what, help=f"add `{steps[-1]} = ...`", at="key")
        elif kind in ("union_tag_invalid", "union_tag_not_found", "literal_error", "enum"):
            yield _choice_problem(document, steps, found)
        else:
            what, hint = wrong_value(found)
            yield of_value(document, steps, document.problem(steps, f"config.{kind}", what, help=hint))


def _stands_in(document: LocatedToml, steps: Steps) -> bool:
    """Whether the file has that path; else the value came from the environment."""
    try:
        document.value(steps)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _choice_problem(document: LocatedToml, steps: Steps, found: Mapping[str, Any]) -> Problem:
    """A word outside a closed list."""
    context = found.get("ctx", {})
    listed = str(context.get("expected_tags") or context.get("expected") or "").replace(" or ", ", ")
    allowed = [word.strip(" '") for word in listed.split(",") if word.strip(" '")]
    if found["type"] == "union_tag_not_found":
        key = str(context.get("discriminator", "'kind'")).strip("'")
        choices = f" with one of {', '.join(source_kinds())}" if steps[:1] == ("sources",) and key == "kind" else ""
        return document.problem(steps, "config.missing_key", f"`{key}` is missing", help=f"add `{key}`{choices}")
    key = str(context.get("discriminator", "")).strip("'")
    at = (*steps, key) if key else steps
    here: Any = document.data
    for step in at:
        here = here[step]
    hint = suggest(str(here), allowed) or f"one of {', '.join(allowed)}"
    return document.problem(at, "config.not_allowed", f"`{here}` is not allowed here", help=hint)


def _steps_in_file(data: Any, loc: tuple[str | int, ...]) -> Steps:
    """pydantic's path without the tags of unions, which stand in no file."""
    steps: list[str | int] = []
    here = data
    for position, step in enumerate(loc):
        if isinstance(here, dict) and step not in here and step in [here.get(tag) for tag in TAGS]:
            continue
        if isinstance(step, str) and step.startswith("function-"):
            continue
        steps.append(step)
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
            if position < len(loc) - 1:
                break
    return tuple(steps)
