"""The upload files of OSHA's Injury Tracking Application, form 300A and case detail: in, out, and checked."""

from headwater.formats.osha.checking import check_together
from headwater.formats.osha.fields import CASE_HEADER, OUTCOME_CODES, SUMMARY_HEADER, TYPE_CODES, size_code
from headwater.formats.osha.reading import OshaFile, read_osha
from headwater.formats.osha.rows import CaseRow, SummaryRow
from headwater.formats.osha.writing import check_rows, osha_csv, write_osha

__all__ = [
    "CASE_HEADER",
    "OUTCOME_CODES",
    "SUMMARY_HEADER",
    "TYPE_CODES",
    "CaseRow",
    "OshaFile",
    "SummaryRow",
    "check_rows",
    "check_together",
    "osha_csv",
    "read_osha",
    "size_code",
    "write_osha",
]
