"""Full-size files for the benches: the emulator's numbers, printed at the size of the real ones.

The emulator plays a few buses and nodes, so that tests are quick; the publishers print hundreds and
thousands. Formats are those of the emulator's writers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl

from scripts.bench_figure import SEED
from tieline.emulate import eastern
from tieline.emulate.growing import Growing
from tieline.emulate.isone import facts
from tieline.emulate.isone.resources import RESOURCES, grid
from tieline.emulate.isone.table import Table, growing, located, wrapped
from tieline.emulate.isone.tree import write
from tieline.emulate.noise import Floats, Ints
from tieline.emulate.nyiso import sheets
from tieline.emulate.nyiso.facts import BUSES as PLAYED_BUSES
from tieline.emulate.nyiso.listed import SHEETS
from tieline.emulate.prices import Prices, bus_prices

BUSES = (PLAYED_BUSES[0], *((f"ALDER {n:03}___GT_{n % 4}", 25000 + n) for n in range(1, 590)))
"""As many as make 5.1 million rows in a month of five minutes."""
PLACES = 1209
"""Locations in a day's hourly answer of New England."""
NODES = tuple(
    f"{area}.{word}{n:03}"
    for n in range(129)
    for area in ("ALTW", "AMIL", "AMMO", "CIN", "CONS")
    for word in ("WELLS", "BGS", "KEOKUK", "CETR.AZ")
)
"""MISO's: 2,580, of which a week of five minutes makes 5.2 million rows."""
_KINDS = ("Hub", "Loadzone", "Interface", "Gennode")
_PARTS = ("LMP", "MCC", "MLC")


def generator_prices(day: date) -> bytes:
    """NYISO's real-time prices of every generator, a whole day."""
    sheet = SHEETS["P-24B"]
    full = replace(
        sheet,
        entities=[(f'"{name}",{ptid}', str(ptid)) for name, ptid in BUSES],
        numbers=_of_buses,
    )
    return _last(sheets.write(full, "P-24B", SEED, day), day)


def _of_buses(seed: int, seconds: Ints) -> dict[str, Floats]:
    prices = bus_prices(seed, seconds, BUSES, "dispatch")
    return {"lbmp": prices.price, "losses": prices.losses, "congestion": prices.congestion}


def hourly_prices(day: date) -> Table:
    """New England's hourly prices of every location."""
    places = [
        *((400 + n, f"UN.FRNKLNSQ13.8{n:04}CC", "NETWORK NODE") for n in range(PLACES - 9)),
        facts.HUB,
        *facts.ZONES,
    ]
    seconds = grid(day, 3600)
    numbers = [(str(id), id) for id, _, _ in places]
    prices = bus_prices(SEED, seconds, numbers, "day ahead")
    energy = np.round(prices.price - prices.losses + prices.congestion, 2) + 0.0
    return Table(
        seconds,
        seconds,
        located(places, typed=True),
        {
            "LmpTotal": prices.price,
            "EnergyComponent": energy,
            "CongestionComponent": -prices.congestion + 0.0,
            "LossComponent": prices.losses,
        },
    )


def as_service(table: Table, day: date) -> bytes:
    """The day's table as the web service answers it."""
    return wrapped(("HourlyLmps", "HourlyLmp"), _last(growing(table, "BeginDate"), day))


def as_file(table: Table, day: date) -> bytes:
    """The day's table as the file in the CSV tree."""
    kinds = dict.fromkeys(table.places["id"].to_list(), "NETWORK NODE")
    return write("WW_DALMP_ISO", day, table, kinds)


def fuel_mix(day: date) -> bytes:
    """New England's generation by fuel of a whole day."""
    resource = next(one for one in RESOURCES if one.path == "genfuelmix")
    table = resource.make(SEED, day)
    return wrapped(resource.names, _last(growing(table, resource.stamp), day))


def hours_of_nodes(day: date) -> bytes:
    """MISO's day-ahead prices: three lines a node, a column an hour."""
    seconds = _midnight(day) + 3600 * np.arange(24, dtype=np.int64)
    prices = _of_nodes(seconds)
    rows = []
    for at, node in enumerate(NODES):
        kind = _KINDS[min(at // 8, 3)]
        for part, values in zip(_PARTS, _parts(prices), strict=True):
            cells = ",".join(f"{value:g}" for value in values[:, at].tolist())
            rows.append(f"{node},{kind},{part},{cells}")
    head = (
        "Day Ahead Market ExPost LMPs",
        f"{day:%m/%d/%Y}",
        "",
        ",,,All Hours-Ending are Eastern Standard Time (EST)",
        f"Node,Type,Value,{','.join(f'HE {hour}' for hour in range(1, 25))}",
    )
    return ("\n".join((*head, *rows)) + "\n").encode()


def five_minutes_of_nodes(day: date) -> bytes:
    """MISO's five-minute prices of the day before, as the public API shows them."""
    seconds = _midnight(day) + 300 * np.arange(288, dtype=np.int64)
    stamps = pl.Series([f'["{day:%Y-%m-%d}T{n // 12:02}:{n % 12 * 5:02}:00","' for n in range(288)])
    prices = _of_nodes(seconds)
    lmp, mcc, mlc = (pl.Series(np.char.mod("%.2f", values.ravel())) for values in _parts(prices))
    line = pl.select(
        pl.concat_str(
            stamps.gather(np.repeat(np.arange(288), len(NODES))),
            pl.Series(NODES).gather(np.tile(np.arange(len(NODES)), 288)),
            pl.lit('","'), lmp, pl.lit('","'), mlc, pl.lit('","'), mcc, pl.lit('"]'),
        )
    ).to_series()  # fmt: skip
    head = b'{"headers":["INTERVAL","CPNODE","LMP","MLC","MCC"],"data":['
    return head + ",".join(line.to_list()).encode() + b"]}"


def _last(file: Growing, day: date) -> bytes:
    """What a file says two days after its day."""
    view = file.view(eastern.bounds(day)[1] + 2 * 86_400)
    if view is None:
        raise ValueError(f"the emulator has nothing of {day}")
    return view.body


def _midnight(day: date) -> int:
    """Eastern Standard Time, all year."""
    return (day - date(1970, 1, 1)).days * 86_400 + 5 * 3600


def _of_nodes(seconds: Ints) -> Prices:
    return bus_prices(SEED, seconds, [(node, at) for at, node in enumerate(NODES)], "dispatch")


def _parts(prices: Prices) -> tuple[Floats, Floats, Floats]:
    """Price, congestion and losses, which add up here."""
    return prices.price, -prices.congestion + 0.0, prices.losses
