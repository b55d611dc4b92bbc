"""Every unit the house knows, with its source; nothing else is a unit.

There are no prefixes, so a letter is never guessed: `M` in Mcf is a thousand, `MM` in MMBtu a million,
`M` in MW a million, each spelt out here. Three things are kept apart although physics joins them:
an energy from a volume of gas (heat content decides), a cubic metre of LNG from one of gas (the
cargo decides), and money of two currencies. An exchange of these needs a stated quantity.

The house takes one Btu everywhere, the International Table's, and therm and dekatherm from it: the
gas trade counts 10 therm = 1 Dth = 1 MMBtu. The US legal therm (Btu at 59 F) has a name of its own.
"""

from __future__ import annotations

DEFINITIONS = """
joule = [energy] = J
hour = [time] = h
minute = hour / 60
second = hour / 3600
day = 24 * hour
cubic_foot = [volume] = cf
kilogram = [mass] = kg
metre = [length] = m
kelvin = [temperature]; offset: 0 = K
degree = [angle]
lng_cubic_metre = [lng_volume] = m3_LNG
us_dollar = [us_money] = USD
canadian_dollar = [canadian_money] = CAD
currency = [money]

kilojoule = 1000 * joule = kJ
megajoule = 1000000 * joule = MJ
gigajoule = 1000000000 * joule = GJ
watt_hour = 3600 * joule = Wh
kilowatt_hour = 1000 * watt_hour = kWh
megawatt_hour = 1000000 * watt_hour = MWh
gigawatt_hour = 1000000000 * watt_hour = GWh
terawatt_hour = 1000000000000 * watt_hour = TWh
btu = 1055.05585262 * joule = Btu
million_btu = 1000000 * btu = MMBtu
therm = 100000 * btu
dekatherm = 10 * therm = Dth
us_therm = 105480400 * joule = therm_US
quad = 1000000000000000 * btu

watt = watt_hour / hour = W
kilowatt = 1000 * watt = kW
megawatt = 1000000 * watt = MW
gigawatt = 1000000000 * watt = GW
horsepower = 745.69987 * watt = hp

thousand_cubic_feet = 1000 * cubic_foot = Mcf
million_cubic_feet = 1000000 * cubic_foot = MMcf
billion_cubic_feet = 1000000000 * cubic_foot = Bcf
trillion_cubic_feet = 1000000000000 * cubic_foot = Tcf
cubic_metre = cubic_foot / 0.028316846592 = m3
litre = cubic_metre / 1000 = L
barrel = 0.158987294928 * cubic_metre = bbl
gallon = barrel / 42 = gal

gram = kilogram / 1000 = g
pound = 0.45359237 * kilogram = lb
short_ton = 2000 * pound
tonne = 1000 * kilogram = metric_ton
long_ton = 2240 * pound

kilometre = 1000 * metre = km
millimetre = metre / 1000 = mm
mile = 1609.344 * metre
nautical_mile = 1852 * metre = nmi
knot = nautical_mile / hour = kn

degree_Celsius = kelvin; offset: 273.15 = degC
degree_Fahrenheit = 5 / 9 * kelvin; offset: 233.15 + 200 / 9 = degF

us_cent = us_dollar / 100 = cent
canadian_cent = canadian_dollar / 100
currency_cent = currency / 100
"""
"""Units in pint's language. Sources: Btu ISO 31-4 and NIST SP 811 (exact); US therm NIST; cubic foot,
pound, barrel, nautical mile NIST SP 811 (exact); horsepower NIST SP 811."""

SPELLINGS = {
    "$": "USD",
    "US$": "USD",
    "C$": "CAD",
    "¢": "cent",
    "c": "cent",
    "cents": "cent",
    "°F": "degF",
    "F": "degF",
    "°C": "degC",
    "C": "degC",
    "h": "hour",
    "hr": "hour",
    "hours": "hour",
    "min": "minute",
    "minutes": "minute",
    "s": "second",
    "d": "day",
    "days": "day",
    "mmbtu": "MMBtu",
    "MMBTU": "MMBtu",
    "BTU": "Btu",
    "BCF": "Bcf",
    "MCF": "Mcf",
    "MMCF": "MMcf",
    "DTH": "Dth",
    "dth": "Dth",
    "therms": "therm",
    "megawatthours": "MWh",
    "megawatts": "MW",
    "MWH": "MWh",
    "kwh": "kWh",
    "KWH": "kWh",
    "m³": "m3",
    "m3 LNG": "m3_LNG",
    "m³ LNG": "m3_LNG",
    "short ton": "short_ton",
    "metric ton": "tonne",
    "t": "tonne",
    "knots": "knot",
}
"""Other ways in which publishers and people write a unit. A bare `ton` is neither: there are three."""
