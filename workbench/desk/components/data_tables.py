"""Tables of the data page: one description for the screen, for CSV and for Excel; a figure can lead to its photos."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from dash import html

from workbench.desk.components.icons import chip, extra, icon
from workbench.desk.texts import language, t

#: A spreadsheet takes text that begins so for a formula.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure.

    Attributes:
        text: as people read it.
        value: as a spreadsheet takes it, a number where it is one; the text where None.
        pick: which photos stand behind it (``list`` and what narrows it), or None.
        level: ok, warn, bad or info: drawn as a chip.
        share: 0 to 1: drawn as a bar behind the figure.
        title: more words for the pointer.
    """

    text: str
    value: float | str | None = None
    pick: Mapping[str, str] | None = None
    level: str = ""
    share: float | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first column names its rows.

    Attributes:
        key: name in the address of an export, such as ``overview-classes``.
        heads: heads of the columns; those after the first are figures unless listed in ``words``.
        words: places of further columns that hold words.
    """

    key: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    words: frozenset[int] = frozenset()
    note: str = ""


def whole(count: int, pick: Mapping[str, str] | None = None, **more: Any) -> Cell:
    """A count; zero is a quiet dash and leads nowhere."""
    from workbench.desk.formats import number

    return Cell(number(count, 0), count, pick, **more) if count else Cell("–", 0)


def pick_value(pick: Mapping[str, str], title: str) -> str:
    """The attribute by which the browser asks for the photos."""
    return json.dumps({"pick": dict(pick), "title": title}, ensure_ascii=False)


def render(table: Table, query: Mapping[str, Any] | None = None) -> html.Section:
    """The table with the two ways to take it along."""
    address = {key: value for key, value in (query or {}).items() if value not in (None, "")}

    def export(kind: str) -> html.A:
        return html.A(
            kind.upper() if kind == "csv" else "Excel",
            href=f"/data/export/{table.key}.{kind}?{urlencode(address)}",
            className="tk-export",
            download="",
            **extra({"aria-label": f"{table.title}: {t('data.export', kind=kind.upper())}"}),
        )

    body: Any = html.Div(t("data.no_rows"), className="tk-muted tk-pad")
    if table.rows:
        body = html.Div(
            html.Table(
                [
                    html.Thead(html.Tr([html.Th(head, className=_align(table, at), scope="col") for at, head in enumerate(table.heads)])),
                    html.Tbody([html.Tr([_cell(table, row, at) for at in range(len(row))]) for row in table.rows]),
                ],
                className="tk-table",
            ),
            className="tk-table-frame",
            tabIndex=0,
            role="region",
            **extra({"aria-label": table.title}),
        )  # fmt: skip
    return html.Section(
        [
            html.Div([html.H3(table.title, className="tk-grow"), export("csv"), export("xlsx")], className="tk-row tk-table-head"),
            html.Div(table.note, className="tk-muted tk-small tk-table-note") if table.note else None,
            body,
        ],
        className="tk-card tk-data-table",
    )  # fmt: skip


def _align(table: Table, at: int) -> str:
    return "" if at == 0 or at in table.words else "tk-num"


def _cell(table: Table, row: tuple[Cell, ...], at: int) -> Any:
    cell = row[at]
    shown: Any = chip(cell.text, cell.level, _ICONS.get(cell.level)) if cell.level else cell.text
    if cell.pick is not None:
        title = f"{row[0].text} · {table.heads[at]}: {cell.text}" if at else cell.text
        shown = html.Button(
            shown,
            type="button",
            className="tk-figure",
            title=cell.title or t("data.to_photos"),
            **extra({"data-pick": pick_value(cell.pick, title)}),
        )
    style = {"--share": f"{max(0.0, min(1.0, cell.share)) * 100:.1f}%"} if cell.share is not None else None
    classes = (_align(table, at) + (" tk-share" if style else "")).strip()
    if at == 0:
        return html.Th(shown, scope="row", title=cell.title or None)
    return html.Td(shown, className=classes, style=style, title=cell.title or None)


_ICONS = {"ok": "check", "warn": "flag", "bad": "alarm", "info": "info"}


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_DANGEROUS) or text.startswith(_DANGEROUS) else text


def _plain(cell: Cell) -> float | str:
    if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        return cell.value
    return safe(str(cell.value if cell.value is not None else cell.text))


def as_csv(table: Table) -> bytes:
    """The table as a file that a spreadsheet of the person's language opens by a double click."""
    german = language() == "de"
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if german else ",", lineterminator="\r\n")
    writer.writerow([safe(head) for head in table.heads])
    for row in table.rows:
        values = [_plain(cell) for cell in row]
        writer.writerow(
            [str(value).replace(".", ",") if german and isinstance(value, float) else value for value in values]
        )
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def as_xlsx(table: Table) -> bytes:
    """The table as an Excel file; text stays text, whatever it begins with."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(table.title))
    sheet.freeze_panes = "B2"

    def cell(value: float | str, *, bold: bool = False) -> Any:
        made = WriteOnlyCell(sheet, value=None)
        made.value = _printable(value) if isinstance(value, str) else value
        if isinstance(value, str):
            made.data_type = "s"
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(safe(head), bold=True) for head in table.heads])
    for row in table.rows:
        sheet.append([cell(_plain(one)) for one in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_name(title: str) -> str:
    return "".join(letter for letter in title if letter not in "[]:*?/\\'")[:31] or "Data"


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable() or letter == "\n")[:32_000]


def caption(name: str, title: str = "") -> Cell:
    """The cell that names a row."""
    return Cell(name, title=title)


def empty(title: str, text: str) -> html.Div:
    """What stands where there is nothing yet."""
    return html.Div([icon("list"), html.H2(title), html.Div(text, className="tk-muted")], className="tk-state tk-card")
