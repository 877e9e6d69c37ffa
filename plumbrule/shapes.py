"""What the settings say of a path in the file: which keys may stand there, and whether it holds a secret."""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr

from plumbrule.settings import Settings
from portfolio.located_toml import Steps

TAGS = ("kind", "type")
"""Keys that choose between tables of different shapes."""


def alternatives(annotation: Any) -> Iterator[Any]:
    """The members of a union, without Annotated wrappers and None."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from alternatives(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from alternatives(member)
    elif annotation is not type(None):
        yield annotation


def tag_of(model: type[BaseModel]) -> tuple[str, str] | None:
    """The key and word by which a table says that it is for that model; None for tables without a choice."""
    for key in TAGS:
        if key in model.model_fields and (words := get_args(model.model_fields[key].annotation)):
            return key, str(words[0])
    return None


def model_of(annotation: Any, value: Any) -> type[BaseModel] | None:
    """The model that a table is for; of several, the one whose `kind` it states."""
    if not isinstance(value, dict):
        return None
    models = [m for m in alternatives(annotation) if isinstance(m, type) and issubclass(m, BaseModel)]
    stated = [m for m in models if (tag := tag_of(m)) is not None and value.get(tag[0]) == tag[1]]
    return next(iter(stated or models), None)


def source_kinds() -> list[str]:
    """Every kind of source."""
    annotation = get_args(Settings.model_fields["sources"].annotation)[1]
    return sorted(tag[1] for m in alternatives(annotation) if (tag := tag_of(m)))


def annotation_at(data: Any, steps: Steps) -> Any:
    """The type of what may stand at that path of the file; None where nothing is known of it."""
    annotation: Any = Settings
    here = data
    for step in steps:
        model = model_of(annotation, here)
        if model is not None:
            if step not in model.model_fields:
                return None
            annotation = model.model_fields[str(step)].annotation
        else:
            inner = [get_args(a) for a in alternatives(annotation) if get_origin(a) in (dict, list)]
            if not inner:
                return None
            annotation = inner[0][-1]
        here = here[step]
    return annotation


def known_keys(data: Any, steps: Steps) -> list[str]:
    """The keys that may stand in the table at that path."""
    here = data
    for step in steps:
        here = here[step]
    model = model_of(annotation_at(data, steps), here)
    return sorted(model.model_fields) if model else []


def holds_no_secret(data: Any, steps: Steps) -> bool:
    """Whether a path is one of ours and none for a secret."""
    try:
        annotation = annotation_at(data, steps)
    except (KeyError, IndexError, TypeError):
        return False
    return annotation is not None and SecretStr not in alternatives(annotation)
