"""In what precision is calculated and in what order texts stand: the same on every engine."""

from sqlglot import exp

ONLY = "only_on"
"""Key in a node's `meta`: the one engine that needs it; others are written what is within."""


def double(value: exp.Expr) -> exp.Expr:
    """As a floating-point number. Engines disagree about quotients of decimals; not about those of doubles."""
    if isinstance(value, exp.Paren) and isinstance(value.this, exp.Div):
        return value  # is one already
    return exp.Cast(this=value, to=exp.DataType.build("double"))


def wide(left: exp.Expr, right: exp.Expr, places: int | None) -> exp.Expr:
    """The left side of a product, so that the product has room.

    DuckDB gives the product of two decimals of up to 18 digits 18 digits again, whatever their scales: an amount over a
    hundred million times a ratio ends in an error. Whole numbers that are written out would be calculated in 32 bits.
    """
    if all(isinstance(side, exp.Literal) and side.this.isdigit() for side in (left, right)):
        return exp.Cast(this=left, to=exp.DataType.build("bigint"))
    inner = left.unnest()
    if isinstance(inner, exp.Mul):  # has been given room already, or cannot be
        return left
    if places is None or places == 0:  # a double, a parameter of its own width, a whole number of 64 bits
        return left
    cast = exp.Cast(this=left, to=exp.DataType.build(f"decimal(38, {places})"))
    cast.meta[ONLY] = "duckdb"
    return cast


def by_code_point(text: exp.Expr) -> exp.Expr:
    """A text that is ordered by its characters' numbers, as DuckDB and Spark do; PostgreSQL asks its database."""
    collated = exp.Collate(this=text, expression=exp.Identifier(this="C", quoted=True))
    collated.meta[ONLY] = "postgres"
    return collated
