"""`tieline calendar`: holidays, peak hours, clock changes and cutovers of rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tieline.cli.frame import give_json, give_table, guarded, say
from tieline.cli.options import AsJson

if TYPE_CHECKING:
    from tieline.markettime import PeakDefinition

calendar = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Show holidays, peak hours, clock changes and changes of market rules.",
)
Year = Annotated[int, typer.Argument(help="A year: 2026.")]
_MARKET = "A market or hub: miso, miso-tariff, pjm, mid-c."


@calendar.command()
def nerc(year: Year, json: AsJson = False) -> None:
    """List the six NERC holidays of a year, on the days on which they are kept."""
    with guarded(json=json):
        from tieline.cli.plain import plain
        from tieline.markettime import nerc_holidays

        found = nerc_holidays(year)
        if json:
            give_json(plain(found))
            return
        rows = [(one.day, f"{one.day:%A}", one.name) for one in found]
        give_table(("DAY", "WEEKDAY", "HOLIDAY"), rows)


@calendar.command()
def peak(
    market: Annotated[str, typer.Argument(help=_MARKET)],
    month: Annotated[str, typer.Argument(help="A month, 2026-11, or a year, 2026.")],
    json: AsJson = False,
) -> None:
    """Count the hours of each block in a month: on-peak, off-peak, 5x16, 2x16H, 7x8 and others."""
    with guarded(json=json):
        from tieline.markettime import DEFINITIONS, peak_of

        year, months = _months(month)
        chosen = peak_of(market)
        told = [_hours(chosen, year, one) for one in months]
        if json:
            give_json({**_definition(chosen), "months": told})
            return
        say(_sentence(chosen))
        give_table([name.upper() for name in told[0]], [list(row.values()) for row in told])
        for other in DEFINITIONS:
            if other.name.startswith(f"{chosen.name}-"):
                say(
                    f"The tariff has another definition: tieline calendar peak {other.name} {month}"
                )


@calendar.command()
def changes(
    market: Annotated[str, typer.Argument(help="A market, or a zone: pjm, America/Denver.")],
    year: Year,
    json: AsJson = False,
) -> None:
    """List the days on which a market's clock changes, with their hours."""
    with guarded(json=json):
        from tieline.cli.plain import instant
        from tieline.markettime import changes_in, clock_of, hours_in, market_day

        zone = clock_of(market)
        rows: list[dict[str, object]] = []
        for change in changes_in(zone, year):
            day = market_day(zone, change.at_utc)
            at = instant(change.at_utc)
            rows.append({"day": str(day), "hours": hours_in(zone, day), "at_utc": at})
        if json:
            give_json({"zone": zone, "changes": rows})
            return
        if not rows:
            say(f"{zone} keeps one clock all through {year}.")
            return
        give_table(("DAY", "HOURS", "AT"), [list(row.values()) for row in rows])


@calendar.command()
def cutovers(
    publisher: Annotated[str | None, typer.Argument(help="A publisher; else all.")] = None,
    json: AsJson = False,
) -> None:
    """List the days on which markets and publishers changed their rules."""
    with guarded(json=json):
        from tieline.cli.plain import plain
        from tieline.markettime import cutovers as known

        found = known(publisher)
        if json:
            give_json(plain(found))
            return
        form = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
        give_table(
            ("FROM", "PUBLISHER", "KIND", "WHAT"),
            [
                (one.on.strftime(form[one.precision]), one.publisher, one.kind, one.what)
                for one in found
            ],
        )


def _months(text: str) -> tuple[int, range]:
    """The year and months of `2026-11` or `2026`. Raises: UsageError."""
    import re

    from tieline.errors import UsageError

    read = re.fullmatch(r"(\d{4})(?:-(0[1-9]|1[0-2]))?", text)
    if read is None:
        raise UsageError(f"{text!r} is neither a month nor a year; write 2026-11 or 2026")
    if read.group(2) is None:
        return int(read.group(1)), range(1, 13)
    return int(read.group(1)), range(int(read.group(2)), int(read.group(2)) + 1)


def _hours(chosen: PeakDefinition, year: int, month: int) -> dict[str, object]:
    from tieline.markettime import BLOCKS, month_hours

    counted = {
        block: month_hours(block, chosen, year, month) for block in ("on-peak", "off-peak", *BLOCKS)
    }
    return {"month": f"{year}-{month:02d}", **counted}


def _definition(chosen: PeakDefinition) -> dict[str, object]:
    return {
        "market": chosen.name,
        "zone": chosen.zone,
        "first_hour_ending": chosen.first,
        "last_hour_ending": chosen.last,
        "days": "Monday to Friday" if chosen.week == 5 else "Monday to Saturday",
        "basis": chosen.basis,
    }


def _sentence(chosen: PeakDefinition) -> str:
    facts = _definition(chosen)
    return (
        f"{chosen.name}: hours ending {chosen.first} to {chosen.last}, {facts['days']} without NERC "
        f"holidays, on the clock of {chosen.zone}."
    )
