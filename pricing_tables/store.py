"""Reads the tables from their folder once: CSV plus metadata file each, checksum and shape checked, versions by date."""

from __future__ import annotations

import hashlib
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pandas as pd

from calculation.model import TableReference
from pricing_tables.errors import TableError
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
    if missing or meta["name"] not in SHAPES or not isinstance(meta["valid_from"], date):
        raise _meta(metadata, f"missing or wrong: {', '.join(missing) or 'name, valid_from'}")
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
    frame = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, encoding="utf-8")
    frame = check_frame(meta["name"], frame)
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
    )


def _meta(path: Path, reason: str) -> TableError:
    return TableError(
        "TK-TABLE-006", f"Metadaten {path.name} unbrauchbar: {reason}", f"metadata {path.name} unusable: {reason}"
    )


def check_overlaps(tables: tuple[Table, ...]) -> None:
    """Two versions of a table are never valid on the same day.

    Raises:
        TableError: TK-TABLE-005.
    """
    by_name: dict[str, list[Table]] = {}
    for table in tables:
        by_name.setdefault(table.name, []).append(table)
    for name, versions in by_name.items():
        versions.sort(key=lambda t: t.valid_from)
        for first, second in pairwise(versions):
            if first.valid_until is None or first.valid_until >= second.valid_from:
                pair = f"{first.version} / {second.version}"
                raise TableError(
                    "TK-TABLE-005",
                    f"Tabelle {name}: Gültigkeiten überlappen ({pair}).",
                    f"table {name}: validities overlap ({pair}).",
                )


@cache
def all_tables(folder: Path = DATA) -> tuple[Table, ...]:
    """Every version of every table of a folder, read once per process, by name and validity."""
    tables = tuple(read_table(path) for path in sorted(folder.glob("*.toml")))
    check_overlaps(tables)
    return tuple(sorted(tables, key=lambda t: (t.name, t.valid_from)))
