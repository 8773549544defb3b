"""The report's own stylesheet, kept to the part of a page that shows a report."""

from __future__ import annotations

from pathlib import Path

from headwater.reports.charts.themes import stylesheet

STYLESHEET = Path(__file__).parent / "static" / "learn" / "report.css"
MADE = "/* Made by `manage.py build_report_stylesheet` from the stylesheet of the reports. */"


def build_stylesheet() -> str:
    """Return the reports' rules, each inside `.report` (CSS Nesting, 2023), so that no other part of a page changes."""
    return f"{MADE}\n.report {{\n{stylesheet('report')}\n}}\n"
