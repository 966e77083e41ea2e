"""``telekalk tables impact``: what another version of the tables would change, and for whom."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.access import SYSTEM
from workbench.settings import get_settings

if TYPE_CHECKING:
    from pricing_tables import Tables
    from workbench.impact.portfolio import Task


def _day(_context: click.Context, _parameter: click.Parameter, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("YYYY-MM-DD") from None


_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("impact")
@click.option("--folder", type=_FOLDER, help="Candidate tables that are not imported: CSV with its metadata file each.")
@click.option("--date-b", callback=_day, help="New version: the tables of this day; today when left out.")
@click.option(
    "--date-a",
    callback=_day,
    help="Old version for all: the tables of this day. Left out: what each calculation names.",
)
@click.option("--price-date", callback=_day, help="Also move the price date to this day.")
@click.option("--files", type=_FOLDER, help="Portfolio: calculations as JSON files, without a database.")
@click.option(
    "--lines",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Portfolio: a file with one JSON calculation per line.",
)
@click.option(
    "--state", "states", multiple=True, help="Portfolio: cases in this state (repeatable); all open ones when left out."
)
@click.option("--since", callback=_day, help="Portfolio: cases opened on or after this day.")
@click.option("--until", callback=_day, help="Portfolio: cases opened before this day.")
@click.option(
    "--only", type=click.Choice(["drafts", "offers"]), help="Portfolio: current drafts alone, or sent offers alone."
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Write the whole report here (JSON and CSV)."
)
@click.option("--processes", type=click.IntRange(1, 64), help="Processes; as many as processors when left out.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def impact(
    folder: Path | None,
    date_b: date | None,
    date_a: date | None,
    price_date: date | None,
    files: Path | None,
    lines: Path | None,
    states: tuple[str, ...],
    since: date | None,
    until: date | None,
    only: str | None,
    out: Path | None,
    processes: int | None,
    as_json: bool,
) -> None:
    r"""Price a portfolio at another version of the tables and say what changes for whom.

    The portfolio is the open cases of the database, sent offers by the calculation that was sent; or files. Nothing is changed.

    \b
    telekalk tables impact --folder new-prices        before a price list is imported
    telekalk tables impact --date-b 2027-01-01        what next year's tables change
    telekalk tables impact --files calculations --date-a 2026-01-01 --date-b 2027-01-01
    """
    from rich.console import Console

    from workbench.impact.candidates import candidates_in, installed, plan_for, portfolio_impact, with_candidates
    from workbench.impact.show import show, to_document, write
    from workbench.store.database import dispose

    new: Tables = installed(date_b or date.today())
    if folder is not None:
        new = with_candidates(new, candidates_in(folder))
    plan = plan_for(new, old=None if date_a is None else installed(date_a), day=price_date)
    english = get_settings().language == "en"
    try:
        tasks = _tasks(files, lines, states, since, until, only)
        with _progress(as_json, sum(task.size for task in tasks)) as told:
            found = portfolio_impact(SYSTEM, plan, tasks, processes=processes, progress=told)
    finally:
        dispose()
    if out is not None:
        write(found, out)
    if as_json:
        click.echo(json.dumps(to_document(found), ensure_ascii=False, indent=2))
        return
    show(found, Console(), english=english)
    if out is not None:
        click.echo(f"Report: {out}" if english else f"Bericht: {out}")


def _tasks(
    files: Path | None,
    lines: Path | None,
    states: tuple[str, ...],
    since: date | None,
    until: date | None,
    only: str | None,
) -> Sequence[Task]:
    """The portfolio that the options name."""
    from workbench.cases.views import State
    from workbench.impact.portfolio import OPEN_STATES, Selection, database_tasks, file_tasks, line_tasks
    from workbench.store.database import conninfo

    if (files is not None or lines is not None) and (states or since or until or only):
        raise click.UsageError("--files | --lines: no --state, --since, --until, --only")
    if files is not None and lines is not None:
        raise click.UsageError("--files | --lines")
    if files is not None:
        return file_tasks(files)
    if lines is not None:
        return line_tasks(lines)
    known = tuple(state.value for state in State)
    unknown = [state for state in states if state not in known]
    if unknown:
        raise click.BadParameter(f"{', '.join(unknown)}: {' | '.join(known)}", param_hint="--state")
    chosen = Selection(
        states=states or OPEN_STATES,
        since=since or date(1990, 1, 1),
        until=until or date(9999, 1, 1),
        drafts=only != "offers",
        offers=only != "drafts",
    )
    return database_tasks(conninfo(), chosen)


@contextmanager
def _progress(quiet: bool, total: int) -> Iterator[Callable[[int], None] | None]:
    """A bar on standard error when that is a terminal; silence otherwise."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns: list[Any] = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("pricing" if get_settings().language == "en" else "Kalkulationen", total=total)
        yield lambda done: bars.advance(task, done)
