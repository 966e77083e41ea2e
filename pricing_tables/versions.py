"""New versions of tables: written beside the old ones, all or nothing, read back before they count; nothing is ever changed.

An import is a folder of its own under the imports folder, holding a CSV and a metadata file for each table it makes. It is written
under a name that nobody reads, read back together with everything else, and then renamed in one step.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from pricing_tables.diff import plain
from pricing_tables.errors import TableError
from pricing_tables.schema import SHAPES
from pricing_tables.store import DATA, Table, check_overlaps, ended, imports_in, overlap, read_folder, read_table

#: A price list is good for a year unless somebody says otherwise; after that it still answers, with a warning.
REVIEW_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Draft:
    """A version that is about to be made.

    Attributes:
        name: of the table.
        rows: all of its rows, keys as in the table.
        source, licence: where the figures come from, under what terms.
        demonstration: some rows are still those of the demonstration.
        base: the version it was made on.
    """

    name: str
    rows: tuple[Mapping[str, Any], ...]
    source: str
    licence: str
    demonstration: bool
    base: Table


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who makes the version, when, from what, and for which days.

    Attributes:
        by: who; kept in the metadata alone, never in a log.
        at: when.
        file_name: name of the file, without its folder.
        valid_from, valid_until: validity.
        version: name of the version; from the first day when empty.
        note: why.
        replace: end the versions that are valid from the first day on, on the day before.
        reviewed_until: a year after the first day when left out.
    """

    by: str
    at: datetime
    file_name: str
    valid_from: date
    valid_until: date | None = None
    version: str = ""
    note: str = ""
    replace: bool = False
    reviewed_until: date | None = None


def csv_text(name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """The CSV of a table: columns in the order of its first row, numbers plain, line feeds."""
    columns = list(rows[0]) if rows else list(SHAPES[name].columns)
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, fieldnames=columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({column: plain(row[column]) for column in columns} for row in rows)
    return buffer.getvalue()


def toml_text(values: Mapping[str, Any]) -> str:
    """Flat metadata as TOML: text, dates, truth, lists of text."""

    def one(value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, list | tuple):
            return f"[{', '.join(one(v) for v in value)}]"
        clean = "".join(c for c in str(value) if c.isprintable())
        return json.dumps(clean, ensure_ascii=False)

    return "".join(f"{key} = {one(value)}\n" for key, value in values.items())


def in_the_way(name: str, stamp: Stamp, known: Sequence[Table]) -> tuple[Table, ...]:
    """Versions whose validity meets the new one's; a shipped demonstration table is never in the way."""
    until = stamp.valid_until or date.max
    return tuple(
        t
        for t in known
        if t.name == name
        and not t.ground
        and t.valid_from <= until
        and (t.valid_until or date.max) >= stamp.valid_from
        and (t.valid_until is None or t.valid_until >= t.valid_from)
    )


def ends_of(name: str, stamp: Stamp, known: Sequence[Table]) -> tuple[str, ...]:
    """The versions that the new one ends.

    Raises:
        TableError: TK-TABLE-005 when one is in the way and the import does not say that it replaces it.
    """
    found = in_the_way(name, stamp, known)
    if found and not stamp.replace:
        raise overlap(name, found[0].version, stamp.version or stamp.valid_from.isoformat())
    return tuple(t.version for t in found)


def version_name(name: str, stamp: Stamp, known: Sequence[Table]) -> str:
    """The name of the new version: as asked, else its first day, numbered where it is taken.

    Raises:
        TableError: TK-TABLE-005 when the name that was asked for is taken.
    """
    taken = {t.version for t in known if t.name == name}
    if stamp.version:
        if stamp.version in taken:
            raise overlap(name, stamp.version, stamp.version)
        return stamp.version
    day = stamp.valid_from.isoformat()
    return next(v for v in (day, *(f"{day}.{n}" for n in range(2, 10_000))) if v not in taken)


@contextmanager
def _alone(imports: Path) -> Iterator[None]:
    """One import at a time: two at once could each be sound and overlap together."""
    with (imports / ".lock").open("a", encoding="ascii") as lock:
        try:
            import fcntl
        except ImportError:  # Windows: an office with one machine; the read-back still refuses an overlap
            yield
            return
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def publish(drafts: Sequence[Draft], stamp: Stamp, imports: Path, folder: Path = DATA) -> tuple[Table, ...]:
    """Make the drafts valid versions: all of them, or none.

    Args:
        drafts: one for each table.
        stamp: who, when, for which days.
        imports: folder of imported versions; made where it is missing.
        folder: of the shipped tables.

    Returns:
        The versions as they were read back.

    Raises:
        TableError: TK-TABLE-004 rows, 005 overlap or a taken name, 010 when the folder cannot be written. Nothing was changed then.
    """
    try:
        imports.mkdir(parents=True, exist_ok=True)
        with _alone(imports):
            return _publish(drafts, stamp, imports, folder)
    except OSError as error:
        raise TableError(
            "TK-TABLE-010",
            f"Der Tabellenordner ist nicht beschreibbar ({error.strerror}).",
            f"The tables folder cannot be written ({error.strerror}).",
        ) from error


def _publish(drafts: Sequence[Draft], stamp: Stamp, imports: Path, folder: Path) -> tuple[Table, ...]:
    there = imports_in(imports)
    known = [*read_folder(folder), *(table for path in there for table in read_folder(path))]
    now_valid = ended(known)
    digest = hashlib.sha256()
    files: dict[str, bytes] = {}
    for draft in drafts:
        content = csv_text(draft.name, draft.rows).encode()
        digest.update(content)
        files[f"{draft.name}.csv"] = content
        files[f"{draft.name}.toml"] = toml_text(_metadata(draft, stamp, now_valid, content)).encode()
    at = stamp.at.astimezone(UTC)
    # The number of imports keeps the names in the order in which they were made, whatever the clock says.
    name = f"{len(there) + 1:06d}-{at:%Y%m%dT%H%M%SZ}-{digest.hexdigest()[:8]}"
    staging = imports / f".{name}"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    try:
        for file, content in files.items():
            _write(staging / file, content)
        made = tuple(read_table(path) for path in sorted(staging.glob("*.toml")))
        check_overlaps(ended((*known, *made)))
        staging.rename(imports / name)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return read_folder(imports / name)


def _metadata(draft: Draft, stamp: Stamp, known: Sequence[Table], content: bytes) -> dict[str, Any]:
    base = draft.base
    values: dict[str, Any] = {
        "name": draft.name,
        "version": version_name(draft.name, stamp, known),
        "title_de": base.title_de,
        "title_en": base.title_en,
        "unit": base.unit,
        "amounts": base.amounts,
        "source": draft.source,
        "licence": draft.licence,
        "valid_from": stamp.valid_from,
        "reviewed_until": stamp.reviewed_until or stamp.valid_from + timedelta(days=REVIEW_DAYS),
        "demonstration": draft.demonstration,
        "sha256": hashlib.sha256(content).hexdigest(),
        "imported_by": stamp.by,
        "imported_at": stamp.at.astimezone(UTC).isoformat(timespec="seconds"),
        "imported_from": stamp.file_name,
        "note": stamp.note,
        "base": f"{base.version} {base.sha256}",
        "ends": list(ends_of(draft.name, stamp, known)),
    }
    if stamp.valid_until is not None:
        values["valid_until"] = stamp.valid_until
    return values
