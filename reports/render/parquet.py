"""The report's tables as Parquet files, one a table, for Power BI, DuckDB, pandas and the like.

Columns have stable English ids and values are codes, so that a model built on them outlives a change of language; the
label of each column in the report's language is in its metadata (`label`). Amounts are decimal(38, 6), ratios doubles.
"""

import io
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from reports.model import ReportModel
from reports.render.data_lists import datasets
from reports.render.datasets import Dataset, Field

_DIGITS, _PLACES = 38, 6
_CONTEXT = Context(prec=_DIGITS, rounding=ROUND_HALF_EVEN)


def render_parquet(model: ReportModel, page: str | None = None) -> Mapping[str, bytes]:
    """File name to content, for every table, also for one without rows."""
    del page
    return {f"{one.id}.parquet": _file(one, model) for one in datasets(model)}


def _file(found: Dataset, model: ReportModel) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    about = {"report": model.title, "language": model.language, "as_of": f"{model.as_of:%Y-%m-%dT%H:%M:%SZ}"}
    schema = pa.schema(
        [pa.field(f.id, _type(pa, f), metadata={"label": f.label}) for f in found.fields],
        metadata={**about, "label": found.label},
    )
    columns = list(zip(*found.rows, strict=True)) if found.rows else [()] * len(found.fields)
    arrays = [
        pa.array([_value(v, f) for v in column], schema.field(f.id).type)
        for column, f in zip(columns, found.fields, strict=True)
    ]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), out, compression="zstd")
    return out.getvalue()


def _type(pa: Any, field: Field) -> Any:
    types = {
        "whole": pa.int64(),
        "decimal": pa.decimal128(_DIGITS, _PLACES),
        "ratio": pa.float64(),
        "index": pa.float64(),
        "flag": pa.bool_(),
        "day": pa.date32(),
        "moment": pa.timestamp("s", tz="UTC"),
    }
    return types.get(field.kind, pa.string())


def _value(value: Any, field: Field) -> Any:
    if value is None:
        return None
    if field.kind == "decimal":
        return Decimal(value).quantize(Decimal(1).scaleb(-_PLACES), context=_CONTEXT)
    if field.kind in ("ratio", "index"):
        return float(value)
    if field.kind == "moment":
        return value.replace(microsecond=0)
    return value
