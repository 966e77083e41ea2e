"""Two versions of a table compared: rows added, removed and changed, metadata, in words and for machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from calculation.money import HUNDRED, round_to
from pricing_tables.errors import TableError
from pricing_tables.schema import SHAPES
from pricing_tables.store import Row, Table
from pricing_tables.wording import COLUMNS, MAIN, UNITS, cell_label, key_of, row_label, shown

_META: Final[dict[str, tuple[str, str]]] = {
    "version": ("Version", "version"),
    "title_de": ("Titel", "title"),
    "unit": ("Einheit", "unit"),
    "amounts": ("Beträge", "amounts"),
    "source": ("Quelle", "source"),
    "licence": ("Lizenz", "licence"),
    "valid_from": ("gültig ab", "valid from"),
    "valid_until": ("gültig bis", "valid until"),
    "reviewed_until": ("geprüft bis", "reviewed until"),
    "demonstration": ("Demonstration", "demonstration"),
    "imported_by": ("importiert von", "imported by"),
    "imported_at": ("importiert am", "imported at"),
    "imported_from": ("importiert aus", "imported from"),
    "note": ("Bemerkung", "note"),
    "sha256": ("Prüfsumme", "checksum"),
}


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell that differs.

    Attributes:
        key: of the row.
        column: its column.
        old, new: the values (Decimal, date or text).
        percent: change of a number in percent, one decimal; None for text and from zero.
    """

    key: tuple[str, ...]
    column: str
    old: Any
    new: Any
    percent: Decimal | None

    @property
    def numeric(self) -> bool:
        """A figure changed, not a word."""
        return isinstance(self.new, Decimal)


@dataclass(frozen=True, slots=True)
class TableDiff:
    """What differs between two versions.

    Attributes:
        name: of the table.
        version_a, version_b: the versions.
        added, removed: keys of rows that only the second or only the first has.
        changed: cells of the rows that both have.
        unchanged: number of rows that are the same.
        metadata: (field, old, new).
    """

    name: str
    version_a: str
    version_b: str
    added: tuple[tuple[str, ...], ...]
    removed: tuple[tuple[str, ...], ...]
    changed: tuple[CellChange, ...]
    unchanged: int
    metadata: tuple[tuple[str, Any, Any], ...]

    @property
    def changed_rows(self) -> int:
        """Number of rows with at least one changed cell."""
        return len({change.key for change in self.changed})


def percent_change(old: Decimal, new: Decimal) -> Decimal | None:
    """Change in percent, one decimal: 169.75 to 172.00 is 1.3."""
    return None if old == 0 else round_to((new - old) * HUNDRED / abs(old), 1)


def _same(old: Any, new: Any) -> bool:
    return bool(old == new)


def row_changes(name: str, before: Row, after: Row) -> Iterator[CellChange]:
    """The cells that differ between two rows of the same key."""
    key = key_of(name, after)
    for column in SHAPES[name].columns:
        old, new = before.get(column, ""), after.get(column, "")
        if not _same(old, new):
            both = isinstance(old, Decimal) and isinstance(new, Decimal)
            yield CellChange(key, column, old, new, percent_change(old, new) if both else None)


def rows_compared(name: str, before: tuple[Row, ...], after: tuple[Row, ...]) -> tuple[Any, Any, Any, int]:
    """Added keys, removed keys, changed cells and the number of unchanged rows."""
    first: Mapping[tuple[str, ...], Row] = {key_of(name, row): row for row in before}
    second: Mapping[tuple[str, ...], Row] = {key_of(name, row): row for row in after}
    changed: list[CellChange] = []
    unchanged = 0
    for key, row in second.items():
        if key in first:
            found = list(row_changes(name, first[key], row))
            changed += found
            unchanged += not found
    return (
        tuple(key for key in second if key not in first),
        tuple(key for key in first if key not in second),
        tuple(changed),
        unchanged,
    )


def diff(before: Table, after: Table) -> TableDiff:
    """Compare two versions of the same table.

    Raises:
        TableError: TK-TABLE-001 when they are not versions of the same table.
    """
    if before.name != after.name:
        raise TableError(
            "TK-TABLE-001",
            f"{before.name} und {after.name} sind nicht dieselbe Tabelle.",
            f"{before.name} and {after.name} are not the same table.",
        )
    added, removed, changed, unchanged = rows_compared(before.name, before.rows, after.rows)
    metadata = tuple(
        (field, getattr(before, field), getattr(after, field))
        for field in _META
        if getattr(before, field) != getattr(after, field)
    )
    return TableDiff(before.name, before.version, after.version, added, removed, changed, unchanged, metadata)


def summary(found: TableDiff, *, english: bool = False) -> str:
    """One line: how many rows were added, removed, changed, and by how much the figures moved."""
    percents = [change.percent for change in found.changed if change.percent is not None]
    moved = ""
    if percents:
        low, high = (f"{shown(p, '', english)} %" for p in (min(percents), max(percents)))
        moved = f" ({low} {'to' if english else 'bis'} {high})" if low != high else f" ({low})"
    if english:
        return (
            f"{found.name}: {len(found.added)} rows added, {len(found.removed)} removed, "
            f"{found.changed_rows} changed{moved}, {found.unchanged} unchanged."
        )
    return (
        f"{found.name}: {len(found.added)} Zeilen neu, {len(found.removed)} entfallen, "
        f"{found.changed_rows} geändert{moved}, {found.unchanged} gleich."
    )


def headline(name: str, changes: Sequence[CellChange]) -> list[CellChange]:
    """The changes worth a sentence: where a row's figure changed, its edges go without saying (JSON has them)."""
    main = MAIN.get(name)
    moved = {c.key for c in changes if c.column == main}
    return [c for c in changes if c.column not in {"low", "high"} or c.key not in moved]


def change_words(name: str, change: CellChange, *, english: bool = False) -> str:
    """One change as a sentence: ``Stundensatz Karosserie DE: 169,75 -> 172,00 EUR (+1,3 %)``."""
    unit = UNITS.get(name, {}).get(change.column, "")
    label = cell_label(name, change.key, change.column, english)
    old = shown(change.old, unit, english)
    if unit and isinstance(change.old, Decimal):
        old = old.removesuffix(f" {unit}")
    moved = ""
    if change.percent is not None:
        sign = "+" if change.percent > 0 else "−" if change.percent < 0 else "±"
        moved = f" ({sign}{shown(abs(change.percent), '', english)} %)"
    return f"{label}: {old} -> {shown(change.new, unit, english)}{moved}"


def words(found: TableDiff, *, english: bool = False, limit: int | None = None) -> list[str]:
    """The whole comparison in sentences: summary, figures, rows, words, metadata.

    Args:
        found: the comparison.
        english: else German.
        limit: most sentences of each kind; None for all.
    """
    lines = [summary(found, english=english)]

    def some(sentences: list[str]) -> None:
        cut = sentences[:limit]
        lines.extend(cut)
        if len(cut) < len(sentences):
            rest = len(sentences) - len(cut)
            lines.append(f"… and {rest} more" if english else f"… und {rest} weitere")

    some([change_words(found.name, c, english=english) for c in headline(found.name, found.changed) if c.numeric])
    new, gone = ("added", "removed") if english else ("neu", "entfallen")
    some([f"{new}: {row_label(found.name, key, english)}" for key in found.added])
    some([f"{gone}: {row_label(found.name, key, english)}" for key in found.removed])
    texts: dict[str, list[CellChange]] = {}
    for change in found.changed:
        if not change.numeric:
            texts.setdefault(change.column, []).append(change)
    for column, changes in texts.items():
        if len(changes) <= 3:
            some([change_words(found.name, c, english=english) for c in changes])
        else:
            label = COLUMNS.get(column, (column, column))[english]
            count = len(changes)
            lines.append(f"{label}: changed in {count} rows" if english else f"{label}: in {count} Zeilen geändert")
    for field, old, new_value in found.metadata:
        label = _META[field][english]
        pair = [f"{str(v)[:12]}…" if field == "sha256" else _word(v, english) for v in (old, new_value)]
        lines.append(f"{label}: {pair[0]} -> {pair[1]}")
    return lines


def _word(value: Any, english: bool) -> str:
    if isinstance(value, bool):
        return ("yes" if value else "no") if english else ("ja" if value else "nein")
    return shown(value, "", english)


def plain(value: Any) -> Any:
    """A cell for JSON: numbers as text, dates ISO."""
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value


def change_json(change: CellChange) -> dict[str, Any]:
    """One changed value for machines; amounts are text."""
    return {
        "key": list(change.key),
        "column": change.column,
        "old": plain(change.old),
        "new": plain(change.new),
        "percent": plain(change.percent),
    }


def to_json(found: TableDiff) -> dict[str, Any]:
    """The comparison for machines; amounts are text."""
    return {
        "name": found.name,
        "version_a": found.version_a,
        "version_b": found.version_b,
        "added": [list(key) for key in found.added],
        "removed": [list(key) for key in found.removed],
        "changed": [
            {
                **change_json(c),
                "de": change_words(found.name, c),
                "en": change_words(found.name, c, english=True),
            }
            for c in found.changed
        ],
        "unchanged": found.unchanged,
        "metadata": [{"field": f, "old": plain(old), "new": plain(new)} for f, old, new in found.metadata],
        "summary": {"de": summary(found), "en": summary(found, english=True)},
    }
