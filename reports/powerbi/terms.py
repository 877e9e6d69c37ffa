"""What measures are made of. A term is data: here it is written as DAX, and tests write the same as SQL and compare."""

from dataclasses import dataclass

from reports.powerbi.shape import titled


@dataclass(frozen=True)
class Known:
    """The column is not empty."""

    column: str


@dataclass(frozen=True)
class Is:
    """The column is this value."""

    column: str
    value: str | bool


Where = Known | Is


@dataclass(frozen=True)
class Aggregate:
    """Over the rows of a table for which all conditions hold. `how`: sum, count (rows), mean, most.

    `one_of`: a column that must have one value in these rows, such as the currency: else the answer is empty, since
    amounts of different currencies are never added. `over`: the column of days that the calendar is to filter by.
    """

    how: str
    table: str
    column: str = ""
    where: tuple[Where, ...] = ()
    one_of: str = ""
    over: str = ""


@dataclass(frozen=True)
class Quotient:
    """One aggregate by another, empty where the second is zero or empty; less one, where it is how much beyond."""

    above: Aggregate
    below: Aggregate
    beyond: bool = False


Term = Aggregate | Quotient


def dax(term: Term) -> str:
    """The term as a DAX expression. Conditions are kept beside those of the page: they narrow, they do not replace."""
    if isinstance(term, Quotient):
        divided = f"DIVIDE ( {dax(term.above)}, {dax(term.below)} )"
        return f"VAR Ratio = {divided} RETURN IF ( NOT ISBLANK ( Ratio ), Ratio - 1 )" if term.beyond else divided
    filters = [_condition(term.table, one) for one in term.where]
    if term.over:
        filters.append(f"USERELATIONSHIP ( {field(term.table, term.over)}, 'Date'[Date] )")
    found = _filtered(_bare(term), filters)
    if not term.one_of:
        return found
    several = _filtered(f"DISTINCTCOUNT ( {field(term.table, term.one_of)} )", filters)
    return f"IF ( {several} = 1, {found} )"


def field(table: str, column: str) -> str:
    """A column in DAX."""
    return f"'{table}'[{titled(column)}]"


def _bare(term: Aggregate) -> str:
    if term.how == "count":
        return f"COUNTROWS ( '{term.table}' )"
    return f"{ {'sum': 'SUM', 'mean': 'AVERAGE', 'most': 'MAX'}[term.how] } ( {field(term.table, term.column)} )"


def _filtered(expression: str, filters: list[str]) -> str:
    return f"CALCULATE ( {', '.join([expression, *filters])} )" if filters else expression


def _condition(table: str, where: Where) -> str:
    column = field(table, where.column)
    if isinstance(where, Known):
        return f"KEEPFILTERS ( NOT ISBLANK ( {column} ) )"
    return f"KEEPFILTERS ( {column} = {_literal(where.value)} )"


def _literal(value: str | bool) -> str:
    if isinstance(value, bool):
        return f"{str(value).upper()} ()"
    doubled = value.replace('"', '""')
    return f'"{doubled}"'
