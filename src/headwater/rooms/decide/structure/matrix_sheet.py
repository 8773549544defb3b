"""The matrix as a workbook whose checks are formulas: change a letter and they follow."""

from __future__ import annotations

import io

from django.utils.translation import gettext as _

from headwater.formats.writing import safe_cell
from headwater.rooms.decide.logic.raci import ANSWERING
from headwater.rooms.decide.models import ActivityRight
from headwater.rooms.decide.structure.matrix import Standing

FIRST = 5
"""The row, from 0, of the first activity."""
LETTERS_AT = 2
"""The column, from 0, of the first member."""


def matrix_xlsx(standing: Standing, title: str) -> bytes:
    """Return the matrix as XLSX: letters to be chosen from a list, checks by row and by member as live formulas."""
    import xlsxwriter
    from xlsxwriter.utility import xl_col_to_name

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    plain, middle = book.add_format({"text_wrap": True, "valign": "top"}), book.add_format({"align": "center"})
    wrong = book.add_format({"bold": True, "font_color": "#8A3B12", "bg_color": "#FBEBDD"})
    sheet = book.add_worksheet(_("Matrix"))
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, _("R does it, A answers for it, C is asked before, I is told after."))
    is_hours = standing.limit.kind == "hours"
    sheet.write_string(2, 0, _("Limit: hours a month") if is_hours else _("Limit: activities"))
    sheet.write_number(2, 1, standing.limit.most)
    members, activities = standing.here, standing.activities
    last = LETTERS_AT + len(members)
    heads = [_("Activity"), _("Hours a month"), *(str(one) for one in members)]
    heads += [_("Who answers"), _("Who does it"), _("Authority missing"), _("Check")]
    for column, head in enumerate(heads):
        sheet.write_string(FIRST - 1, column, str(safe_cell(head)), bold)
    for place, activity in enumerate(activities, FIRST):
        line = place + 1
        row = standing.matrix.activities[place - FIRST]
        sheet.write_string(place, 0, str(safe_cell(activity.title)), plain)
        sheet.write_number(place, 1, activity.hours)
        for column, member in enumerate(members, LETTERS_AT):
            sheet.write_string(place, column, standing.letters[activity.pk].get(member.pk, ""), middle)
        span = f"{xl_col_to_name(LETTERS_AT)}{line}:{xl_col_to_name(max(last - 1, LETTERS_AT))}{line}"
        answering, doing = len(standing.matrix.answering(row)), len(standing.matrix.doing(row))
        missing = ", ".join(str(ActivityRight.Kind(one.kind).label) for one in standing.missing(activity.pk))
        if members:
            sheet.write_formula(place, last, f'=COUNTIF({span},"*A*")', None, answering)
            sheet.write_formula(place, last + 1, f'=COUNTIF({span},"*R*")', None, doing)
        else:
            sheet.write_number(place, last, 0)
            sheet.write_number(place, last + 1, 0)
        sheet.write_string(place, last + 2, missing, plain)
        answers, does, lacks = (f"{xl_col_to_name(last + step)}{line}" for step in range(3))
        words = [_("one has to answer"), _("somebody has to do it"), _("authority is missing"), _("in order")]
        formula = f'=IF({answers}<>1,"{words[0]}",IF({does}<1,"{words[1]}",IF({lacks}<>"","{words[2]}","{words[3]}")))'
        value = words[0] if answering != 1 else words[1] if doing < 1 else words[2] if missing else words[3]
        sheet.write_formula(place, last + 3, formula, plain, value)
    foot = FIRST + len(activities)
    if activities and members:
        _feet(sheet, standing, foot, bold, xl_col_to_name)
        checks = (FIRST, LETTERS_AT, foot - 1, last - 1)
        sheet.data_validation(*checks, {"validate": "list", "source": ["R", "A", "AR", "C", "I"]})
        flagged = {"type": "text", "criteria": "not containing", "value": _("in order"), "format": wrong}
        sheet.conditional_format(FIRST, last + 3, foot - 1, last + 3, flagged)
        flagged = {"type": "text", "criteria": "not containing", "value": _("within the limit"), "format": wrong}
        sheet.conditional_format(foot + 2, LETTERS_AT, foot + 2, last - 1, flagged)
    sheet.freeze_panes(FIRST, 1)
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, last + 1, 13)
    sheet.set_column(last + 2, last + 3, 26)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    book.close()
    return stream.getvalue()


def _feet(sheet: object, standing: Standing, foot: int, bold: object, name_of: object) -> None:
    """Write what each member carries, under their column: hours, activities, and whether it is within the limit."""
    from typing import Any, cast

    page, letter_of = cast(Any, sheet), cast(Any, name_of)
    is_hours = standing.limit.kind == "hours"
    for step, words in enumerate((_("Hours a month"), _("Activities"), _("Check"))):
        page.write_string(foot + step, 0, words, bold)
    first, last = FIRST + 1, foot
    count = letter_of(LETTERS_AT + len(standing.here) + 1)
    for column, member in enumerate(standing.here, LETTERS_AT):
        name, key = letter_of(column), str(member.pk)
        cells = f"{name}{first}:{name}{last}"
        hours, doing = f"B{first}:B{last}", f"{count}{first}:{count}{last}"
        does, answers = f'ISNUMBER(SEARCH("R",{cells}))', f'ISNUMBER(SEARCH("A",{cells}))'
        shared = f"SUMPRODUCT({does}*{hours}/(({doing}<1)+({doing}>=1)*{doing}))"
        carried = f"={shared}+{float(ANSWERING)}*SUMPRODUCT((1-{does})*{answers}*{hours})"
        page.write_formula(foot, column, carried, None, standing.matrix.hours_of(key))
        counted = f"=SUMPRODUCT(--(({does}+{answers})>0))"
        page.write_formula(foot + 1, column, counted, None, standing.matrix.count_of(key))
        load = f"{name}{foot + 1 if is_hours else foot + 2}"
        within, over = _("within the limit"), _("over the limit")
        value = within if standing.matrix.load_of(key) <= standing.limit.most else over
        page.write_formula(foot + 2, column, f'=IF({load}<=$B$3,"{within}","{over}")', None, value)
