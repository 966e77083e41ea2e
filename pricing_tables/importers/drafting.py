"""The rows of a new version: those of the file on the present ones, and what that changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pricing_tables.diff import CellChange, rows_compared
from pricing_tables.found import DEMONSTRATION_ROW
from pricing_tables.importers.kinds import Row
from pricing_tables.importers.problems import ImportFileError, Problem
from pricing_tables.schema import SHAPES
from pricing_tables.store import Table
from pricing_tables.versions import Draft, Stamp, ends_of, version_name
from pricing_tables.wording import key_of

Mode = Literal["merge", "complete"]
OWN_LICENCE: Final = "eigene Daten dieses Büros; nicht zur Weitergabe"


@dataclass(frozen=True, slots=True)
class TablePreview:
    """What would change in one table.

    Attributes:
        name: of the table.
        base, version: the present version and the one that would be made.
        added, removed: keys of rows.
        changed: cells with another figure or word; where only the source changes, it is in ``confirmed``.
        confirmed: number of rows that keep their figures and get the file as their source.
        unchanged: number of rows that stay.
        ends: versions that would end on the day before.
    """

    name: str
    base: str
    version: str
    added: tuple[tuple[str, ...], ...]
    removed: tuple[tuple[str, ...], ...]
    changed: tuple[CellChange, ...]
    confirmed: int
    unchanged: int
    ends: tuple[str, ...]


def draft_of(base: Table, rows: Sequence[Row], stamp: Stamp, mode: Mode, problems: list[Problem]) -> Draft:
    """The rows of the new version: those of the file, on top of the present ones unless it is complete."""
    new = {key_of(base.name, row): dict(row) for row in rows}
    made: list[Row] = []
    kept = False
    columns = list(base.rows[0]) if base.rows else list(SHAPES[base.name].columns)
    for old in base.rows:
        key = key_of(base.name, old)
        row = new.pop(key, None)
        if row is None:
            if mode == "complete":
                continue
            row = dict(old)
            if base.demonstration and not str(old["source"]).startswith(DEMONSTRATION_ROW) and base.ground:
                row["source"] = f"{DEMONSTRATION_ROW}: {old['source']}"
            kept = kept or (base.demonstration and str(row["source"]).startswith(DEMONSTRATION_ROW))
        else:
            # A column that the file does not have keeps its present value.
            row = {column: old[column] if row.get(column) is None else row[column] for column in columns}
        made.append(row)
    for key, row in new.items():
        empty = [c for c in columns if row.get(c) is None]
        if empty:
            problems.append(
                Problem(
                    "TK-TABLE-013",
                    f"{base.name} {' '.join(key)}: neue Zeile ohne {', '.join(empty)}",
                    f"{base.name} {' '.join(key)}: new row without {', '.join(empty)}",
                )
            )
        made.append({column: row.get(column) for column in columns})
    errors = [p for p in problems if p.level == "error"]
    if errors:
        raise ImportFileError(errors)
    said = f"Import {stamp.file_name}"
    return Draft(
        name=base.name,
        rows=tuple(made),
        source=f"{said}; übrige Zeilen Demonstration: Durchschnitte und Annahmen" if kept else said,
        licence=OWN_LICENCE,
        demonstration=kept,
        base=base,
    )


def preview_of(draft: Draft, stamp: Stamp, known: Sequence[Table]) -> TablePreview:
    added, removed, changed, unchanged = rows_compared(draft.name, draft.base.rows, draft.rows)
    told = tuple(c for c in changed if c.column not in {"source", "basis"})
    rows_told = {c.key for c in told}
    only_source = {c.key for c in changed} - rows_told
    marked = {key_of(draft.name, row) for row in draft.rows if str(row["source"]).startswith(DEMONSTRATION_ROW)}
    return TablePreview(
        name=draft.name,
        base=draft.base.version,
        version=version_name(draft.name, stamp, known),
        added=added,
        removed=removed,
        changed=told,
        confirmed=len(only_source - marked),
        unchanged=unchanged + len(only_source & marked),
        ends=ends_of(draft.name, stamp, known),
    )
