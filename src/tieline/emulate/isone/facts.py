"""What ISO New England's answers look like, written by hand from its schema page and real answers.

Nothing here comes from `sources`: a wrong rule would then be printed and read in the same way. Bodies
are compact JSON as the service sends them; the schema page gives the order of elements.
"""

from __future__ import annotations

from datetime import date

FIRST_DAY = date(2015, 1, 1)
LAST_DAY = date(2035, 12, 31)
SYSTEM = (32, "NEPOOL AREA", "INT. AREA")
HUB = (4000, ".H.INTERNAL_HUB", "HUB")
ZONES = (
    (4001, ".Z.MAINE", "LOAD ZONE"),
    (4002, ".Z.NEWHAMPSHIRE", "LOAD ZONE"),
    (4003, ".Z.VERMONT", "LOAD ZONE"),
    (4004, ".Z.CONNECTICUT", "LOAD ZONE"),
    (4005, ".Z.RHODEISLAND", "LOAD ZONE"),
    (4006, ".Z.SEMASS", "LOAD ZONE"),
    (4007, ".Z.WCMASS", "LOAD ZONE"),
    (4008, ".Z.NEMASSBOST", "LOAD ZONE"),
)
TIES = (
    (4010, ".I.SALBRYNB345 1", "EXT. NODE"),
    (4011, ".I.ROSETON 345 1", "EXT. NODE"),
    (4012, ".I.HQ_P1_P2345 5", "EXT. NODE"),
    (4013, ".I.HQHIGATE120 2", "EXT. NODE"),
    (4014, ".I.SHOREHAM138 99", "EXT. NODE"),
    (4017, ".I.NRTHPORT138 5", "EXT. NODE"),
    (4018, ".I.HQMRL_RD345 1", "EXT. NODE"),
)
LINE_TO_MAINE = date(2026, 2, 1)
"""First day on which the seventh tie is listed."""
NODES = tuple((321 + n, f"UN.FRNKLNSQ13.8{chr(65 + n)}CC", "NETWORK NODE") for n in range(12))
LIMITS = (
    (-1000, 550),
    (-1400, 1200),
    (-1800, 1200),
    (-225, 0),
    (-330, 330),
    (-200, 200),
    (-1200, 0),
)
"""Import limits are negative, export limits positive, in the order of the ties."""
FUELS = (
    ("Natural Gas", "Natural Gas"),
    ("Nuclear", "Nuclear"),
    ("Hydro", "Hydro"),
    ("Oil", "Oil"),
    ("Coal", "Coal"),
    ("Renewables", "Landfill Gas"),
    ("Renewables", "Refuse"),
    ("Renewables", "Solar"),
    ("Renewables", "Wind"),
    ("Renewables", "Wood"),
    ("Other", "Other"),
    ("Batteries", "Batteries"),
)
BATTERIES = date(2026, 5, 1)
REGIONS = (
    *(".Z.CONNECTICUT", ".Z.MAINE", ".Z.NEMASSBOST", ".Z.NEWHAMPSHIRE"),
    *(".Z.RHODEISLAND", ".Z.SEMASS", ".Z.VERMONT", ".Z.WCMASS"),
)
RESERVE_ZONES = ((7000, "ROS"), (7001, "SWCT"), (7002, "CT"), (7003, "NEMABSTN"))
CONSTRAINTS = (
    ("MIS", "Interface", "Y"),
    ("NYNE", "Interface", "Y"),
    ("KEENE-A1", "3419 LINE", "N"),
)
TIE_NAMES = ("Highgate", "NB", "NYISO AC", "NYISO CSC", "NYISO NNC", "Phase 2")
ISSUES = ((-2, 4, 6), (-2, 9, 18), (-1, 4, 6), (-1, 9, 18), (0, 4, 6), (0, 9, 18))
"""Issues of a target day's load forecast: days before, hour and minute of the wall clock."""
NOTHING = b"No data exists for this period."
NOT_FOUND = b"<html><head><title>404 Not Found</title></head><body>Not Found</body></html>\n"
CSV_NAMES = (
    '"H","Date","Hour Ending","Location ID","Location Name","Location Type",'
    '"Locational Marginal Price","Energy Component","Congestion Component","Marginal Loss Component"'
)
CSV_KINDS = '"H","Date","HE","String","String","String","Number","Number","Number","Number"'
