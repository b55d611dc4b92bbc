"""The world is a function of seed and instant, and its numbers fit together."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from tieline.emulate import dispatch, eastern, flows, load, mix, prices
from tieline.emulate.noise import uniform
from tieline.emulate.nyiso import facts

DAYS = [date(2015, 1, 1) + timedelta(days=97 * n) for n in range(79)]
CHANGES = [
    *((date(2016, 3, 13), 276), (date(2024, 3, 10), 276), (date(2035, 3, 11), 276)),
    *((date(2017, 11, 5), 300), (date(2024, 11, 3), 300), (date(2035, 11, 4), 300)),
    *((date(2020, 2, 29), 288), (date(2026, 7, 4), 288)),
]


def test_draws_are_fixed_for_good() -> None:
    drawn = uniform(7, "load", np.array([0, 1, -1]))
    assert drawn.tolist() == pytest.approx([0.5054863573, 0.1601034996, 0.5545968007], abs=1e-9)


def test_any_order_of_asking_gives_the_same() -> None:
    day = eastern.midnight(date(2024, 6, 1)) + np.arange(0, 86400, 300)
    whole = load.zonal_load(3, day)
    backwards = np.concatenate([load.zonal_load(3, day[n : n + 1]) for n in range(287, -1, -1)])
    assert (whole == backwards[::-1]).all()
    assert (whole != load.zonal_load(4, day)).all()


@pytest.mark.parametrize(("day", "count"), CHANGES)
def test_dispatch_keeps_the_grid_and_adds_to_it(day: date, count: int) -> None:
    start, end = eastern.bounds(day)
    stamps = dispatch.starts(5, day)
    assert len(dispatch.grid(day)) == count == (end - start) // 300
    assert np.isin(dispatch.grid(day), stamps).all()
    assert stamps[0] == start and stamps[-1] < end and (np.diff(stamps) > 0).all()
    ends = dispatch.ends(5, day)
    assert ends[0] > start and ends[-1] == end and len(ends) == len(stamps)


def test_some_days_have_stamps_off_the_grid_and_some_interface_files_lack_one() -> None:
    extra = [len(dispatch.starts(5, day)) - len(dispatch.grid(day)) for day in DAYS]
    assert min(extra) == 0 and max(extra) >= 6 and 0.5 < float(np.mean(extra)) < 6
    minutes = [dispatch.minutes(5, day) for day in DAYS]
    assert all((stamps % 60 == 0).all() for stamps in minutes)
    lacking = [
        ~np.isin(dispatch.grid(day), stamps).all()
        for day, stamps in zip(DAYS, minutes, strict=True)
    ]
    assert 0 < sum(lacking) < 20


def test_generation_is_load_less_net_imports() -> None:
    for day in DAYS:
        stamps = dispatch.starts(5, day)[::12]
        generated = mix.generation(5, stamps)
        imports = flows.net_imports(flows.interface_flows(5, stamps))
        need = load.zonal_load(5, stamps).sum(axis=1) - imports
        assert np.abs(generated.sum(axis=1) - need).max() <= 0.5 + 1e-6
        assert generated.min() >= 0


def test_flows_stay_within_limits_that_change() -> None:
    for day in DAYS:
        found = flows.interface_flows(5, dispatch.minutes(5, day))
        assert (found.flow <= found.positive).all() and (found.flow >= found.negative).all()
    listed = [flows.LINES[n].name for n in flows.lines_on(date(2026, 1, 31))]
    assert len(listed) == 18 and "SCH - HQ_CHPE" not in listed
    assert len(flows.lines_on(date(2026, 2, 1))) == 19
    old = flows.interface_flows(5, dispatch.minutes(5, date(2017, 11, 22)))
    assert len(np.unique(old.positive[:, flows.NAMES.index("CENTRAL EAST - VC")])) > 3
    assert (old.flow[:, flows.CHPE] == 0).all()


def test_direct_current_ties_are_often_at_their_limit_and_whole() -> None:
    found = [flows.interface_flows(5, dispatch.minutes(5, day)) for day in DAYS]
    neptune = flows.NAMES.index("SCH - PJM_NEPTUNE")
    at_limit = np.mean([(one.flow[:, neptune] == one.positive[:, neptune]).mean() for one in found])
    assert 0.3 < at_limit < 0.8
    assert all((one.flow[:, neptune] % 1 == 0).all() for one in found)


def test_price_parts_add_up_with_the_publishers_sign() -> None:
    for day in DAYS[::4]:
        found = prices.zonal_prices(5, dispatch.ends(5, day))
        energy = np.round(found.price - found.losses + found.congestion, 2)
        assert np.ptp(energy, axis=1).max() <= 0.02 + 1e-9
        assert not np.signbit(found.congestion[found.congestion == 0]).any()


def test_the_worlds_order_is_the_printed_order() -> None:
    assert [zone[0] for zone in load.ZONES] == [name for name, _ in facts.ZONES]
    assert [place[0] for place in prices.PLACES] == [name for name, _ in facts.PLACES]
    assert [*flows.NAMES] == [name for name, _ in facts.INTERFACES]
    assert mix.FUELS == facts.FUELS_2016
