"""Headers of NYISO's reports, so that a file of another report is told from a changed one."""

from __future__ import annotations

_LBMP = (
    "Time Stamp",
    "Name",
    "PTID",
    "LBMP ($/MWHr)",
    "Marginal Cost Losses ($/MWHr)",
)

HEADERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("an LBMP report (P-2A, P-4A, P-24A or a generator's)", _LBMP),
    (
        "P-32",
        ("Timestamp", "Interface Name", "Point ID", "Flow (MWH)", "Positive Limit (MWH)"),
    ),
    ("P-58C", ("Time Stamp", "Time Zone", "Name", "PTID", "Integrated Load")),
    ("P-58B", ("Time Stamp", "Time Zone", "Name", "PTID", "Load")),
    ("P-63", ("Time Stamp", "Time Zone", "Fuel Category")),
    ("P-7", ("Time Stamp", "Capitl", "Mhk Vl", "NYISO")),
    ("P-5 or P-6B", ("Time Stamp", "Time Zone", "10 Min Spinning Reserve ($/MWHr)")),
    ("P-33 or P-511A", ("Time Stamp", "Limiting Facility", "Facility PTID")),
    ("P-34", ("Timestamp", "Point ID", "Flow (MWH)")),
    ("P-34A or P-53B", ("Timestamp", "Lake Erie Circulation (MWH)")),
    ("P-71 or P-72", ("Timestamp", "Zone", "LBMP - ($/MWh)", "IMER - CO2 (tons/MWh)")),
    ("P-30", ("Date Hour", "Total Load Scheduled")),
    ("P-31", ("Start Time", "End Time", "Generation Scheduled")),
    ("P-59", ("Time Stamp", "Time Zone", "Name", "PTID", "Energy Bid Load")),
    ("P-42", ("RTC Execution Time", "RTC End Time Stamp", "Gen Name")),
    ("P-54A or P-54C", ("Timestamp", "PTID", "Equipment Name", "Scheduled Out Date/Time")),
    ("P-54B", ("Timestamp", "PTID", "Equipment Name", "Outage Date/Time")),
    ("P-70", ("Time Stamp", "Time Zone", "Zone Name", "MW Value")),
    ("P-7A", ("Forecast Date", "Vintage Date", "Vintage", "Station ID")),
    ("a custom report of RTC prices", ("RTC End Time Stamp", "Zone Name", "RTC Zonal LBMP")),
    ("a custom report of day-ahead prices", ("Eastern Date Hour", "Zone Name", "DAM Zonal LBMP")),
)


def others(own: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Headers of every report but one, for a report whose header is looked for by its words."""
    return tuple((name, header) for name, header in HEADERS if name != own)
