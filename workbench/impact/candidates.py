"""Which versions are held against each other: installed ones by date, or candidates that are not imported yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from pricing_tables import Table, TableError, Tables, all_tables, tables_on
from pricing_tables.store import read_table
from workbench.access import Actor, require
from workbench.impact.portfolio import Plan, Task, run
from workbench.impact.report import Report, report

PERMISSION = "tables.impact"


def all_of(tables: Tables) -> dict[str, Table]:
    """Every table of a set, by name."""
    return {reference.name: tables.table(reference.name) for reference in tables.references}


def candidates_in(folder: Path) -> tuple[Table, ...]:
    """Tables of a folder (CSV with its metadata file each), the youngest version of each; whenever they are valid.

    Raises:
        TableError: TK-TABLE-003, 004, 006 for a broken file; TK-TABLE-001 when there is none.
    """
    found: dict[str, Table] = {}
    for path in sorted(folder.glob("*.toml")):
        table = read_table(path)
        known = found.get(table.name)
        if known is None or known.valid_from <= table.valid_from:
            found[table.name] = table
    if not found:
        raise TableError(
            "TK-TABLE-001",
            f"In {folder} liegt keine Tabelle (CSV mit Metadatei .toml).",
            f"There is no table in {folder} (CSV with its metadata file .toml).",
        )
    return tuple(found.values())


def with_candidates(tables: Tables, candidates: Iterable[Table]) -> Tables:
    """The tables with candidates in the place of those of the same name."""
    return Tables(tables.day, {**all_of(tables), **{table.name: table for table in candidates}})


def with_rows(tables: Tables, rows: Mapping[str, Sequence[Mapping[str, Any]]], version: str = "?") -> Tables:
    """The tables with other rows, e.g. those of an import that is only being looked at.

    Args:
        tables: to start from.
        rows: by table name, all rows of the new version.
        version: name that the changed tables get.
    """
    changed = [
        replace(tables.table(name), version=version, rows=tuple(dict(row) for row in given), sha256="")
        for name, given in rows.items()
    ]
    return with_candidates(tables, changed)


def plan_for(new: Tables, *, old: Tables | None = None, day: date | None = None) -> Plan:
    """What against what.

    Args:
        new: the version to be tried.
        old: one version to compare with for all; None takes the versions that each calculation names.
        day: new price date; None leaves the dates.
    """
    return Plan(
        new_day=new.day,
        new=tuple(all_of(new).values()),
        known=all_tables(),
        old_day=None if old is None else old.day,
        old=() if old is None else tuple(all_of(old).values()),
        day=day,
    )


def installed(day: date) -> Tables:
    """The installed tables of a day."""
    return tables_on(day)


def portfolio_impact(
    actor: Actor,
    plan: Plan,
    tasks: Sequence[Task],
    *,
    processes: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """What a version of the tables changes for a portfolio.

    Args:
        actor: must be of the experts' side: prices of cases that are not decided are nobody else's business.
        plan: what against what.
        tasks: shares of the portfolio.
        processes: see :func:`workbench.impact.portfolio.run`.
        progress: is told how many calculations are done since the last call.

    Raises:
        TelekalkError: TK-ACCESS-403.
    """
    require(actor, PERMISSION)
    return report(run(plan, tasks, processes=processes, progress=progress), plan.new)
