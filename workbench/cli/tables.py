"""``telekalk tables``: what the pricing tables are, what stands in them, whether they are sound, how versions differ, and imports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from pricing_tables import Table, TableError, all_tables
from pricing_tables.diff import diff, plain, to_json, words
from pricing_tables.store import DATA, check_overlaps, ended, imports_in, read_table
from pricing_tables.versions import csv_text
from workbench.cli.impact import impact
from workbench.cli.tables_import import import_tables
from workbench.settings import get_settings


def _english() -> bool:
    return get_settings().language == "en"


def _state(table: Table, day: date) -> str:
    """Valid, not yet, past, or overdue for review."""
    english = _english()
    if table.valid_until is not None and table.valid_until < table.valid_from:
        return "replaced" if english else "ersetzt"
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


tables.add_command(impact)


tables.add_command(import_tables)


@tables.command("list")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option("--date", "day", help="State on this day (YYYY-MM-DD); today when left out.")
def list_(as_json: bool, day: str | None) -> None:
    """List every table with version, validity, state and source; imported versions with who and when."""
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
            "valid_until": plain(t.valid_until),
            "reviewed_until": t.reviewed_until.isoformat(),
            "state": _state(t, on),
            "demonstration": t.demonstration,
            "source": t.source,
            "imported_by": t.imported_by,
            "imported_at": t.imported_at,
            "imported_from": t.imported_from,
            "note": t.note,
            "sha256": t.sha256,
        }
        for t in all_tables()
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    grid = Grid()
    grid.add_column("name", no_wrap=True)
    grid.add_column("version", no_wrap=True)
    for heading in (
        ("rows", "valid from", "state", "remark") if english else ("Zeilen", "gültig ab", "Stand", "Bemerkung")
    ):
        grid.add_column(heading)
    for row in rows:
        said = ["Demonstration"] if row["demonstration"] else []
        if row["imported_at"]:
            by = ("imported by", "on") if english else ("importiert von", "am")
            said.append(f"{by[0]} {row['imported_by']} {by[1]} {str(row['imported_at'])[:10]}")
        cells = (row["name"], row["version"], row["rows"], row["valid_from"], row["state"], "; ".join(said))
        grid.add_row(*(escape(str(cell)) for cell in cells))
    Console().print(grid)


def _find(name: str, version: str | None) -> Table:
    known = all_tables()
    found = [t for t in known if t.name == name and version in {None, t.version}]
    if not found:
        named = [t.version for t in known if t.name == name]
        listed = ", ".join(named or sorted({t.name for t in known}))
        what = f"{name} {version}" if named else name
        raise TableError(
            "TK-TABLE-001",
            f"Es gibt keine Tabelle {what}. Es gibt: {listed}.",
            f"There is no table {what}. There are: {listed}.",
        )
    return found[-1]


@tables.command("show")
@click.argument("name")
@click.option("--version", help="A version; the newest when left out.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV, to edit and give back to `tables import`.")
def show(name: str, version: str | None, as_json: bool, as_csv: bool) -> None:
    """Show the rows of a table with the source of each."""
    table = _find(name, version)
    if as_csv:
        click.echo(csv_text(table.name, table.rows), nl=False)
        return
    rows = [{key: plain(value) for key, value in row.items()} for row in table.rows]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    english = _english()
    title = f"{table.title_en if english else table.title_de} · {table.version} · {table.source}"
    if table.imported_at:
        said = ("imported by", "on", "from") if english else ("importiert von", "am", "aus")
        title += f" · {said[0]} {table.imported_by} {said[1]} {table.imported_at} {said[2]} {table.imported_from}"
        title += f" · {table.note}" if table.note else ""
    grid = Grid(title=escape(title))
    for heading in rows[0]:
        grid.add_column(heading)
    for row in rows:
        grid.add_row(*(escape(str(value)) for value in row.values()))
    Console().print(grid)


def _broken() -> Iterator[TableError]:
    """Everything that is wrong with the tables, not only the first."""
    sound: list[Table] = []
    for folder in (DATA, *imports_in(get_settings().tables_path)):
        for path in sorted(folder.glob("*.toml")):
            try:
                sound.append(read_table(path))
            except TableError as error:
                yield error
    try:
        check_overlaps(ended(sound))
    except TableError as error:
        yield error


@tables.command("check")
@click.option("--date", "day", help="State on this day (YYYY-MM-DD); today when left out.")
@click.pass_context
def check(ctx: click.Context, day: str | None) -> None:
    """Check shape, checksum, overlap and review date of every table; exit 2 when something is wrong."""
    on, english = _day(day), _english()
    problems = list(_broken())
    for problem in problems:
        click.echo(f"{problem.code}: {problem.message_en if english else problem.message_de}", err=True)
    if problems:
        ctx.exit(2)
    checked = all_tables()
    for table in (
        t for t in checked if t.reviewed_until < on and _state(t, on) != ("replaced" if english else "ersetzt")
    ):
        click.echo(f"{table.name} {table.version}: {_state(table, on)} ({table.reviewed_until.isoformat()})")
    imported = sum(bool(t.imported_at) for t in checked)
    more = f" ({imported} {'imported' if english else 'importiert'})" if imported else ""
    click.echo(
        f"{len(checked)} tables are sound{more}." if english else f"{len(checked)} Tabellen sind in Ordnung{more}."
    )


@tables.command("diff")
@click.argument("name")
@click.argument("version_a")
@click.argument("version_b")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def diff_(name: str, version_a: str, version_b: str, as_json: bool) -> None:
    """Say in words what changed in table NAME from VERSION_A to VERSION_B: figures with percent, rows, metadata."""
    found = diff(_find(name, version_a), _find(name, version_b))
    if as_json:
        data: dict[str, Any] = to_json(found)
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    for line in words(found, english=_english()):
        click.echo(line)
