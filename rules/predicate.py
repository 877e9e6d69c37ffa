"""Checked conditions as plain values: what the compiler makes and the evaluating child takes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """A comparison by size within a condition: both sides as DuckDB SQL, `sign` one of < <= > >=."""

    left: str
    sign: str
    right: str

    @property
    def text(self) -> str:
        """The comparison as it reads."""
        return f"{self.left} {self.sign} {self.right}".replace('"', "")


@dataclass(frozen=True)
class Predicate:
    """A checked condition: DuckDB SQL with $parameters.

    `decisive` are columns whose null leaves it undecided, `forgiven` those whose null it answers; one can be both.
    `limits` are its comparisons by size.
    """

    text: str
    sql: str
    columns: frozenset[str] = frozenset()
    decisive: frozenset[str] = frozenset()
    forgiven: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    limits: tuple[Limit, ...] = ()
