"""Which of New York's rows stand under which documented name: one table of endpoints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tieline.errors import UnknownName
from tieline.select import Wanted, close
from tieline.serve.api.flows import ids_of
from tieline.sources.nyiso.codes import PROXIES, SYSTEM, ZONES

Values = Callable[[str], Sequence[str]]
_PLACES = {name.upper(): ptid for ptid, *names in (*ZONES, *PROXIES) for name in (ptid, *names)}
_PLACES[SYSTEM] = SYSTEM


def words_of(text: str) -> tuple[str, ...]:
    """What stands between commas."""
    return tuple(filter(None, (part.strip() for part in text.split(","))))


def places_of(text: str) -> tuple[str, ...]:
    """PTIDs of zones and proxies by name or PTID, with commas between. Raises: UnknownName."""
    for name in words_of(text):
        if name.upper() not in _PLACES and not name.isdigit():
            raise UnknownName(f"no zone is called {name!r}{close(name.upper(), _PLACES)}")
    return tuple(dict.fromkeys(_PLACES.get(name.upper(), name) for name in words_of(text)))


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A parameter that narrows the rows: the column it is about, and how its text is read."""

    column: str
    says: str
    read: Values = words_of


ZONES_BY = {"zones": Narrowed("location_id", "Zones by name or PTID, with commas.", places_of)}
MARKET_BY = {"market": Narrowed("market", "Markets with commas: DAM, RT5, RTH.")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One endpoint.

    reports: codes of the reports whose rows it shows, all of one dataset
    columns: documented name to canonical column, in their order
    fixed:   columns that have these values in every row
    filters: parameter to what it narrows
    choice:  a parameter, and its words with the reports that each leaves; all where it is not given
    newest:  for states without a stamp, the column by which the newest comes first
    """

    path: str
    title: str
    dataset: str
    reports: tuple[str, ...]
    columns: Mapping[str, str]
    fixed: Mapping[str, Wanted] = field(default_factory=dict)
    filters: Mapping[str, Narrowed] = field(default_factory=dict)
    choice: tuple[str, Mapping[str, tuple[str, ...]]] | None = None
    newest: str | None = None
    limit: int = 1000


_KNOWN = {"known_at_utc": "known_at_utc"}
_PRICE = {
    "timestamp": "stamp_utc",
    "zone_name": "location_name",
    "ptid": "location_id",
    "lbmp": "price_per_mwh",
    "energy": "energy_per_mwh",
    "losses": "loss_per_mwh",
    "congestion": "congestion_per_mwh",
    **_KNOWN,
}
_OUTAGES = {
    "actual": ("P-54B",),
    "scheduled": ("P-54A",),
    "day_ahead": ("P-54C",),
    "schedule": ("P-14B",),
}


def _prices(path: str, title: str, report: str) -> Offer:
    return Offer(
        path=path, title=title, dataset="lmp", reports=(report,), columns=_PRICE, filters=ZONES_BY
    )


OFFERS: tuple[Offer, ...] = (
    Offer(
        path="zones",
        title="Load zones and proxies of the neighbours",
        dataset="location",
        reports=("P-2A/zones",),
        columns={
            "ptid": "location_id",
            "zone_name": "location_name",
            "kind": "location_kind",
            **_KNOWN,
        },
        fixed={"location_kind": ["zone", "interface"]},
        filters={
            **ZONES_BY,
            "kind": Narrowed("location_kind", "zone, or interface for a neighbour's proxy."),
        },
        newest="location_name",
    ),
    Offer(
        path="interfaces",
        title="Interfaces, internal and external",
        dataset="interface",
        reports=("P-32/interfaces",),
        columns={
            "interface_id": "interface_id",
            "interface_name": "interface_name",
            "region": "neighbour",
            **_KNOWN,
        },
        filters={
            "interfaces": Narrowed("interface_id", "Names, Point IDs or aliases.", ids_of),
            "region": Narrowed("neighbour", "PJM, ISO-NE, IESO, HQ."),
        },
        newest="interface_name",
    ),
    _prices("realtime-lbmp", "Five-minute prices of zones", "P-24A"),
    _prices("dayahead-lbmp", "Day-ahead prices of zones", "P-2A"),
    _prices("timeweighted-lbmp", "Real-time prices of zones, weighted over the hour", "P-4A"),
    Offer(
        path="ancillary-services",
        title="Prices of reserves and regulation",
        dataset="ancillary_price",
        reports=("P-6B", "P-5"),
        columns={
            "timestamp": "stamp_utc",
            "market": "market",
            "ptid": "region",
            "product": "product",
            "price": "price_per_mw_h",
            **_KNOWN,
        },
        filters={
            **MARKET_BY,
            "zones": Narrowed("region", "Zones by name or PTID, with commas.", places_of),
            "product": Narrowed("product", "Products with commas: spinning_10, operating_30."),
        },
    ),
    Offer(
        path="realtime-load",
        title="Load of zones, every five minutes",
        dataset="load",
        reports=("P-58B",),
        columns={
            "timestamp": "stamp_utc",
            "zone_name": "area_name",
            "ptid": "area_id",
            "load_mw": "load_mw",
            **_KNOWN,
        },
        filters={"zones": Narrowed("area_id", "Zones by name or PTID, with commas.", places_of)},
    ),
    Offer(
        path="load-forecast",
        title="Newest load forecast of zones and of the system",
        dataset="load_forecast",
        reports=("P-7",),
        columns={
            "timestamp": "stamp_utc",
            "zone_name": "area_name",
            "ptid": "area_id",
            "forecast_mw": "load_mw",
            "vintage_utc": "vintage_utc",
            "issued_at_utc": "issued_at_utc",
            **_KNOWN,
        },
        filters={"zones": Narrowed("area_id", "Zones by name or PTID, or NYISO.", places_of)},
    ),
    Offer(
        path="market-advisories",
        title="System states and announcements, in the operator's words",
        dataset="advisory_event",
        reports=("P-35", "P-25"),
        columns={
            "timestamp": "said_at_utc",
            "id": "message_id",
            "message": "message",
            "source": "report",
            **_KNOWN,
        },
        choice=("type", {"state": ("P-35",), "announcement": ("P-25",)}),
        newest="said_at_utc",
    ),
    Offer(
        path="constraints",
        title="Constraints that bind",
        dataset="binding_constraint",
        reports=("P-33", "P-511A"),
        columns={
            "timestamp": "stamp_utc",
            "market": "market",
            "constraint_id": "constraint_id",
            "constraint_name": "constraint_name",
            "contingency": "contingency",
            "constraint_cost": "shadow_price_per_mwh",
            **_KNOWN,
        },
        filters={**MARKET_BY, "constraint": Narrowed("constraint_id", "PTIDs with commas.")},
    ),
    Offer(
        path="external-rto-prices",
        title="Newest look-ahead prices at the ties, New York's and the neighbours'",
        dataset="lookahead_price",
        reports=("P-42",),
        columns={
            "timestamp": "stamp_utc",
            "market": "market",
            "gen_name": "location_name",
            "ptid": "location_id",
            "price": "price_per_mwh",
            "run_utc": "vintage_utc",
            **_KNOWN,
        },
        filters={
            "market": Narrowed("market", "RTC for New York's, CTS_PJM, CTS_ISONE.", words_of),
            "ptid": Narrowed("location_id", "PTIDs with commas."),
        },
    ),
    Offer(
        path="atc-ttc",
        title="Available and total transfer capability",
        dataset="transfer_capability",
        reports=("P-8", "P-8-HAM"),
        columns={
            "timestamp": "stamp_utc",
            "feed": "feed",
            "interface_name": "path_name",
            "atc_mw": "atc_mw",
            "ttc_mw": "ttc_mw",
            **_KNOWN,
        },
        filters={"interfaces": Narrowed("path_id", "Names as printed, with commas.")},
        choice=("market", {"DAM": ("P-8",), "HAM": ("P-8-HAM",)}),
    ),
    Offer(
        path="outages",
        title="Outages of transmission elements",
        dataset="outage_event",
        reports=("P-54B", "P-54A", "P-54C", "P-14B"),
        columns={
            "outage_id": "outage_id",
            "source": "report",
            "ptid": "resource_id",
            "equipment_name": "resource_name",
            "kind": "kind",
            "status": "status",
            "start": "outage_start_utc",
            "end": "outage_end_utc",
            **_KNOWN,
        },
        filters={"ptid": Narrowed("resource_id", "PTIDs with commas.")},
        choice=("type", _OUTAGES),
        newest="outage_start_utc",
    ),
    Offer(
        path="weather-forecast",
        title="Newest weather forecast of the load forecast's stations",
        dataset="station_weather_forecast",
        reports=("P-7A",),
        columns={
            "timestamp": "stamp_utc",
            "station": "station_id",
            "variable": "variable",
            "value": "value",
            "unit": "unit",
            "vintage_utc": "vintage_utc",
            **_KNOWN,
        },
        filters={
            "stations": Narrowed("station_id", "Stations with commas: ALB, BGM."),
            "variable": Narrowed("variable", "temperature_max, wet_bulb_min, with commas."),
        },
    ),
    Offer(
        path="fuel-mix",
        title="Generation by fuel",
        dataset="generation_by_fuel",
        reports=("P-63",),
        columns={
            "timestamp": "stamp_utc",
            "fuel_category": "fuel_printed",
            "fuel": "fuel",
            "generation_mw": "generation_mw",
            **_KNOWN,
        },
        filters={"fuel": Narrowed("fuel_printed", "Fuels as printed, with commas.")},
    ),
)
