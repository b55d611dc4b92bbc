"""What the battery says: findings, and a summary that a person can read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as the publisher's page says.

    `check` is one of the names in `tieline.testing.CHECKS`; `text` tells what was expected and seen.
    """

    report: str
    day: date
    check: str
    text: str

    def __str__(self) -> str:
        return f"{self.report} {self.day} {self.check}: {self.text}"


@dataclass(frozen=True, slots=True)
class Tally:
    """What was read of one report."""

    days: int = 0
    files: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Battery:
    """What a run saw. `unproved` are reports with a decoder for which no writer was brought."""

    findings: tuple[Finding, ...]
    tallies: dict[str, Tally] = field(default_factory=dict)
    unproved: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """True if something was read, nothing was found, and no report was without a writer."""
        return bool(self.tallies) and not self.findings and not self.unproved

    def summary(self) -> str:
        """A table in markdown: one line a report; then the reports without a writer, the findings."""
        lines = ["| report | days | files | rows | findings |", "|---|---|---|---|---|"]
        for name, tally in self.tallies.items():
            found = sum(finding.report == name for finding in self.findings)
            lines.append(f"| {name} | {tally.days} | {tally.files} | {tally.rows:,} | {found} |")
        lines += [f"\nNot proved, no writer: {name}" for name in self.unproved]
        lines += [f"\n{finding}" for finding in self.findings]
        return "\n".join(lines)
