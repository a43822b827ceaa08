"""Proofs as a workbook: one sheet a proof, both sides and the trial balance."""

from datetime import date
from io import BytesIO

import xlsxwriter

#: what a spreadsheet shows for money: two digits, negative ones red
_MONEY = "#,##0.00;[Red]-#,##0.00"
_WIDTHS = (34, 16, 16, 16, 16, 16, 22)
#: what the name of a sheet may not have
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))


def workbook(sheets):
    """Return the bytes of a workbook.

    :param sheets: pairs of a name and rows; a row is a list of cells: text is
        written as text, dates as dates, numbers as money, integers as such
    """
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        formats = {
            "money": book.add_format({"num_format": _MONEY}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "head": book.add_format({"bold": True, "bottom": 1}),
            "plain": book.add_format({}),
        }
        taken = set()
        for name, rows in sheets:
            sheet = book.add_worksheet(_free_name(name, taken))
            for column, width in enumerate(_WIDTHS):
                sheet.set_column(column, column, width)
            for number, cells in enumerate(rows):
                _write_row(sheet, number, cells, formats)
    return target.getvalue()


def _free_name(name, taken):
    """Return a name of at most 31 characters that no other sheet has."""
    short = name.translate(_FORBIDDEN)[:28] or "-"
    free = short
    number = 2
    while free.lower() in taken:
        free, number = f"{short} {number}", number + 1
    taken.add(free.lower())
    return free


def _write_row(sheet, number, cells, formats):
    # A row of text only, of more than one cell, is the head of a table.
    is_head = len(cells) > 1 and all(isinstance(cell, str) for cell in cells)
    for column, cell in enumerate(cells):
        if isinstance(cell, date):
            sheet.write_datetime(number, column, cell, formats["date"])
        elif isinstance(cell, float):
            # A negative zero would be shown with its sign.
            sheet.write_number(number, column, cell + 0.0, formats["money"])
        elif isinstance(cell, int):
            sheet.write_number(number, column, cell, formats["plain"])
        elif cell:
            # Never as a formula, whatever a label begins with.
            style = formats["head" if is_head else "plain"]
            sheet.write_string(number, column, cell, style)
