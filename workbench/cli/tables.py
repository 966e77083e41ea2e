"""``telekalk tables``: what the pricing tables are, what stands in them, whether they are sound."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import click
from rich.console import Console
from rich.table import Table as Grid

from pricing_tables import Table, TableError, all_tables
from workbench.settings import get_settings


def _english() -> bool:
    return get_settings().language == "en"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value


def _state(table: Table, day: date) -> str:
    """Valid, not yet, past, or overdue for review."""
    english = _english()
    if day < table.valid_from:
        return "not yet valid" if english else "noch nicht gültig"
    if table.valid_until is not None and day > table.valid_until:
        return "past" if english else "abgelaufen"
    if day > table.reviewed_until:
        return "review overdue" if english else "Prüfung überfällig"
    return "valid" if english else "gültig"


def _day(text: str | None) -> date:
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("YYYY-MM-DD") from None


@click.group()
def tables() -> None:
    """The pricing tables."""


@tables.command("list")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option("--date", "day", help="State on this day (YYYY-MM-DD); today when left out.")
def list_(as_json: bool, day: str | None) -> None:
    """List every table with version, validity, state and source."""
    on, english = _day(day), _english()
    rows = [
        {
            "name": t.name,
            "title": t.title_en if english else t.title_de,
            "version": t.version,
            "rows": len(t.rows),
            "unit": t.unit,
            "amounts": t.amounts,
            "valid_from": t.valid_from.isoformat(),
            "valid_until": _plain(t.valid_until),
            "reviewed_until": t.reviewed_until.isoformat(),
            "state": _state(t, on),
            "demonstration": t.demonstration,
            "source": t.source,
        }
        for t in all_tables()
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    grid = Grid()
    for heading in ("name", "title", "version", "rows", "state", "demonstration"):
        grid.add_column(heading)
    for row in rows:
        grid.add_row(
            *(str(row[k]) for k in ("name", "title", "version", "rows", "state")), "•" if row["demonstration"] else ""
        )
    Console().print(grid)


@tables.command("show")
@click.argument("name")
@click.option("--version", help="A version; the newest when left out.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def show(name: str, version: str | None, as_json: bool) -> None:
    """Show the rows of a table with the source of each."""
    found = [t for t in all_tables() if t.name == name and version in {None, t.version}]
    if not found:
        known = ", ".join(sorted({t.name for t in all_tables()}))
        raise TableError(
            "TK-TABLE-001",
            f"Es gibt keine Tabelle {name}. Es gibt: {known}.",
            f"There is no table {name}. There are: {known}.",
        )
    table = found[-1]
    rows = [{key: _plain(value) for key, value in row.items()} for row in table.rows]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    grid = Grid(title=f"{table.title_en if _english() else table.title_de} · {table.version} · {table.source}")
    for heading in rows[0]:
        grid.add_column(heading)
    for row in rows:
        grid.add_row(*(str(value) for value in row.values()))
    Console().print(grid)


@tables.command("check")
@click.option("--date", "day", help="State on this day (YYYY-MM-DD); today when left out.")
def check(day: str | None) -> None:
    """Check shape, checksum, overlap and review date of every table; exit 2 when something is wrong."""
    on = _day(day)
    checked = all_tables()
    overdue = [t for t in checked if t.reviewed_until < on]
    english = _english()
    for table in overdue:
        click.echo(f"{table.name} {table.version}: {_state(table, on)} ({table.reviewed_until.isoformat()})")
    click.echo(f"{len(checked)} tables are sound." if english else f"{len(checked)} Tabellen sind in Ordnung.")
