"""Reads the tables from their folder once: CSV plus metadata file each, checksum and shape checked, versions by date."""

from __future__ import annotations

import hashlib
import io
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pandas as pd

from calculation.model import TableReference
from pricing_tables.errors import TableError
from pricing_tables.places import imports_folder
from pricing_tables.schema import SHAPES, check_frame

DATA: Final = Path(__file__).parent / "data"
_REQUIRED: Final = (
    "name",
    "version",
    "title_de",
    "title_en",
    "unit",
    "amounts",
    "source",
    "licence",
    "valid_from",
    "reviewed_until",
    "sha256",
)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """One version of one table.

    Attributes:
        name, version, title_de, title_en, unit: what it is.
        amounts: ``net``, ``gross`` or ``none``.
        source, licence: where its figures come from and under what terms they may be used.
        valid_from, valid_until: validity; open end when null.
        reviewed_until: after this day it still answers, but counts as expired.
        demonstration: averages for demonstration, not the price of a car.
        sha256: of the CSV.
        rows: its rows; numbers are Decimal, dates are date.
        imported_by, imported_at, imported_from, note: who imported it, when (UTC, ISO), from which file, why; empty for a shipped one.
        ends: earlier versions that it ends on the day before its first.
        folder: where its files lie.
    """

    name: str
    version: str
    title_de: str
    title_en: str
    unit: str
    amounts: str
    source: str
    licence: str
    valid_from: date
    valid_until: date | None
    reviewed_until: date
    demonstration: bool
    sha256: str
    rows: tuple[Row, ...]
    imported_by: str = ""
    imported_at: str = ""
    imported_from: str = ""
    note: str = ""
    ends: tuple[str, ...] = ()
    folder: Path | None = None

    @property
    def ground(self) -> bool:
        """A shipped demonstration table: an imported version covers it, from its first day to its last."""
        return self.demonstration and not self.imported_at

    @property
    def reference(self) -> TableReference:
        """What a calculation stores about the table."""
        return TableReference(
            name=self.name,
            version=self.version,
            source=self.source,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            reviewed_until=self.reviewed_until,
            demonstration=self.demonstration,
            sha256=self.sha256,
        )

    def frame(self) -> pd.DataFrame:
        """The rows as a data frame; numbers stay Decimal objects."""
        columns = list(self.rows[0]) if self.rows else []
        return pd.DataFrame([dict(row) for row in self.rows], columns=columns, dtype=object)


def read_table(metadata: Path) -> Table:
    """Read one table from its metadata file; the CSV lies beside it with the same stem.

    Raises:
        TableError: TK-TABLE-003 checksum, 004 content, 006 metadata.
    """
    try:
        meta = tomllib.loads(metadata.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _meta(metadata, str(error)) from error
    missing = [key for key in _REQUIRED if key not in meta]
    wrong = [key for key in ("valid_from", "valid_until", "reviewed_until") if not _is_day(meta.get(key))]
    if missing or meta["name"] not in SHAPES or wrong:
        raise _meta(metadata, f"missing or wrong: {', '.join([*missing, *wrong]) or 'name'}")
    path = metadata.with_suffix(".csv")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _meta(metadata, str(error)) from error
    found = hashlib.sha256(content).hexdigest()
    if found != meta["sha256"]:
        raise TableError(
            "TK-TABLE-003",
            f"{path.name} ist verändert: Prüfsumme {found[:12]}… statt {str(meta['sha256'])[:12]}….",
            f"{path.name} was changed: checksum {found[:12]}… instead of {str(meta['sha256'])[:12]}….",
        )
    frame = check_frame(meta["name"], frame_of(meta["name"], content))
    rows = tuple(dict(zip(frame.columns, values, strict=True)) for values in frame.itertuples(index=False, name=None))
    return Table(
        name=meta["name"],
        version=str(meta["version"]),
        title_de=meta["title_de"],
        title_en=meta["title_en"],
        unit=meta["unit"],
        amounts=meta["amounts"],
        source=meta["source"],
        licence=meta["licence"],
        valid_from=meta["valid_from"],
        valid_until=meta.get("valid_until"),
        reviewed_until=meta["reviewed_until"],
        demonstration=bool(meta.get("demonstration", False)),
        sha256=found,
        rows=rows,
        imported_by=str(meta.get("imported_by", "")),
        imported_at=str(meta.get("imported_at", "")),
        imported_from=str(meta.get("imported_from", "")),
        note=str(meta.get("note", "")),
        ends=tuple(str(version) for version in meta.get("ends", ())),
        folder=metadata.parent,
    )


def frame_of(name: str, content: bytes) -> pd.DataFrame:
    """The CSV of a table as a frame of text.

    Raises:
        TableError: TK-TABLE-004 when it is no CSV in UTF-8.
    """
    try:
        return pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, encoding="utf-8")
    except (ValueError, UnicodeDecodeError) as error:
        raise TableError(
            "TK-TABLE-004", f"Tabelle {name}: kein CSV ({error}).", f"table {name}: no CSV ({error})."
        ) from error


def _is_day(value: Any) -> bool:
    return value is None or (isinstance(value, date) and not isinstance(value, datetime))


def _meta(path: Path, reason: str) -> TableError:
    return TableError(
        "TK-TABLE-006", f"Metadaten {path.name} unbrauchbar: {reason}", f"metadata {path.name} unusable: {reason}"
    )


def ended(tables: Iterable[Table]) -> tuple[Table, ...]:
    """The tables with the validity that is left to them: a later version may say which earlier ones it ends.

    The files of an ended version stay as they are; the new version carries the statement (``ends``).
    """
    made = list(tables)
    last: dict[tuple[str, str], date] = {}
    for table in made:
        for version in table.ends:
            day = table.valid_from - timedelta(days=1)
            last[table.name, version] = min(day, last.get((table.name, version), day))
    return tuple(
        replace(table, valid_until=min(table.valid_until or date.max, last[table.name, table.version]))
        if (table.name, table.version) in last
        else table
        for table in made
    )


def check_overlaps(tables: Iterable[Table]) -> None:
    """Two versions of a table are never valid on the same day.

    Shipped demonstration tables are a ground of their own: an imported version covers them for its validity.

    Raises:
        TableError: TK-TABLE-005.
    """
    by_name: dict[tuple[str, bool], list[Table]] = {}
    for table in tables:
        by_name.setdefault((table.name, table.ground), []).append(table)
    for (name, _), versions in by_name.items():
        valid = [t for t in versions if t.valid_until is None or t.valid_until >= t.valid_from]
        valid.sort(key=lambda t: t.valid_from)
        for first, second in pairwise(valid):
            if first.valid_until is None or first.valid_until >= second.valid_from:
                raise overlap(name, first.version, second.version)
        if len({t.version for t in versions}) < len(versions):
            twice = next(t.version for t in versions if sum(o.version == t.version for o in versions) > 1)
            raise overlap(name, twice, twice)


def overlap(name: str, first: str, second: str) -> TableError:
    """The refusal of two versions that would be valid on the same day."""
    return TableError(
        "TK-TABLE-005",
        f"Tabelle {name}: Gültigkeiten überlappen ({first} / {second}).",
        f"table {name}: validities overlap ({first} / {second}).",
    )


@lru_cache(maxsize=1024)
def read_folder(folder: Path) -> tuple[Table, ...]:
    """Every table of one folder. The shipped folder and an import's folder never change, so each is read once per process.

    Raises:
        TableError: TK-TABLE-003, 004 or 006 for a file that is broken.
    """
    return tuple(read_table(path) for path in sorted(folder.glob("*.toml")))


def imports_in(folder: Path | None) -> tuple[Path, ...]:
    """The folders of finished imports, oldest first; what starts with a dot is being written or kept for housekeeping."""
    if folder is None:
        return ()
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if not entry.name.startswith(".") and entry.is_dir())
    except FileNotFoundError:
        return ()
    return tuple(folder / name for name in names)


@lru_cache(maxsize=16)
def combined(folder: Path, imports: tuple[Path, ...]) -> tuple[Table, ...]:
    """Shipped and imported versions together, checked; by name and validity.

    Args:
        folder: of the shipped tables.
        imports: as :func:`imports_in` lists them: their names are the state, a new import is a new name.
    """
    tables = ended((*read_folder(folder), *(table for path in imports for table in read_folder(path))))
    check_overlaps(tables)
    return tuple(sorted(tables, key=lambda t: (t.name, not t.ground, t.valid_from, t.imported_at)))


def all_tables(folder: Path = DATA, imports: Path | None = None) -> tuple[Table, ...]:
    """Every version of every table: shipped and, for the shipped folder, what this installation imported.

    Args:
        folder: of the shipped tables; another one stands alone.
        imports: folder of imported versions; left out, the installation's (:mod:`pricing_tables.places`).
    """
    if imports is None and folder == DATA:
        imports = imports_folder()
    return combined(folder, imports_in(imports))
