"""What is possible but strange: it is warned of, never dropped."""

from __future__ import annotations

import polars as pl

from tieline.feeds import Report
from tieline.schema import Dataset

_ROUNDING = 0.05


def warnings_of(report: Report, dataset: Dataset, rows: pl.DataFrame) -> tuple[str, ...]:
    """Implausible numbers, unknown codes, and derived parts that contradict each other."""
    if rows.height == 0:
        return ()
    return (
        *_implausible(report, dataset, rows),
        *_unknown(report, rows),
        *_unequal_energy(report, dataset, rows),
    )


def _implausible(report: Report, dataset: Dataset, rows: pl.DataFrame) -> list[str]:
    bounded = [field for field in dataset.values if field.low is not None or field.high is not None]
    found = []
    for field in bounded:
        if _within(rows[field.name], field.low, field.high):
            continue
        value = pl.col(field.name)
        outside = pl.lit(False)
        if field.low is not None:
            outside = outside | (value < field.low)
        if field.high is not None:
            outside = outside | (value > field.high)
        odd = rows.filter(outside)
        if odd.height:
            line, number = odd.select("source_row", field.name).row(0)
            found.append(
                f"{report.name}: {odd.height} rows have {field.name} outside "
                f"{field.low:g} to {field.high:g}, first line {line}: {number:g}"
            )
    return found


def _within(values: pl.Series, low: float | None, high: float | None) -> bool:
    """Whether every number lies between its limits; two numbers tell."""
    least, most = values.min(), values.max()
    if not isinstance(least, float) or not isinstance(most, float):
        return values.null_count() == values.len()
    return (low is None or least >= low) and (high is None or most <= high)


def _unknown(report: Report, rows: pl.DataFrame) -> list[str]:
    found = []
    for column, codes in report.codes:
        new = set(rows[column].unique().to_list()) - {None, *codes}
        if new:
            count = rows[column].is_in(list(new)).sum()
            names = ", ".join(sorted(new)[:5])
            found.append(f"{report.name}: {count} rows have an unknown {column}: {names}")
    return found


def _unequal_energy(report: Report, dataset: Dataset, rows: pl.DataFrame) -> list[str]:
    """An energy part that is derived must be equal at all locations of an interval."""
    derived = "energy_per_mwh" in dataset.value_names and not any(
        column.name == "energy_per_mwh" for column in report.columns
    )
    if not derived:
        return []
    energy = pl.col("energy_per_mwh")
    spreads = rows.group_by("stamp_utc").agg(spread=energy.max() - energy.min())
    odd = spreads["spread"].filter(spreads["spread"] > _ROUNDING).sort()
    if odd.len() == 0:
        return []
    return [
        f"{report.name}: at {odd.len()} of {spreads.height} stamps the energy part differs between "
        f"locations, by up to {odd[-1]:.2f}"
    ]
