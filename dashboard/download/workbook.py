"""Tables as a workbook (XLSX): numbers are numbers in every language of a spreadsheet."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from dashboard.download.table import figure
from dashboard.words.text import t

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 60  # characters
LONGEST_NAME = 31  # of a sheet
EARLY = datetime(2020, 1, 1, tzinfo=UTC)  # the same file whenever it is written


def workbook(tables: Mapping[str, Sequence[Sequence[Any]]], *, to_fill: bool = False) -> bytes:
    """A sheet for each table, by name; its first row names the columns.

    Text is never a formula, an address or a number here; where it is `to_fill` what is typed stays
    as it was typed, so that 2023-09 is no day.
    """
    import xlsxwriter

    out = io.BytesIO()
    never = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers", "nan_inf_to_errors")
    with xlsxwriter.Workbook(out, {"in_memory": True, **dict.fromkeys(never, False)}) as book:
        book.set_properties({"created": EARLY})
        head = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        for name, table in tables.items():
            sheet = book.add_worksheet(name[:LONGEST_NAME])
            sheet.freeze_panes(1, 0)
            for column in range(len(table[0]) if table else 0):
                widest = max(len(str(row[column] or "")) for row in table[:200])
                sheet.set_column(column, column, min(WIDEST, widest + 2), text if to_fill else None)
            for number, row in enumerate(table):
                for column, value in enumerate(row):
                    _write(sheet, number, column, value, None if number else head)
    return out.getvalue()


def figures(
    rows: Sequence[Mapping[str, Any]],
    columns: Mapping[str, str],
    about: Mapping[str, str],
    lang: str,
) -> bytes:
    """Rows on one sheet and, on another, what they are about and what each column means.

    `columns` are their names and meanings, `about` whatever else is said of them, by its label.
    """
    head = [t("workbook_part", lang), t("column_meaning", lang)]
    table = [[*columns], *([_plain(row[name]) for name in columns] for row in rows)]
    lines = [head, *([label, text] for label, text in (*about.items(), *columns.items()))]
    return workbook({t("workbook_figures", lang): table, t("workbook_description", lang): lines})


def _plain(value: Any) -> Any:
    is_figure = isinstance(value, float) and math.isfinite(value)
    return figure(value) if is_figure else value


def _write(sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, look)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, look)
    elif value is not None and value != "":
        sheet.write_string(row, column, str(value), look)
