"""`tieline units`: a quantity told in another unit, and the constants that join unlike ones."""

from __future__ import annotations

from typing import Annotated

import typer

from tieline.cli.frame import give, give_json, give_table, guarded, say
from tieline.cli.options import AsJson

units = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Convert units of energy, gas and prices."
)


@units.command(context_settings={"ignore_unknown_options": True})
def convert(
    value: Annotated[str, typer.Argument(help="A number.")],
    unit: Annotated[str, typer.Argument(metavar="FROM", help="Its unit: MMBtu, $/MWh, degF.")],
    to: Annotated[str, typer.Argument(metavar="TO", help="The unit wanted.")],
    given: Annotated[
        str | None,
        typer.Option("--given", help="What joins unlike quantities: '2 hour', '1037 Btu/cf'."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Tell a quantity in another unit; unlike quantities need --given."""
    with guarded(json=json):
        from tieline.units import convert as told

        amount = _number(value)
        found = told(amount, unit, to, given=given)
        if json:
            give_json({"value": amount, "unit": unit, "to": to, "given": given, "result": found})
            return
        give(f"{found:.10g} {to}")


@units.command()
def constants(json: AsJson = False) -> None:
    """List the constants that join unlike quantities, with their sources."""
    with guarded(json=json):
        from tieline.cli.plain import plain
        from tieline.units import CONSTANTS

        if json:
            give_json(plain(CONSTANTS))
            return
        give_table(
            ("NAME", "YEAR", "VALUE", "UNIT", "SOURCE"),
            [(one.name, one.year, one.value, one.unit, one.source) for one in CONSTANTS],
        )
        say("State one by --given, such as --given '1037 Btu/cf'.")


def _number(text: str) -> float:
    """Raises: UsageError."""
    from math import isfinite

    from tieline.errors import UsageError

    try:
        found = float(text.replace(",", ""))
    except ValueError:
        found = float("nan")
    if not isfinite(found):
        raise UsageError(f"{text!r} is not a number; write one such as 10 or -2.5")
    return found
