"""From a file to the table versions it would make, with everything a person must see before they count.

:func:`plan` reads and writes nothing; :func:`apply` makes the versions, all of them or none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal

from pricing_tables.diff import change_json, plain
from pricing_tables.errors import TableError
from pricing_tables.importers import kinds, rates, sanity
from pricing_tables.importers.columns import FIELDS, REQUIRED, Heading, find_heading
from pricing_tables.importers.drafting import Mode, TablePreview, draft_of, preview_of
from pricing_tables.importers.kinds import Row, Settings
from pricing_tables.importers.native import native_heading, native_rows
from pricing_tables.importers.numbers import style_of
from pricing_tables.importers.problems import ImportFileError, Place, Problem, refuse, visible
from pricing_tables.importers.reader import SheetReader
from pricing_tables.importers.sheets import Opened, Sheet, open_file
from pricing_tables.schema import SHAPES
from pricing_tables.store import Table, all_tables
from pricing_tables.tables import Tables, tables_on
from pricing_tables.versions import Draft, Stamp, publish
from pricing_tables.vocabulary import SEGMENTS

_FROM: Final = re.compile(
    r"(?:gültig ab|gueltig ab|valid from|ab dem|ab)[: ]+([0-3]?[0-9])\.([01]?[0-9])\.([12][0-9]{3})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Options:
    """What the person said about the file.

    Attributes:
        kind: workshop_rates, part_prices, job_times, paint_times, or the name of a table whose own columns the file has; None = find out.
        segment: small, compact, middle, suv or all, where the file does not say it.
        mode: ``merge`` changes and adds rows of the present version, ``complete`` takes the file as the whole table.
        amounts: net or gross; None = net unless the file says gross, which is then asked.
        units_per_hour: of time units.
        default: a rate sheet with a region is the office's default all the same.
        skip_unknown: leave out rows of parts that are none of the thirty, instead of refusing the file.
    """

    kind: str | None = None
    segment: str | None = None
    mode: Mode = "merge"
    amounts: Literal["net", "gross"] | None = None
    units_per_hour: Decimal | None = None
    default: bool = False
    skip_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """An import that could be made.

    Attributes:
        kind: of the file.
        stamp, options: as given.
        drafts: the versions.
        previews: what changes, by table.
        problems: warnings and notes; an error has refused the file before.
    """

    kind: str
    stamp: Stamp
    options: Options
    drafts: tuple[Draft, ...]
    previews: tuple[TablePreview, ...]
    problems: tuple[Problem, ...]

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What a person should look at."""
        return tuple(p for p in self.problems if p.level == "warning")

    def to_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "kind": self.kind,
            "file": self.stamp.file_name,
            "valid_from": self.stamp.valid_from.isoformat(),
            "valid_until": plain(self.stamp.valid_until),
            "mode": self.options.mode,
            "tables": [
                {
                    "name": p.name,
                    "base": p.base,
                    "version": p.version,
                    "added": [list(k) for k in p.added],
                    "removed": [list(k) for k in p.removed],
                    "changed": [change_json(c) for c in p.changed],
                    "confirmed": p.confirmed,
                    "unchanged": p.unchanged,
                    "ends": list(p.ends),
                }
                for p in self.previews
            ],
            "problems": [p.to_json() for p in self.problems],
        }


def plan(path: Path, stamp: Stamp, options: Options = Options(), *, imports: Path | None = None) -> Plan:
    """Read a file and say what it would change. Nothing is written.

    Args:
        path: CSV or Excel file.
        stamp: who, when, for which days.
        options: what the person said about the file.
        imports: folder of imported versions; left out, the installation's.

    Raises:
        ImportFileError: every bad row with its place; nothing is imported then.
        TableError: TK-TABLE-001 no version to build on, 005 overlap.
    """
    stamp = replace(stamp, file_name=visible(Path(stamp.file_name or path.name).name))
    day = tables_on(stamp.valid_from, imports=imports)
    opened = open_file(path)
    problems = [*opened.notes, *_stated_day(opened, stamp.valid_from)]
    settings = Settings(
        segment=options.segment,
        gross=options.amounts == "gross",
        vat_rate=day.vat_rate(stamp.valid_from).value,
        units_per_hour=options.units_per_hour,
        file_name=stamp.file_name,
        default=options.default,
        present=_present(day),
    )
    made: dict[str, list[tuple[int, Row]]] = {}
    kind = ""
    for sheet, heading in _headed(opened, options, problems):
        kind = heading.kind
        reader = SheetReader(sheet, heading, _file_style(opened), options.skip_unknown)
        if heading.gross and options.amounts is None:
            reader.fail(
                "TK-TABLE-024",
                "Die Datei sagt brutto; --amounts gross rechnet um (÷ 1 + USt), --amounts net nimmt die Werte als netto.",
                "The file says gross; --amounts gross converts (÷ 1 + VAT), --amounts net takes the values as net.",
                0,
            )
        for field, texts in heading.twice:
            listed = " / ".join(visible(t) for t in texts)
            reader.fail("TK-TABLE-013", f"zwei Spalten für {field}: {listed}", f"two columns for {field}: {listed}", 0)
        if heading.ignored:
            listed = ", ".join(visible(t) for t in heading.ignored)
            reader.fail(
                "TK-TABLE-000", f"nicht gebrauchte Spalten: {listed}", f"columns not used: {listed}", 0, level="note"
            )
        for name, rows in _read(reader, settings, day).items():
            made.setdefault(name, []).extend(rows)
        problems += reader.problems
    tables = {name: kinds.unique(name, rows, _failing(problems)) for name, rows in made.items() if rows}
    errors = [p for p in problems if p.level == "error"]
    if errors:
        raise ImportFileError(errors)
    if not tables:
        raise refuse(
            "TK-TABLE-021", "Die Datei enthält keine Zeilen zum Übernehmen.", "The file holds no rows to take."
        )
    if "workshop_rates" in tables and kind == "workshop_rates":
        bases = {name: day.table(name) for name in ("side_costs", "paint_material")}
        more, left = rates.derived(tables["workshop_rates"], bases, default=options.default)
        problems += [Problem("TK-TABLE-000", de, en, level="note") for de, en in left]
        tables |= more
    return _planned(kind, stamp, options, tables, day, problems, imports)


def _present(day: Tables) -> dict[str, tuple[str, Decimal]]:
    """Mark-ups, transfer and material of the day, for a rate sheet that is silent on them."""
    material = day.paint_material()
    found = {
        "upe_percent": ("percent", day.markup("upe_markup_percent", "liability").value),
        "small_parts_percent": ("percent", day.markup("small_parts_percent", "liability").value),
        "transfer": ("flat", day.side_cost("transfer").value),
    }
    if material.model == "percent_of_wage":
        found["material"] = ("percent", material.percent)
    elif material.model == "azt_index":
        found["material"] = ("index", material.index)
    return found


def _stated_day(opened: Opened, first: date) -> Iterator[Problem]:
    """A warning when the file itself names another first day."""
    for sheet in opened.sheets:
        for number, cells in sheet.rows[:40]:
            for cell in cells:
                found = _FROM.search(cell.text) if isinstance(cell.value, str) else None
                if found is None:
                    continue
                day, month, year = (int(part) for part in found.groups())
                if (year, month, day) != (first.year, first.month, first.day):
                    stated = visible(found[0])
                    yield Problem(
                        "TK-TABLE-046",
                        f"Die Datei sagt „{stated}“, importiert wird ab {first:%d.%m.%Y} (--valid-from)",
                        f"The file says “{stated}”, it is imported from {first.isoformat()} (--valid-from)",
                        Place(sheet.name, number),
                        level="warning",
                    )


def _failing(problems: list[Problem]) -> Any:
    def fail(code: str, de: str, en: str, row: int, value: object, level: str) -> None:
        problems.append(Problem(code, de, en, Place(row=row), visible(value), level))

    return fail


def _file_style(opened: Opened) -> Any:
    """The notation that the whole file proves, for a column that proves none."""
    return style_of(
        c.text for s in opened.sheets for _, cells in s.rows[:2_000] for c in cells if isinstance(c.value, str)
    )


def _headed(opened: Opened, options: Options, problems: list[Problem]) -> list[tuple[Sheet, Heading]]:
    """The sheets that hold a table of one kind, with their headings.

    Raises:
        ImportFileError: TK-TABLE-012 when there is none, or when several kinds are in the file.
    """
    if options.kind is not None and options.kind not in FIELDS and options.kind not in SHAPES:
        listed = ", ".join([*FIELDS, *(n for n in SHAPES if n not in FIELDS)])
        raise refuse(
            "TK-TABLE-012",
            f"Unbekannte Art; möglich: {listed}.",
            f"Unknown kind; possible: {listed}.",
            value=options.kind,
        )
    found: list[tuple[Sheet, Heading]] = []
    for sheet in opened.sheets:
        own = native_heading(sheet, options.kind)
        if own is not None:
            found.append((sheet, own))
            continue
        possible = (options.kind,) if options.kind in FIELDS else tuple(FIELDS) if options.kind is None else ()
        heading = find_heading(sheet, possible)
        if heading is not None:
            found.append((sheet, heading))
        elif "workshop_rates" in possible and (turned := rates.downwards(sheet)) is not None:
            found.append(turned)
        elif sheet.rows:
            problems.append(
                Problem(
                    "TK-TABLE-000",
                    "Blatt ohne Tabelle übersprungen",
                    "sheet without a table skipped",
                    Place(sheet.name),
                    level="note",
                )
            )
    names = sorted({heading.kind for _, heading in found})
    if len(names) > 1:
        listed = ", ".join(names)
        raise refuse(
            "TK-TABLE-012",
            f"Die Datei enthält mehreres ({listed}); bitte mit --kind wählen.",
            f"The file holds more than one kind ({listed}); please choose with --kind.",
        )
    if not found:
        wanted = {options.kind: REQUIRED[options.kind]} if options.kind in REQUIRED else REQUIRED
        listed = "; ".join(
            f"{kind}: {', '.join(n if isinstance(n, str) else n[0] for n in needs)}" for kind, needs in wanted.items()
        )
        raise refuse(
            "TK-TABLE-012",
            f"Keine Kopfzeile erkannt. Nötige Spalten: {listed}.",
            f"No heading found. Columns needed: {listed}.",
        )
    return found


def _read(reader: SheetReader, settings: Settings, day: Tables) -> dict[str, list[tuple[int, Row]]]:
    kind = reader.heading.kind
    if reader.heading.kind.startswith("="):
        return {kind[1:]: native_rows(reader, kind[1:], settings)}
    if kind == "part_prices":
        return {kind: kinds.part_prices(reader, settings)}
    if kind == "job_times":
        return {kind: kinds.job_times(reader, settings)}
    if kind == "paint_times":
        return kinds.paint_rows(reader, settings, {segment: day.size_class(segment) for segment in SEGMENTS})
    return {"workshop_rates": rates.workshop_rows(reader, settings)}


def _planned(
    kind: str,
    stamp: Stamp,
    options: Options,
    tables: dict[str, list[Row]],
    day: Tables,
    problems: list[Problem],
    imports: Path | None,
) -> Plan:
    known = all_tables(imports=imports)
    drafts, previews = [], []
    for name, rows in tables.items():
        # Only the tables that the file itself states can be taken as complete; those that follow from it are merged.
        mode: Mode = options.mode if name == kind.lstrip("=") else "merge"
        base = day.table(name)
        draft = draft_of(base, rows, stamp, mode, problems)
        drafts.append(draft)
        previews.append(preview_of(draft, stamp, known))
        if name in {"hourly_rates", "workshop_rates"}:
            problems += sanity.about_rates(name, rows)
        problems += sanity.about_changes(name, previews[-1].changed)
        if previews[-1].removed:
            count = len(previews[-1].removed)
            problems.append(
                Problem(
                    "TK-TABLE-044",
                    f"{name}: {count} Zeilen der bisherigen Fassung stehen nicht in der Datei und entfallen",
                    f"{name}: {count} rows of the present version are not in the file and will be gone",
                    level="warning",
                )
            )
    seen: dict[tuple[str, str], Problem] = {}
    for problem in problems:
        seen.setdefault((problem.words(), problem.code), problem)
    return Plan(kind.lstrip("="), stamp, options, tuple(drafts), tuple(previews), tuple(seen.values()))


def apply(made: Plan, imports: Path) -> tuple[Table, ...]:
    """Make the versions of a plan, all of them or none.

    Raises:
        TableError: TK-TABLE-004, 005 or 010; nothing was changed then.
    """
    return publish(made.drafts, made.stamp, imports)


__all__ = ["Mode", "Options", "Plan", "TableError", "TablePreview", "apply", "plan"]
