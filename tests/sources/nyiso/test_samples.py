"""Every real file, as NYISO sent it: counts, change days, known facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tieline.decode import documents, read
from tieline.errors import Unreadable, WrongReport
from tieline.feeds import day_in_name, member_known
from tieline.sources import report
from tieline.validate import coverage
from tieline.values import Document, Verdict

Take = Callable[..., Verdict]

# code, file, rows read, rows, conflicting, stamps, grid places expected, missing, extras
FILES = (
    (
        "P-32",
        "ExternalLimitsFlows/20171122ExternalLimitsFlows.csv",
        5202,
        5202,
        0,
        289,
        5184,
        18,
        36,
    ),
    ("P-58B", "pal/20171122pal.csv", 3190, 3190, 0, 290, 3168, 0, 22),
    ("P-58B", "pal/20240310pal.csv", 3058, 3058, 0, 278, 3036, 0, 22),
    ("P-58B", "pal/20241103pal.csv", 3366, 3366, 0, 306, 3300, 0, 66),
    ("P-58C", "palIntegrated/20010621palIntegrated.csv", 250, 240, 10, 24, 240, 0, 0),
    ("P-58C", "palIntegrated/20170312palIntegrated.csv", 253, 253, 0, 23, 253, 0, 0),
    ("P-58C", "palIntegrated/20171105palIntegrated.csv", 275, 275, 0, 25, 275, 0, 0),
    ("P-58C", "palIntegrated/20200115palIntegrated.csv", 264, 264, 0, 24, 264, 0, 0),
    ("P-24A", "realtime/20161023realtime_zone.csv", 4320, 4320, 0, 288, 4320, 0, 0),
    ("P-2A", "damlbmp/20220718damlbmp_zone.csv", 360, 360, 0, 24, 360, 0, 0),
    ("P-63", "rtfuelmix/20160119rtfuelmix.csv", 2030, 2030, 0, 290, None, 0, 0),
    ("P-63", "rtfuelmix/20171122rtfuelmix.csv", 2023, 2023, 0, 289, None, 0, 0),
    ("P-7", "isolf/20171103isolf.csv", 1740, 1740, 0, 145, 1740, 0, 0),
    ("P-7", "isolf/20171122isolf.csv", 1728, 1728, 0, 144, 1728, 0, 0),
    ("P-7", "isolf/20200306isolf.csv", 1716, 1716, 0, 143, 1716, 0, 0),
    ("P-7", "isolf/20250219isolf.csv", 1728, 1728, 0, 144, 1728, 0, 0),
)


@pytest.mark.parametrize(
    ("code", "file", "read_", "rows", "conflicting", "stamps", "grid", "missing", "extras"),
    FILES,
    ids=[file for _, file, *_ in FILES],
)
def test_counts(
    samples: Path,
    take: Take,
    code: str,
    file: str,
    read_: int,
    rows: int,
    conflicting: int,
    stamps: int,
    grid: int | None,
    missing: int,
    extras: int,
) -> None:
    path = samples / "nyiso" / file
    verdict = take(code, path.read_bytes(), path.name)
    assert (verdict.rows_read, verdict.rows.height) == (read_, rows)
    assert (verdict.duplicate, verdict.conflicting, verdict.rejected.height) == (0, conflicting, 0)
    assert (verdict.warnings, verdict.blind) == ((), False)
    assert verdict.rows["stamp_utc"].n_unique() == stamps
    day = day_in_name(report(code), path.name)
    assert day is not None
    found = coverage(report(code), day, verdict.rows)
    assert (found.expected, found.missing.height, found.extras) == (grid, missing, extras)
    if code != "P-7":
        assert verdict.rows["market_day"].unique().to_list() == [day]
    assert (verdict.rows["resolution"].null_count() == rows) == (code == "P-63")


@pytest.mark.parametrize(
    ("code", "file", "members", "rows"),
    [
        ("P-58C", "palIntegrated/20121101palIntegrated_csv.zip", 30, 30 * 264 + 11),
        ("P-63", "rtfuelmix/20250201rtfuelmix_csv.zip", 28, 57722),
    ],
)
def test_whole_archives(
    samples: Path, take: Take, code: str, file: str, members: int, rows: int
) -> None:
    found = documents((samples / "nyiso" / file).read_bytes())
    assert len(found) == members
    verdicts = [take(code, one.data, one.member) for one in found]
    assert sum(one.rows.height for one in verdicts) == rows
    everything = pl.concat(one.rows for one in verdicts)
    key = ["stamp_utc", "area_id", *(["fuel_printed"] if code == "P-63" else [])]
    assert everything.select(key).is_unique().all()


def test_members_were_known_when_they_were_written(samples: Path) -> None:
    file = samples / "nyiso/palIntegrated/20121101palIntegrated_csv.zip"
    fetched = datetime(2026, 11, 21, tzinfo=UTC)
    members = {one.member: one for one in documents(file.read_bytes())}
    publisher = report("P-58C").publisher
    first = member_known(publisher, members["20121101palIntegrated.csv"].modified, fetched)
    assert (first.at_utc.replace(second=0), first.basis) == (
        datetime(2012, 11, 2, 4, 13, tzinfo=UTC),
        "modified",
    )
    corrected = member_known(publisher, members["20121123palIntegrated.csv"].modified, fetched)
    assert corrected.at_utc.date() == date(2012, 11, 26)


def rows_of(take: Take, samples: Path, code: str, file: str) -> pl.DataFrame:
    path = samples / "nyiso" / file
    return take(code, path.read_bytes(), path.name).rows


def test_flows_limits_and_neighbours(samples: Path, take: Take) -> None:
    rows = rows_of(take, samples, "P-32", "ExternalLimitsFlows/20171122ExternalLimitsFlows.csv")
    first = rows.filter(pl.col("stamp_utc") == datetime(2017, 11, 22, 5, tzinfo=UTC))
    by_id = {row["interface_id"]: row for row in first.to_dicts()}
    assert by_id["23330"]["interface_name"] == "CENTRAL EAST - VC"
    assert (by_id["23330"]["import_limit_mw"], by_id["23330"]["export_limit_mw"]) == (2175.0, None)
    assert by_id["23319"]["export_limit_mw"] == 1600.0
    assert (by_id["23312"]["import_limit_mw"], by_id["23312"]["neighbour"]) == (None, None)
    assert by_id["23316"]["neighbour"] == "PJM"
    assert rows["export_limit_mw"].min() == 100.0
    assert rows.filter(pl.col("import_limit_mw").abs() > 9000).height == 0
    assert (rows["interval_start_utc"] == rows["interval_end_utc"]).all()
    minutes = rows["stamp_utc"].dt.minute().unique().sort().to_list()
    assert [minute for minute in minutes if minute % 5] == [11, 12]


def test_prices_add_up_at_one_energy_part(samples: Path, take: Take) -> None:
    rows = rows_of(take, samples, "P-24A", "realtime/20161023realtime_zone.csv")
    parts = rows["energy_per_mwh"] + rows["congestion_per_mwh"] + rows["loss_per_mwh"]
    assert (parts - rows["price_per_mwh"]).abs().max() < 1e-6  # type: ignore[operator]
    spread = rows.group_by("stamp_utc").agg(
        spread=pl.col("energy_per_mwh").max() - pl.col("energy_per_mwh").min()
    )
    assert float(spread["spread"].max()) < 0.021  # type: ignore[arg-type]
    assert rows["price_per_mwh"].min() == -28.15
    capital = rows.filter(pl.col("location_id") == "61757").row(0, named=True)
    assert (capital["congestion_per_mwh"], capital["energy_per_mwh"]) == (21.03, -0.39)
    assert capital["interval_start_utc"] == datetime(2016, 10, 23, 4, tzinfo=UTC)
    assert set(rows["market"]) == {"RT5"}
    last = rows["interval_end_utc"].max()
    assert last == datetime(2016, 10, 24, 4, tzinfo=UTC)


def test_both_passes_of_the_autumn_hour_have_their_own_loads(samples: Path, take: Take) -> None:
    rows = rows_of(take, samples, "P-58C", "palIntegrated/20171105palIntegrated.csv")
    capital = rows.filter(pl.col("area_id") == "61757").sort("stamp_utc")
    assert capital["load_mw"].to_list()[:3] == [1053.7, 1009.3, 983.3]
    assert (capital["stamp_utc"].diff().drop_nulls() == timedelta(hours=1)).all()


def test_off_grid_load_readings_cut_their_intervals(samples: Path, take: Take) -> None:
    rows = rows_of(take, samples, "P-58B", "pal/20171122pal.csv")
    capital = rows.filter(pl.col("area_id") == "61757").sort("stamp_utc").head(4)
    lengths = (capital["interval_end_utc"] - capital["interval_start_utc"]).dt.total_seconds()
    assert lengths.to_list() == [300, 154, 126, 20]
    everything = (rows["interval_end_utc"] - rows["interval_start_utc"]).dt.total_minutes().sum()
    assert everything <= 11 * 24 * 60


def test_intervals_of_a_whole_load_day_tile(samples: Path, take: Take) -> None:
    for file, hours in (("pal/20240310pal.csv", 23), ("pal/20241103pal.csv", 25)):
        rows = rows_of(take, samples, "P-58B", file)
        lengths = rows.group_by("area_id").agg(
            (pl.col("interval_end_utc") - pl.col("interval_start_utc")).sum().alias("all")
        )
        assert (lengths["all"] == timedelta(hours=hours)).all()


def test_the_old_joint_row_keeps_its_name_as_id(samples: Path, take: Take) -> None:
    path = samples / "nyiso/palIntegrated/20010621palIntegrated.csv"
    verdict = take("P-58C", path.read_bytes(), path.name)
    joint = verdict.rows.filter(pl.col("area_id") == "N.Y.C._LONGIL")
    assert (joint.height, set(joint["area_kind"])) == (24, {"region"})
    # 09:00 stands there twice with different values: the last printed is taken.
    at_nine = joint.filter(pl.col("stamp_utc") == datetime(2001, 6, 21, 13, tzinfo=UTC))
    assert at_nine["load_mw"].item() == 11381.0
    assert "11172.0" in verdict.conflicts["text"].to_list()


def test_fuels_in_both_languages(samples: Path, take: Take) -> None:
    for file in ("rtfuelmix/20160119rtfuelmix.csv", "rtfuelmix/20171122rtfuelmix.csv"):
        rows = rows_of(take, samples, "P-63", file)
        assert set(rows["fuel"]) == {
            "dual_fuel",
            "natural_gas",
            "nuclear",
            "other_fossil",
            "other_renewables",
            "wind",
            "hydro",
        }
        assert set(rows["area_id"]) == {"NYCA"}
        assert rows["generation_mw"].null_count() == 0


def test_the_forecast_total_is_the_sum_of_its_zones(samples: Path, take: Take) -> None:
    rows = rows_of(take, samples, "P-7", "isolf/20171103isolf.csv")
    kinds = rows.group_by("stamp_utc", "area_kind").agg(pl.col("load_mw").sum())
    wide = kinds.pivot("area_kind", index="stamp_utc", values="load_mw")
    assert (wide["system"] == wide["zone"]).all()
    assert rows["vintage_utc"].unique().to_list() == [datetime(2017, 11, 3, 4, tzinfo=UTC)]
    assert set(rows["issued_basis"]) == {"fetched"}
    capital = rows.filter(pl.col("area_id") == "61757")
    assert set(capital["area_name"]) == {"Capitl"}
    repeated = [datetime(2017, 11, 5, 5 + at, tzinfo=UTC) for at in range(2)]
    assert capital.filter(pl.col("stamp_utc").is_in(repeated)).height == 2


def test_other_reports_of_the_publisher_are_refused(samples: Path, take: Take) -> None:
    day_ahead = (samples / "nyiso/damlbmp/20220718damlbmp_zone.csv").read_bytes()
    with pytest.raises((WrongReport, Unreadable)):
        take("P-24A", day_ahead, "20220718realtime_zone.csv")
    custom = samples / "nyiso/custom_reports/OASIS_Real_Time_Commitment_Zonal_LBMP.csv"
    with pytest.raises(WrongReport, match="custom report"):
        read(report("P-24A"), Document(custom.read_bytes()))
    for code, file, *_ in FILES:
        data = (samples / "nyiso" / file).read_bytes()
        for other in ("P-32", "P-58B", "P-58C", "P-24A", "P-63", "P-7"):
            if other != code and (code, other) != ("P-2A", "P-24A"):
                with pytest.raises(WrongReport):
                    read(report(other), Document(data))
